/* SPDX-License-Identifier: MIT
 *
 * process.c - making this process punctual: real-time priority, resident memory, exact timers
 *
 * It asks for all of this and insists on none: for an ordinary user, who may not have it, late wake-ups are more
 * likely, and those are measured anyway.
 */
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "target/kernel/internal.h"
#include "util/strays.h"

void kernel_thread_urgent(void)
{
	const struct sched_param lowest = { .sched_priority = sched_get_priority_min(SCHED_RR) };

	sched_setscheduler(0, SCHED_RR | SCHED_RESET_ON_FORK, &lowest);
}

/* Without the privilege, locking future mappings would make them fail at the limit, so it is given up. A mapping larger
 * than the limit shows that; it has no pages, so it costs nothing. */
static bool lock_memory(void)
{
	struct rlimit limit;
	size_t length;
	void *probe;

	if (mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) != 0)
		return false;
	if (getrlimit(RLIMIT_MEMLOCK, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
		return true;
	length = (size_t)limit.rlim_cur + (size_t)sysconf(_SC_PAGESIZE);
	probe = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (probe != MAP_FAILED) {
		munmap(probe, length);
		return true;
	}
	munlockall();
	return false;
}

void kernel_process_prepare(struct process_state *p)
{
	const struct sigaction ignore = { .sa_handler = SIG_IGN };

	p->policy = sched_getscheduler(0);
	sched_getparam(0, &p->parameter);
	p->slack = prctl(PR_GET_TIMERSLACK);
	sigaction(SIGPIPE, &ignore, &p->on_pipe);
	prctl(PR_SET_TIMERSLACK, 1UL);
	kernel_thread_urgent();
	p->locked = lock_memory();
	p->adopts = strays_adopt();
	p->changed = true;
}

void kernel_process_restore(struct process_state *p)
{
	if (!p->changed)
		return;
	if (p->locked)
		munlockall();
	if (p->adopts)
		strays_adopt_no_more();
	sched_setscheduler(0, p->policy, &p->parameter);
	prctl(PR_SET_TIMERSLACK, (unsigned long)p->slack);
	sigaction(SIGPIPE, &p->on_pipe, NULL);
	p->changed = false;
}
