/* SPDX-License-Identifier: MIT
 *
 * check.c - judges a script: what must hold before it is played, and what would fail for certain
 */
#include <inttypes.h>

#include "script/check_call.h"
#include "script/packet_line.h"

static bool is_range(enum time_kind kind)
{
	return kind == TIME_ABSOLUTE_RANGE || kind == TIME_RELATIVE_RANGE;
}

static void prepare_range(struct diags *diags, struct loc at, vtime_t start, vtime_t end)
{
	if (start.ns < 0 || end.ns < 0)
		diag_error(diags, DIAG_SEMANTIC, at, "negative time", "times count from the start of the script");
	else if (vtime_before(end, start))
		diag_error(diags, DIAG_SEMANTIC, at, "time range is backwards", "from %.6f to %.6f sec",
		           vtime_to_s(start), vtime_to_s(end));
}

static void prepare_time(struct diags *diags, const struct event *e)
{
	const struct time_spec *time = &e->time;
	bool outbound = e->kind == EVENT_PACKET && e->packet->direction == DIRECTION_OUTBOUND;
	bool blocking = e->kind == EVENT_CALL && e->call->blocking;

	if (time->kind == TIME_ANY) {
		if (!outbound)
			diag_error(diags, DIAG_SEMANTIC, time->loc,
			           "event time <star> can only be used with outbound packets",
			           "when nothing is awaited, nothing says when to go on");
		return;
	}
	if (is_range(time->kind) && !outbound)
		diag_error(diags, DIAG_SEMANTIC, time->loc, "event time range can only be used with outbound packets",
		           "what the script does itself, it does at one time");
	prepare_range(diags, time->loc, time->start, blocking ? e->call->end : time->end);
}

bool script_prepare(struct script *s, struct diags *diags)
{
	int errors = diags->errors;

	for (struct event *e = s->events; e; e = e->next) {
		prepare_time(diags, e);
		if (e->kind == EVENT_PACKET)
			e->line = packet_line_build(e->packet, &s->config, s->arena, diags);
		else if (e->kind == EVENT_CALL)
			e->call->signature = signature_find(e->call->name);
	}
	return diags->errors == errors;
}

static void check_first_time(struct diags *diags, const struct event *first)
{
	if (first->time.kind != TIME_ANY && first->time.start.ns)
		diag_error(diags, DIAG_SEMANTIC, first->time.loc, "first event should be at time 0",
		           "it is at %.6f sec", vtime_to_s(first->time.start));
}

/* Only times that are both absolute can be compared before the run. */
static void check_order(struct diags *diags, const struct event *before, const struct event *e)
{
	bool absolute = before->time.kind == TIME_ABSOLUTE || before->time.kind == TIME_ABSOLUTE_RANGE;
	char headline[96];

	absolute = absolute && (e->time.kind == TIME_ABSOLUTE || e->time.kind == TIME_ABSOLUTE_RANGE);
	if (!absolute || !vtime_before(e->time.start, before->time.start))
		return;
	snprintf(headline, sizeof(headline), "time goes backward in script from %" PRId64 " usec to %" PRId64 " usec",
	         vtime_to_us(before->time.start), vtime_to_us(e->time.start));
	diag_warning(diags, e->time.loc, headline, "the run will fail here");
}

bool script_check(struct script *s, struct diags *diags)
{
	int errors = diags->errors;
	struct call_checker calls = { .diags = diags };

	script_prepare(s, diags);
	if (s->events)
		check_first_time(diags, s->events);
	for (const struct event *e = s->events; e; e = e->next) {
		if (e->next)
			check_order(diags, e, e->next);
		if (e->kind == EVENT_CALL)
			check_call(&calls, e->call);
	}
	return diags->errors == errors;
}
