/* SPDX-License-Identifier: MIT
 *
 * diagnose.c - what kind of event a packet was that did not match its line
 *
 * The difference of fields says that something is wrong; what a person wants to know is what happened: a
 * packet was sent twice, one is missing, one came that nobody expects, the data was cut differently.
 */
#include <stdlib.h>

#include "drill/match.h"
#include "drill/play.h"

/* How many differences would @observed show against @scripted? Nothing is recorded. */
static int count_differences(struct play *p, const struct scripted_packet *scripted, const struct packet *observed)
{
	struct record *scratch = record_new(p->script, "", true);
	struct entry *trial = record_append(scratch, ENTRY_OUTBOUND, NULL);
	struct match m = { .record = scratch, .entry = trial, .scripted = scripted };
	const struct packet *expected = match_expectation(scratch, scripted, observed);
	int count = expected->payload_length != observed->payload_length;

	match_headers(&m, expected, observed);
	if (!scripted->any_options && expected->header_count == observed->header_count &&
	    packet_transport(expected)->type == HEADER_TCP && packet_transport(observed)->type == HEADER_TCP)
		match_tcp_options(&m, expected, observed);
	for (const struct mismatch *d = m.entry->mismatches; d; d = d->next)
		count++;
	record_free(scratch);
	return count;
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

/* An earlier line that the same segment had answered. */
static const struct entry *earlier_copy(const struct record *r, const struct entry *e)
{
	const struct entry *found = NULL;

	for (const struct entry *o = r->first; o && o != e; o = o->next)
		if (o->kind == ENTRY_OUTBOUND && o->observed && same_segment(o->observed, e->observed))
			found = o;
	return found;
}

/* A later outbound line that the observed packet answers. */
static const struct event *later_line(struct play *p, const struct entry *e)
{
	enum { LINES_AHEAD = 4 };
	int seen = 0;

	for (const struct event *event = e->event->next; event && seen < LINES_AHEAD; event = event->next) {
		if (event->kind != EVENT_PACKET || event->packet->direction != DIRECTION_OUTBOUND ||
		    event->scripted->raw)
			continue;
		if (!count_differences(p, event->scripted, e->observed))
			return event;
		seen++;
	}
	return NULL;
}

/* Does a packet that has already left after this one answer the line? Takes the queued packets. */
static bool next_answers(struct play *p, const struct entry *e)
{
	play_drain(p);
	for (const struct entry *o = e->next; o; o = o->next)
		if (o->kind == ENTRY_UNEXPECTED && o->observed &&
		    !count_differences(p, e->event->scripted, o->observed))
			return true;
	return false;
}

static bool only_time_differs(const struct entry *e)
{
	return e->mismatches && !e->mismatches->next && e->planned.ns >= 0 && e->mismatches->field[0] == 't' &&
	       e->mismatches->field[1] == 'i';
}

static bool starts_like(const struct packet *a, const struct packet *b)
{
	const struct header *x = packet_transport(a), *y = packet_transport(b);

	return x->type == HEADER_TCP && y->type == HEADER_TCP && x->tcp.seq == y->tcp.seq &&
	       a->payload_length != b->payload_length && a->payload_length && b->payload_length;
}

void play_diagnose(struct play *p, struct entry *e)
{
	struct arena *arena = p->record->arena;
	const struct packet *expected = &e->event->scripted->packet;
	const struct entry *copy;
	const struct event *later;

	if (only_time_differs(e)) {
		bool early = vtime_before(e->actual, e->planned);
		e->mismatch_kind = early ? MISMATCH_EARLY : MISMATCH_LATE;
		return;
	}
	e->mismatch_kind = MISMATCH_FIELDS;
	if (!same_segment(expected, e->observed) && (copy = earlier_copy(p->record, e))) {
		e->mismatch_kind = MISMATCH_DUPLICATE;
		e->explanation = arena_printf(arena, "This segment came before, for line %d: it was sent again.", copy->line);
	} else if ((later = later_line(p, e))) {
		e->mismatch_kind = MISMATCH_MISSING;
		e->explanation = arena_printf(arena, "What came is what line %d expects: the packet of this line is missing.",
					      later->scripted->loc.line);
	} else if (next_answers(p, e)) {
		e->mismatch_kind = MISMATCH_EXTRA;
		e->explanation = "The packet of this line came right after it: this one is extra.";
	} else if (starts_like(expected, e->observed)) {
		e->mismatch_kind = MISMATCH_RESEGMENTED;
		e->explanation = arena_printf(arena, "The same data was expected in one piece of %zu bytes and came in one of %zu.",
					      expected->payload_length, e->observed->payload_length);
	}
}
