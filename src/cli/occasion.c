/* SPDX-License-Identifier: MIT
 *
 * occasion.c - clocks, and words as a shell takes them
 */
#include "cli/occasion.h"

#include <string.h>
#include <time.h>

static void add_word(struct buf *out, const char *word)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789%+,-./:=@_";

	if (*word && !word[strspn(word, plain)]) {
		buf_puts(out, word);
		return;
	}
	buf_puts(out, "'");
	for (; *word; word++) {
		if (*word == '\'')
			buf_puts(out, "'\\''");
		else
			buf_add_byte(out, *word);
	}
	buf_puts(out, "'");
}

void occasion_command(struct buf *out, int argc, char **argv)
{
	buf_puts(out, "protodrill");
	for (int i = 0; i < argc; i++) {
		buf_puts(out, " ");
		add_word(out, argv[i]);
	}
}

static vtime_t read_clock(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return vtime_ns((int64_t)now.tv_sec * 1000000000 + now.tv_nsec);
}

vtime_t occasion_date(void)
{
	return read_clock(CLOCK_REALTIME);
}

vtime_t occasion_clock(void)
{
	return read_clock(CLOCK_MONOTONIC);
}
