/* SPDX-License-Identifier: MIT
 *
 * diagnose.c - what kind of event it was when a packet did not match its line
 *
 * The difference of fields says that something is wrong; what a person wants to know is what
 * happened: a packet was sent twice, one is missing, one came that nobody expects, the data was
 * cut differently.
 *
 * The method is to look around. The packet is compared with three things:
 *
 * - what came before: if an earlier line was answered by the same segment, or by data that this
 *   one was part of, it was sent again (duplicate);
 * - the lines behind this one: if what came is exactly what one of them expects, the packet of
 *   this line is missing;
 * - the packets behind it, as far as they have left already: if one of them is exactly what this
 *   line expects, and in time, then the one that came first is too many (extra, or a duplicate if it was seen before).
 *   This also holds for a packet that is right but too early: more often than early, it is a packet that no line asked
 *   for with the same fields.
 *
 * If none of that fits, the fields differ, and that is all that can be said. The order matters: a repeated segment
 * often equals a line further down as well, but repetition explains more.
 *
 * A packet that never came, though a line further down has what would have caused it, is a line in the wrong place.
 *
 * likely.c guesses what the packet probably was in terms of TCP (a probe, a time-out ...). None of this changes the
 * verdict. Looking at later packets takes them from the target, so with --non_fatal, where the run goes on, that is
 * left out.
 */
#include <stdlib.h>
#include <string.h>

#include "drill/match.h"
#include "drill/play.h"

/* The number of differences between @observed and @scripted. Nothing is recorded. */
static int count_differences(struct play *p, const struct scripted_packet *scripted, const struct packet *observed)
{
	struct record *scratch = record_new(p->script, "", true);
	struct entry *trial = record_append(scratch, ENTRY_OUTBOUND, NULL);
	struct match m = { .record = scratch, .entry = trial, .scripted = scripted };
	const struct packet *expected = match_expectation(scratch, scripted, observed);
	int count = expected->payload_length != observed->payload_length;

	match_headers(&m, expected, observed);
	match_data_range(&m, observed);
	if (!scripted->any_options && expected->header_count == observed->header_count &&
	    packet_transport(expected)->type == HEADER_TCP && packet_transport(observed)->type == HEADER_TCP)
		match_tcp_options(&m, expected, observed);
	for (const struct mismatch *d = m.entry->mismatches; d; d = d->next)
		count++;
	record_free(scratch);
	return count;
}

bool play_answers(struct play *p, const struct scripted_packet *scripted, const struct packet *observed)
{
	return !count_differences(p, scripted, observed);
}

static bool same_segment(const struct packet *a, const struct packet *b)
{
	const struct header *x = packet_transport(a), *y = packet_transport(b);

	if (x->type != HEADER_TCP || y->type != HEADER_TCP)
		return false;
	bool empty = !a->payload_length && !(x->tcp.flags & (TCP_SYN | TCP_FIN));
	return x->tcp.seq == y->tcp.seq && a->payload_length == b->payload_length &&
	       (x->tcp.flags & ~TCP_PSH) == (y->tcp.flags & ~TCP_PSH) && (!empty || x->tcp.ack == y->tcp.ack);
}

/* Was all the data of @piece in @whole? */
static bool is_piece_of(const struct packet *whole, const struct packet *piece)
{
	const struct header *x = packet_transport(whole), *y = packet_transport(piece);

	if (x->type != HEADER_TCP || y->type != HEADER_TCP || !piece->payload_length)
		return false;
	uint32_t from = y->tcp.seq - x->tcp.seq;
	return from <= whole->payload_length && piece->payload_length <= whole->payload_length - from;
}

/* The last line before @e that was answered by the same segment as @packet, or by one that had its data among
 * others. */
static const struct entry *earlier_copy(const struct record *r, const struct entry *e, const struct packet *packet)
{
	const struct entry *found = NULL;

	for (const struct entry *o = r->first; o && o != e; o = o->next)
		if (o->kind == ENTRY_OUTBOUND && o->observed &&
		    (same_segment(o->observed, packet) || is_piece_of(o->observed, packet)))
			found = o;
	return found;
}

/* A line without a name may be about any connection. */
static bool of_one_connection(const struct scripted_packet *a, const struct scripted_packet *b)
{
	return !a->connection || !b->connection || !strcmp(a->connection, b->connection);
}

/* A later outbound line that the observed packet answers. */
static const struct event *later_line(struct play *p, const struct entry *e)
{
	enum { LINES_AHEAD = 4 };
	int seen = 0;

	for (const struct event *event = e->event->next; event && seen < LINES_AHEAD; event = event->next) {
		if (event->kind != EVENT_PACKET || event->packet->direction != DIRECTION_OUTBOUND ||
		    event->scripted->raw || event->scripted->nothing ||
		    !of_one_connection(event->scripted, e->event->scripted))
			continue;
		if (!count_differences(p, event->scripted, e->observed))
			return event;
		seen++;
	}
	return NULL;
}

/* A packet that has left since this one came and that answers the line, its time included. Takes the packets that are
 * still in the queue. */
static const struct entry *next_answers(struct play *p, const struct entry *e, const struct due *due)
{
	if (p->config->non_fatal_packet)                     /* later lines may need them */
		return NULL;
	play_drain(p);
	for (const struct entry *o = e->next; o; o = o->next)
		if (o->kind == ENTRY_UNEXPECTED && o->observed &&
		    (!o->connection || !e->event->scripted->connection ||
		     !strcmp(o->connection, e->event->scripted->connection)) &&
		    timeline_judge(due, o->actual) == TIME_RIGHT &&
		    !count_differences(p, e->event->scripted, o->observed))
			return o;
	return NULL;
}

static bool only_time_differs(const struct entry *e)
{
	return e->mismatches && !e->mismatches->next && e->mismatches->id == PACKET_FIELD_TIME;
}

static bool starts_like(const struct packet *a, const struct packet *b)
{
	const struct header *x = packet_transport(a), *y = packet_transport(b);

	return x->type == HEADER_TCP && y->type == HEADER_TCP && x->tcp.seq == y->tcp.seq &&
	       a->payload_length != b->payload_length && a->payload_length && b->payload_length;
}

/* The packet is extra: that of this line came later, or this one was seen before. */
static void call_surplus(struct play *p, struct entry *e, const struct entry *copy, const struct entry *next)
{
	struct arena *arena = p->record->arena;

	e->mismatch_kind = copy ? MISMATCH_DUPLICATE : MISMATCH_EXTRA;
	if (copy)
		play_explain(p, e, arena_printf(arena, "It repeats what came for line %d.", copy->line));
	if (next)
		play_explain(p, e, arena_printf(arena, "The packet of this line came after it, at %.6f s.",
					   (double)vtime_to_us(next->actual) / 1e6));
}

/* Everything but the time is right. A packet that came too early may also be one packet too many, which looks like the
 * one that is expected. */
static void diagnose_time(struct play *p, struct entry *e, const struct due *due)
{
	bool early = vtime_before(e->actual, e->planned);
	const struct entry *next = early ? next_answers(p, e, due) : NULL;

	e->mismatch_kind = early ? MISMATCH_EARLY : MISMATCH_LATE;
	if (next)
		call_surplus(p, e, earlier_copy(p->record, e, e->observed), next);
}

static void diagnose_fields(struct play *p, struct entry *e, const struct due *due)
{
	const struct packet *expected = &e->event->scripted->packet;
	struct arena *arena = p->record->arena;
	const bool is_itself = same_segment(expected, e->observed);
	const struct entry *copy = is_itself ? NULL : earlier_copy(p->record, e, e->observed);
	const struct event *later = copy ? NULL : later_line(p, e);
	const struct entry *next = later ? NULL : next_answers(p, e, due);

	e->mismatch_kind = MISMATCH_FIELDS;
	if (copy || next) {
		call_surplus(p, e, copy, next);
	} else if (later) {
		e->mismatch_kind = MISMATCH_MISSING;
		play_explain(p, e,
		        arena_printf(arena, "What came is what line %d expects: the packet of this line is missing.",
		                     event_line(later, &later->scripted->loc)));
	} else if (!e->event->scripted->ranges.length && starts_like(expected, e->observed)) {
		e->mismatch_kind = MISMATCH_RESEGMENTED;
		play_explain(p, e,
		        arena_printf(arena,
		                     "The same data was expected in one piece of %zu bytes and came in one of %zu.",
		                     expected->payload_length, e->observed->payload_length));
	}
}

/* A reset in place of something else ends the connection, whatever its number is. */
static bool is_surprising_reset(const struct packet *expected, const struct packet *observed)
{
	const struct header *want = packet_transport(expected), *got = packet_transport(observed);

	return want->type == HEADER_TCP && got->type == HEADER_TCP && got->tcp.flags & TCP_RST &&
	       !(want->tcp.flags & TCP_RST);
}

/* ---- a packet that never came, because its cause stands behind it ---- */

static bool is_answer(const struct packet *answer, const struct packet *inbound)
{
	const struct header *out = packet_transport(answer), *in = packet_transport(inbound);

	if (!in || out->type != HEADER_TCP || in->type != HEADER_TCP)
		return false;
	const uint32_t length = (uint32_t)inbound->payload_length + !!(in->tcp.flags & TCP_SYN) +
				!!(in->tcp.flags & TCP_FIN);
	if (out->tcp.flags & TCP_RST && in->tcp.flags & TCP_ACK)
		return out->tcp.seq == in->tcp.ack;
	return length && out->tcp.flags & TCP_ACK && out->tcp.ack == in->tcp.seq + length;
}

static bool is_syn(const struct header *h)
{
	return h->type == HEADER_TCP && (h->tcp.flags & (TCP_SYN | TCP_ACK)) == TCP_SYN;
}

static bool is_sent_by(const struct packet *packet, enum call_id call)
{
	const struct header *out = packet_transport(packet);
	const bool tcp = out->type == HEADER_TCP;

	switch (call) {
	case CALL_CONNECT:
		return is_syn(out);
	case CALL_CLOSE: case CALL_SHUTDOWN:
		return tcp && out->tcp.flags & TCP_FIN;
	case CALL_WRITE: case CALL_WRITEV: case CALL_SEND: case CALL_SENDTO: case CALL_SENDMSG: case CALL_SENDMMSG:
	case CALL_SENDFILE: case CALL_SPLICE:
		return packet->payload_length || !tcp;
	default:
		return false;
	}
}

/* Was something injected earlier that the packet would answer? Then it may be the answer to that. */
static bool is_asked_for(const struct record *r, const struct entry *e, const struct packet *wanted)
{
	for (const struct entry *o = r->first; o && o != e; o = o->next)
		if (o->kind == ENTRY_INBOUND && o->expected && is_answer(wanted, o->expected))
			return true;
	return false;
}

/* Why a packet that calls make a stack send can never come: none of them was made. NULL: one was, or it is no such
 * packet. */
static const char *without_call(const struct record *r, const struct entry *e, const struct packet *wanted)
{
	static const struct {
		enum call_id id;
		const char *text;
	} senders[] = {
		{ CALL_CONNECT, "No call before this line connects, as connect(3, ..., ...) does; a SYN of the peer is "
		                "injected by '<'." },
		{ CALL_WRITE, "No call before this line sends data, as write(4, ..., 10) does; data of the peer is "
		              "injected by '<'." },
		{ CALL_CLOSE, "No call before this line closes the connection, as close(4) does; a FIN of the peer is "
		              "injected by '<'." },
	};

	const struct header *out = packet_transport(wanted);
	for (const struct entry *o = r->first; o && o != e; o = o->next) {
		if (o->kind != ENTRY_CALL || !o->event->call->signature)
			continue;
		const enum call_id id = o->event->call->signature->id;
		/* Fast Open connects when it sends. */
		if (is_sent_by(wanted, id) || (is_syn(out) && (id == CALL_SENDTO || id == CALL_SENDMSG)))
			return NULL;
	}
	for (size_t i = 0; i < ARRAY_LEN(senders) && out->type == HEADER_TCP; i++)
		if (is_sent_by(wanted, senders[i].id))
			return senders[i].text;
	return NULL;
}

const char *play_misplaced(struct play *p, const struct entry *e)
{
	enum { EVENTS_AHEAD = 4 };
	const struct packet *wanted = &e->event->scripted->packet;
	const struct event *event = e->event->next;

	if (e->event->scripted->raw)
		return NULL;
	const bool asked_for = is_asked_for(p->record, e, wanted);
	const bool sent_before = earlier_copy(p->record, e, wanted);
	for (int seen = 0; event && seen < EVENTS_AHEAD; event = event->next, seen++) {
		/* Packets with names in them are built only when the values are known. */
		const struct scripted_packet *line = event->kind == EVENT_PACKET ? event->scripted : NULL;
		if (!asked_for && line && line->direction == DIRECTION_INBOUND && !line->raw &&
		    of_one_connection(line, e->event->scripted) && is_answer(wanted, &line->packet))
			return arena_printf(p->record->arena, "The packet that this would answer is injected only "
			                    "afterwards, in line %d: put the cause before its answer.",
			                    event_line(event, &event->scripted->loc));
		if (!sent_before && event->kind == EVENT_CALL && event->call->signature &&
		    is_sent_by(wanted, event->call->signature->id))
			return arena_printf(p->record->arena, "The %s() that would send this is called only "
			                    "afterwards, in line %d: put the call before the packet.",
			                    event->call->name, event_line(event, &event->call->loc));
	}
	return without_call(p->record, e, wanted);
}

/* ---- the diagnosis ---- */

void play_diagnose(struct play *p, struct entry *e, const struct due *due)
{
	if (only_time_differs(e))
		diagnose_time(p, e, due);
	else
		diagnose_fields(p, e, due);
	const struct packet *expected = &e->event->scripted->packet;
	if (e->mismatch_kind != MISMATCH_FIELDS || !same_segment(expected, e->observed) ||
	    is_surprising_reset(expected, e->observed))
		play_explain(p, e, play_likely(p, e, e->observed, e->actual));
	if (e->mismatch_kind == MISMATCH_DUPLICATE)
		play_explain(p, e, play_held_back(p, e));
}
