/* SPDX-License-Identifier: MIT
 *
 * moment.h - a case at one of its events: what the stack had reported about its inside by then, and what was in flight
 *
 * A result says what changed, event by event. A user who steps through it wants to see the situation: the state of each
 * connection, its variables, when its timers fire, and which octets are unacknowledged. All of that follows from the
 * events up to that one, so stepping back means going forward again from the start.
 *
 * It is made from the lines of a trace ("8080-32770: cwnd: 4000 -> 5000 bytes") and the packets of the script. For a
 * target without a trace it shows what is in flight, and the samples.
 */
#ifndef REPORT_MOMENT_H
#define REPORT_MOMENT_H

#include "report/result.h"

struct moment_variable {
	struct moment_variable *next;
	const char *name, *value;                            /* "cwnd", "5000 bytes" */
	bool changed;                                        /* by the event that is looked at */
};

struct moment_timer {
	struct moment_timer *next;
	const char *name;
	vtime_t due;                                         /* since the start of the script */
};

/* What the stack told of one connection, or of one socket. */
struct moment_connection {
	struct moment_connection *next;
	const char *name;                                    /* "8080-32770", "socket 3" */
	const char *state;                                   /* NULL: unknown */
	bool changed;
	struct moment_variable *variables;                   /* in the order in which they were first told */
	struct moment_timer *timers;                         /* those that run */
};

/* Octets that were sent and not acknowledged, in the numbers of the script. */
struct moment_flight {
	struct moment_flight *next;
	uint32_t start, end;
	vtime_t sent;                                        /* for the last time */
	int times;                                           /* how often it was sent */
	bool selected;                                       /* the peer says that it has them (SACK) */
};

struct moment {
	vtime_t at;
	struct moment_connection *connections;               /* in the order in which they were first told */
	struct moment_flight *flights;                       /* in the order of their numbers */
};

/* All moments of a result, one after another. */
struct moment_walk {
	const struct result *result;
	struct arena *arena;                                 /* for what .now holds; texts may be those of .result */
	size_t next;                                         /* the first event that was not looked at yet */
	size_t event;                                        /* the event at which it stopped */
	struct moment now;                                   /* the state of things after it */
};

/* Go on to the next event to stop at. False: there is none. Set .result and .arena before the first call, and
 * everything else to zero. */
bool moment_next(struct moment_walk *walk);

/* The state of things after event @event of @result, at which moment_stops_at(). */
void moment_of(const struct result *result, size_t event, struct arena *arena, struct moment *out);

/* Is @event one to stop at? The others are what the stack told about one. */
bool moment_stops_at(const struct result_event *event);

/* The events from *first up to, but not including, *end are @event, at which moment_stops_at(), and what the stack told
 * about it. */
void moment_span(const struct result *result, size_t event, size_t *first, size_t *end);

#endif
