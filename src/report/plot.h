/* SPDX-License-Identifier: MIT
 *
 * plot.h - the course of a TCP connection over time
 */
#ifndef REPORT_PLOT_H
#define REPORT_PLOT_H

#include "report/result.h"

/* Append one <svg class="plot"> element for a page: sequence numbers of the TCP connection that carries most data over
 * time, and below, where @result has samples of it, its window and timers. False, and nothing appended: there is no TCP
 * packet. Colours: see svg.h. */
bool plot_svg(struct buf *out, const struct result *result);

#endif
