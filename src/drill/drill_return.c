/* SPDX-License-Identifier: MIT
 *
 * drill_return.c - what came back from a call, judged and taking effect (language reference, 16)
 */
#include <inttypes.h>

#include "drill/play.h"

/* The first mismatch as the old wording says it. */
bool play_fail_call(struct play *p, struct entry *e, const char *name)
{
	const char *text = e->mismatches ? e->mismatches->text : "failed";
	enum mismatch_kind kind = e->mismatch_kind ? e->mismatch_kind : MISMATCH_OTHER;

	return play_fail(p, e, kind, "runtime error in %s call: %s", name, text);
}

/* Live arguments and result, as a trace shows them. */
static const char *call_trace(struct play *p, const struct running_call *r, const struct call_result *result)
{
	struct buf b = BUF_INIT;

	call_spec_print(&b, r->spec);
	if (result->value < 0)
		buf_printf(&b, " -> %" PRId64 " %s", result->value, constant_errno_name(result->error));
	else
		buf_printf(&b, " -> %" PRId64, result->value);
	const char *text = arena_strdup(p->record->arena, b.data);
	buf_free(&b);
	return text;
}

/* Judge what came back, and let it take effect. */
bool play_settle(struct play *p, struct running_call *r, const struct call_result *result, struct entry *e)
{
	e->result = *result;
	e->call_text = call_trace(p, r, result);
	if (!running_call_compare(&p->calls, r, result, e) || !call_effect_after(&p->calls, r, result, e))
		return play_fail_call(p, e, r->spec->name);
	return true;
}

/* A blocking call must return when the script says, on the scale of its own duration. */
static bool judge_return(struct play *p, struct entry *e, const struct running_call *r)
{
	struct due due = p->pending_due;

	due.tolerance = timeline_tolerance(p->config, vtime_sub(due.call_end, due.start));
	due.start = due.end = due.call_end;
	e->planned = e->planned_end = due.call_end;
	e->timed = true;
	e->line = r->spec->loc.line;
	enum mismatch_kind kind = play_judge_time(p, e, &due, "system call return");
	return !kind || play_fail(p, e, kind, "%s", e->mismatches->text);
}

bool play_returned(struct play *p, const struct call_result *result)
{
	struct running_call *r = p->pending;
	struct entry *e = record_append(p->record, ENTRY_RETURN, p->pending_entry->event);

	e->line = r->spec->loc.line;
	e->actual = vtime_sub(result->returned, p->record->start);
	p->pending = NULL;
	bool good = play_settle(p, r, result, e) && judge_return(p, e, r);
	running_call_free(r);
	return good;
}
