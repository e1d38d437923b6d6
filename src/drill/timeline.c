/* SPDX-License-Identifier: MIT
 *
 * timeline.c - resolving and judging times
 */
#include "drill/timeline.h"

#include <inttypes.h>

static bool is_absolute(const struct event *event)
{
	return event->time.kind == TIME_ABSOLUTE || event->time.kind == TIME_ABSOLUTE_RANGE;
}

static bool is_inbound(const struct event *event)
{
	return event->kind == EVENT_PACKET && event->packet->direction == DIRECTION_INBOUND;
}

vtime_t timeline_tolerance(const struct config *config, vtime_t gap)
{
	int64_t scaled = (int64_t)(config->tolerance_percent / 100.0 * (double)vtime_to_us(gap));

	return vtime_max(config->tolerance, vtime_us(scaled));
}

/* Time that goes backward is looked for between absolute times only: relative ones cannot, and what a
 * mixture means depends on the run. */
bool timeline_resolve(const struct timeline *t, const struct event *event, vtime_t now, struct due *out,
                      struct buf *why)
{
	const struct time_spec *time = &event->time;
	/* A relative time counts from what happened last, and not from when it was due, so that a late answer does not
	 * eat up the time behind it. Packets injected one after the other are the exception: between them nothing
	 * happens but our own lateness, which must not add up. */
	bool burst = t->has_previous && is_inbound(t->previous) && is_inbound(event);
	vtime_t base = burst ? t->previous_time : vtime_us(vtime_to_us(now));
	vtime_t offset = is_absolute(event) ? VTIME_ZERO : base;

	*out = (struct due){ .base = base, .any = time->kind == TIME_ANY };
	if (out->any) {
		out->start = out->end = base;
	} else {
		out->start = vtime_add(offset, time->start);
		out->end = vtime_add(offset, time->end);
	}
	if (event->kind == EVENT_CALL && event->call->blocking)
		out->call_end = vtime_add(offset, event->call->end);
	out->tolerance = t->config->tolerance;
	if (t->has_previous)
		out->tolerance = timeline_tolerance(t->config, vtime_sub(out->start, t->previous_time));
	if (t->has_previous && is_absolute(event) && is_absolute(t->previous) &&
	    vtime_before(time->start, t->previous->time.start)) {
		buf_printf(why, "time goes backward in script from %" PRId64 " usec to %" PRId64 " usec",
			   vtime_to_us(t->previous->time.start), vtime_to_us(time->start));
		return false;
	}
	return true;
}

void timeline_advance(struct timeline *t, const struct event *event, const struct due *due)
{
	const bool waits = event->kind == EVENT_CALL && event->call->blocking;
	const vtime_t from = is_absolute(event) ? VTIME_ZERO : t->written;

	t->has_previous = true;
	t->previous = event;
	t->previous_time = due->start;
	t->written = due->any ? due->start : vtime_add(from, waits ? event->call->end : event->time.end);
}

vtime_t timeline_behind(const struct timeline *t, vtime_t now)
{
	return vtime_max(VTIME_ZERO, vtime_sub(now, t->written));
}

enum punctuality timeline_judge(const struct due *due, vtime_t actual)
{
	/* In whole microseconds, as times are written: a packet must not be late by less than can be said. */
	int64_t at = vtime_to_us(actual), tolerance = vtime_to_us(due->tolerance);

	if (due->any)
		return TIME_RIGHT;
	if (at < vtime_to_us(due->start) - tolerance)
		return TIME_TOO_EARLY;
	return at > vtime_to_us(due->end) + tolerance ? TIME_TOO_LATE : TIME_RIGHT;
}

/* Seconds from whole microseconds, so that the digits printed are those that were compared. */
static double seconds(vtime_t t)
{
	return (double)vtime_to_us(t) / 1e6;
}

/* The sentences of the original: a relative range is printed as relative, everything else as a time since the start. */
void timeline_explain(struct buf *out, const struct event *event, const struct due *due, vtime_t actual,
                      const char *what)
{
	switch (event->time.kind) {
	case TIME_ABSOLUTE_RANGE:
		buf_printf(out, "timing error: expected %s in time range %.6f~%.6f sec but happened at %.6f sec", what,
			   seconds(due->start), seconds(due->end), seconds(actual));
		break;
	case TIME_RELATIVE_RANGE:
		buf_printf(out,
			   "timing error: expected %s in relative time range +%.6f~+%.6f sec but happened at %+.6f sec",
			   what, seconds(event->time.start), seconds(event->time.end),
			   seconds(vtime_sub(actual, due->base)));
		break;
	default:
		buf_printf(out, "timing error: expected %s at %.6f sec but happened at %.6f sec; tolerance %.6f sec",
		           what, seconds(due->start), seconds(actual), seconds(due->tolerance));
	}
}

/* Whole seconds, as in the original. The two that are added are not a tolerance: a packet that comes
 * so late is compared, and fails for its time. */
vtime_t timeline_patience(const struct timeline *t, const struct due *due)
{
	vtime_t previous = t->has_previous ? t->previous_time : VTIME_ZERO;

	if (due->any)
		return t->config->wildcard_limit.ns ? t->config->wildcard_limit : VTIME_NEVER;
	return vtime_s(vtime_sub(vtime_max(due->start, due->end), previous).ns / 1000000000 + 2);
}
