/* SPDX-License-Identifier: MIT
 *
 * stats.c - figures of our own for benchmarks: processor time and lateness
 */
#include "suite/stats.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

static const char *stats_path(void)
{
	const char *path = getenv("PROTODRILL_STATS");

	return path && *path ? path : NULL;
}

/* User and system time of all threads of this process, not of its children; microseconds. */
static int64_t cpu_us(void)
{
	struct rusage used;

	if (getrusage(RUSAGE_SELF, &used) < 0)
		return 0;
	return (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * INT64_C(1000000) + used.ru_utime.tv_usec +
	       used.ru_stime.tv_usec;
}

/* One write, so that lines of several processes do not mix. A line that could not be written is missing: a
 * benchmark sees that; a verdict must not depend on it. */
static void append(const char *path, const struct buf *line)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);

	if (fd < 0)
		return;
	ssize_t written = write(fd, line->data, line->length);
	(void)written;
	close(fd);
}

void stats_player(const struct record *record)
{
	const char *path = stats_path();
	struct buf line = BUF_INIT;

	if (!path)
		return;
	buf_printf(&line, "player %s %" PRId64 " %s", verdict_name[record->verdict], cpu_us(),
	           record->script->source.name);
	for (const struct entry *e = record->first; e; e = e->next)
		if (e->kind == ENTRY_INBOUND && e->timed)
			buf_printf(&line, " %" PRId64, e->lateness.ns / 1000);
	buf_puts(&line, "\n");
	append(path, &line);
	buf_free(&line);
}

void stats_guard(void)
{
	const char *path = stats_path();
	struct buf line = BUF_INIT;

	if (!path)
		return;
	buf_printf(&line, "guard %" PRId64 "\n", cpu_us());
	append(path, &line);
	buf_free(&line);
}
