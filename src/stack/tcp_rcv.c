/* SPDX-License-Identifier: MIT
 *
 * tcp_rcv.c - the receive sequence space (RFC 9293, 3.3.1), and what waits for the user
 *
 * Text before RCV.NXT is in the receive buffer until the user reads it; text that came early is in rxq until what is
 * missing before it has come (SHLD-31). RCV.NXT moves over text only when that is in the buffer: without memory a
 * segment counts as lost, is not acknowledged, and comes again. A FIN has a number but no octet, and waits for the
 * text before it.
 *
 * Nothing else writes struct tcp_receive_space: scripts/stack-rules proves it. The window that we offer is
 * tcp_window.c's, and when to acknowledge is tcp_ack.c's.
 */
#include "stack/tcp_rcv.h"

#include "stack/tcp_statistics.h"

bool tcp_rcv_new(struct tcp *t)
{
	t->rcv.early = rxq_new(tcp_stack(t), (size_t)tcp_stack(t)->config.tcp_reorder_segments);
	return t->rcv.early;
}

void tcp_rcv_clear(struct tcp *t)
{
	struct rxq *early = t->rcv.early;

	ring_free(tcp_stack(t), &t->rcv.buffer);
	for (const uint8_t *bytes; rxq_bytes(early) && !rxq_front(early, t->rcv.nxt, &bytes); )
		rxq_pop(early);
	t->rcv = (struct tcp_receive_space){ .early = early };
}

void tcp_rcv_free(struct tcp *t)
{
	ring_free(tcp_stack(t), &t->rcv.buffer);
	rxq_free(t->rcv.early);
	t->rcv.early = NULL;
}

void tcp_rcv_start(struct tcp *t, seq_t irs)
{
	t->rcv.irs = irs;
	t->rcv.nxt = t->rcv.read = seq_add(irs, 1);
}

/* ---- text ---- */

bool tcp_rcv_take(struct tcp *t, const uint8_t *text, uint32_t length)
{
	if (!ring_append(tcp_stack(t), &t->rcv.buffer, text, length))
		return false;
	t->rcv.nxt = seq_add(t->rcv.nxt, length);
	tcp_count_received(t, length);
	socket_wake(t->socket);
	return true;
}

struct rxq_range tcp_rcv_keep(struct tcp *t, seq_t at, const uint8_t *text, uint32_t length)
{
	struct rxq_range again;

	rxq_insert(t->rcv.early, at, text, length, &again);
	return again;
}

void tcp_rcv_drain(struct tcp *t)
{
	const uint8_t *bytes;
	size_t length;

	while ((length = rxq_front(t->rcv.early, t->rcv.nxt, &bytes)) > 0) {
		if (!tcp_rcv_take(t, bytes, (uint32_t)length))
			return;                                      /* the next segment tries again */
		rxq_pop(t->rcv.early);
	}
}

void tcp_rcv_see_size(struct tcp *t, uint32_t length)
{
	if (length > t->rcv.mss_seen)
		t->rcv.mss_seen = (uint16_t)(length > UINT16_MAX ? UINT16_MAX : length);
}

/* ---- controls ---- */

void tcp_rcv_fin_at(struct tcp *t, seq_t seq)
{
	if (t->rcv.fin_known)
		return;
	t->rcv.fin_known = true;
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
	if (t->rcv.urgent && seq_before_or_at(t->rcv.up, t->rcv.read))
		t->rcv.urgent = t->rcv.urgent_taken = false;
}
