/* SPDX-License-Identifier: MIT
 *
 * html_events.h - tables of what happened in a case
 */
#ifndef REPORT_HTML_EVENTS_H
#define REPORT_HTML_EVENTS_H

#include "report/result.h"
#include "util/buf.h"

/* Each appends a section; nothing when there is nothing to tell. */

/* Fields that differ, with both values. */
void html_differences(struct buf *out, const struct result *result);
/* Every event and, if the target reports what happens inside it, the trace. */
void html_events(struct buf *out, const struct result *result);
/* State of the connections after each event. */
void html_samples(struct buf *out, const struct result *result);

#endif
