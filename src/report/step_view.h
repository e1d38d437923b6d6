/* SPDX-License-Identifier: MIT
 *
 * step_view.h - one event of a case as a screen of text: the script around it, what happened, and how things stand
 */
#ifndef REPORT_STEP_VIEW_H
#define REPORT_STEP_VIEW_H

#include "report/result.h"

struct step_style {
	size_t columns;                                      /* longer lines are cut; 0: they are not */
	bool colour;
};

/* Append the screen of @event of @result, a stopping point (moment.h). Control characters in what scripts or stacks say
 * are made visible. */
void step_view(struct buf *out, const struct result *result, size_t event, const struct step_style *style);

#endif
