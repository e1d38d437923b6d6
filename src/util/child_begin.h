/* SPDX-License-Identifier: MIT
 *
 * child_begin.h - the first steps of a child that is to become another program
 *
 * It must not outlive its parent, must lead a process group that can be killed as a whole, and must reset the signal
 * handling of the parent: the program would inherit ignored signals and the mask.
 */
#ifndef UTIL_CHILD_BEGIN_H
#define UTIL_CHILD_BEGIN_H

#include <signal.h>
#include <sys/prctl.h>
#include <sys/types.h>
#include <unistd.h>

#include "util/common.h"

/* The first two of these. @parent is what getpid() said before. Ends the child if the parent has ended. */
static inline void child_tie(pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	setpgid(0, 0);
}

/* In the child, right after fork(); @parent and the end as above. */
static inline void child_begin(pid_t parent)
{
	static const int handled[] = { SIGPIPE, SIGINT, SIGTERM, SIGHUP, SIGALRM, SIGCHLD };
	sigset_t none;

	child_tie(parent);
	for (size_t i = 0; i < ARRAY_LEN(handled); i++)
		signal(handled[i], SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

#endif
