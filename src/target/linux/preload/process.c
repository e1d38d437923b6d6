/* SPDX-License-Identifier: MIT
 *
 * process.c - the process of pid 1, in a copy of its kernel
 *
 * For each address space of the guest its kernel has a process on the host, which runs the guest's programs, stops at
 * each system call and each missing page, and has nothing of its own: what is in it are mappings of the guest's memory,
 * its registers are put back by the kernel each time that it goes on, and what it does about signals was set by the
 * function that it began with. fork() of a kernel does not copy such a process, which is traced by the original. But
 * it can be made once more: it begins with the same function, and then maps what the first one had mapped.
 *
 * The kernel knows the number of the first one, and has written it in places that are its own. So it keeps that number,
 * and whatever it asks of the host about it is asked about the new one: by the functions here, and by ptrace() in
 * host.c.
 *
 * Below the page with which it answers its kernel everything is the guest's. Above are, left from the kernel, this
 * object, the C library and its stack: so the new process can map all by itself before it stops.
 */
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "target/linux/preload/copy.h"

enum { MOST_PROCESSES = 16, MOST_MAPPINGS = 2048, STACK_BYTES = 1 << 16 };

/* How a process was begun. */
struct beginning {
	pid_t pid;                                           /* 0: it has ended, or there is none */
	int (*function)(void *);
	void *argument;
	int flags;
};

static struct {
	struct beginning begun[MOST_PROCESSES];
	bool more;                                           /* there were more than could be noted */
	struct beginning first;                              /* pid 1's, as the kernel knows it */
	pid_t now;                                           /* its pid in this copy; 0: this is no copy */
	struct mapping mappings[MOST_MAPPINGS];
	size_t count;
	uintptr_t guest_end;
	bool strange;                                        /* there is something that cannot be made again */
	int memory;
	_Alignas(16) char stack[STACK_BYTES];
} state;

/* ---- what a kernel asks of its host ---- */

extern int __clone(int (*function)(void *), void *stack, int flags, void *argument, ...);

int clone(int (*function)(void *), void *stack, int flags, void *argument, ...)
{
	const pid_t pid = __clone(function, stack, flags, argument);
	struct beginning *free_one = NULL;

	for (size_t i = 0; i < MOST_PROCESSES && !free_one; i++)
		free_one = state.begun[i].pid ? NULL : &state.begun[i];
	if (pid > 0 && free_one)
		*free_one = (struct beginning){ pid, function, argument, flags };
	state.more |= !free_one;
	return pid;
}

static void forget(pid_t pid)
{
	for (size_t i = 0; i < MOST_PROCESSES; i++)
		if (state.begun[i].pid == pid)
			state.begun[i].pid = 0;
}

pid_t process_now(pid_t pid)
{
	return state.now && pid == state.first.pid ? state.now : pid;
}

int kill(pid_t pid, int signal)
{
	if (signal == SIGKILL)
		forget(pid);
	return (int)syscall(SYS_kill, process_now(pid), signal);
}

pid_t waitpid(pid_t pid, int *status, int options)
{
	const pid_t ended = (pid_t)syscall(SYS_wait4, process_now(pid), status, options, NULL);

	return state.now && ended == state.now ? state.first.pid : ended;
}

/* ---- in the original ---- */

/* The one page that the process has for itself is executed: through it, it answers its kernel. */
static void find_end(const struct mapping *m, void *user)
{
	const unsigned long *inode = user;

	if (!state.guest_end && m->inode == *inode && !m->shared && m->protection & PROT_EXEC)
		state.guest_end = (uintptr_t)m->start;
}

static void note_mapping(const struct mapping *m, void *user)
{
	const unsigned long *inode = user;

	if ((uintptr_t)m->start >= state.guest_end)
		return;
	state.strange |= m->inode != *inode || !m->shared || state.count == MOST_MAPPINGS;
	if (!state.strange)
		state.mappings[state.count++] = *m;
}

bool process_note(unsigned long inode)
{
	char maps[32];
	size_t others = 0;

	for (size_t i = 0; i < MOST_PROCESSES; i++) {
		if (!state.begun[i].pid)
			continue;
		others += state.first.pid != 0;
		state.first = state.begun[i];
	}
	if (state.more || others || !state.first.pid || state.first.flags & CLONE_VM)
		return false;
	snprintf(maps, sizeof(maps), "/proc/%d/maps", (int)state.first.pid);
	return maps_each(maps, find_end, &inode) && state.guest_end && (uintptr_t)&state > state.guest_end &&
	       maps_each(maps, note_mapping, &inode) && !state.strange;
}

/* ---- in a copy ---- */

/* Runs as the new process. What it began with stops it, so that its kernel begins to trace it; then we do. */
static int come_back(void *unused)
{
	(void)unused;
	state.first.function(state.first.argument);
	if (munmap(NULL, state.guest_end) < 0)
		_exit(1);
	for (size_t i = 0; i < state.count; i++) {
		const struct mapping *m = &state.mappings[i];
		if (mmap(m->start, m->length, m->protection, MAP_SHARED | MAP_FIXED, state.memory, m->offset) !=
		    m->start)
			_exit(1);
	}
	syscall(SYS_kill, syscall(SYS_getpid), SIGSTOP);
	_exit(1);
}

static bool has_stopped(pid_t pid)
{
	int status;

	return syscall(SYS_wait4, pid, &status, WUNTRACED | __WALL, NULL) == pid && WIFSTOPPED(status) &&
	       WSTOPSIG(status) == SIGSTOP;
}

bool process_renew(int memory)
{
	state.memory = memory;
	const pid_t pid = __clone(come_back, state.stack + STACK_BYTES, state.first.flags, NULL);
	if (pid < 0 || !has_stopped(pid) ||
	    ptrace(PTRACE_SETOPTIONS, pid, NULL, (void *)(uintptr_t)PTRACE_O_TRACESYSGOOD) < 0 ||
	    ptrace(PTRACE_CONT, pid, NULL, NULL) < 0 || !has_stopped(pid))
		return false;
	state.now = pid;
	return true;
}
