/* SPDX-License-Identifier: MIT
 *
 * burst.c - segments that left as one are one event
 *
 * A kernel hands text to its device in large packets, and a device that cuts them does so after the point at which a
 * tester looks. A stack without such a device sends each segment by itself. Where a line asks for the text, the drill
 * joins what it needs; where no line does, one sees one packet here and ten there, though the wire had the same octets
 * at the same time. To find what really differs, both are brought to one form: what pushes ends a burst, as it does in
 * a large packet that is cut; CWR is in the first segment of a burst, as a device that cuts leaves it there.
 */
#include "report/burst.h"

#include <stdio.h>
#include <string.h>

enum { ONE_BURST_NS = 1000000, FLAGS_ROOM = 16 };

/* "P. 1:1001(1000) ack 1 win 502" */
struct segment {
	char flags[FLAGS_ROOM];
	unsigned long begin, end;
	const char *rest;
};

static bool read_segment(const struct result_event *e, struct segment *s)
{
	const char *text = e->observed ? e->observed : e->live;
	unsigned long length;
	int used = 0;

	if (e->kind != ENTRY_UNEXPECTED || e->line != 0 || !e->happened || !text)
		return false;
	if (sscanf(text, "%15[A-Z.] %lu:%lu(%lu)%n", s->flags, &s->begin, &s->end, &length, &used) != 4 || !used)
		return false;
	s->rest = text + used;
	return length > 0;
}

/* May @next be the next part of the burst that begins with @s? */
static bool continues(const struct segment *s, vtime_t left, const struct segment *next, vtime_t at)
{
	return next->begin == s->end && !strchr(s->flags, 'P') && !strpbrk(next->flags, "SRUW") &&
	       !strcmp(next->rest, s->rest) && at.ns - left.ns < ONE_BURST_NS;
}

/* The burst that @events, of which @count are left, begin with, in *out. Returns how many events it takes up. */
static size_t take_burst(const struct result_event *events, size_t count, struct arena *arena, struct result_event *out)
{
	struct segment whole, next;
	unsigned long begin;
	const char *reduced;
	size_t n = 1;

	*out = events[0];
	if (!read_segment(&events[0], &whole))
		return 1;
	begin = whole.begin;
	reduced = strchr(whole.flags, 'W') ? "W" : "";
	while (n < count && read_segment(&events[n], &next) &&
	       continues(&whole, events[n - 1].actual, &next, events[n].actual)) {
		whole = next;
		n++;
	}
	if (n > 1)
		out->observed = arena_printf(arena, "%s%s %lu:%lu(%lu)%s", whole.flags, reduced, begin, whole.end,
		                             whole.end - begin, whole.rest);
	return n;
}

const struct result_event *burst_join(const struct result_event *events, size_t *count, struct arena *arena)
{
	struct result_event *out = arena_new_array(arena, struct result_event, *count);
	size_t left = 0;

	for (size_t i = 0; i < *count; left++)
		i += take_burst(events + i, *count - i, arena, &out[left]);
	*count = left;
	return out;
}
