/* SPDX-License-Identifier: MIT
 *
 * call.h - from the call that a script writes to one that a target runs, and back
 *
 * script/signature.h says which shape each argument has. This file says what a shape does: how it becomes memory in
 * Linux layout, and what in that memory is compared afterwards.
 *
 * The life of a call:
 *
 * 1. running_call_prepare() evaluates the arguments, which may name constants and descriptors,
 *    into an arena of the call's own. A target gets live descriptors and pointers into that arena
 *    and into nothing else, so that a call which never returns can be left behind with its memory.
 * 2. call_effect_before() tells the flows what the call is about to do. Only connecting counts:
 *    the SYN may leave before the call has returned, and must find its flow.
 * 3. The target runs it (drill_call.c).
 * 4. running_call_compare() holds result, errno and outputs against the script. All differences
 *    are recorded, and for each one where in the line it is and what would have to stand there.
 * 5. call_effect_after() lets it take effect: new descriptors get the script's names, sockets
 *    listen, close, disconnect. This comes after the comparison, since an effect that the script
 *    does not expect must not spoil the message about it.
 *
 * Descriptors are names like all other numbers of a script. A number in the place of a returned descriptor is bound to
 * what the target returned, and translated from then on.
 *
 * What it leaves out: no call is run here, and nothing waits. How long a call may take is the
 * drill's business.
 */
#ifndef DRILL_CALL_H
#define DRILL_CALL_H

#include <sys/socket.h>

#include "drill/flow.h"
#include "drill/record.h"

/* Script descriptor numbers are names of live descriptors. */
struct descriptors {
	struct descriptor {
		int script, live;
	} *list;
	size_t count, room;
};

int descriptors_live(const struct descriptors *d, int script_fd);      /* -1: unknown or closed */
int descriptors_script(const struct descriptors *d, int live_fd);      /* the other way round */
/* NULL, or the message: "duplicate fd N in script", "duplicate live fd N", "invalid socket fd N in script". */
const char *descriptors_bind(struct descriptors *d, struct arena *arena, int script_fd, int live_fd);
void descriptors_release(struct descriptors *d, int script_fd);

/* Memory for contents of calls that are never looked at. */
struct scratch {
	struct scratch_region {
		struct scratch_region *older;
		size_t size;
		void *memory;
	} *zeros, *sink;
	bool refused;                                        /* the machine refused memory that was asked for */
};

void scratch_free(struct scratch *s);

struct call_context {
	const struct config *config;
	struct record *record;
	struct flows *flows;
	struct descriptors descriptors;
	struct scratch scratch;
	/* time-outs that the script gave to a socket: SO_RCVTIMEO, SO_SNDTIMEO */
	vtime_t longest_timeout;
};

/* A call on its way: everything its arguments point to lives in its arena until running_call_free(). */
struct running_call {
	struct arena *arena;
	const struct call_spec *spec;
	const struct signature *signature;
	const struct expr *arguments[CALL_ARGUMENTS];
	struct call call;
	int64_t expected_result;
	bool any_result;                                     /* it is not compared, but stored in a name */
	int64_t returned;                                    /* what it returned; known when it is compared */
	int32_t expected_errno;                              /* -1: not compared */
	struct sockaddr_storage peer;                        /* address results: accept() */
	socklen_t peer_length;
	int32_t number;                                      /* an int passed by address */
	int32_t length;                                      /* getsockopt: length given */
	bool any_length;                                     /* ... and it is not compared */
	socklen_t length_in_out;
	int64_t offset;
	int pair[2];
};

/* Evaluate the arguments of @spec. NULL on failure: the reason (spec wording, without "runtime error ...")
 * is a mismatch of @entry. */
struct running_call *running_call_prepare(struct call_context *context, const struct call_spec *spec,
                                          struct entry *entry);
void running_call_free(struct running_call *r);         /* NULL is fine */

/* Compare result, errno and outputs with the script; differences become mismatches of @entry. True if all
 * agree. */
bool running_call_compare(struct call_context *context, struct running_call *r, const struct call_result *result,
                          struct entry *entry);

/* What a call does to the sockets and descriptors that the script knows: before it runs, and after it
 * returned as the script says. The latter fails with a mismatch in @entry. */
void call_effect_before(struct call_context *context, const struct running_call *r);
bool call_effect_after(struct call_context *context, const struct running_call *r, const struct call_result *result,
                       struct entry *entry);

#endif
