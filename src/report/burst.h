/* SPDX-License-Identifier: MIT
 *
 * burst.h - segments that left as one are one event
 */
#ifndef REPORT_BURST_H
#define REPORT_BURST_H

#include <stddef.h>

#include "report/result.h"
#include "util/arena.h"

/* The *count @events, in which segments that no line asks for are joined where each continues the one before, left
 * within a millisecond of it, and says the same but for PSH. One with PSH ends its burst. Joined events are allocated
 * in @arena, the others stay where they are. *count becomes the number of events that are left. */
const struct result_event *burst_join(const struct result_event *events, size_t *count, struct arena *arena);

#endif
