/* SPDX-License-Identifier: MIT
 *
 * limit.c - ends system calls of this thread that do not return
 *
 * Calls that a script expects to return at once run in the thread that plays, where they have no extra cost. A call
 * that blocks after all would hold up the whole run, so each has a limit: a timer whose signal makes the kernel break
 * it off, with what it had done by then as its result (the bytes that a write() has sent, or EINTR if there is nothing
 * to report). The signal comes again and again, since one that arrives just before the thread falls asleep wakes
 * nobody. It is the timer's own; the thread of worker.c has it blocked.
 *
 * Without a timer (out of memory) calls run without a limit: then the guard of the attempt ends them.
 */
#include <time.h>

#include "target/kernel/internal.h"

enum { AGAIN_NS = 5000000 };                             /* between two signals, once the limit is over */

static int limit_signal(void)
{
	return SIGRTMAX - 2;
}

/* Exists to make a system call return. */
static void on_limit(int number)
{
	(void)number;
}

void kernel_limit_open(struct call_limit *l)
{
	const struct sigaction interrupt = { .sa_handler = on_limit };
	struct sigevent event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = limit_signal() };

	if (sigaction(limit_signal(), &interrupt, &l->before))
		return;
	l->ready = timer_create(CLOCK_REALTIME, &event, &l->timer) == 0;
	if (!l->ready)
		sigaction(limit_signal(), &l->before, NULL);
}

static void arm(struct call_limit *l, vtime_t at)
{
	const struct itimerspec when = {
		.it_value = { .tv_sec = at.ns / 1000000000, .tv_nsec = at.ns % 1000000000 },
		.it_interval = { .tv_nsec = at.ns ? AGAIN_NS : 0 },
	};

	timer_settime(l->timer, TIMER_ABSTIME, &when, NULL);
}

void kernel_limit_call(struct call_limit *l, const struct call *call, struct call_result *out)
{
	const bool limited = l->ready && call->limit.ns;

	if (limited)
		arm(l, call->limit);
	kernel_call_run(call, out);
	if (limited)
		arm(l, VTIME_ZERO);
	out->broken_off = limited && !vtime_before(out->returned, call->limit);
}

void kernel_limit_close(struct call_limit *l)
{
	if (!l->ready)
		return;
	timer_delete(l->timer);
	sigaction(limit_signal(), &l->before, NULL);
	l->ready = false;
}
