/* SPDX-License-Identifier: MIT
 *
 * timeline.h - when events are due, and what counts as in time (language reference, section 6)
 *
 * All times are since the start of the script and, where the script gives them, whole microseconds.
 */
#ifndef DRILL_TIMELINE_H
#define DRILL_TIMELINE_H

#include "script/ast.h"
#include "util/buf.h"
#include "util/vtime.h"

struct timeline {
	const struct config *config;
	bool has_previous;
	const struct event *previous;
	vtime_t previous_time;                               /* resolved (start) time of the previous event */
};

/* One event's time, resolved. */
struct due {
	vtime_t base;                                        /* what a relative time is added to */
	vtime_t start, end;                                  /* the window; end == start without a range */
	vtime_t call_end;                                    /* blocking calls: when they are to return */
	bool any;                                            /* `*`: not checked */
	vtime_t tolerance;
};

/* Resolve @event when the one before it has finished, at @now. False if time goes backwards: *why is the
 * sentence, appended to. */
bool timeline_resolve(const struct timeline *t, const struct event *event, vtime_t now, struct due *out,
                      struct buf *why);
/* @event is done: it is the previous one from now on. */
void timeline_advance(struct timeline *t, const struct event *event, const struct due *due);

/* The tolerance for something planned @gap after what it is measured from: the larger of
 * --tolerance_usecs and --tolerance_percent of the gap. */
vtime_t timeline_tolerance(const struct config *config, vtime_t gap);

enum punctuality { TIME_RIGHT, TIME_TOO_EARLY, TIME_TOO_LATE };
enum punctuality timeline_judge(const struct due *due, vtime_t actual);
/* The sentence of 6.6 for an event that was not in time; @what: "outbound packet", "system call start" ... */
void timeline_explain(struct buf *out, const struct event *event, const struct due *due, vtime_t actual,
                      const char *what);

/* How long a packet is waited for: whole seconds of the gap, and two more. For `*` what --wildcard_limit_secs says, or
 * VTIME_NEVER. */
vtime_t timeline_patience(const struct timeline *t, const struct due *due);

#endif
