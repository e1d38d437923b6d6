/* SPDX-License-Identifier: MIT
 *
 * processor.c - this process and another one on the same processor
 */
#include "target/process/processor.h"

void processor_share(struct shared_processor *s)
{
	const int here = s->shared ? s->number : sched_getcpu();
	cpu_set_t one;

	if (here < 0 || here >= CPU_SETSIZE || sched_getaffinity(0, sizeof(s->before), &s->before) < 0)
		return;
	CPU_ZERO(&one);
	CPU_SET(here, &one);
	s->shared = sched_setaffinity(0, sizeof(one), &one) == 0;
	s->number = here;
}

void processor_leave(const struct shared_processor *s, pid_t other)
{
	if (!s->shared)
		return;
	sched_setaffinity(0, sizeof(s->before), &s->before);
	if (other)
		sched_setaffinity(other, sizeof(s->before), &s->before);
}
