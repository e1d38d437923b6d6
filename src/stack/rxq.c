/* SPDX-License-Identifier: MIT
 *
 * rxq.c - a sorted list of the pieces of text that arrived out of order
 *
 * The pieces do not overlap: where a segment covers octets that are there, those stay, and only what is new becomes
 * a piece of its own. So the first copy of an octet counts, whatever a later one says, and no retransmission can
 * change what was acknowledged with SACK already.
 *
 * Two kinds of reports come from this list. Ranges held are what SACK tells (RFC 2018, 4): the one that holds the
 * latest arrival comes first, which is why each piece has the number of the arrival that touched it last. A range
 * that came twice is what D-SACK tells (RFC 2883, 4).
 *
 * The number of pieces is bounded, and so are their bytes by the receive window: a peer who sends every second octet
 * fills the list, not the memory.
 */
#include "stack/rxq.h"

#include <string.h>

struct piece {
	struct piece *next;
	seq_t start, end;
	uint64_t arrival;                                    /* counts insertions: the order of SACK blocks */
	uint8_t bytes[];
};

struct rxq {
	struct stack *stack;
	struct piece *first;
	size_t count, limit, bytes;
	uint64_t arrivals;
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

static void drop_first(struct rxq *q)
{
	struct piece *p = q->first;

	q->first = p->next;
	q->count--;
	q->bytes -= (uint32_t)seq_diff(p->end, p->start);
	memory_release(q->stack, p);
}

void rxq_free(struct rxq *q)
{
	if (!q)
		return;
	while (q->first)
		drop_first(q);
	memory_release(q->stack, q);
}

/* Put [start, end) in front of *link. */
static bool add_piece(struct rxq *q, struct piece **link, seq_t start, seq_t end, const uint8_t *data)
{
	size_t length = (uint32_t)seq_diff(end, start);

	if (q->count >= q->limit)
		return false;
	struct piece *p = memory_allocate(q->stack, sizeof(*p) + length);
	if (!p)
		return false;
	p->start = start;
	p->end = end;
	p->arrival = q->arrivals;
	memcpy(p->bytes, data, length);
	p->next = *link;
	*link = p;
	q->count++;
	q->bytes += length;
	return true;
}

/* The first range seen twice is the one to report (RFC 2883, 4.1); it grows over pieces that touch. */
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
size_t rxq_insert(struct rxq *q, seq_t at, const uint8_t *data, size_t length, struct rxq_range *duplicate)
{
	seq_t next = at, end = seq_add(at, (uint32_t)length);
	size_t before = q->bytes;
	struct piece **link = &q->first;

	q->arrivals++;
	if (duplicate)
		*duplicate = (struct rxq_range){ at, at };
	for (; *link && seq_before(next, end); link = &(*link)->next) {
		struct piece *p = *link;
		if (seq_before_or_at(p->end, next))
			continue;
		if (seq_before(next, p->start)) {
			seq_t stop = seq_min(p->start, end);
			if (!add_piece(q, link, next, stop, data + seq_diff(next, at)))
				return q->bytes - before;
			next = stop;
			continue;
		}
		note_duplicate(duplicate, next, seq_min(p->end, end));
		p->arrival = q->arrivals;
		next = p->end;
	}
	if (seq_before(next, end))
		add_piece(q, link, next, end, data + seq_diff(next, at));
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
		for (; p->next && seq_equal(p->next->start, r.range.end); p = p->next) {
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

seq_t rxq_end(const struct rxq *q)
{
	const struct piece *p = q->first;

	while (p->next)
		p = p->next;
	return p->end;
}
