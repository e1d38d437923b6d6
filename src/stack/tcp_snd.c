/* SPDX-License-Identifier: MIT
 *
 * tcp_snd.c - the send sequence space (RFC 9293, 3.3.1), and text that the user has queued
 *
 * Three numbers govern sending. SND.UNA is the oldest unacknowledged octet and the first in the send queue, SND.NXT
 * follows the last one ever sent, and the cursor is where sending goes on. The cursor equals SND.NXT except after a
 * time-out, when everything from SND.UNA on is sent again as the congestion window allows (RFC 5681, 3.1; RFC 6298, 5),
 * or when the path turned out to take only smaller segments. SYN and FIN have a number each and no octet in the queue,
 * so places in the queue are counted from tcp_queue_start().
 *
 * Nothing else writes struct tcp_send_space: scripts/stack-rules proves it. SND.UNA and SND.NXT never move back, and
 * SND.UNA =< cursor =< SND.NXT holds between any two calls. Nothing here sends, arms a timer or judges an ACK: the
 * callers do, in the order that they need.
 */
#include "stack/tcp_snd.h"

#include "stack/message.h"

#include <errno.h>

void tcp_snd_start(struct tcp *t, seq_t iss)
{
	t->snd = (struct tcp_send_space){
		.iss = iss, .una = iss, .nxt = iss, .up = iss, .small = iss, .cursor = iss
	};
}

void tcp_snd_free(struct tcp *t)
{
	t->snd.never_sent = tcp_unsent(t);
	ring_free(tcp_stack(t), &t->snd.queue);
}

/* ---- what goes out ---- */

void tcp_snd_move(struct tcp *t, seq_t to)
{
	t->snd.cursor = to;
}

void tcp_snd_sent(struct tcp *t, seq_t end)
{
	t->snd.nxt = seq_max(t->snd.nxt, end);
}

void tcp_snd_sent_small(struct tcp *t, seq_t end)
{
	t->snd.small = end;
}

void tcp_snd_note_flight(struct tcp *t, uint32_t flight, bool filled)
{
	bool same = seq_before(t->snd.una, t->snd.peak_mark);

	if (same && !filled && (t->snd.filled || flight <= t->snd.peak_flight))
		return;
	t->snd.filled = filled;
	t->snd.peak_flight = flight;
	t->snd.peak_mark = t->snd.nxt;
}

void tcp_snd_scale_flight(struct tcp *t, uint32_t mss, uint32_t mss_before)
{
	if (!defect(tcp_stack(t), DEFECT_TCP_PEAK_IN_OLD_SEGMENTS))
		t->snd.peak_flight = (uint32_t)((uint64_t)t->snd.peak_flight * mss / mss_before);
}

/* ---- what the peer says ---- */

static void forget_marks(struct tcp *t)
{
	uint8_t kept = 0;

	for (uint8_t i = 0; i < t->snd.push_count; i++)
		if (seq_after(t->snd.push[i], t->snd.una))
			t->snd.push[kept++] = t->snd.push[i];
	t->snd.push_count = kept;
	if (t->snd.urgent && seq_before_or_at(t->snd.up, t->snd.una))
		t->snd.urgent = false;
}

uint32_t tcp_snd_acked(struct tcp *t, seq_t ack)
{
	uint32_t bytes = (uint32_t)seq_diff(ack, t->snd.una);

	if (bytes && !t->snd.syn_acked) {
		t->snd.syn_acked = true;
		bytes--;
	}
	if (bytes > t->snd.queue.length) {
		t->snd.fin_acked = true;
		bytes = (uint32_t)t->snd.queue.length;
	}
	ring_drop(&t->snd.queue, bytes);
	t->snd.una = ack;
	tcp_snd_move(t, seq_max(t->snd.cursor, ack));
	forget_marks(t);
	return bytes;
}

void tcp_snd_largest_window(struct tcp *t)
{
	if (t->snd.wnd <= t->snd.max_wnd)
		return;
	t->snd.max_wnd = t->snd.wnd;
	t->snd.sizes_wnd = 0;
}

void tcp_snd_size_by(struct tcp *t, uint32_t window)
{
	t->snd.sizes_wnd = window;
}

seq_t tcp_window_number(const struct tcp *t, const struct tcp_segment *seg)
{
	bool as_sent = tcp_stack(t)->config.tcp_window_repeated_updates &&
	               !defect(tcp_stack(t), DEFECT_TCP_WINDOW_OF_TRIMMED);

	return as_sent ? seg->first : seg->seq;
}

void tcp_set_send_window(struct tcp *t, const struct tcp_segment *seg)
{
	/* RFC 7323, 2.3: the window of a SYN is not scaled; some hosts forget that of one that crossed ours. */
	bool old_syn = seg->had_syn && !defect(tcp_stack(t), DEFECT_TCP_CROSSED_SCALED);
	bool syn = seg->flags & TCP_SYN || (old_syn && !tcp_stack(t)->config.tcp_crossed_window_scaled);
	bool scaled = !syn && !defect(tcp_stack(t), DEFECT_TCP_SHIFT_IGNORED);

	t->snd.wnd = (uint32_t)seg->window << (scaled ? t->agreed.snd_shift : 0);
	if (defect(tcp_stack(t), DEFECT_TCP_WINDOW_SIGNED) && seg->window & 0x8000)
		t->snd.wnd = 0;
	if (defect(tcp_stack(t), DEFECT_TCP_WINDOW_SHORT))
		t->snd.wnd &= UINT16_MAX;
	t->snd.wl1 = tcp_window_number(t, seg);
	t->snd.wl2 = seg->ack;
	/* RFC 9293, 3.8.6.2.1: the largest seen so far. A passive opener may count only from the end of the
	 * handshake. */
	if (!tcp_stack(t)->config.tcp_syn_window_counts && t->place.passive && seg->flags & TCP_SYN)
		return;
	uint32_t told = t->snd.wnd;
	if (old_syn)
		t->snd.wnd = seg->window;
	tcp_snd_largest_window(t);
	t->snd.wnd = told;
}

/* ---- what the user wants ---- */

int64_t tcp_snd_write(struct tcp *t, const struct msghdr *message, size_t from, size_t length)
{
	size_t done = 0;

	if (!ring_reserve(tcp_stack(t), &t->snd.queue, length))
		return -ENOBUFS;
	while (done < length) {
		size_t run;
		uint8_t *to = ring_tail(&t->snd.queue, &run);
		run = message_gather(message, from + done, to, run < length - done ? run : length - done);
		ring_grow(&t->snd.queue, run);
		done += run;
	}
	return (int64_t)done;
}

void tcp_snd_mark_push(struct tcp *t)
{
	if (t->snd.push_count < TCP_PUSH_MARKS)
		t->snd.push_count++;
	t->snd.push[t->snd.push_count - 1] = tcp_queue_end(t);
}

bool tcp_snd_push_in(const struct tcp *t, seq_t seq, seq_t end)
{
	for (int i = 0; i < t->snd.push_count; i++)
		if (seq_after(t->snd.push[i], seq) && seq_before_or_at(t->snd.push[i], end))
			return true;
	return false;
}

void tcp_snd_mark_urgent(struct tcp *t)
{
	t->snd.up = tcp_queue_end(t);
	t->snd.urgent = true;
}

void tcp_snd_more(struct tcp *t, bool more)
{
	t->snd.more = more;
}

void tcp_snd_written(struct tcp *t, bool more)
{
	t->snd.more = t->snd.unpushed = more;
}

void tcp_snd_close(struct tcp *t)
{
	t->snd.fin_queued = true;
	t->snd.more = false;
}
