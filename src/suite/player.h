/* SPDX-License-Identifier: MIT
 *
 * player.h - the child's side of an attempt, and the message it sends to its parent
 */
#ifndef SUITE_PLAYER_H
#define SUITE_PLAYER_H

#include <signal.h>
#include <stdnoreturn.h>
#include <sys/types.h>

#include "suite/attempt.h"

struct player {
	int number;                                          /* of the attempt */
	bool last;                                           /* there will be no other */
	int near_misses;                                     /* see doubt_remains() */
	int pipe;                                            /* to send the answer to */
	pid_t parent;
	const sigset_t *unblocked;                           /* the signal mask to play with */
};

/* Play, send the answer, end this process. */
noreturn void player_run(const struct attempt_plan *plan, const struct player *player);

/* Play in this process: for targets in virtual time only, which leave nothing behind in it. @out is from
 * ATTEMPT_INIT. */
void player_play(const struct attempt_plan *plan, struct attempt *out);

/* How a process ended that did not answer, from its wait status: "... was ended by SIGSEGV (Segmentation fault)".
 * @memory_mb is what memory_limit_set() was given in it. */
void player_describe_end(int status, int memory_mb, struct buf *reason);

/* The answer as bytes, and back. attempt_unpack() is false, with nothing set, unless @bytes is a whole answer. */
void attempt_pack(struct buf *bytes, const struct attempt *a);
bool attempt_unpack(const struct buf *bytes, struct attempt *out);

void attempt_output_clear(struct attempt_output *o);     /* empty, memory released */

#endif
