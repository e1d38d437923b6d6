/* SPDX-License-Identifier: MIT
 *
 * clock.c - real time: reading it, sleeping in it, and noticing when the machine was late
 *
 * All times are of CLOCK_REALTIME, because capture stamps are. Sleeps end at absolute times, so that work before them
 * costs no precision.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "target/kernel/internal.h"


static int64_t clock_ns(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* CLOCK_REALTIME - CLOCK_MONOTONIC changes only when somebody sets the clock. The two readings must be
 * close together to be comparable; a few tries get past an interruption between them. */
static int64_t clock_offset(void)
{
	int64_t best_gap = INT64_MAX, best = 0;

	for (int tries = 0; tries < 5 && best_gap > 2000; tries++) {
		const int64_t before = clock_ns(CLOCK_MONOTONIC);
		const int64_t real = clock_ns(CLOCK_REALTIME);
		const int64_t gap = clock_ns(CLOCK_MONOTONIC) - before;

		if (gap < best_gap) {
			best_gap = gap;
			best = real - before - gap / 2;
		}
	}
	return best;
}

vtime_t kernel_now(void)
{
	return vtime_ns(clock_ns(CLOCK_REALTIME));
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

void kernel_note_wake(struct stalls *s, vtime_t due, vtime_t now)
{
	if (now.ns - due.ns > s->worst_wake)
		s->worst_wake = now.ns - due.ns;
}

bool kernel_sleep_until(struct stalls *s, vtime_t until)
{
	const struct timespec t = { .tv_sec = until.ns / 1000000000, .tv_nsec = until.ns % 1000000000 };

	if (clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &t, NULL) != 0)
		return false;
	kernel_note_wake(s, until, kernel_now());
	return true;
}

/* Processor time that the hypervisor gave to others: the eighth figure of the first line, "cpu user nice system idle
 * iowait irq softirq steal ...", in clock ticks for users. */
static int64_t stolen_ns(const struct stalls *s)
{
	char text[256];
	const ssize_t got = s->stat_fd < 0 ? -1 : pread(s->stat_fd, text, sizeof(text) - 1, 0);
	char *at = text;

	if (got <= 0)
		return 0;
	text[got] = '\0';
	at += strcspn(at, " ");
	for (int skip = 0; skip < 7; skip++)
		strtoll(at, &at, 10);
	return strtoll(at, NULL, 10) * (1000000000 / sysconf(_SC_CLK_TCK));
}

int64_t kernel_run_delay(int fd)
{
	char text[128];
	const ssize_t got = fd < 0 ? -1 : pread(fd, text, sizeof(text) - 1, 0);

	if (got <= 0)
		return 0;
	text[got] = '\0';
	return strtoll(text + strcspn(text, " "), NULL, 10);
}

void kernel_note_delay(struct stalls *s)
{
	const int64_t delay = kernel_run_delay(s->delay_fd);

	if (delay - s->delay > s->worst_wake)
		s->worst_wake = delay - s->delay;
	s->delay = delay;
}

void kernel_stalls_open(struct stalls *s)
{
	s->stat_fd = open("/proc/stat", O_RDONLY | O_CLOEXEC);
	s->delay_fd = open("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC);
	s->delay = kernel_run_delay(s->delay_fd);
	s->worst_wake = 0;
	s->stolen = stolen_ns(s);
	s->clock_offset = clock_offset();
}

void kernel_stalls_report(struct stalls *s, struct disturbance *out)
{
	const int64_t stolen = stolen_ns(s), offset = clock_offset();
	const int64_t step = llabs(offset - s->clock_offset);

	kernel_note_delay(s);
	out->worst_wake = vtime_ns(s->worst_wake);
	out->stolen = vtime_ns(stolen - s->stolen);
	/* below a microsecond, it is only the distance of two readings */
	out->clock_step = vtime_ns(step < 1000 ? 0 : step);
	s->worst_wake = 0;
	s->stolen = stolen;
	s->clock_offset = offset;
}

void kernel_stalls_close(struct stalls *s)
{
	if (s->stat_fd >= 0)
		close(s->stat_fd);
	if (s->delay_fd >= 0)
		close(s->delay_fd);
	s->stat_fd = s->delay_fd = -1;
}
