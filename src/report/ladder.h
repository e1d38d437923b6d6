/* SPDX-License-Identifier: MIT
 *
 * ladder.h - what happened in a case, as a ladder diagram
 */
#ifndef REPORT_LADDER_H
#define REPORT_LADDER_H

#include "report/result.h"

/* Append one <svg class="ladder"> element for a page: time runs down, the remote side that the script plays is on the
 * left, the stack under test on the right. The event with index N has id="event-N", with @prefix before it ("" for the
 * only ladder of a page), and leads to "#line-L", the line of the script. A packet that carries what had been sent
 * before has an R at its time. Its size grows with the number of events. Colours: see svg.h. Texts of @result that are
 * no UTF-8 become U+FFFD. */
void ladder_svg(struct buf *out, const struct result *result, const char *prefix);

#endif
