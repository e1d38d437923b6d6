/* SPDX-License-Identifier: MIT
 *
 * plot_trace.h - panels of what the stack told of its inside
 */
#ifndef REPORT_PLOT_TRACE_H
#define REPORT_PLOT_TRACE_H

#include "report/plot_panel.h"
#include "report/result.h"

/* For a result with a trace: when the stack decided what, and the variables of its congestion control. Without one,
 * nothing. */
void plot_trace_panels(struct plot *p, const struct result *result);

#endif
