/* SPDX-License-Identifier: MIT
 *
 * play.c - the services for handling any event: the clock, verdicts, judging times, keeping packets
 *
 * A failure becomes a verdict in one place, play_fail(), which asks whether the machine could have caused it: by a
 * stall, by processor time that was taken away, by a clock that was set, by a capture that lost packets. If so the run
 * is inconclusive and says why; the suite repeats it. Only failures that cannot be explained in that way are the
 * target's.
 */
#include "drill/play.h"

#include <netinet/in.h>
#include <inttypes.h>
#include <stdarg.h>

#include "script/call_id.h"
#include "script/foreign.h"
#include "script/signature.h"
#include "util/interrupt.h"

/* Negative before the script has started. */
vtime_t play_now(struct play *p)
{
	return vtime_sub(p->target->ops->now(p->target), p->record->start);
}

/* The gap is the time that the harness took itself since the last event was over. */
bool play_resolve(struct play *p, const struct event *event, struct due *out, struct buf *why)
{
	p->gap = vtime_max(VTIME_ZERO, vtime_sub(play_now(p), p->reached));
	p->record->behind = vtime_max(p->record->behind, timeline_behind(&p->timeline, p->reached));
	return timeline_resolve(&p->timeline, event, p->reached, out, why);
}

/* ---- verdicts ---- */

static double milliseconds(vtime_t t)
{
	return (double)t.ns / 1e6;
}

void play_set_verdict(struct play *p, enum verdict verdict, struct entry *e, const char *reason)
{
	p->record->verdict = verdict;
	p->record->failure = e;
	p->record->verdict_reason = reason;
}

/* A target reports what happened since it was last asked, so the answers are combined here. Stolen time adds up, and
 * the worst delay counts. */
void play_collect_disturbance(struct play *p)
{
	struct disturbance *all = &p->record->disturbance, now = { 0 };

	p->target->ops->disturbance(p->target, &now);
	all->worst_wake = vtime_max(all->worst_wake, now.worst_wake);
	all->stolen = vtime_add(all->stolen, now.stolen);
	all->clock_step = vtime_max(all->clock_step, now.clock_step);
	all->lost_packets += now.lost_packets;
	all->round_trip = vtime_max(all->round_trip, now.round_trip);
	all->clock_offset = now.round_trip.ns ? now.clock_offset : all->clock_offset;
}

/* Whoever watches a run takes time from it, as a terminal does that scrolls slowly. What it takes counts as a delay of
 * the machine, so that it is never blamed on the target. */
void play_publish(struct play *p)
{
	struct disturbance *all = &p->record->disturbance;

	if (!p->record->observe)
		return;
	vtime_t began = play_now(p);
	record_publish(p->record);
	all->worst_wake = vtime_max(all->worst_wake, vtime_sub(play_now(p), began));
}

/* Kinds of failure that a stall of the machine can bring about by itself. */
static bool depends_on_time(enum mismatch_kind kind)
{
	return kind == MISMATCH_EARLY || kind == MISMATCH_LATE || kind == MISMATCH_MISSING ||
	       kind == MISMATCH_ASSERTION || kind == MISMATCH_BLOCKED || kind == MISMATCH_BASIS;
}

/* Does @e differ in nothing but times of the script that are no more wrong than the events before were late, each of
 * them within its tolerance? */
static bool only_shifted(const struct entry *e)
{
	int mismatches = 0;

	for (const struct mismatch *m = e->mismatches; m; m = m->next)
		mismatches++;
	return e->shifted > 0 && e->shifted == mismatches;
}

/* Why a failure of this run cannot be blamed on the target; NULL if it can. */
static const char *disturbance_reason(struct play *p, const struct entry *e)
{
	const struct disturbance *d = &p->record->disturbance;
	const enum mismatch_kind kind = e->mismatch_kind;
	struct arena *arena = p->record->arena;
	/* A packet that never came was waited for at least 2 s, so only a stall of that order can be the reason. */
	bool waited = kind == MISMATCH_MISSING || kind == MISMATCH_BLOCKED;
	vtime_t tolerance = waited ? vtime_s(1) : p->config->tolerance;

	if (interrupt_asked())
		return "interrupted by a signal";
	if (p->record->virtual_time || kind == MISMATCH_OTHER || kind == MISMATCH_COMMAND)
		return NULL;
	if (d->lost_packets)
		return arena_printf(arena, "the capture lost %" PRIu64 " packets", d->lost_packets);
	if (vtime_before(tolerance, d->worst_wake))
		return arena_printf(arena, "the machine stalled for %.1f ms (tolerance %.1f ms)",
		                    milliseconds(d->worst_wake), milliseconds(tolerance));
	/* A line that is slow all the time may change what comes before what, and so be the reason of anything. */
	if (vtime_before(p->config->tolerance, d->round_trip))
		return arena_printf(arena, "the other machine took %.1f ms to answer (tolerance %.1f ms)",
		                    milliseconds(d->round_trip), milliseconds(p->config->tolerance));
	if (vtime_before(tolerance, d->clock_step))
		return arena_printf(arena, "the clock was set by %.1f ms meanwhile", milliseconds(d->clock_step));
	if (depends_on_time(kind) && vtime_before(tolerance, d->stolen))
		return arena_printf(arena, "the host took %.1f ms of processor time away (tolerance %.1f ms)",
				    milliseconds(d->stolen), milliseconds(tolerance));
	if (only_shifted(e))
		return arena_printf(arena, "what came before took %.1f ms longer than the times of the script",
		                    milliseconds(p->record->behind));
	return NULL;
}

/* What the machine refused us when the last operation failed, so that the target is not to blame; or NULL. */
static const char *lacking_of(struct play *p)
{
	if (p->calls.scratch.refused)
		return "there is no memory for what the call reads or writes (--memory, ulimit -v)";
	return p->target->ops->lacking ? p->target->ops->lacking(p->target) : NULL;
}

/* A value such as [1]: a list that begins with a number. */
static bool is_number(const struct expr *e)
{
	int64_t value;
	struct evaluation_error error;

	return e->kind == EXPR_LIST && e->list.first && expr_int64(e->list.first, &value, &error);
}

/* An option that is set to a number on other systems only: a sentence about it, or NULL. */
static const char *foreign_of(struct play *p, const struct entry *e)
{
	const struct call_spec *call = e->event && e->event->kind == EVENT_CALL ? e->event->call : NULL;
	struct evaluation_error error;
	struct buf where = BUF_INIT;
	const char *text = NULL;
	int64_t level, name;

	if (call && call->signature->id == CALL_SETSOCKOPT && is_number(call->arguments->next->next->next) &&
	    expr_int64(call->arguments->next, &level, &error) &&
	    expr_int64(call->arguments->next->next, &name, &error) &&
	    foreign_option((int)level, (int)name, e->result.error, &where))
		text = arena_strdup(p->record->arena, where.data);
	buf_free(&where);
	return text;
}

/* What the stack was built without, or what only other systems have, if that made the last operation fail; or NULL. A
 * wrong packet later on proves nothing of the kind. */
static const char *absent_of(struct play *p, const struct entry *e)
{
	const char *absent = NULL;

	if (e->mismatch_kind != MISMATCH_RESULT && e->mismatch_kind != MISMATCH_COMMAND)
		return NULL;
	if (p->target->ops->absent)
		absent = p->target->ops->absent(p->target);
	return absent ? absent : foreign_of(p, e);
}

bool play_skip(struct play *p, struct entry *e, const char *what)
{
	const char *cannot = p->target->ops->cannot ? p->target->ops->cannot(p->target) : NULL;

	if (!cannot)
		return false;
	play_set_verdict(p, VERDICT_SKIP, e, arena_printf(p->record->arena, "line %d: %s: %s", e->line, what, cannot));
	return true;
}

/* The reasons in their order, each of which leaves nothing for those after it: what a stack does not have cannot fail,
 * what the machine refused was not tested, a run that was disturbed proves nothing, and a line that no target could
 * play is the script's own fault. */
void play_set_failure(struct play *p, struct entry *e, const char *place)
{
	struct arena *arena = p->record->arena;

	e->status = ENTRY_FAILED;
	play_collect_disturbance(p);
	const char *disturbed = disturbance_reason(p, e), *lacking = lacking_of(p);
	const char *absent = absent_of(p, e);
	if (absent)
		play_set_verdict(p, VERDICT_SKIP, e, arena_printf(arena, "%s%s: %s", place, absent, e->message));
	else if (lacking)
		play_set_verdict(p, VERDICT_ERROR, e, arena_printf(arena, "%s%s: %s", place, lacking, e->message));
	else if (disturbed)
		play_set_verdict(p, VERDICT_INCONCLUSIVE, e,
		                 arena_printf(arena, "%s%s: %s", place, disturbed, e->message));
	else
		play_set_verdict(p, e->mismatch_kind == MISMATCH_OTHER ? VERDICT_ERROR : VERDICT_FAIL, e,
		                 arena_printf(arena, "%s%s", place, e->message));
	p->record->unplayable = p->record->verdict == VERDICT_ERROR && !lacking;
}

bool (play_fail)(struct play *p, struct entry *e, enum mismatch_kind kind, const char *format, ...)
{
	struct arena *arena = p->record->arena;
	va_list args;

	va_start(args, format);
	e->message = arena_vprintf(arena, format, args);
	va_end(args);
	e->mismatch_kind = kind;
	play_set_failure(p, e, arena_printf(arena, "line %d: ", e->line));
	return false;
}

/* The message is that of the original, which does not say what to do about it; the explanation does. */
bool play_fail_without_socket(struct play *p, struct entry *e)
{
	const struct header *transport = packet_transport(e->expected);
	const struct flow *flow = p->flows.under_test;
	const char *line = transport && transport->type == HEADER_TCP ? "TCP" :
	                   transport && transport->type == HEADER_UDP ? "UDP" :
	                   transport && transport->type == HEADER_UDPLITE ? "UDP-Lite" : NULL;
	const char *socket = flow && flow->protocol == IPPROTO_TCP ? "TCP" :
	                     flow && flow->protocol == IPPROTO_UDP ? "UDP" :
	                     flow && flow->protocol == IPPROTO_UDPLITE ? "UDP-Lite" : NULL;

	if (!flow)
		e->explanation = "No socket() before this line has made a socket that the packet could belong to.";
	else if (line && socket)
		e->explanation = arena_printf(p->record->arena, "The line is a packet of %s, and the last socket that "
		                              "the script made is one of %s: put it before that socket(), or give "
		                              "the connections names, as in '> a: . 1:1(0)'.", line, socket);
	return play_fail(p, e, MISMATCH_OTHER, "error handling packet: no matching socket for script packet");
}

bool play_inconclusive(struct play *p, struct entry *e, vtime_t lateness, vtime_t tolerance)
{
	play_collect_disturbance(p);
	e->status = ENTRY_FAILED;
	play_set_verdict(p, VERDICT_INCONCLUSIVE, e,
		    arena_printf(p->record->arena, "the harness was %.1f ms late at line %d (tolerance %.1f ms)",
				 milliseconds(lateness), e->line, milliseconds(tolerance)));
	e->message = p->record->verdict_reason;
	return false;
}

/* A verdict that is there already stays: the signal came after it. */
bool play_not_interrupted(struct play *p, struct entry *e)
{
	if (!interrupt_asked())
		return true;
	if (p->record->verdict == VERDICT_PASS)
		play_set_verdict(p, VERDICT_INCONCLUSIVE, e, "interrupted by a signal");
	return false;
}

/* ---- times and packets of entries ---- */

/* Late, and only late, by no more than one step of the target's timers beyond the tolerance? */
static bool is_near_miss(struct play *p, const struct entry *e, const struct due *due)
{
	vtime_t limit = vtime_add(vtime_add(due->end, due->tolerance), p->target->ops->timer_resolution(p->target));

	return !e->mismatches && vtime_before(e->actual, limit);
}

/* A near miss fails like any other packet that is late. It is marked because one is no proof: the suite repeats the
 * run, and believes it only if the same line is late again (suite/doubt.c). */
enum mismatch_kind play_judge_time(struct play *p, struct entry *e, const struct due *due, const char *what)
{
	struct arena *arena = p->record->arena;
	enum punctuality punctuality = timeline_judge(due, e->actual);
	struct buf text = BUF_INIT;

	if (punctuality == TIME_RIGHT)
		return MISMATCH_NONE;
	p->record->near_miss = punctuality == TIME_TOO_LATE && is_near_miss(p, e, due);
	timeline_explain(&text, e->event, due, e->actual, what);
	record_field_mismatch(p->record, e, PACKET_FIELD_TIME,
			arena_printf(arena, "%.6f", vtime_to_s(due->start)),
			arena_printf(arena, "%.6f", vtime_to_s(e->actual)), text.data);
	buf_free(&text);
	return punctuality == TIME_TOO_EARLY ? MISMATCH_EARLY : MISMATCH_LATE;
}

struct entry *play_expect(struct play *p, const struct event *event, const struct due *due)
{
	struct entry *e = record_append(p->record, ENTRY_OUTBOUND, event);

	e->line = event_line(event, &event->scripted->loc);
	e->timed = !due->any;
	e->planned = due->start;
	e->planned_end = due->end;
	return e;
}

void play_explain(struct play *p, struct entry *e, const char *sentence)
{
	if (sentence)
		e->explanation = e->explanation ? arena_printf(p->record->arena, "%s %s", e->explanation, sentence)
		                                : sentence;
}

/* A script may say that packets which differ are not fatal: then the difference is told, and the run goes on. */
bool play_conclude(struct play *p, struct entry *e, enum mismatch_kind kind)
{
	if (!e->mismatches)
		return true;
	if (p->config->non_fatal_packet) {
		e->status = ENTRY_WARNED;
		e->message = arena_printf(p->record->arena, "warning handling packet: %s", e->mismatches->text);
		return true;
	}
	return play_fail(p, e, kind, "error handling packet: %s", e->mismatches->text);
}

/* A target lends its bytes until the next wait; a record keeps its own. */
struct live_packet *play_keep_packet(struct play *p, const uint8_t *bytes, size_t length, vtime_t at)
{
	struct live_packet *live = arena_new_object(p->record->arena, struct live_packet);

	live->bytes = arena_copy(p->record->arena, bytes, length);
	live->length = length;
	live->wall = at;
	live->at = vtime_sub(at, p->record->start);
	return live;
}

/* The first was reserved before the clock started, because that takes time. */
uint16_t play_next_remote_port(void *user)
{
	struct play *p = user;
	uint16_t port = p->first_remote_port;

	p->first_remote_port = 0;
	return port ? port : p->target->ops->remote_port(p->target);
}

/* ---- packets that are for other lines ----
 *
 * Connections with names are independent of each other, so a stack may answer the second before the first. A packet
 * that the current line cannot be about is kept until a line of its own connection asks for it, and the order within
 * one connection stays what it was on the wire. Packets of nobody are recorded as foreign and never compared.
 */

void play_hold(struct play *p, const struct observation *seen, const struct flow *flow)
{
	const struct held_packet held = { .seen = *seen, .flow = flow };
	struct held_packet **last = &p->held;

	/* Packets that are given back are older than all that are kept. */
	while (flow && *last)
		last = &(*last)->next;
	struct held_packet *kept = arena_copy(p->record->arena, &held, sizeof(held));
	kept->next = *last;
	*last = kept;
}

void play_set_aside(struct play *p, struct set_aside *aside, const struct observation *seen, const struct flow *owner)
{
	const struct held_packet held = { .seen = *seen, .flow = owner };
	struct held_packet **end = aside->last ? aside->last : &aside->first;

	*end = arena_copy(p->record->arena, &held, sizeof(held));
	aside->last = &(*end)->next;
}

void play_give_back(struct play *p, struct set_aside *aside)
{
	if (!aside->first)
		return;
	*aside->last = p->held;
	p->held = aside->first;
}

bool play_next_held(struct play *p, struct observation *out)
{
	struct held_packet **h = &p->held;

	while (*h && !p->wants_any && (*h)->flow && (*h)->flow != p->flows.under_test)
		h = &(*h)->next;
	if (!*h)
		return false;
	*out = (*h)->seen;
	*h = (*h)->next;
	return true;
}

void play_pass_over(struct play *p, const struct observation *seen, struct live_packet *live)
{
	struct flow *owner = flow_owner(&p->flows, &live->packet);
	struct observation kept = *seen;

	/* Of the connection at work it is one that the line cannot be about: ICMP where a segment is expected. */
	if (owner && owner != p->flows.under_test) {
		kept.bytes = live->bytes;
		play_hold(p, &kept, owner);
		return;
	}
	struct entry *foreign = record_append(p->record, ENTRY_FOREIGN, NULL);
	foreign->live = live;
	foreign->actual = live->at;
}

/* ---- packets that no line asked for ---- */

/* What a packet that no line asked for is in script space, if it belongs to the socket under test, or to a connection
 * with a name. */
static const struct packet *in_script_space(struct play *p, const struct packet *live, const char **name)
{
	const struct flow *flow = p->flows.under_test;
	struct tuple tuple;

	if (!packet_transport(live))
		return NULL;
	packet_tuple(live, &tuple);
	if (!flow || !flow_has_tuple(flow, &tuple))
		flow = flow_owner(&p->flows, live);
	if (!flow || !flow_has_tuple(flow, &tuple))
		return NULL;
	*name = flow->name;
	struct packet *shown = arena_copy(p->record->arena, live, sizeof(*shown));
	flow_to_script(flow, shown);
	return shown;
}

/* No line will ask for a certain connection any more, so the packets that are kept for all of them come out. */
static bool next_left(struct play *p, struct observation *o)
{
	p->wants_any = true;
	if (play_next_held(p, o))
		return true;
	return p->target->ops->wait(p->target, p->target->ops->now(p->target), TARGET_WANT_PACKET, o) == TARGET_PACKET;
}

enum packet_parse_result play_parse(const struct play *p, const uint8_t *bytes, size_t length, struct packet *out,
                                    const char **why)
{
	return p->config->udp_encapsulation ? packet_parse_tcp_in_udp(bytes, length, out, why)
	                                    : packet_parse(bytes, length, out, why);
}

/* Without waiting: what has left by now. Packets that cannot be read are of no use to a report and are
 * dropped. */
void play_drain(struct play *p)
{
	struct observation o;
	const char *why;

	while (next_left(p, &o)) {
		struct live_packet *live = play_keep_packet(p, o.bytes, o.length, o.at);
		if (play_parse(p, live->bytes, live->length, &live->packet, &why) != PACKET_OK)
			continue;
		struct entry *e = record_append(p->record, ENTRY_UNEXPECTED, NULL);
		e->live = live;
		e->actual = live->at;
		e->observed = in_script_space(p, &live->packet, &e->connection);
	}
}
