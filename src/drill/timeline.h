/* SPDX-License-Identifier: MIT
 *
 * timeline.h - when events are due, and what counts as in time
 *
 * All times are since the start of the script and, where the script gives them, whole
 * microseconds.
 *
 * A time is written in one of three ways: absolute (counted from the start of the script),
 * relative (from the event before) and `*` (any). The first two may be ranges. Resolving one gives
 * a window; what happens in it, or outside by no more than the tolerance, is in time.
 *
 * The rules:
 *
 * - A relative time counts from what happened, not from what was planned: a packet that came 3 ms late moves
 *   everything after it by 3 ms. Two inbound packets in a row are the exception: the second counts from the planned
 *   time of the first, so that a burst has the gaps that the script says.
 * - When something happened is not when we looked at it. The base is the stamp of the packet, the return of the call,
 *   or the end of the injection; the time that the harness takes from there to the next event is its own lateness
 *   (play_wait.c).
 * - Tolerance grows with distance: a share of the time since the event before, but at least a fixed amount. A timer
 *   of 10 s may be off by more than one of 10 ms. For the return of a call that waits it is a share of its own
 *   length.
 * - Absolute times that are compared with what the target says (time-stamps of packets) cannot follow such shifts. How
 * far they add up to is known here, and a stamp that is wrong by no more than that proves nothing about the target.
 * - Two questions are never mixed. Was the target early or late? That is answered here, and is a failure. Were we?
 *   That is measured where we wait, and makes a run inconclusive.
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
	/* when the previous event would have been over if nothing had taken longer than the script says */
	vtime_t written;
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
/* How far @now, the end of the last event, is behind the times that the script itself adds up to; zero if it is not. */
vtime_t timeline_behind(const struct timeline *t, vtime_t now);

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
