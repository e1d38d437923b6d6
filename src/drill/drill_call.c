/* SPDX-License-Identifier: MIT
 *
 * drill_call.c - calls: waiting for their time, running, blocking
 *
 * There are two ways to run a call. One that the script marks as waiting (TIME...END) is started and left pending; the
 * run goes on with the next event as soon as the target says that it sleeps. Only one can be pending at a time. Every
 * other call is expected to return at once. If the script is wrong about that the run would hang, and the user would
 * learn nothing. So each plain call has a limit, and a call that has not returned by then fails with all the evidence
 * (drill_return.c).
 *
 * The limit is generous where the script itself says that a call waits: with a time-out as an argument, with a time-out
 * of the socket, or by expecting ETIMEDOUT. Otherwise it is two seconds, or less if the script says when the next thing
 * is to be done. A call that is expected to fail with EDEADLK has no limit: that is how a script says that it waits for
 * ever, which a target can know if it sees the whole stack.
 */
#include <errno.h>

#include "drill/play.h"

static const vtime_t CALL_PATIENCE = { 2000000000 };     /* limit for a call that should return at once */
static const vtime_t LONGEST_TIMEOUT = { 3600000000000 };   /* that is waited for in real time */
static const vtime_t CALL_SLACK = { 250000000 };         /* extra time for a busy machine */
static const vtime_t CALL_WAITED = { 10000000 };         /* a call that takes longer did not return at once */

static bool start_blocking(struct play *p, struct running_call *r, struct entry *e, const struct due *due)
{
	struct call_result result = { 0 };

	p->pending = r;
	p->pending_entry = e;
	p->pending_due = *due;
	p->target->ops->call(p->target, &r->call, &result);
	p->reached = play_now(p);
	return result.pending || play_returned(p, &result);
}

/* Seconds of a structure, rounded up. */
static vtime_t whole_seconds(time_t seconds)
{
	return seconds < 0 ? VTIME_ZERO : vtime_add(vtime_s(seconds), vtime_s(1));
}

static vtime_t milliseconds_of(int64_t ms)
{
	return ms < 0 ? VTIME_ZERO : vtime_ms(ms);       /* for ever, which is no time-out */
}

/* How long the script itself lets a call wait: poll() and epoll_wait() have an argument for it, sockets have options,
 * and a call that is to fail with ETIMEDOUT waits for a timer of the stack. */
static vtime_t own_timeout(const struct play *p, const struct running_call *r)
{
	const union call_argument *arguments = r->call.arguments;
	vtime_t own = VTIME_ZERO;

	if (r->expected_errno == ETIMEDOUT)
		return p->config->wildcard_limit;
	if (r->call.id == CALL_POLL)
		own = milliseconds_of(arguments[2].number);
	else if (r->call.id == CALL_EPOLL_WAIT || r->call.id == CALL_EPOLL_PWAIT)
		own = milliseconds_of(arguments[3].number);
	else if (r->call.id == CALL_PPOLL && arguments[2].pointer)
		own = whole_seconds(((const struct timespec *)arguments[2].pointer)->tv_sec);
	else if (r->call.id == CALL_PSELECT && arguments[4].pointer)
		own = whole_seconds(((const struct timespec *)arguments[4].pointer)->tv_sec);
	else if (r->call.id == CALL_SELECT && arguments[4].pointer)
		own = whole_seconds(((const struct timeval *)arguments[4].pointer)->tv_sec);
	if (!p->record->virtual_time && vtime_before(LONGEST_TIMEOUT, own))
		own = VTIME_ZERO;
	return vtime_max(p->calls.longest_timeout, own);
}

/* How long a call that is not marked as blocking may take (script time): until the next thing is to be done, if the
 * script says when, and at most 2 s, or a time-out that the script gave. */
static vtime_t call_limit(const struct play *p, const struct running_call *r, const struct event *event,
                          const struct entry *e)
{
	const struct event *next = event->next;
	vtime_t limit = vtime_add(e->actual, vtime_max(CALL_PATIENCE, vtime_add(own_timeout(p, r), CALL_SLACK)));
	bool absolute = next && (next->time.kind == TIME_ABSOLUTE || next->time.kind == TIME_ABSOLUTE_RANGE);

	if (!absolute || (next->kind == EVENT_PACKET && next->packet->direction == DIRECTION_OUTBOUND))
		return limit;
	vtime_t due = vtime_add(next->time.end, timeline_tolerance(p->config, vtime_sub(next->time.end, e->actual)));
	return vtime_min(limit, vtime_max(due, vtime_add(e->actual, CALL_SLACK)));
}

/* Where the result of a call belongs: to the call itself, or, if it waited for some time, to a return of its own. */
static struct entry *entry_of_return(struct play *p, struct entry *e, const struct call_result *result)
{
	vtime_t returned = vtime_sub(result->returned, p->record->start);

	if (vtime_before(vtime_sub(returned, e->actual), CALL_WAITED))
		return e;
	struct entry *back = record_append(p->record, ENTRY_RETURN, e->event);
	back->line = e->line;
	back->actual = returned;
	return back;
}

static bool run_plain(struct play *p, struct running_call *r, struct entry *e)
{
	struct call_result result = { 0 };
	bool good;

	if (r->expected_errno == EDEADLK && !p->target->ops->knows_deadlock) {
		running_call_free(r);
		play_set_verdict(p, VERDICT_SKIP, e, arena_printf(p->record->arena, "line %d: EDEADLK says that "
		                 "nothing can ever end the call, and only a stack in virtual time that is no kernel "
		                 "can tell", e->line));
		return false;
	}
	/* Only when nothing is left to happen, however long that takes, is it known that nothing can end the call. */
	if (r->expected_errno != EDEADLK)
		r->call.limit = vtime_add(p->record->start, call_limit(p, r, e->event, e));
	p->target->ops->call(p->target, &r->call, &result);
	p->reached = vtime_max(e->actual, vtime_sub(result.returned, p->record->start));
	if (result.broken_off)
		good = play_fail_blocked(p, r, e->event, e->actual, &result);
	else
		good = play_settle(p, r, &result, entry_of_return(p, e, &result));
	running_call_free(r);
	return good;
}

static bool fail_beside_pending(struct play *p, struct entry *e, const char *name)
{
	const struct entry *pending = p->pending_entry;

	e->actual = play_now(p);
	e->explanation = arena_printf(p->record->arena,
	                              "The %s() of line %d has waited since %.6f s, and one call at a time can: what "
	                              "lets it return belongs before this line.",
	                              pending->event->call->name, pending->line, vtime_to_s(pending->actual));
	return play_fail(p, e, MISMATCH_BASIS, "runtime error in %s call: blocking system call while another blocking "
	                 "system call is already in progress", name);
}

/* The call of @event had to wait for a pending one until it was too late for it. That one is the reason; the original
 * tells only of the time. */
static bool fail_behind_pending(struct play *p, const struct event *event, const struct due *due)
{
	const struct entry *pending = p->pending_entry;
	struct buf text = BUF_INIT;
	const int line = event_line(event, &event->call->loc);

	timeline_explain(&text, event, due, play_now(p), "system call start");
	p->record->old_message = arena_printf(p->record->arena, "%s:%d: %s", p->script->source.name, line, text.data);
	buf_free(&text);
	play_fail_blocked(p, p->pending, pending->event, pending->actual, NULL);
	p->record->failure->explanation = arena_printf(
		p->record->arena, "The %s() of line %d waited a second for it, since one call at a time can: what lets "
		"it return, and its END, belong before that line.", event->call->name, line);
	return false;
}

bool play_call(struct play *p, const struct event *event)
{
	const struct call_spec *spec = event->call;
	struct entry *e;
	struct buf why = BUF_INIT;
	struct due due;
	bool idle;

	bool forward = play_resolve(p, event, &due, &why);
	if (forward && !play_await_return(p, &idle)) {
		buf_free(&why);
		return false;
	}
	if (forward && !idle && !spec->blocking && timeline_judge(&due, play_now(p)) == TIME_TOO_LATE)
		return fail_behind_pending(p, event, &due);
	e = record_append(p->record, ENTRY_CALL, event);
	e->line = event_line(event, &spec->loc);
	if (!forward)
		play_fail(p, e, MISMATCH_OTHER, "%s", why.data);
	buf_free(&why);
	if (!forward)
		return false;
	if (!idle && spec->blocking)
		return fail_beside_pending(p, e, spec->name);
	if (!play_wait_for(p, e, &due, "system call start"))
		return false;
	if (spec->nothing) {
		timeline_advance(&p->timeline, event, &due);
		return true;
	}
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
