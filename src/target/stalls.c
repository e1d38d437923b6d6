/* SPDX-License-Identifier: MIT
 *
 * stalls.c - noticing when the machine was late
 */
#include "target/stalls.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

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

void stalls_note_wake(struct stalls *s, vtime_t due, vtime_t now)
{
	if (now.ns - due.ns > s->worst_wake)
		s->worst_wake = now.ns - due.ns;
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

static int64_t run_delay(int fd)
{
	char text[128];
	const ssize_t got = fd < 0 ? -1 : pread(fd, text, sizeof(text) - 1, 0);

	if (got <= 0)
		return 0;
	text[got] = '\0';
	return strtoll(text + strcspn(text, " "), NULL, 10);
}

void stalls_note_delay(struct stalls *s)
{
	const int64_t delay = run_delay(s->delay_fd);

	if (delay - s->delay > s->worst_wake)
		s->worst_wake = delay - s->delay;
	s->delay = delay;
}

void stalls_open(struct stalls *s)
{
	s->stat_fd = open("/proc/stat", O_RDONLY | O_CLOEXEC);
	s->delay_fd = open("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC);
	s->delay = run_delay(s->delay_fd);
	s->worst_wake = 0;
	s->stolen = stolen_ns(s);
	s->clock_offset = clock_offset();
}

void stalls_report(struct stalls *s, struct disturbance *out)
{
	const int64_t stolen = stolen_ns(s), offset = clock_offset();
	const int64_t step = llabs(offset - s->clock_offset);

	stalls_note_delay(s);
	out->worst_wake = vtime_ns(s->worst_wake);
	out->stolen = vtime_ns(stolen - s->stolen);
	/* below a microsecond, it is only the distance of two readings */
	out->clock_step = vtime_ns(step < 1000 ? 0 : step);
	s->worst_wake = 0;
	s->stolen = stolen;
	s->clock_offset = offset;
}

void stalls_close(struct stalls *s)
{
	if (s->stat_fd >= 0)
		close(s->stat_fd);
	if (s->delay_fd >= 0)
		close(s->delay_fd);
	s->stat_fd = s->delay_fd = -1;
}
