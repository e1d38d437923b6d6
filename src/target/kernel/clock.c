/* SPDX-License-Identifier: MIT
 *
 * clock.c - real time: reading it, and sleeping in it
 *
 * All times are of CLOCK_REALTIME, because capture stamps are. Sleeps end at absolute times, so that work before them
 * costs no precision.
 */
#include <errno.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "target/kernel/internal.h"

vtime_t kernel_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return vtime_add(vtime_s(t.tv_sec), vtime_ns(t.tv_nsec));
}

/* Time-outs of sockets are jiffies timers: such a wait ends right after a tick edge, whatever the phase of
 * the ticks is. (The coarse clock does not tell: it advances with the ticks, but by whole tick lengths of its
 * own phase.) */
static vtime_t after_a_tick(void)
{
	const struct timeval shortest = { .tv_usec = 1000 };
	const int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	char ignored;

	if (fd >= 0) {
		setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &shortest, sizeof(shortest));
		while (recv(fd, &ignored, sizeof(ignored), 0) < 0 && errno == EINTR)
			;
		close(fd);
	}
	return kernel_now();
}

/* The resolution of the coarse clock. */
vtime_t kernel_tick_length(void)
{
	struct timespec tick = { .tv_nsec = 4000000 };

	clock_getres(CLOCK_MONOTONIC_COARSE, &tick);
	return vtime_ns(tick.tv_nsec);
}

/* A quarter of a tick after its edge: then events at round milliseconds, even if a little late, stay clear of the next
 * edge. */
vtime_t kernel_start_time(void)
{
	return vtime_add(after_a_tick(), vtime_ns(kernel_tick_length().ns / 4));
}

bool kernel_sleep_until(struct stalls *s, vtime_t until)
{
	const struct timespec t = { .tv_sec = until.ns / 1000000000, .tv_nsec = until.ns % 1000000000 };

	if (clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &t, NULL) != 0)
		return false;
	stalls_note_wake(s, until, kernel_now());
	return true;
}
