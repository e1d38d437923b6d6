/* SPDX-License-Identifier: MIT
 *
 * annotated.h - what was on the wire in a case, each packet with the line that it belongs to
 */
#ifndef REPORT_ANNOTATED_H
#define REPORT_ANNOTATED_H

#include "report/sink.h"

/* A pcapng file of all live packets of @r in the order of their times; nothing when there are none. The comment of each
 * says which line sent or expected it, and where it differs; that of the file the verdict. @version: of protodrill. */
void annotated_capture(struct buf *out, const struct result *r, const char *version);

extern const struct report_kind report_pcapng, report_pcapng_all;

#endif
