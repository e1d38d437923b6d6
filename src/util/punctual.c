/* SPDX-License-Identifier: MIT
 *
 * punctual.c - making this process punctual: real-time priority, resident memory, exact timers
 */
#include "util/punctual.h"

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

void punctual_thread(void)
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

void punctual_begin(struct punctual *p)
{
	p->policy = sched_getscheduler(0);
	sched_getparam(0, &p->parameter);
	p->slack = prctl(PR_GET_TIMERSLACK);
	prctl(PR_SET_TIMERSLACK, 1UL);
	punctual_thread();
	p->locked = lock_memory();
	p->begun = true;
}

void punctual_end(struct punctual *p)
{
	if (!p->begun)
		return;
	if (p->locked)
		munlockall();
	sched_setscheduler(0, p->policy, &p->parameter);
	prctl(PR_SET_TIMERSLACK, (unsigned long)p->slack);
	p->begun = false;
}
