/* SPDX-License-Identifier: MIT
 *
 * tcp_input_ack.c - SEGMENT ARRIVES, fifth step: the ACK field (RFC 9293, 3.10.7.4)
 *
 * With RFC 5961, 5.2 (which ACKs are believed), RFC 6298 (round trips), RFC 5681 and 6582 (duplicate ACKs, recovery).
 */
#include "stack/congestion.h"
#include "stack/tcp.h"

void tcp_established(struct tcp *t, const char *reason)
{
	const struct stack_config *c = &tcp_stack(t)->config;

	tcp_set_state(t, TCPS_ESTABLISHED, reason);
	t->place.deferred = false;
	if (t->rtx.syn_lost && !t->rtx.measured) {
		/* RFC 6298, (5.7): the SYN was lost, so begin with 3 seconds. */
		t->rtx.rto = vtime_ms(c->tcp_rto_syn_lost_ms);
		t->rtx.backoff = 0;
	}
	t->was_open = true;
	t->stats.last_sent = t->stats.last_ack_received = t->stats.last_data_received = tcp_stack(t)->now;       /* of data: none yet */
	tcp_timeout_ends(t);
	t->congestion.ops->start(t);
	tcp_arm_keepalive(t);
	if (t->snd.fin_queued)                                   /* CLOSE came in SYN-RECEIVED (RFC 9293, 3.10.4) */
		tcp_set_state(t, TCPS_FIN_WAIT_1, "CLOSE");
}

/* RFC 9293, 3.10.7.4: ACKs that are no good. */
enum verdict tcp_step_ack_acceptable(struct tcp *t, struct tcp_segment *seg)
{
	struct stack *st = tcp_stack(t);

	if (!(seg->flags & TCP_ACK)) {
		stack_drop(st, seg->packet, "no ACK bit");
		return SEG_DONE;
	}
	if (t->state == TCPS_SYN_RECEIVED) {
		if (seq_after(seg->ack, t->snd.una) && seq_before_or_at(seg->ack, t->snd.nxt))
			return SEG_NEXT;
		tcp_reset_segment(st, seg);
		return SEG_DONE;
	}
	if (seq_after(seg->ack, t->snd.nxt)) {
		if (!defect(st, DEFECT_TCP_ACK_FUTURE_TAKEN))
			tcp_challenge(t, "ACK of unsent data (RFC 9293, 3.10.7.4)");
		return SEG_DONE;
	}
	/* RFC 5961, 5.2: SND.UNA - MAX.SND.WND =< SEG.ACK */
	if (seq_before(seg->ack, seq_back(t->snd.una, t->snd.max_wnd))) {
		tcp_challenge(t, "ACK too old (RFC 5961, 5.2)");
		return SEG_DONE;
	}
	return SEG_NEXT;
}

/* A round trip is over: by the timed segment, or by the time-stamp when that was sent twice (RFC 7323, 4.1). */
static void measure(struct tcp *t, seq_t ack, const struct tcp_segment *seg)
{
	const struct stack *st = tcp_stack(t);

	if (t->rtx.timing && seq_after_or_at(ack, t->rtx.timed_end)) {
		t->rtx.timing = false;
		tcp_rto_sample(t, vtime_sub(st->now, t->rtx.timed_at));
	} else if (!t->rtx.timing && t->agreed.stamps && seg->has_stamp && seg->ts_echo) {
		int64_t ticks = (int32_t)(tcp_stamp_now(t) - seg->ts_echo);
		if (ticks >= 0)
			tcp_rto_sample(t, vtime_us(ticks * st->config.tcp_timestamp_tick_us));
	}
}

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

void tcp_advance(struct tcp *t, seq_t ack, const struct tcp_segment *seg)
{
	uint32_t bytes = (uint32_t)seq_diff(ack, t->snd.una);

	measure(t, ack, seg);
	if (bytes && !t->snd.syn_acked) {
		t->snd.syn_acked = true;
		bytes--;
	}
	if (bytes > t->snd.queue.length) {
		t->snd.fin_acked = true;
		bytes = (uint32_t)t->snd.queue.length;
	}
	ring_drop(&t->snd.queue, bytes);
	t->stats.bytes_acked += bytes;
	notice_acked(t->socket, t->stats.bytes_acked);
	t->snd.una = ack;
	t->snd.cursor = seq_max(t->snd.cursor, ack);
	t->rtx.retries = t->rtx.probes = 0;
	t->rtx.first_sent = tcp_stack(t)->now;
	t->socket->soft_error = 0;
	forget_marks(t);
	tcp_arm_retransmit(t);                               /* RFC 6298, (5.2), (5.3) */
	socket_wake(t->socket);
}

/* ---- congestion control and recovery ---- */

/* New data are acknowledged; @ack is ahead of SND.UNA. */
static void new_ack(struct tcp *t, const struct tcp_segment *seg)
{
	seq_t ack = seg->ack;
	uint32_t bytes = (uint32_t)seq_diff(ack, t->snd.una);
	bool partial = t->recovery.recovering && seq_before(ack, t->recovery.recover);

	/* Duplicate ACKs have let new segments out already (RFC 3042): what they stood for does not count again. */
	uint32_t mss = tcp_send_mss(t), reported = t->recovery.duplicate_acks * mss;
	uint32_t fresh = bytes > reported ? bytes - reported : bytes < mss ? bytes : mss;

	t->recovery.duplicate_acks = partial ? t->recovery.duplicate_acks : 0;
	if (t->recovery.recovering && !partial) {
		t->recovery.recovering = false;
		tcp_advance(t, ack, seg);
		t->congestion.ops->recovered(t);                     /* RFC 6582, 3.2, step 3: full */
		return;
	}
	if (!t->recovery.recovering)
		t->congestion.ops->acked(t, fresh);
	if (t->recovery.lost && seq_after_or_at(ack, t->recovery.recover)) {
		t->recovery.lost = false;
		tcp_timeout_ends(t);
	}
	tcp_advance(t, ack, seg);
	if (partial) {
		t->congestion.ops->partial(t, bytes);                /* RFC 6582, 3.2, step 3: the next hole */
		tcp_retransmit_first(t);
	}
}

/* RFC 5681, 2: what counts as a duplicate ACK. */
static bool is_duplicate(const struct tcp *t, const struct tcp_segment *seg, uint32_t window_before)
{
	return seq_equal(seg->ack, t->snd.una) && tcp_flight(t) > 0 && !seq_equal(t->snd.cursor, t->snd.una) &&
	       tcp_segment_length(seg) == 0 && t->snd.wnd == window_before;
}

static void duplicate_ack(struct tcp *t)
{
	const struct stack *st = tcp_stack(t);

	if (t->recovery.duplicate_acks < UINT16_MAX)
		t->recovery.duplicate_acks++;
	if (t->recovery.recovering) {
		t->congestion.ops->duplicate(t);
		return;
	}
	/* RFC 5681, 3.2; RFC 6582, 3.2, step 2: not for duplicates of what went out before the last time-out. */
	if (t->recovery.duplicate_acks != st->config.tcp_duplicate_ack_threshold || t->recovery.lost ||
	    defect(st, DEFECT_TCP_NO_FAST_RETRANSMIT))
		return;
	t->congestion.ops->loss(t);
	t->recovery.recovering = true;
	t->recovery.recover = t->snd.nxt;
	tcp_note(t, "fast retransmit (RFC 5681, 3.2)");
	tcp_retransmit_first(t);
	tcp_arm_retransmit(t);
}

/* ---- what an ACK means in each state ---- */

static enum verdict our_fin_acked(struct tcp *t, const struct tcp_segment *seg)
{
	const struct stack_config *c = &tcp_stack(t)->config;
	int64_t limit = t->options.linger2_s > 0 ? t->options.linger2_s : c->tcp_fin_wait_2_s;

	switch (t->state) {
	case TCPS_FIN_WAIT_1:
		tcp_set_state(t, TCPS_FIN_WAIT_2, "ACK of FIN");
		if (t->socket->fd < 0 && t->options.linger2_s < 0) {
			tcp_reset_segment(tcp_stack(t), seg);
			tcp_finish(t, "FIN-WAIT-2 without user, TCP_LINGER2 under 0");
			return SEG_DONE;
		}
		/* RFC 9293, 3.6.1 allows to wait for ever; a host may limit it for a socket without user (MAY-1 stands). */
		if (t->socket->fd < 0 && limit)
			tcp_arm(t, TCP_TIMER_FIN_WAIT_2, vtime_s(limit));
		return SEG_NEXT;
	case TCPS_CLOSING:
		tcp_enter_time_wait(t, "ACK of FIN");
		return SEG_NEXT;
	case TCPS_LAST_ACK:
		tcp_finish(t, "ACK of FIN");
		return SEG_DONE;
	default:
		return SEG_NEXT;
	}
}

static enum verdict synchronize(struct tcp *t, struct tcp_segment *seg)
{
	if (t->place.parent && !tcp_listen_complete(t, seg))
		return SEG_DONE;
	tcp_sent_acked(t, seg);
	tcp_advance(t, seg->ack, seg);
	tcp_set_send_window(t, seg);
	tcp_established(t, "ACK of SYN");
	seq_t before = t->rcv.nxt;
	tcp_drain(t);                                        /* text that came with the SYN */
	if (!seq_equal(before, t->rcv.nxt))
		t->ack.now = true;
	return SEG_NEXT;
}

static void update_window(struct tcp *t, const struct tcp_segment *seg)
{
	/* RFC 9293, 3.10.7.4: old segments do not move the window. */
	bool newer = seq_before(t->snd.wl1, seg->seq) ||
	             (seq_equal(t->snd.wl1, seg->seq) && seq_before_or_at(t->snd.wl2, seg->ack));
	bool was_closed = t->snd.wnd == 0;

	if (!newer && !defect(tcp_stack(t), DEFECT_TCP_WINDOW_STALE))
		return;
	tcp_set_send_window(t, seg);
	if (was_closed && t->snd.wnd) {
		t->rtx.backoff = 0;
		tcp_disarm(t, TCP_TIMER_PERSIST);
	}
}

enum verdict tcp_step_ack(struct tcp *t, struct tcp_segment *seg)
{
	uint32_t window = t->snd.wnd;

	if (t->state == TCPS_SYN_RECEIVED)
		return synchronize(t, seg);
	t->stats.last_ack_received = tcp_stack(t)->now;
	tcp_take_user_timeout(t, seg);
	t->rtx.probes = 0;                                   /* RFC 9293, 3.8.6.1, MUST-37: it is alive */
	if (seq_before(seg->ack, t->snd.una))
		return SEG_NEXT;
	bool fin_before = t->snd.fin_acked;
	update_window(t, seg);
	tcp_sent_acked(t, seg);
	if (seq_after(seg->ack, t->snd.una))
		new_ack(t, seg);
	else if (is_duplicate(t, seg, window))
		duplicate_ack(t);
	else if (t->recovery.duplicate_acks && seg->text_length == 0 && !t->recovery.recovering)
		t->recovery.duplicate_acks = 0;
	return t->snd.fin_acked && !fin_before ? our_fin_acked(t, seg) : SEG_NEXT;
}
