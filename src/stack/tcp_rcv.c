/* SPDX-License-Identifier: MIT
 *
 * tcp_rcv.c - the receive sequence space (RFC 9293, 3.3.1), and text that waits for the user
 *
 * Text before RCV.NXT is in the receive buffer until the user reads it; text that came out of order is in rxq until the
 * text before it has come (SHLD-31). RCV.NXT moves over text only once that is in the buffer: for lack of memory a
 * segment counts as lost, is not acknowledged, and comes again. A FIN has a number but no octet, and waits for the text
 * before it.
 *
 * Because memory is charged (tcp_memory.c), the buffer may be full though the peer keeps to its window. Then it grows,
 * if it may; packets are copied together, text out of order is given up, and if that is not enough the segment counts
 * as lost.
 *
 * Nothing else writes struct tcp_receive_space: scripts/stack-rules proves it. tcp_window.c decides on the window that
 * we offer, tcp_ack.c on when to acknowledge.
 */
#include "stack/tcp_rcv.h"

#include "stack/tcp_memory.h"
#include "stack/tcp_statistics.h"

/* What a host may send if nothing was agreed on (RFC 9293, 3.7.1); the least MSS that is believed. */
enum { ALWAYS_SENT = 536, LEAST_SEGMENT = 88 };

bool tcp_rcv_new(struct tcp *t)
{
	t->rcv.early = rxq_new(tcp_stack(t), (size_t)tcp_stack(t)->config.tcp_reorder_segments);
	return t->rcv.early;
}

void tcp_rcv_clear(struct tcp *t)
{
	struct rxq *early = t->rcv.early;

	ring_free(tcp_stack(t), &t->rcv.buffer);
	rxq_drop_all(early);
	t->rcv = (struct tcp_receive_space){ .early = early };
	tcp_memory_free(t);
}

void tcp_rcv_free(struct tcp *t)
{
	ring_free(tcp_stack(t), &t->rcv.buffer);
	tcp_memory_free(t);
	rxq_free(t->rcv.early);
	t->rcv.early = NULL;
}

void tcp_rcv_start(struct tcp *t, seq_t irs)
{
	t->rcv.irs = irs;
	/* RFC 9293, 3.4: a SYN has a sequence number. */
	t->rcv.nxt = t->rcv.read = seq_add(irs, !defect(tcp_stack(t), DEFECT_TCP_SYN_UNCOUNTED));
}

/* ---- text ---- */

static bool take_text(struct tcp *t, const uint8_t *text, uint32_t length)
{
	if (!ring_append(tcp_stack(t), &t->rcv.buffer, text, length))
		return false;
	t->rcv.nxt = seq_add(t->rcv.nxt, length);
	if (t->rcv.fin_known && seq_before(t->rcv.fin_seq, t->rcv.nxt) &&
	    !defect(tcp_stack(t), DEFECT_TCP_FIRST_FIN_STAYS))
		t->rcv.fin_known = false;                    /* there is text where an early FIN was */
	tcp_count_received(t, length);
	socket_wake(t->socket);
	return true;
}

bool tcp_rcv_take(struct tcp *t, const uint8_t *text, uint32_t length, seq_t first, struct charge charge)
{
	if (!take_text(t, text, length))
		return false;
	tcp_memory_append(t, first, t->rcv.nxt, charge);
	return true;
}

bool tcp_rcv_keep(struct tcp *t, seq_t at, const uint8_t *text, uint32_t length, struct charge charge,
                  struct rxq_range *again)
{
	return rxq_insert(t->rcv.early, at, text, length, charge, again);
}

void tcp_rcv_drain(struct tcp *t)
{
	struct rxq_packet packet;
	const uint8_t *bytes;
	size_t length;

	while ((length = rxq_front(t->rcv.early, t->rcv.nxt, &bytes)) > 0) {
		if (!take_text(t, bytes, (uint32_t)length))
			break;                                       /* the next segment tries again */
		rxq_pop(t->rcv.early);
	}
	while (rxq_pop_packet(t->rcv.early, t->rcv.nxt, &packet))
		tcp_memory_append(t, packet.start, packet.end, packet.charge);
}

/* A full segment is no larger than the MSS that we offered allows beside time-stamps (RFC 9293, 3.7.1), whatever
 * arrived; and as long as nothing larger came, it is the size that every peer may send. */
uint32_t tcp_full_segment(const struct tcp *t)
{
	bool stamps = t->agreed.stamps && !defect(tcp_stack(t), DEFECT_TCP_FULL_WITH_STAMPS);
	uint32_t most = t->agreed.rcv_mss - (stamps ? TCP_STAMP_BYTES : 0u);
	uint32_t seen = t->rcv.mss_seen < most ? t->rcv.mss_seen : most;
	bool known = tcp_stack(t)->config.tcp_segments_measured && t->rcv.mss_seen;

	return known || seen >= ALWAYS_SENT ? seen : ALWAYS_SENT;
}

/* Until more is known, a peer is assumed to send segments like ours, but none larger than every host accepts. */
void tcp_rcv_expect_size(struct tcp *t, uint32_t text)
{
	uint32_t size = text < ALWAYS_SENT ? text : ALWAYS_SENT;

	if (!tcp_stack(t)->config.tcp_segments_measured || defect(tcp_stack(t), DEFECT_TCP_SIZE_NOT_EXPECTED))
		return;
	if (size > t->agreed.rcv_mss)
		size = t->agreed.rcv_mss;
	t->rcv.mss_seen = (uint16_t)(size > LEAST_SEGMENT ? size : LEAST_SEGMENT);
}

/* The largest one that came is a full segment. If tcp_segments_measured is 1, a peer may also change to smaller ones:
 * two of the same size are full ones, if they are as large as a host may always send (RFC 9293, 3.7.1), or had no PSH,
 * as the end of a SEND would. */
void tcp_rcv_see_size(struct tcp *t, uint32_t length, bool pushed)
{
	uint16_t size = (uint16_t)(length > UINT16_MAX ? UINT16_MAX : length);
	bool same = size == t->rcv.last_size && (size >= ALWAYS_SENT || (!pushed && size >= LEAST_SEGMENT));

	if (size > tcp_full_segment(t) || !tcp_stack(t)->config.tcp_segments_measured)
		t->rcv.mss_seen = size > t->rcv.mss_seen ? size : t->rcv.mss_seen;
	else if (same)
		t->rcv.mss_seen = size;
	if (size >= ALWAYS_SENT || !pushed)
		t->rcv.last_size = size;
}

/* ---- when the buffer is full ---- */

/* Is there text out of order that begins behind @at? */
static bool lies_behind(const struct tcp *t, seq_t at)
{
	return rxq_bytes(t->rcv.early) && seq_before(at, rxq_last(t->rcv.early));
}

/* Text out of order is dropped, the farthest first, but never in favour of text that lies behind it. An eighth of the
 * buffer is freed at a time, so that not every segment has to make room. SACK has reported that text, so from now on it
 * must be silent about everything that waits (RFC 2018, 8). */
static bool give_up_early(struct tcp *t, seq_t for_text)
{
	struct rxq *early = t->rcv.early;
	uint32_t part = (uint32_t)t->socket->options.receive_buffer / 8, before;

	if (!lies_behind(t, for_text))
		return false;
	count(tcp_stack(t), TcpExtOfoPruned);
	do {
		before = rxq_memory(early);
		do {
			rxq_drop_last(early);
		} while (lies_behind(t, for_text) && before - rxq_memory(early) < part);
	} while (lies_behind(t, for_text) && tcp_memory_exceeded(t));
	if (!defect(tcp_stack(t), DEFECT_TCP_RENEGED_REPORTED))
		rxq_keep_silent(early);
	return !tcp_memory_exceeded(t);
}

/* If the buffer is overrun already, it gets that size from now on, unless the user has set one. */
static void take_more(struct tcp *t)
{
	struct socket_options *o = &t->socket->options;
	int64_t used = tcp_memory_used(t), most = tcp_stack(t)->config.tcp_receive_buffer_max;

	used = used < most ? used : most;
	if (!o->receive_buffer_locked && used > o->receive_buffer)
		o->receive_buffer = (int)used;
}

bool tcp_rcv_make_room(struct tcp *t, seq_t at, bool *pressed)
{
	struct stack *st = tcp_stack(t);

	*pressed = false;
	if (!tcp_memory_exceeded(t))
		return true;
	count(st, TcpExtPruneCalled);
	take_more(t);
	*pressed = tcp_memory_exceeded(t);
	if (!*pressed && !defect(st, DEFECT_TCP_GROWN_COLLAPSES))
		return true;
	st->counters[TcpExtTCPRcvCollapsed] += tcp_memory_collapse(t, t->limit.share);
	if (!tcp_memory_exceeded(t) || give_up_early(t, at))
		return true;
	count(st, TcpExtRcvPruned);
	return false;
}

/* ---- controls ---- */

void tcp_rcv_fin_at(struct tcp *t, seq_t seq, bool bare)
{
	if (!t->rcv.fin_known || seq_before_or_at(seq, t->rcv.fin_seq))
		t->rcv.fin_arrival = rxq_arrive(t->rcv.early);
	if (t->rcv.fin_known && (!seq_before(seq, t->rcv.fin_seq) || defect(tcp_stack(t), DEFECT_TCP_FIRST_FIN_STAYS)))
		return;
	t->rcv.fin_known = true;
	t->rcv.fin_bare = bare;
	t->rcv.fin_seq = seq;
}

void tcp_rcv_fin(struct tcp *t)
{
	t->rcv.fin_received = true;
	t->rcv.nxt = seq_add(t->rcv.nxt, 1);
}

bool tcp_rcv_urgent(struct tcp *t, seq_t up)
{
	if (seq_before_or_at(up, t->rcv.read) || (t->rcv.urgent && seq_before_or_at(up, t->rcv.up)))
		return false;
	t->rcv.up = up;
	t->rcv.urgent = true;
	t->rcv.urgent_taken = false;
	return true;
}

void tcp_rcv_urgent_taken(struct tcp *t)
{
	t->rcv.urgent_taken = true;
}

/* ---- the user ---- */

void tcp_rcv_read(struct tcp *t, size_t length)
{
	ring_drop(&t->rcv.buffer, length);
	t->rcv.read = seq_add(t->rcv.read, (uint32_t)length);
	tcp_memory_read(t);
	if (t->rcv.urgent && seq_before_or_at(t->rcv.up, t->rcv.read))
		t->rcv.urgent = t->rcv.urgent_taken = false;
}
