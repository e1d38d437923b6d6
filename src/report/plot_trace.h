/* SPDX-License-Identifier: MIT
 *
 * plot_trace.h - panels of what the stack told of its inside
 */
#ifndef REPORT_PLOT_TRACE_H
#define REPORT_PLOT_TRACE_H

#include "report/plot_panel.h"
#include "report/result.h"

/* For a result with a trace: what the stack decided and when, and the variables of its congestion control. Without a
 * trace, nothing. */
void plot_trace_panels(struct plot *p, const struct result *result);

#endif
