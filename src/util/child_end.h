/* SPDX-License-Identifier: MIT
 *
 * child_end.h - noticing the end of a child, also where pidfd_open() is not available
 *
 * A descriptor of the child can be waited for beside others. A container may forbid it, there may be no descriptor
 * left, and valgrind does not know it: then the waiting process checks the child every few milliseconds instead. It
 * cannot just wait for the end of the child's pipe, since a process that the child left behind may keep that open.
 */
#ifndef UTIL_CHILD_END_H
#define UTIL_CHILD_END_H

#include <stdbool.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "util/vtime.h"

enum { CHILD_LOOK_MS = 20 };

/* -1: there is none; poll() passes over that. */
static inline int child_end_open(pid_t child)
{
	return (int)syscall(SYS_pidfd_open, child, 0U);
}

/* How long to wait for anything before child_has_ended() is asked; @left: until what else is due. */
static inline vtime_t child_end_wait(int fd, vtime_t left)
{
	return fd < 0 ? vtime_min(left, vtime_ms(CHILD_LOOK_MS)) : left;
}

/* Does not reap the child. */
static inline bool child_has_ended(pid_t child)
{
	siginfo_t info = { .si_pid = 0 };

	return waitid(P_PID, (id_t)child, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == child;
}

#endif
