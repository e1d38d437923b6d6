/* SPDX-License-Identifier: MIT
 *
 * task.h - a case as bytes, for a kernel that is booted to play it
 *
 * A kernel in virtual time (target/linux/linux.h) knows nothing of the run that it belongs to. So a case goes in
 * with all that the command line and the plan say of how it is played and what is rendered of it, and comes out as an
 * attempt, packed as workers pack theirs.
 *
 * Not in it is what only the outside knows: how often a case is repeated (there is nothing to repeat in virtual time),
 * the limit of its time, and how long people waited.
 */
#ifndef CLI_TASK_H
#define CLI_TASK_H

#include "cli/run_case.h"

struct task {
	const char *directory;                               /* what paths are relative to */
	const char *program_folder;                          /* where the program is: scripts may call what is beside
	                                                        it */
	const char *target;                                  /* a name of target_kinds */
	/* It is played as the original tool would: of .request only .settings and .python count, and of .what only the
	 * path. */
	bool old_face;
	struct run_request request;
	struct builtin_setup setup;                          /* of the case */
	struct suite_case what;
	struct traits *traits;                               /* of the kernel; NULL: none are known */
	struct plan_expectation expectation;                 /* that .what points to, after task_read() */
};

bool task_write(const struct task *task, struct buf *bytes);
/* Texts are from @arena. False: @bytes are not a task. */
bool task_read(struct buf *bytes, struct arena *arena, struct task *out);

#endif
