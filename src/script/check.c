/* SPDX-License-Identifier: MIT
 *
 * check.c - judges a script: what must hold before it is played, and what would fail for certain
 *
 * Left out: what a single time can be ("negative time", ranges that are backwards); the parser says that.
 */
#include <inttypes.h>

#include "script/check_call.h"
#include "script/scripted_packet.h"

bool script_prepare(struct script *s, struct diags *diags)
{
	int errors = diags->errors;

	for (struct event *e = s->events; e; e = e->next)
		if (e->kind == EVENT_PACKET)
			e->scripted = scripted_packet_build(e->packet, &s->config, s->arena, diags);
		else if (e->kind == EVENT_CALL)
			e->call->signature = signature_find(e->call->name);
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
	diag_error(diags, DIAG_SEMANTIC, e->time.loc, headline, "a run fails here");
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
