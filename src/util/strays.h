/* SPDX-License-Identifier: MIT
 *
 * strays.h - the end of processes that nobody waits for
 *
 * A process that leaves its process group and its parent, as daemons do with setsid, is out of reach of signals to a
 * group. But it still has a parent: when its own ends, the kernel gives it to the nearest ancestor that has declared
 * itself a subreaper. So whoever starts foreign programs declares itself one, and kills all its children at the end.
 *
 * Who was killed with SIGKILL kills nobody. Its own parent does so in its place; and where all of them were killed at
 * once, a watcher is left: a process with a session of its own, which sleeps until the one that it watches over has
 * ended. It finds strays by an entry in their environment. (A PID namespace would do without a watcher, but there the
 * commands of a script have no parent: $PPID, by which existing scripts name their files, would be 0.)
 */
#ifndef UTIL_STRAYS_H
#define UTIL_STRAYS_H

#include <stdbool.h>
#include <sys/types.h>

/* From now on orphaned descendants of this process become its children. True if they did not before;
 * strays_adopt_no_more() restores that. */
bool strays_adopt(void);
void strays_adopt_no_more(void);

/* Kill and reap every child of this process but @spared (0: none), and those that thereby become its children, until
 * there is none, or for a second: a process in an uninterruptible system call is left. Without a proc file system none
 * is found. Whoever has a watcher spares it, lest a SIGKILL that comes meanwhile finds neither of the two. */
void strays_end(pid_t spared);

/* Who ends strays when we cannot. { .leash = -1 }: nobody. */
struct strays_watch {
	pid_t watcher;
	int leash;
};

/* From now on, once this process has ended without strays_watch_close(), the processes of its PID namespace that have
 * "NAME=NUMBER" in their environment are killed: those that it started with @name set to its own number. Without memory
 * or descriptors for that, nobody watches; the next call tries again. Does nothing when somebody watches. */
void strays_watch_open(struct strays_watch *w, const char *name);
void strays_watch_close(struct strays_watch *w);

#endif
