/* SPDX-License-Identifier: MIT
 *
 * rxq.c - a sorted list of the pieces of text that arrived out of order
 *
 * The pieces do not overlap: where a segment covers octets that are there already, those stay, and only the new part
 * becomes a piece. So the first copy of an octet counts, whatever a later one says, and no retransmission can change
 * text that SACK has acknowledged.
 *
 * Two kinds of reports come from this list. SACK reports the ranges held (RFC 2018, 4). The one with the latest arrival
 * comes first, which is why each piece has the number of the arrival that touched it last. D-SACK reports a range that
 * came twice (RFC 2883, 4).
 *
 * Each piece has the charge of its packet (charge.h), with the room left for the text behind it. If the text of a
 * packet became several pieces, the first has the charge. When the buffer is full, pieces can be given up from the end:
 * then SACK must be silent about everything that was there, since the receiver has shown that it does not keep its word
 * (RFC 2018, 8).
 *
 * The number of pieces is bounded, and so are their bytes by the receive window: a peer that sends every second octet
 * fills the list, but not the memory.
 */
#include "stack/rxq.h"

#include <string.h>

struct piece {
	struct piece *next;
	seq_t start, end;
	uint64_t arrival;                                    /* counts insertions: the order of SACK blocks */
	struct charge charge;
	uint8_t bytes[];
};

struct rxq {
	struct stack *stack;
	struct piece *first;
	size_t count, limit, bytes;
	uint64_t arrivals, silent;                           /* up to .silent they are not reported */
	uint32_t memory;
};

struct rxq *rxq_new(struct stack *st, size_t segments)
{
	struct rxq *q = memory_allocate(st, sizeof(*q));

	if (q) {
		q->stack = st;
		q->limit = segments;
	}
	return q;
}

static void take_out(struct rxq *q, struct piece **link)
{
	struct piece *p = *link;

	*link = p->next;
	q->count--;
	q->bytes -= (uint32_t)seq_diff(p->end, p->start);
	q->memory -= p->charge.memory;
	memory_release(q->stack, p);
}

static void drop_first(struct rxq *q)
{
	take_out(q, &q->first);
}

void rxq_drop_all(struct rxq *q)
{
	while (q && q->first)
		drop_first(q);
}

void rxq_free(struct rxq *q)
{
	if (!q)
		return;
	rxq_drop_all(q);
	memory_release(q->stack, q);
}

/* What remains to be added of a segment, and of its charge. */
struct addition {
	const uint8_t *data;                                 /* of the octet at .start */
	seq_t start;
	struct charge charge;
};

/* Charges the new piece @p: its text may fit into the spare room of @before, the piece in front (may be NULL). */
static void charge_piece(struct rxq *q, struct piece *before, struct piece *p, struct addition *rest)
{
	uint32_t length = (uint32_t)seq_diff(p->end, p->start);

	if (before && seq_equal(before->end, p->start) && length <= before->charge.spare) {
		p->charge.spare = before->charge.spare - length;
		before->charge.spare = 0;
	} else {
		p->charge = rest->charge;
		rest->charge = (struct charge){ 0 };
		q->memory += p->charge.memory;
	}
}

/* Insert the part of @rest up to @end in front of *link, behind @before (may be NULL). */
static bool add_piece(struct rxq *q, struct piece **link, struct piece *before, struct addition *rest, seq_t end)
{
	size_t length = (uint32_t)seq_diff(end, rest->start);

	if (q->count >= q->limit)
		return false;
	struct piece *p = memory_allocate(q->stack, sizeof(*p) + length);
	if (!p)
		return false;
	p->start = rest->start;
	p->end = end;
	p->arrival = q->arrivals;
	memcpy(p->bytes, rest->data, length);
	charge_piece(q, before, p, rest);
	p->next = *link;
	*link = p;
	q->count++;
	q->bytes += length;
	return true;
}

static void skip(struct addition *rest, seq_t to)
{
	rest->data += seq_diff(to, rest->start);
	rest->start = to;
}

/* The first range that came twice is reported (RFC 2883, 4.1); it grows over pieces that touch. */
static void note_duplicate(struct rxq_range *d, seq_t start, seq_t end)
{
	if (!d)
		return;
	if (seq_equal(d->start, d->end))
		*d = (struct rxq_range){ start, end };
	else if (seq_equal(d->end, start))
		d->end = end;
}

/* Walks along the pieces that the segment touches: gaps between them are filled with new pieces, and what lies on a
 * piece is a duplicate. Either way the pieces become the latest arrival. */
size_t rxq_insert(struct rxq *q, seq_t at, const uint8_t *data, size_t length, struct charge charge,
                  struct rxq_range *duplicate)
{
	seq_t end = seq_add(at, (uint32_t)length);
	struct addition rest = { data, at, charge };
	size_t before = q->bytes;
	struct piece **link = &q->first, *last = NULL;

	q->arrivals++;
	if (duplicate)
		*duplicate = (struct rxq_range){ at, at };
	for (; *link && seq_before(rest.start, end); last = *link, link = &last->next) {
		struct piece *p = *link;
		if (seq_before_or_at(p->end, rest.start))
			continue;
		if (seq_before(rest.start, p->start)) {
			seq_t stop = seq_min(p->start, end);
			if (!add_piece(q, link, last, &rest, stop))
				return q->bytes - before;
			skip(&rest, stop);
			continue;
		}
		note_duplicate(duplicate, rest.start, seq_min(p->end, end));
		p->arrival = q->arrivals;
		skip(&rest, p->end);
	}
	if (seq_before(rest.start, end))
		add_piece(q, link, last, &rest, end);
	return q->bytes - before;
}

struct rxq_range rxq_overlap(const struct rxq *q, seq_t start, seq_t end)
{
	struct rxq_range found = { start, start };

	for (const struct piece *p = q->first; p && seq_before(p->start, end); p = p->next)
		if (seq_after(p->end, start))
			note_duplicate(&found, seq_max(p->start, start), seq_min(p->end, end));
	return found;
}

size_t rxq_covered(const struct rxq *q, seq_t start, seq_t end)
{
	size_t covered = 0;

	for (const struct piece *p = q->first; p && seq_before(p->start, end); p = p->next) {
		if (seq_before_or_at(p->start, start) && seq_before_or_at(end, p->end))
			return 1;
		covered += seq_before_or_at(start, p->start) && seq_before_or_at(p->end, end);
	}
	return covered;
}

size_t rxq_front(struct rxq *q, seq_t next, const uint8_t **bytes)
{
	while (q->first && seq_before_or_at(q->first->end, next))
		drop_first(q);
	if (!q->first || seq_after(q->first->start, next))
		return 0;
	*bytes = q->first->bytes + seq_diff(next, q->first->start);
	return (uint32_t)seq_diff(q->first->end, next);
}

void rxq_pop(struct rxq *q)
{
	if (q->first)
		drop_first(q);
}

struct charge rxq_front_charge(const struct rxq *q)
{
	return q->first->charge;
}

void rxq_drop_last(struct rxq *q)
{
	struct piece **link = &q->first;

	while ((*link)->next)
		link = &(*link)->next;
	take_out(q, link);
}

void rxq_keep_silent(struct rxq *q)
{
	q->silent = q->arrivals;
}

struct ranked {
	struct rxq_range range;
	uint64_t arrival;
};

/* Pieces that touch are one range, as old as the latest of them. The best ranges are kept sorted while walking. */
size_t rxq_ranges(const struct rxq *q, struct rxq_range *out, size_t room)
{
	enum { RANGES = 4 };
	struct ranked best[RANGES] = { 0 };
	size_t count = 0;

	if (room > RANGES)
		room = RANGES;
	for (const struct piece *p = q->first; p && room; p = p->next) {
		struct ranked r = { { p->start, p->end }, p->arrival };
		if (p->arrival <= q->silent)
			continue;
		for (; p->next && seq_equal(p->next->start, r.range.end) && p->next->arrival > q->silent; p = p->next) {
			r.range.end = p->next->end;
			if (p->next->arrival > r.arrival)
				r.arrival = p->next->arrival;
		}
		if (count == room && best[room - 1].arrival >= r.arrival)
			continue;
		size_t at = count < room ? count++ : room - 1;
		for (; at > 0 && best[at - 1].arrival < r.arrival; at--)
			best[at] = best[at - 1];
		best[at] = r;
	}
	for (size_t i = 0; i < count; i++)
		out[i] = best[i].range;
	return count;
}

size_t rxq_bytes(const struct rxq *q)
{
	return q->bytes;
}

uint32_t rxq_memory(const struct rxq *q)
{
	return q->memory;
}

seq_t rxq_last(const struct rxq *q)
{
	const struct piece *p = q->first;

	while (p->next)
		p = p->next;
	return p->start;
}

seq_t rxq_end(const struct rxq *q)
{
	const struct piece *p = q->first;

	while (p->next)
		p = p->next;
	return p->end;
}
