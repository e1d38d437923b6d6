/* SPDX-License-Identifier: MIT
 *
 * drill_call.c - calls: waiting for their time, running, blocking (language reference, 16)
 */
#include "drill/play.h"

static bool start_blocking(struct play *p, struct running_call *r, struct entry *e, const struct due *due)
{
	struct call_result result = { 0 };

	p->pending = r;
	p->pending_entry = e;
	p->pending_due = *due;
	p->target->ops->call(p->target, &r->call, &result);
	return result.pending || play_returned(p, &result);
}

static bool run_plain(struct play *p, struct running_call *r, struct entry *e)
{
	struct call_result result = { 0 };

	p->target->ops->call(p->target, &r->call, &result);
	bool good = play_settle(p, r, &result, e);
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
	if (forward && !play_await_return(p, &idle)) {
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
		return play_fail_call(p, e, spec->name);
	call_effect_before(&p->calls, r);
	play_publish(p);
	if (!(spec->blocking ? start_blocking(p, r, e, &due) : run_plain(p, r, e)))
		return false;
	timeline_advance(&p->timeline, event, &due);
	return true;
}
