/* SPDX-License-Identifier: MIT
 *
 * drill_call.c - calls: waiting, running, blocking and returning (language reference, 16)
 */
#include <inttypes.h>
#include <string.h>

#include "drill/play.h"

static const vtime_t PENDING_PATIENCE = { 1000000000 };

/* The first mismatch as the old wording says it. */
static bool fail_call(struct play *p, struct entry *e, const char *name)
{
	const char *text = e->mismatches ? e->mismatches->text : "failed";
	enum mismatch_kind kind = e->mismatch_kind ? e->mismatch_kind : MISMATCH_OTHER;

	return play_fail(p, e, kind, "runtime error in %s call: %s", name, text);
}

bool play_await_return(struct play *p, vtime_t patience, bool *idle)
{
	vtime_t until = vtime_add(play_now(p), patience);
	struct observation o;
	enum target_event event;

	*idle = !p->pending;
	if (*idle)
		return true;
	if (!play_wait(p, until, TARGET_WANT_RETURN, &o, &event))
		return false;
	*idle = !p->pending;
	return true;
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
static bool settle(struct play *p, struct running_call *r, const struct call_result *result, struct entry *e)
{
	e->result = *result;
	e->call_text = call_trace(p, r, result);
	if (!running_call_compare(&p->calls, r, result, e) || !call_effect_after(&p->calls, r, result, e))
		return fail_call(p, e, r->spec->name);
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

static bool returned(struct play *p, const struct call_result *result)
{
	struct running_call *r = p->pending;
	struct entry *e = record_append(p->record, ENTRY_RETURN, p->pending_entry->event);

	e->line = r->spec->loc.line;
	e->actual = vtime_sub(result->returned, p->record->start);
	p->pending = NULL;
	bool good = settle(p, r, result, e) && judge_return(p, e, r);
	running_call_free(r);
	return good;
}

bool play_returned(struct play *p, const struct observation *o)
{
	return returned(p, &o->result);
}

static bool start_blocking(struct play *p, struct running_call *r, struct entry *e, const struct due *due)
{
	struct call_result result = { 0 };

	p->pending = r;
	p->pending_entry = e;
	p->pending_due = *due;
	p->target->ops->call(p->target, &r->call, &result);
	return result.pending || returned(p, &result);
}

static bool run_plain(struct play *p, struct running_call *r, struct entry *e)
{
	struct call_result result = { 0 };

	p->target->ops->call(p->target, &r->call, &result);
	bool good = settle(p, r, &result, e);
	running_call_free(r);
	return good;
}

bool play_call(struct play *p, const struct event *event)
{
	const struct call_spec *spec = event->call;
	struct entry *e;
	struct buf why = BUF_INIT;
	struct due due;
	bool idle;

	bool forward = timeline_resolve(&p->timeline, event, play_now(p), &due, &why);
	if (forward && !play_await_return(p, PENDING_PATIENCE, &idle)) {
		buf_free(&why);
		return false;
	}
	e = record_append(p->record, ENTRY_CALL, event);
	e->line = spec->loc.line;
	if (!forward)
		play_fail(p, e, MISMATCH_OTHER, "%s", why.data);
	buf_free(&why);
	if (!forward)
		return false;
	if (!idle && spec->blocking)
		return play_fail(p, e, MISMATCH_OTHER,
				 "runtime error in %s call: blocking system call while another blocking system call is already in progress",
				 spec->name);
	if (!play_wait_for(p, e, &due, "system call start"))
		return false;
	struct running_call *r = running_call_prepare(&p->calls, spec, e);
	if (!r)
		return fail_call(p, e, spec->name);
	call_effect_before(&p->calls, r);
	play_publish(p);
	if (!(spec->blocking ? start_blocking(p, r, e, &due) : run_plain(p, r, e)))
		return false;
	timeline_advance(&p->timeline, event, &due);
	return true;
}
