/* SPDX-License-Identifier: MIT
 *
 * disagreement.h - where two stacks differ, in words that are the same for the same cause
 *
 * When thousands of scripts are played on two stacks, a difference between these is not found once but hundreds of
 * times, in other scripts, with other numbers. What is alike should be one finding. The cause itself cannot be seen
 * from outside; what comes nearest to it is the first event that differs: which call returned something else, which
 * kind of segment came from one of them only, or which of its fields were others. What follows in the same play is a
 * consequence more often than another finding, and is not looked at.
 */
#ifndef REPORT_DISAGREEMENT_H
#define REPORT_DISAGREEMENT_H

#include "report/result.h"

/* Append the first difference between the two plays of one script, without numbers: "only builtin sends R.", "other
 * fields of .: ack win". False, and nothing, when there is none. @names: of the two. */
bool disagreement_describe(struct buf *out, const struct result *a, const struct result *b, const char *const names[2],
                           vtime_t tolerance);

#endif
