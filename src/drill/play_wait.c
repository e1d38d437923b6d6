/* SPDX-License-Identifier: MIT
 *
 * play_wait.c - waiting: for a time, a packet, or the return of the call in progress
 *
 * Everything that lets time pass goes through here, because while time passes a call may return, somebody may ask us to
 * stop, and we may oversleep. A pending call is waited for along with everything else, and judged when it returns; one
 * that is overdue by more than two seconds ends the run, whatever the wait was for.
 *
 * Our own lateness is measured here and nowhere else. It has four sources: a sleep that ended too late, idle time
 * since the last event was over, the time in which a packet is built, and earlier lateness that we have not made up.
 * Their sum is the lateness of an event that is our fault; the rest is the fault of the script or of the target.
 */
#include "drill/play.h"

static const vtime_t PENDING_PATIENCE = { 1000000000 };

bool play_wait(struct play *p, vtime_t until, unsigned interest, struct observation *out, enum target_event *event)
{
	if (interest & TARGET_WANT_PACKET && play_next_held(p, out)) {
		*event = TARGET_PACKET;
		return true;
	}
	unsigned wanted = interest | (p->pending ? TARGET_WANT_RETURN : 0);
	vtime_t live_until = vtime_is_never(until) ? until : vtime_add(p->record->start, until);

	for (;;) {
		vtime_t limit = play_pending_limit(p);
		vtime_t live_limit = vtime_is_never(limit) ? limit : vtime_add(p->record->start, limit);

		*event = p->target->ops->wait(p->target, vtime_min(live_until, live_limit), wanted, out);
		if (!play_not_interrupted(p, NULL))
			return false;
		if (*event == TARGET_TIME && !vtime_before(play_now(p), limit))
			return play_fail_blocked(p, p->pending, p->pending_entry->event, p->pending_entry->actual,
			                         NULL);
		if (*event == TARGET_RETURN) {
			if (!play_returned(p, &out->result))
				return false;
			if (interest & TARGET_WANT_RETURN)
				return true;
			wanted = interest;
		} else if (*event == TARGET_FAILED) {
			play_set_verdict(p, VERDICT_ERROR, NULL, arena_strdup(p->record->arena, out->problem));
			return false;
		} else if (*event == TARGET_PACKET || !vtime_before(p->target->ops->now(p->target), live_until) ||
			   (vtime_is_never(until) && p->target->ops->virtual_time)) {
			return true;
		}
	}
}

bool play_wait_for(struct play *p, struct entry *e, const struct due *due, const char *what)
{
	vtime_t ready = play_now(p);
	struct observation ignored;
	enum target_event event;

	e->timed = !due->any;
	e->planned = due->start;
	e->planned_end = due->end;
	if (vtime_before(ready, due->start) && !play_wait(p, due->start, TARGET_WANT_NOTHING, &ignored, &event))
		return false;
	e->actual = play_now(p);
	p->reached = e->actual;
	/* How long we overslept, and, if we are behind already, what passed since the last event without our
	 * doing anything. */
	vtime_t behind = vtime_max(VTIME_ZERO, vtime_sub(ready, due->start));
	e->lateness = vtime_add(vtime_max(VTIME_ZERO, vtime_sub(e->actual, vtime_max(due->start, ready))),
				vtime_min(p->gap, behind));
	p->record->worst_lateness = vtime_max(p->record->worst_lateness, e->lateness);
	/* Earlier lateness that we have not made up is ours as well. */
	p->own_delay = vtime_add(e->lateness, vtime_min(p->own_delay, vtime_sub(behind, vtime_min(p->gap, behind))));
	if (!p->timeline.has_previous || timeline_judge(due, e->actual) == TIME_RIGHT)
		return true;
	if (!p->record->virtual_time && timeline_judge(due, vtime_sub(e->actual, p->own_delay)) != TIME_TOO_LATE)
		return play_inconclusive(p, e, p->own_delay, due->tolerance);

	/* We were late because what came before took so long, not because we overslept. */
	struct buf text = BUF_INIT;
	timeline_explain(&text, e->event, due, e->actual, what);
	record_field_mismatch(p->record, e, PACKET_FIELD_TIME,
			arena_printf(p->record->arena, "%.6f", vtime_to_s(due->start)),
			arena_printf(p->record->arena, "%.6f", vtime_to_s(e->actual)), text.data);
	play_fail(p, e, MISMATCH_LATE, "%s", text.data);
	buf_free(&text);
	return false;
}

void play_left_later(struct play *p, struct entry *e)
{
	const vtime_t took = vtime_max(VTIME_ZERO, vtime_sub(e->actual, p->reached));

	e->lateness = vtime_add(e->lateness, took);
	p->own_delay = vtime_add(p->own_delay, took);
	p->record->worst_lateness = vtime_max(p->record->worst_lateness, e->lateness);
}

/* Whose lines a packet is for: of a connection that has a name, or of the one at work. NULL: nobody's. */
static const struct flow *owner_of(struct play *p, const struct packet *packet)
{
	const struct scripted_packet like = { .packet = *packet };
	struct flow *owner;

	if (!packet_transport(packet))
		return NULL;
	owner = flow_owner(&p->flows, packet);
	if (!owner && p->flows.under_test && flow_takes(&p->flows, p->flows.under_test, &like, packet))
		owner = p->flows.under_test;
	return owner;
}

/* The next packet, held or arriving, which the record owns from then on; NULL: none until @until, or *ended. */
static struct live_packet *next_of_all(struct play *p, vtime_t until, struct observation *o, bool *ended)
{
	enum target_event event;

	p->wants_any = true;
	*ended = !play_wait(p, until, TARGET_WANT_PACKET, o, &event);
	p->wants_any = false;
	if (*ended || event == TARGET_TIME)
		return NULL;
	struct live_packet *live = play_keep_packet(p, o->bytes, o->length, o->at);
	o->bytes = live->bytes;
	return live;
}

bool play_await_packet(struct play *p, struct entry *e, const struct due *due, play_wanted_fn *wanted, void *line)
{
	vtime_t patience = timeline_patience(&p->timeline, due);
	struct set_aside aside = { 0 };
	struct live_packet *live;
	struct observation o;
	const char *why;
	bool ended;

	while ((live = next_of_all(p, vtime_add(play_now(p), patience), &o, &ended)) && !wanted(p, live, line)) {
		bool known = packet_parse(live->bytes, live->length, &live->packet, &why) == PACKET_OK;
		const struct flow *owner = known ? owner_of(p, &live->packet) : NULL;
		if (owner)
			play_set_aside(p, &aside, &o, owner);
		else
			play_pass_over(p, &o, live);
	}
	play_give_back(p, &aside);
	if (live) {
		e->live = live;
		e->actual = live->at;
		p->reached = vtime_max(p->reached, live->at);
		return true;
	}
	if (ended)
		return false;
	record_field_mismatch(p->record, e, PACKET_FIELD_PACKET, "a packet", "none", "Timed out waiting for packet");
	return play_fail(p, e, MISMATCH_MISSING, "error handling packet: Timed out waiting for packet");
}

bool play_await_return(struct play *p, bool *idle)
{
	vtime_t until = vtime_add(play_now(p), PENDING_PATIENCE);
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
