/* SPDX-License-Identifier: MIT
 *
 * tcp_memory.c - the memory that received text uses, as it is charged against SO_RCVBUF
 *
 * The receive buffer of a connection is a limit on memory (charge.c), and a packet is charged until its last octet has
 * been read. So this file keeps a list of the packets whose text is in the buffer: where each ends, its charge, and its
 * spare room. Text out of order has its charges in rxq.c. As was seen on Linux:
 *
 * - Text that fits into the spare room of the packet before it costs nothing, if it begins just where that ends: a
 *   packet that also has older text lies in a block of its own.
 * - A segment is refused only when more than the whole buffer is charged before it comes; so a single one may overrun
 *   the buffer, whatever its size.
 * - Memory is granted in pages of 4096 octets. Memory that was granted and is unused may serve a segment beyond the
 *   limit, if that is just what was expected next.
 * - Before text is given up, packets are copied together into blocks as large as a page takes: all from the first on
 *   that wastes its memory, has text that was read, or overlaps the next. So are early packets without gaps.
 *
 * tcp_rcv.c decides what is given up when the buffer is full, and tcp_receive_limit.c how the window follows. Only this
 * file writes struct tcp_receive_memory. Without memory for another entry, text joins the last packet and is not
 * charged.
 */
#include "stack/tcp_memory.h"

enum { PACKETS_FIRST = 4 };

static struct held_packet *packet_at(const struct tcp_receive_memory *m, size_t i)
{
	return &m->list[(m->first + i) & (m->room - 1)];
}

void tcp_memory_free(struct tcp *t)
{
	memory_release(tcp_stack(t), t->memory.list);
	t->memory = (struct tcp_receive_memory){ 0 };
}

static bool make_room(struct tcp *t)
{
	struct tcp_receive_memory *m = &t->memory;
	size_t room = m->room ? 2 * m->room : PACKETS_FIRST;

	if (m->count < m->room)
		return true;
	struct held_packet *list = memory_allocate(tcp_stack(t), room * sizeof(*list));
	if (!list)
		return false;
	for (size_t i = 0; i < m->count; i++)
		list[i] = *packet_at(m, i);
	memory_release(tcp_stack(t), m->list);
	m->list = list;
	m->room = room;
	m->first = 0;
	return true;
}

/* Whole pages are granted. */
static void take(struct tcp_receive_memory *m, uint32_t memory)
{
	if (m->granted < memory)
		m->granted += (memory - m->granted + TCP_MEMORY_PAGE - 1) / TCP_MEMORY_PAGE * TCP_MEMORY_PAGE;
	m->granted -= memory;
	m->used += memory;
}

static void give_back(struct tcp_receive_memory *m, uint32_t memory)
{
	m->used -= memory;
	m->granted = (m->granted + memory) % TCP_MEMORY_PAGE;
}

void tcp_memory_append(struct tcp *t, seq_t start, seq_t end, struct charge charge)
{
	struct tcp_receive_memory *m = &t->memory;
	struct held_packet *last = m->count ? packet_at(m, m->count - 1) : NULL;

	if (seq_before_or_at(end, last ? last->end : t->rcv.read))
		return;                                      /* it has nothing that was not there already */
	if (last && seq_equal(start, last->end) && (uint32_t)seq_diff(end, start) <= last->charge.spare) {
		last->end = end;
		last->charge.spare -= (uint32_t)seq_diff(end, start);
		last->charge.came = charge.came;
		count(tcp_stack(t), TcpExtTCPRcvCoalesce);
	} else if (make_room(t)) {
		*packet_at(m, m->count++) = (struct held_packet){ start, end, charge };
		take(m, charge.memory);
	} else if (last) {
		last->end = end;
	}
}

void tcp_memory_join_fin(struct tcp *t)
{
	const struct tcp_receive_memory *m = &t->memory;

	if (m->count && packet_at(m, m->count - 1)->charge.memory)
		count(tcp_stack(t), TcpExtTCPRcvCoalesce);
}

void tcp_memory_read(struct tcp *t)
{
	struct tcp_receive_memory *m = &t->memory;

	while (m->count && seq_before_or_at(packet_at(m, 0)->end, t->rcv.read)) {
		give_back(m, packet_at(m, 0)->charge.memory);
		m->first = (m->first + 1) & (m->room - 1);
		m->count--;
	}
}

vtime_t tcp_memory_came(const struct tcp *t, seq_t last)
{
	for (size_t i = 0; i < t->memory.count; i++)
		if (seq_before(last, packet_at(&t->memory, i)->end))
			return packet_at(&t->memory, i)->charge.came;
	return VTIME_ZERO;
}

seq_t tcp_memory_packet_end(const struct tcp *t)
{
	return t->memory.count ? packet_at(&t->memory, 0)->end : t->rcv.nxt;
}

/* ---- how much ---- */

uint32_t tcp_memory_used(const struct tcp *t)
{
	if (!charge_counts_memory(tcp_stack(t)))
		return (uint32_t)t->rcv.buffer.length;
	return t->memory.used + rxq_memory(t->rcv.early);
}

bool tcp_memory_exceeded(const struct tcp *t)
{
	return charge_counts_memory(tcp_stack(t)) &&
	       tcp_memory_used(t) > (uint32_t)t->socket->options.receive_buffer;
}

bool tcp_memory_granted(const struct tcp *t, uint32_t memory)
{
	return t->memory.granted >= memory;
}

/* ---- copying together ---- */

/* Is this packet a reason to copy it, with all behind it? */
static bool is_worth_copying(const struct tcp *t, size_t i, uint32_t share)
{
	const struct tcp_receive_memory *m = &t->memory;
	const struct held_packet *p = packet_at(m, i);

	return charge_is_wasteful(&p->charge, (uint32_t)seq_diff(p->end, p->start), share) ||
	       (!i && seq_before(p->start, t->rcv.read)) ||
	       (i + 1 < m->count && !seq_equal(packet_at(m, i + 1)->start, p->end));
}

/* The packets from @first on are copied into blocks, all of them full but the last. */
static void copy_together(struct tcp *t, size_t first)
{
	struct tcp_receive_memory *m = &t->memory;
	seq_t start = first ? packet_at(m, first - 1)->end : t->rcv.read, last = packet_at(m, m->count - 1)->end;
	uint32_t before = 0, after = 0;
	size_t kept = first;

	for (size_t i = first; i < m->count; i++)
		before += packet_at(m, i)->charge.memory;
	while (seq_before(start, last)) {
		uint32_t left = (uint32_t)seq_diff(last, start);
		uint32_t length = left < CHARGE_COPY_MOST || kept + 1 == m->count ? left : CHARGE_COPY_MOST;
		struct charge copy = charge_copy(length);
		copy.came = tcp_memory_came(t, seq_add(start, length - 1));
		*packet_at(m, kept++) = (struct held_packet){ start, seq_add(start, length), copy };
		start = seq_add(start, length);
		after += copy.memory;
	}
	m->count = kept;
	give_back(m, before);
	take(m, after);
}

uint32_t tcp_memory_collapse(struct tcp *t, uint32_t share)
{
	uint32_t buffer = (uint32_t)t->socket->options.receive_buffer, copied;
	size_t first = 0;

	if (defect(tcp_stack(t), DEFECT_TCP_NOT_COLLAPSED))
		return 0;
	copied = defect(tcp_stack(t), DEFECT_TCP_EARLY_NOT_COLLAPSED) ? 0 :
	         rxq_collapse(t->rcv.early, share, buffer);
	while (first < t->memory.count && !is_worth_copying(t, first, share))
		first++;
	if (first == t->memory.count)
		return copied;
	copied += (uint32_t)(t->memory.count - first);
	copy_together(t, first);
	return copied;
}
