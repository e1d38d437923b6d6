/* SPDX-License-Identifier: MIT
 *
 * call.h - from the call that a script writes to one that a target runs, and back
 *
 * script/signature.h says which shape each argument has; here stands what a shape does: how it becomes
 * memory in Linux layout, and what is compared in that memory afterwards.
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

/* Memory that calls read from or write to without anybody looking at it. */
struct scratch {
	struct scratch_region {
		struct scratch_region *older;
		size_t size;
		void *memory;
	} *zeros, *sink;
};

void scratch_free(struct scratch *s);

struct call_context {
	const struct config *config;
	struct record *record;
	struct flows *flows;
	struct descriptors descriptors;
	struct scratch scratch;
	vtime_t longest_timeout;                             /* that the script gave to a socket: SO_RCVTIMEO, SO_SNDTIMEO */
};

/* A call on its way: everything its arguments point to lives in its arena until running_call_free(). */
struct running_call {
	struct arena *arena;
	const struct call_spec *spec;
	const struct signature *signature;
	const struct expr *arguments[CALL_ARGUMENTS];
	struct call call;
	int64_t expected_result;
	int32_t expected_errno;                              /* -1: not compared */
	struct sockaddr_storage peer;                        /* address results: accept() */
	socklen_t peer_length;
	int32_t number;                                      /* an int passed by address */
	int32_t length;                                      /* getsockopt: length given */
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
