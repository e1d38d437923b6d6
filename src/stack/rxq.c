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
 * Memory is charged by packet (charge.h), and packets may overlap, so there is a second list. As was seen on Linux:
 *
 * - Text that begins just where a packet ends costs nothing if its spare room takes all of it.
 * - A packet within another one is dropped. One that covers others takes their place, but not if it costs nothing.
 * - All others are kept whole, even if all of their octets are there already.
 *
 * When the buffer is full, packets can be given up from the end: then SACK must be silent about everything that was
 * there, since the receiver has shown that it does not keep its word (RFC 2018, 8).
 *
 * The number of pieces and packets is bounded, and so are their bytes by the receive window: a peer that sends every
 * second octet fills the list, but not the memory.
 */
#include "stack/rxq.h"

#include <string.h>

#include "stack/host.h"

struct piece {
	struct piece *next;
	seq_t start, end;
	uint64_t arrival;                                    /* counts insertions: the order of SACK blocks */
	uint8_t bytes[];
};

struct kept_packet {
	struct kept_packet *next;
	struct rxq_packet is;
};

struct rxq {
	struct stack *stack;
	struct piece *first;
	struct kept_packet *packets;                         /* sorted by start, and so by end: none covers another */
	size_t count, packet_count, limit, bytes;
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
	memory_release(q->stack, p);
}

static void take_out_packet(struct rxq *q, struct kept_packet **link)
{
	struct kept_packet *p = *link;

	*link = p->next;
	q->packet_count--;
	q->memory -= p->is.charge.memory;
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
	while (q && q->packets)
		take_out_packet(q, &q->packets);
}

void rxq_free(struct rxq *q)
{
	if (!q)
		return;
	rxq_drop_all(q);
	memory_release(q->stack, q);
}

/* ---- packets ---- */

/* The last packet that begins at or before @at, or NULL. */
static struct kept_packet *packet_before(const struct rxq *q, seq_t at)
{
	struct kept_packet *found = NULL;

	for (struct kept_packet *p = q->packets; p && seq_before_or_at(p->is.start, at); p = p->next)
		found = p;
	return found;
}

/* Both questions are about the last packet that begins at or before the segment. Since no kept packet covers another,
 * the ends are sorted like the starts, and no earlier one can hold more. */
static bool covers(const struct kept_packet *p, seq_t end)
{
	return p && seq_before_or_at(end, p->is.end);
}

static bool fits_behind(const struct kept_packet *p, seq_t at, seq_t end)
{
	return p && seq_equal(p->is.end, at) && (uint32_t)seq_diff(end, at) <= p->is.charge.spare;
}

/* A new packet, which is not within another one; false: no memory, or too many. */
static bool add_packet(struct rxq *q, seq_t at, seq_t end, struct charge charge)
{
	struct kept_packet **link = &q->packets;

	if (q->packet_count >= q->limit)
		return false;
	struct kept_packet *p = memory_allocate(q->stack, sizeof(*p));
	if (!p)
		return false;
	while (*link && seq_before((*link)->is.start, at))
		link = &(*link)->next;
	while (*link && seq_before_or_at((*link)->is.end, end)) {
		if (defect(q->stack, DEFECT_TCP_COVERED_CHARGED))
			charge.memory += (*link)->is.charge.memory;
		take_out_packet(q, link);
	}
	p->is = (struct rxq_packet){ at, end, charge };
	p->next = *link;
	*link = p;
	q->packet_count++;
	q->memory += charge.memory;
	return true;
}

/* What became of a segment as a packet, which concerns memory alone: dropped WITHIN another one; added BEHIND one, in
 * its spare room; kept ALONE; or NOWHERE, for want of memory. Whether its octets are new is for the list of pieces to
 * say. */
enum placed { PLACED_NOWHERE, PLACED_WITHIN, PLACED_BEHIND, PLACED_ALONE };

static enum placed place(struct rxq *q, seq_t at, seq_t end, struct charge charge)
{
	struct kept_packet *before = packet_before(q, at);

	if (covers(before, end))
		return PLACED_WITHIN;
	if (!fits_behind(before, at, end))
		return add_packet(q, at, end, charge) ? PLACED_ALONE : PLACED_NOWHERE;
	before->is.end = end;
	before->is.charge.spare -= (uint32_t)seq_diff(end, at);
	before->is.charge.came = charge.came;
	return PLACED_BEHIND;
}

size_t rxq_covered(const struct rxq *q, seq_t start, seq_t end)
{
	const struct kept_packet *before = packet_before(q, start);
	size_t covered = 0;

	if (covers(before, end) || fits_behind(before, start, end))
		return covers(before, end);
	for (const struct kept_packet *p = q->packets; p; p = p->next)
		covered += seq_before_or_at(start, p->is.start) && seq_before_or_at(p->is.end, end);
	return covered;
}

bool rxq_pop_packet(struct rxq *q, seq_t next, struct rxq_packet *packet)
{
	if (!q->packets || seq_after(q->packets->is.end, next))
		return false;
	*packet = q->packets->is;
	take_out_packet(q, &q->packets);
	return true;
}

/* ---- copying together ---- */

/* The last packet of those that begin with @p and have no gap between them. */
static struct kept_packet *last_without_gap(struct kept_packet *p)
{
	while (p->next && seq_before_or_at(p->next->is.start, p->is.end))
		p = p->next;
	return p;
}

/* The packets from @p to @last become blocks of text, all of them full but the last. */
static uint32_t copy_together(struct rxq *q, struct kept_packet *p, const struct kept_packet *last)
{
	const seq_t end = last->is.end;
	seq_t start = p->is.start;
	struct kept_packet *const behind = last->next;
	const vtime_t came = last->is.charge.came;
	uint32_t copied = 0;

	for (const struct kept_packet *old = p; old != behind; old = old->next, copied++)
		q->memory -= old->is.charge.memory;
	for (; ; p = p->next) {
		uint32_t left = (uint32_t)seq_diff(end, start);
		uint32_t length = left < CHARGE_COPY_MOST || p->next == behind ? left : CHARGE_COPY_MOST;
		p->is = (struct rxq_packet){ start, seq_add(start, length), charge_copy(length) };
		p->is.charge.came = came;
		q->memory += p->is.charge.memory;
		start = p->is.end;
		if (seq_equal(start, end))
			break;
	}
	while (p->next != behind) {
		p->next->is.charge.memory = 0;               /* has been taken off */
		take_out_packet(q, &p->next);
	}
	return copied;
}

/* The first packet up to @last that is a reason to copy it, with all behind it; NULL: none. */
static struct kept_packet *worth_copying(struct kept_packet *p, const struct kept_packet *last, uint32_t share)
{
	for (; ; p = p->next) {
		if (charge_is_wasteful(&p->is.charge, (uint32_t)seq_diff(p->is.end, p->is.start), share))
			return p;
		if (p == last)
			return NULL;
		if (!seq_equal(p->next->is.start, p->is.end))
			return p;
	}
}

uint32_t rxq_collapse(struct rxq *q, uint32_t share, uint32_t buffer)
{
	uint32_t copied = 0, alone = 0;

	for (struct kept_packet *p = q->packets, *behind; p; p = behind) {
		struct kept_packet *last = last_without_gap(p), *first = NULL;
		behind = last->next;
		if (p != last)
			first = worth_copying(p, last, share);
		else if ((alone += p->is.charge.memory) > buffer / 8)
			break;
		if (first)
			copied += copy_together(q, first, last);
	}
	return copied;
}

/* ---- text ---- */

/* What remains to be added of a segment. */
struct addition {
	const uint8_t *data;                                 /* of the octet at .start */
	seq_t start;
};

/* Insert the part of @rest up to @end in front of *link. */
static bool add_piece(struct rxq *q, struct piece **link, const struct addition *rest, seq_t end)
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
bool rxq_insert(struct rxq *q, seq_t at, const uint8_t *data, size_t length, struct charge charge,
                struct rxq_range *duplicate)
{
	seq_t end = seq_add(at, (uint32_t)length);
	struct addition rest = { data, at };
	struct piece **link = &q->first;
	enum placed placed = place(q, at, end, charge);

	if (duplicate)
		*duplicate = (struct rxq_range){ at, at };
	if (placed == PLACED_NOWHERE)
		return false;
	if (placed == PLACED_BEHIND)                         /* nobody looks at what it covers */
		duplicate = NULL;
	q->arrivals++;
	for (; *link && seq_before(rest.start, end); link = &(*link)->next) {
		struct piece *p = *link;
		if (seq_before_or_at(p->end, rest.start))
			continue;
		if (seq_before(rest.start, p->start)) {
			seq_t stop = seq_min(p->start, end);
			if (!add_piece(q, link, &rest, stop))
				return true;
			skip(&rest, stop);
			continue;
		}
		note_duplicate(duplicate, rest.start, seq_min(p->end, end));
		p->arrival = q->arrivals;
		skip(&rest, p->end);
	}
	if (seq_before(rest.start, end))
		add_piece(q, link, &rest, end);
	return placed != PLACED_WITHIN;
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
	/* Text that came in order may have covered pieces that were waiting here. */
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

void rxq_drop_last(struct rxq *q)
{
	struct kept_packet **link = &q->packets;
	/* Packets overlap, so giving up the last one gives up only those octets that no packet before it holds. */
	seq_t end = (*link)->is.start;                       /* of the text that stays */

	for (; (*link)->next; link = &(*link)->next)
		end = (*link)->is.end;
	take_out_packet(q, link);
	for (struct piece **p = &q->first; *p; ) {
		if (seq_before_or_at(end, (*p)->start)) {
			take_out(q, p);
			continue;
		}
		if (seq_before(end, (*p)->end)) {
			q->bytes -= (uint32_t)seq_diff((*p)->end, end);
			(*p)->end = end;
		}
		p = &(*p)->next;
	}
}

void rxq_keep_silent(struct rxq *q)
{
	q->silent = q->arrivals;
}

struct ranked {
	struct rxq_range range;
	uint64_t arrival;
};

/* Put @r among the @count best of @room. */
static size_t rank(struct ranked *best, size_t count, size_t room, const struct ranked *r)
{
	if (count == room && best[room - 1].arrival >= r->arrival)
		return count;
	size_t at = count < room ? count++ : room - 1;
	for (; at > 0 && best[at - 1].arrival < r->arrival; at--)
		best[at] = best[at - 1];
	best[at] = *r;
	return count;
}

uint64_t rxq_arrive(struct rxq *q)
{
	return ++q->arrivals;
}

/* Pieces that touch are one range, as old as the latest of them. The best ranges are kept sorted while walking. */
size_t rxq_ranges(const struct rxq *q, const struct rxq_mark *mark, struct rxq_range *out, size_t room)
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
		if (mark && seq_equal(r.range.end, mark->range.start)) {
			r.range.end = mark->range.end;
			r.arrival = mark->arrival > r.arrival ? mark->arrival : r.arrival;
			mark = NULL;
		}
		count = rank(best, count, room, &r);
	}
	if (mark && room)
		count = rank(best, count, room, &(struct ranked){ mark->range, mark->arrival });
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
	const struct kept_packet *p = q->packets;

	while (p->next)
		p = p->next;
	return p->is.start;
}

seq_t rxq_end(const struct rxq *q)
{
	const struct piece *p = q->first;

	while (p->next)
		p = p->next;
	return p->end;
}
