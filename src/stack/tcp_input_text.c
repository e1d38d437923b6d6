/* SPDX-License-Identifier: MIT
 *
 * tcp_input_text.c - SEGMENT ARRIVES, sixth to eighth step: URG, text, FIN (RFC 9293, 3.10.7.4)
 */
#include "stack/tcp.h"

/* What counts as a full-sized segment while nothing larger came: a peer may send less than our MSS allows. */
enum { FULL_LEAST = 536 };

/* ---- sixth: URG ---- */

enum verdict tcp_step_urgent(struct tcp *t, struct tcp_segment *seg)
{
	const struct stack *st = tcp_stack(t);

	if (!(seg->flags & TCP_URG) || !tcp_in(t, TCPM_RECEIVES) || defect(st, DEFECT_TCP_URGENT_IGNORED))
		return SEG_NEXT;
	/* RFC 6093, 4: the pointer is one behind the urgent octet; RFC 1122 said at it. */
	bool behind = st->config.tcp_urgent_points_after && !st->config.tcp_urgent_rfc;
	seq_t up = seq_add(seg->seq, seg->urgent + (behind ? 0u : 1u));

	/* RCV.UP <- max(RCV.UP, SEG.UP); RFC 9293, 3.8.5, MUST-31: urgent data of any length. */
	if (seq_before_or_at(up, t->rcv.read) || (t->rcv.urgent && seq_before_or_at(up, t->rcv.up)))
		return SEG_NEXT;
	t->rcv.up = up;
	t->rcv.urgent = true;
	t->rcv.urgent_taken = false;
	socket_wake(t->socket);                              /* MUST-32: tell the user at once */
	return SEG_NEXT;
}

/* ---- seventh: text ---- */

/* Wait for the second segment as long as it usually takes, within the bounds (RFC 9293, 3.8.6.3: under 0.5 s), and no
 * longer than a round trip: the peer may be waiting. With equal bounds the delay is fixed. */
static void adapt_delay(struct tcp *t)
{
	const struct stack_config *c = &tcp_stack(t)->config;
	int64_t least = c->tcp_delayed_ack_min_ms * 1000000, most = c->tcp_delayed_ack_ms * 1000000, delay = t->ack.delay.ns;
	int64_t gap = tcp_stack(t)->now.ns - t->stats.last_data_received.ns;

	if (!t->stats.data_segments_in)
		return;
	if (gap <= least / 2)
		delay = delay / 2 + least / 2;
	else if (gap < delay)
		delay = delay / 2 + gap;
	if (t->rtx.measured && t->rtx.srtt.ns < most)
		most = t->rtx.srtt.ns;
	if (delay > most)
		delay = most;
	t->ack.delay = vtime_ns(delay > least ? delay : least);
}

/* By the echo of what we sent, in full-sized segments only: smaller ones may have waited (RFC 7323, 4.2). Without
 * time-stamps by the time until a whole window of text came: that is a round trip or more, so the least counts. */
static void measure_receiving(struct tcp *t, const struct tcp_segment *seg)
{
	struct tcp_receive_rtt *r = &t->receive_rtt;
	uint32_t window = (uint32_t)seq_diff(t->window.advertised, t->ack.sent);
	vtime_t now = tcp_stack(t)->now;

	if (t->agreed.stamps) {
		int64_t ticks = (int32_t)(tcp_stamp_now(t) - seg->ts_echo);
		int64_t sample = ticks * tcp_stack(t)->config.tcp_timestamp_tick_us * 1000;
		if (!seg->has_stamp || !seg->ts_echo || seg->ts_echo == r->echo || seg->text_length < t->rcv.mss_seen)
			return;
		r->echo = seg->ts_echo;
		if (ticks > 0)
			r->ns = r->ns ? r->ns + (sample - r->ns) / 8 : sample;
		return;
	}
	if (r->timing && seq_before(t->rcv.nxt, r->end))
		return;
	if (r->timing && (!r->ns || now.ns - r->since.ns < r->ns))
		r->ns = now.ns - r->since.ns;
	*r = (struct tcp_receive_rtt){ .ns = r->ns, .timing = true, .since = now, .end = seq_add(t->rcv.nxt, window) };
}

/* RFC 9293, 3.8.6.3 and RFC 5681, 4.2: now or a little later? */
static void owe_ack(struct tcp *t, const struct tcp_segment *seg)
{
	const struct stack *st = tcp_stack(t);
	const struct stack_config *c = &st->config;
	/* What we offered is a full segment, whatever larger thing arrived. */
	uint32_t seen = t->rcv.mss_seen < t->agreed.rcv_mss ? t->rcv.mss_seen : t->agreed.rcv_mss;
	uint32_t full = seen < FULL_LEAST ? FULL_LEAST : seen;
	uint32_t every = defect(st, DEFECT_TCP_ACK_EVERY_FOURTH) ? 4 : c->tcp_ack_policy == TCP_ACK_EVERY ? 0 : 2;

	t->ack.bytes += seg->text_length;
	/* SHLD-19: at least every second full-sized segment. */
	if (t->ack.bytes >= every * full || every == 0)
		t->ack.now = true;
	if (t->ack.quick) {
		t->ack.quick--;
		t->ack.now = true;
	}
	if (t->ack.now || t->timers[TCP_TIMER_DELAYED_ACK].armed)
		return;
	/* MUST-59: within half a second. */
	tcp_arm(t, TCP_TIMER_DELAYED_ACK,
	        defect(st, DEFECT_TCP_ACK_DELAYED_LONG) ? vtime_s(1) : t->ack.delay);
}

/* RFC 5681, 4.2: a segment out of order, or one that fills a gap, is news for the sender's loss recovery. */
static void ack_at_once(struct tcp *t, const struct tcp_segment *seg)
{
	if (defect(tcp_stack(t), DEFECT_TCP_NO_DUPLICATE_ACK))
		owe_ack(t, seg);
	else
		t->ack.now = true;
}

void tcp_drain(struct tcp *t)
{
	const uint8_t *bytes;
	size_t length;

	while ((length = rxq_front(t->rcv.early, t->rcv.nxt, &bytes)) > 0) {
		if (!ring_append(tcp_stack(t), &t->rcv.buffer, bytes, length))
			return;                                      /* the next segment tries again */
		rxq_pop(t->rcv.early);
		t->rcv.nxt = seq_add(t->rcv.nxt, (uint32_t)length);
		t->stats.bytes_received += length;
		socket_wake(t->socket);
	}
}

/* Octets that waited already, and came again with others (RFC 2883, 4.2). Of several such ranges of one segment the first
 * counts; what lay before RCV.NXT has been noted before. */
static void note_duplicate(struct tcp *t, const struct rxq_range *again)
{
	if (seq_equal(again->start, again->end) || defect(tcp_stack(t), DEFECT_TCP_NO_DSACK_OF_QUEUED))
		return;
	t->stats.duplicates++;
	if (seq_equal(t->ack.duplicate.start, t->ack.duplicate.end))
		t->ack.duplicate = *again;
}

static void in_order(struct tcp *t, const struct tcp_segment *seg)
{
	bool holes = rxq_bytes(t->rcv.early) > 0;
	struct rxq_range again = rxq_overlap(t->rcv.early, seg->seq, seq_add(seg->seq, seg->text_length));

	/* Without memory the segment counts as lost: it is not acknowledged and will come again. */
	if (!ring_append(tcp_stack(t), &t->rcv.buffer, seg->text, seg->text_length))
		return;
	t->rcv.nxt = seq_add(t->rcv.nxt, seg->text_length);
	t->stats.bytes_received += seg->text_length;
	note_duplicate(t, &again);
	if (holes)
		tcp_drain(t);
	measure_receiving(t, seg);
	socket_wake(t->socket);
	if (holes)
		ack_at_once(t, seg);                             /* fills all or part of a gap */
	else
		owe_ack(t, seg);
}

static void out_of_order(struct tcp *t, const struct tcp_segment *seg)
{
	const struct stack *st = tcp_stack(t);
	struct rxq_range duplicate;

	t->stats.out_of_order++;
	if (!defect(st, DEFECT_TCP_OOO_DROPPED)) {           /* SHLD-31 */
		rxq_insert(t->rcv.early, seg->seq, seg->text, seg->text_length, &duplicate);
		note_duplicate(t, &duplicate);
	}
	ack_at_once(t, seg);
}

void tcp_keep_syn_text(struct tcp *t, const struct tcp_segment *seg)
{
	struct stack *st = tcp_stack(t);
	uint32_t window = tcp_window(t), length = seg->text_length < window ? seg->text_length : window;

	if (!st->config.tcp_syn_data)
		return;
	if (length && !(defect(st, DEFECT_TCP_SYN_TEXT_LOST) && !t->place.passive))
		rxq_insert(t->rcv.early, t->rcv.nxt, seg->text, length, NULL);
	if (seg->flags & TCP_FIN && length == seg->text_length && !defect(st, DEFECT_TCP_SYN_DATA_LOST)) {
		t->rcv.fin_known = true;
		t->rcv.fin_seq = seq_add(t->rcv.nxt, length);
	}
}

/* Nobody will ever read this. */
static bool reader_gone(const struct tcp *t)
{
	return t->socket->fd < 0 && !t->place.parent && !t->place.queued;
}

enum verdict tcp_step_text(struct tcp *t, struct tcp_segment *seg)
{
	bool half_closed = tcp_in(t, 1 << TCPS_FIN_WAIT_1 | 1 << TCPS_FIN_WAIT_2);

	if (!seg->text_length || !tcp_in(t, TCPM_RECEIVES))
		return SEG_NEXT;
	if (reader_gone(t) || (half_closed && (t->socket->shut_read ||
	                                       defect(tcp_stack(t), DEFECT_TCP_NO_HALF_CLOSE)))) {
		/* RFC 9293, 3.6.1, SHLD-3: data after CLOSE are lost, and the peer should know: as if there were no
		 * connection any more (3.10.7.1). */
		tcp_reset_segment(tcp_stack(t), seg);
		tcp_finish(t, "data after CLOSE (RFC 9293, 3.6.1)");
		return SEG_DONE;
	}
	adapt_delay(t);
	t->stats.data_segments_in++;
	t->stats.last_data_received = tcp_stack(t)->now;
	if (seg->text_length > t->rcv.mss_seen)
		t->rcv.mss_seen = (uint16_t)(seg->text_length > UINT16_MAX ? UINT16_MAX : seg->text_length);
	if (seq_equal(seg->seq, t->rcv.nxt))
		in_order(t, seg);
	else
		out_of_order(t, seg);
	return SEG_NEXT;
}

/* ---- eighth: FIN ---- */

static void fin_arrived(struct tcp *t)
{
	t->rcv.fin_received = true;
	t->rcv.nxt = seq_add(t->rcv.nxt, 1);
	t->ack.now = true;
	switch (t->state) {
	case TCPS_ESTABLISHED:
		tcp_set_state(t, TCPS_CLOSE_WAIT, "FIN");
		break;
	case TCPS_FIN_WAIT_1:                                /* had ours been acknowledged, it were FIN-WAIT-2 */
		tcp_set_state(t, TCPS_CLOSING, "FIN");
		break;
	case TCPS_FIN_WAIT_2:
		tcp_enter_time_wait(t, "FIN");
		break;
	default:
		break;
	}
}

enum verdict tcp_step_fin(struct tcp *t, struct tcp_segment *seg)
{
	if (seg->flags & TCP_FIN && !t->rcv.fin_known) {
		t->rcv.fin_known = true;
		t->rcv.fin_seq = seq_add(seg->seq, seg->text_length);
		t->ack.now = true;
	}
	/* Text before it may still be missing. */
	if (t->rcv.fin_known && !t->rcv.fin_received && seq_equal(t->rcv.fin_seq, t->rcv.nxt) && tcp_in(t, TCPM_RECEIVES))
		fin_arrived(t);
	if (t->rcv.fin_received && defect(tcp_stack(t), DEFECT_TCP_FIN_NOT_ACKED))
		t->ack.now = false;
	return SEG_NEXT;
}
