/* SPDX-License-Identifier: MIT
 *
 * tcp_syn_sent.c - SEGMENT ARRIVES in SYN-SENT (RFC 9293, 3.10.7.3)
 *
 * The checks of the RFC, in its order: an ACK must be of our SYN; an RST counts only with such an ACK; a SYN must
 * be there. With both the connection opens, and with the SYN alone both sides have opened (both_open). Behind the
 * SYN,ACK there may be text and a FIN: the segment then goes on with the steps of tcp_input.c from the sixth on, its
 * SYN taken off.
 */
#include <errno.h>

#include "stack/recovery.h"
#include "stack/tcp_ack.h"
#include "stack/tcp_ecn.h"
#include "stack/tcp_fastopen.h"
#include "stack/tcp_input.h"
#include "stack/tcp_isn.h"
#include "stack/tcp_life.h"
#include "stack/tcp_mtu_probe.h"
#include "stack/tcp_mss.h"
#include "stack/tcp_option.h"
#include "stack/tcp_rcv.h"
#include "stack/tcp_rto.h"
#include "stack/tcp_send.h"
#include "stack/tcp_snd.h"
#include "stack/tcp_state.h"
#include "stack/tcp_statistics.h"
#include "stack/tcp_timer.h"
#include "stack/tcp_window.h"

/* RFC 7323, 3.2: TSecr of a SYN,ACK repeats the time-stamp of a SYN of ours, so it cannot be older than the first
 * one. */
static bool echo_is_wrong(const struct tcp *t, const struct tcp_segment *seg)
{
	const struct stack_config *c = &tcp_stack(t)->config;
	int64_t ticks = vtime_sub(tcp_stack(t)->now, t->rtx.first_sent).ns / (c->tcp_timestamp_tick_us * 1000);
	int32_t age = (int32_t)(tcp_stamp_now(t) - seg->ts_echo);

	return c->tcp_syn_echo_checked && t->agreed.stamps && seg->has_stamp && seg->ts_echo &&
	       (age < 0 || age > ticks + 1);
}

/* First: the ACK bit. False: the segment is done with. */
static bool ack_acceptable(struct tcp *t, const struct tcp_segment *seg)
{
	if (!(seg->flags & TCP_ACK) || (seg->flags & TCP_RST && defect(tcp_stack(t), DEFECT_TCP_BAD_RESET_TAKEN)))
		return true;
	bool ours = seq_after(seg->ack, t->snd.una) && seq_before_or_at(seg->ack, t->snd.nxt);
	if (ours && !echo_is_wrong(t, seg))
		return true;
	tcp_note(t, "ACK of something else (RFC 9293, 3.10.7.3)");
	tcp_reset_segment(tcp_stack(t), seg);
	/* The RST ends what the peer remembers of an old connection: then our SYN is welcome (RFC 9293,
	 * 3.5.1, figure 9). */
	int64_t soon = tcp_stack(t)->config.tcp_bad_ack_resends_syn_us;
	if (soon && !t->rtx.retries && !ours)
		tcp_arm(t, TCP_TIMER_RETRANSMIT, vtime_us(soon));
	return false;
}

/* What both ways of opening learn from the peer's SYN. The window that our own SYN has offered stays promised, whatever
 * the start of the receiver makes of it. */
static void take_syn(struct tcp *t, const struct tcp_segment *seg)
{
	uint32_t offered = tcp_window(t);

	tcp_rcv_start(t, seg->seq);
	tcp_ack_synchronized(t);
	tcp_window_told(t, offered);                         /* our SYN's offer stands */
	tcp_count_heard(t);
	tcp_agree_options(t, seg);
}

/* Simultaneous open (RFC 9293, 3.5, MUST-10). */
static void both_open(struct tcp *t, struct tcp_segment *seg)
{
	if (defect(tcp_stack(t), DEFECT_TCP_NO_SIMULTANEOUS_OPEN))
		return;
	take_syn(t, seg);
	(void)tcp_ecn_take_syn(t, seg);                      /* RFC 9768, 3.1.2: like a host that did not ask */
	tcp_set_state(t, TCPS_SYN_RECEIVED, "SYN");
	tcp_set_send_window(t, seg);
	tcp_rcv_expect_size(t, tcp_largest_text(t));
	tcp_send_crossing_answer(t);
	tcp_keep_syn_text(t, seg);
}

enum step_result tcp_syn_sent_input(struct tcp *t, struct tcp_segment *seg)
{
	struct stack *st = tcp_stack(t);
	const bool rides = t->ack.interactive || t->options.defer_accept_s;

	if (!ack_acceptable(t, seg))
		return SEG_DONE;
	if (seg->flags & TCP_RST) {                          /* second: without ACK it may come from anyone */
		bool ours = seg->flags & TCP_ACK ? !defect(st, DEFECT_TCP_REFUSAL_IGNORED)
		                                 : defect(st, DEFECT_TCP_ANY_REFUSAL);
		if (ours)
			tcp_fail(t, ECONNREFUSED, "RST");
		return SEG_DONE;
	}
	if (!(seg->flags & TCP_SYN) && !defect(st, DEFECT_TCP_OPENS_WITHOUT_SYN))  /* fifth */
		return SEG_DONE;
	if (!(seg->flags & TCP_ACK)) {
		both_open(t, seg);
		return SEG_DONE;
	}
	/* Fourth: our SYN is acknowledged. */
	take_syn(t, seg);
	if (tcp_ecn_answer_marked(t, seg)) {                 /* RFC 5562, 3.2: not yet open */
		tcp_send_ack(t);
		tcp_arm_retransmit(t);
		return SEG_DONE;
	}
	tcp_ecn_take_answer(t, seg);
	tcp_sent_acked(t, seg);
	tcp_rto_syn_answered(t, seg);
	tcp_rto_measure(t, seg->ack, seg);
	if (t->fast_open.no_text)
		tcp_sent_forgotten(t);
	tcp_advance(t, seg->ack);
	tcp_set_send_window(t, seg);
	tcp_fast_open_answered(t, seg);
	tcp_mtu_synchronized(t);
	tcp_established(t, "SYN,ACK");
	/* RFC 7413, 4.2.2: text of our SYN was not taken. */
	if (!seq_equal(t->snd.una, t->snd.nxt) && !defect(st, DEFECT_FAST_OPEN_TEXT_WAITS))
		recovery_refused(t);
	seg->flags &= (uint16_t)~TCP_SYN;
	seg->seq = seq_add(seg->seq, 1);
	seg->of_syn_ack = !defect(st, DEFECT_TCP_ANSWER_TEXT_JUDGED);
	/* RFC 9293, 3.10.7.3 lets text of a SYN,ACK be taken; a host may leave it for the peer to send again. */
	if (!tcp_fast_open_takes_text(t, seg) && !st->config.tcp_syn_data) {
		seg->text_length = 0;
		seg->flags &= (uint16_t)~TCP_FIN;
	}
	/* RFC 9768, 3.2.2.1: only a pure ACK can say how the SYN,ACK was marked. Some hosts have none where text of the
	 * SYN goes again. */
	bool refused = !seq_equal(t->snd.una, t->snd.nxt) && st->config.tcp_fastopen_again_acks &&
	               !defect(st, DEFECT_TCP_ACCECN_ACK_BEFORE_TEXT);
	if (t->ecn.mode == TCP_ECN_ACCURATE && t->snd.queue.length && !refused) {
		tcp_send_ack(t);
	} else if (t->fast_open.more) {
		/* If a SEND goes on at once its text carries the ACK, and the next text from the peer is likely an
		 * answer. */
		tcp_ack_slow(t);
		tcp_ack_owe(t, 0, true);
	} else if (!rides || !tcp_ack_rides(t)) {
		tcp_ack_now(t);
	}
	return SEG_NEXT;
}
