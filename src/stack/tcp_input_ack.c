/* SPDX-License-Identifier: MIT
 *
 * tcp_input_ack.c - SEGMENT ARRIVES, fifth step: the ACK field (RFC 9293, 3.10.7.4)
 *
 * With RFC 5961, 5.2 (which ACKs are believed). What an acceptable ACK says is collected in struct tcp_ack. The
 * scoreboard and the measurement of round trips come first; then SND.UNA moves; then recovery, and through it
 * congestion control, decide what the ACK means. What recovery wants sent again goes out at once.
 */
#include "stack/recovery.h"
#include "stack/tcp_accecn.h"
#include "stack/tcp_ack.h"
#include "stack/tcp_chunk.h"
#include "stack/tcp_congestion.h"
#include "stack/tcp_ecn.h"
#include "stack/tcp_fastopen.h"
#include "stack/tcp_input.h"
#include "stack/tcp_life.h"
#include "stack/tcp_listen.h"
#include "stack/tcp_metrics.h"
#include "stack/tcp_memory.h"
#include "stack/tcp_mss.h"
#include "stack/tcp_mtu_probe.h"
#include "stack/tcp_option.h"
#include "stack/tcp_output.h"
#include "stack/tcp_rcv.h"
#include "stack/tcp_rto.h"
#include "stack/tcp_send.h"
#include "stack/tcp_snd.h"
#include "stack/tcp_state.h"
#include "stack/tcp_statistics.h"
#include "stack/tcp_timer.h"
#include "stack/tcp_window.h"

/* After a simultaneous open a host may be content with any ACK that is not old: the connection is open, but our SYN,ACK
 * still waits to be acknowledged, and goes out again. RFC 9293, 3.10.7.4 refuses such an ACK. */
static bool opens_without_syn(const struct tcp *t, const struct tcp_segment *seg)
{
	return tcp_stack(t)->config.tcp_simultaneous_ack_unchecked && !t->place.passive &&
	       seq_equal(seg->ack, t->snd.una) && !defect(tcp_stack(t), DEFECT_TCP_SIMULTANEOUS_ACK_REFUSED);
}

bool tcp_is_old_unknown(const struct tcp *t, const struct tcp_segment *seg)
{
	seq_t end = seq_add(seg->seq, tcp_segment_length(seg));

	if (!tcp_stack(t)->config.tcp_old_segment_heard || !tcp_segment_length(seg) ||
	    seg->flags & TCP_RST || t->state == TCPS_TIME_WAIT || !t->snd.syn_acked)
		return false;
	if (t->ecn.mode == TCP_ECN_ACCURATE && defect(tcp_stack(t), DEFECT_TCP_ACCECN_OLD_UNHEARD))
		return false;
	if (!seg->text_length && defect(tcp_stack(t), DEFECT_TCP_OLD_FIN_UNHEARD))
		return false;
	if (tcp_is_remnant(t) || (t->socket->fd < 0 && defect(tcp_stack(t), DEFECT_TCP_ORPHAN_HEARS_NO_OLD)))
		return false;
	return seq_before_or_at(end, t->rcv.nxt) && seq_after_or_at(end, t->ack.sent);
}

/* A host whose window begins at what it acknowledged last, and not at RCV.NXT, finds a RST inside as long as an ACK
 * waits. By RFC 5961, 3.2, that is the window for which a RST is challenged; by RFC 9293, 3.4, the number is old. */
bool tcp_is_old_reset(const struct tcp *t, const struct tcp_segment *seg)
{
	seq_t end = seq_add(seg->seq, tcp_segment_length(seg));

	if (!tcp_stack(t)->config.tcp_old_segment_heard || defect(tcp_stack(t), DEFECT_TCP_OLD_RESET_SILENT))
		return false;
	return tcp_in(t, TCPM_RECEIVES) && !tcp_is_remnant(t) && seq_before(seg->seq, t->rcv.nxt) &&
	       seq_after_or_at(end, t->ack.sent);
}

/* RFC 9293, 3.10.7.4: unacceptable ACKs. */
enum step_result tcp_step_ack_acceptable(struct tcp *t, struct tcp_segment *seg)
{
	struct stack *st = tcp_stack(t);

	if (t->state == TCPS_TIME_WAIT && tcp_is_remnant(t))
		return SEG_NEXT;                             /* whatever number it acknowledges: tcp_remnant.c */
	if (!(seg->flags & TCP_ACK) && defect(st, DEFECT_TCP_ACK_FLAG_UNASKED))
		seg->ack = t->snd.syn_acked ? t->snd.una : t->snd.nxt;
	else if (!(seg->flags & TCP_ACK)) {
		stack_drop(st, seg->packet, "no ACK bit");
		return SEG_DONE;
	}
	if (!t->snd.syn_acked) {
		bool new = seq_after(seg->ack, t->snd.una) && seq_before_or_at(seg->ack, t->snd.nxt);
		if (new || opens_without_syn(t, seg)) {
			if (seg->stamp_due)
				tcp_take_stamp(t, seg);
			return SEG_NEXT;
		}
		if (!defect(st, DEFECT_TCP_HALF_OPEN_ACK_SILENT))
			tcp_reset_segment(st, seg);
		return SEG_DONE;
	}
	if (seq_after(seg->ack, t->snd.nxt)) {
		tcp_ecn_refused(t, seg);
		if (!defect(st, DEFECT_TCP_ACK_FUTURE_TAKEN))
			tcp_challenge(t, "ACK of unsent data (RFC 9293, 3.10.7.4)");
		return SEG_DONE;
	}
	/* RFC 5961, 5.2: SND.UNA - MAX.SND.WND =< SEG.ACK. Early in a connection this reaches back before our ISS. */
	uint32_t back = t->snd.max_wnd;
	uint64_t acked = t->stats.bytes_acked;
	if (!defect(st, DEFECT_TCP_GHOSTS_WITHOUT_FIN))
		acked += !t->place.passive + t->snd.fin_acked;   /* a server's SYN is not among them */
	if (st->config.tcp_ghost_acks_refused && acked < back)
		back = (uint32_t)acked;
	if (seq_before(seg->ack, seq_back(t->snd.una, back)) && !defect(st, DEFECT_TCP_OLD_ACK_TAKEN)) {
		tcp_ecn_refused(t, seg);
		tcp_challenge(t, "ACK too old (RFC 5961, 5.2)");
		return SEG_DONE;
	}
	if (seg->stamp_due)
		tcp_take_stamp(t, seg);
	return SEG_NEXT;
}

void tcp_advance(struct tcp *t, seq_t ack)
{
	tcp_count_acked(t, tcp_snd_acked(t, ack));
	tcp_chunk_acked(t);
	notice_acked(t->socket, t->stats.bytes_acked);
	tcp_rto_progress(t);
	t->socket->soft_error = 0;
	if (!t->recovery.ops->arms || tcp_flight(t) == 0)
		tcp_arm_retransmit(t);                           /* RFC 6298, (5.2), (5.3) */
}

static bool is_unsigned(const struct tcp *t, const struct tcp_segment *seg)
{
	return !seg->signatures || defect(tcp_stack(t), DEFECT_TCP_SIGNED_PREDICTED);
}

/* No flag but ACK and PSH is to be expected, or what AccECN said before in their place. */
static bool has_plain_flags(const struct tcp *t, const struct tcp_segment *seg)
{
	const uint16_t ace = 7 * TCP_ECE, plain = TCP_ACK | TCP_PSH;

	if (t->ecn.mode != TCP_ECN_ACCURATE || defect(tcp_stack(t), DEFECT_TCP_ACCECN_UNPREDICTED))
		return seg->flags & TCP_ACK && !(seg->flags & (uint16_t)~plain);
	return seg->flags & TCP_ACK && !(seg->flags & (uint16_t)~(plain | ace)) && tcp_accecn_unchanged(t, seg);
}

/* Header prediction (RFC 7323, 4.3 speaks of it): in order, with the window as it was, without any option but an agreed
 * time-stamp. The steps treat such a segment like any other; only counters distinguish it, and that it is no reason to
 * send. */
bool tcp_is_predicted(const struct tcp *t, const struct tcp_segment *seg)
{
	bool plain = has_plain_flags(t, seg) && !seg->sack_count &&
	             seg->has_stamp == t->agreed.stamps && is_unsigned(t, seg);

	return t->state == TCPS_ESTABLISHED && plain && seq_equal(seg->seq, t->rcv.nxt) &&
	       (uint32_t)seg->window << t->agreed.snd_shift == t->snd.wnd && !rxq_bytes(t->rcv.early) &&
	       seq_before_or_at(seg->ack, t->snd.nxt) && !t->rcv.urgent;
}

/* RFC 5681, 2: what counts as a duplicate ACK. */
static bool is_duplicate(const struct tcp *t, const struct tcp_segment *seg, bool tells_window)
{
	bool bare = defect(tcp_stack(t), DEFECT_TCP_OLD_TEXT_DUPLICATE) ? !tcp_segment_length(seg) : !seg->had_length;

	return seq_equal(seg->ack, t->snd.una) && tcp_flight(t) > 0 && !seq_equal(t->snd.cursor, t->snd.una) && bare &&
	       !tells_window;
}

/* ---- what an ACK means in each state ---- */

/* In FIN-WAIT-2 a connection without a user waits for nothing but the peer's FIN, so how long it may do that is
 * limited; TCP_LINGER2 under 0 means not at all. */
static enum step_result our_fin_acked(struct tcp *t, const struct tcp_segment *seg)
{
	switch (t->state) {
	case TCPS_FIN_WAIT_1:
		tcp_set_state(t, TCPS_FIN_WAIT_2, "ACK of FIN");
		if (t->socket->fd < 0 && t->options.linger2_s < 0) {
			count(tcp_stack(t), TcpExtTCPAbortOnData);
			tcp_reset_segment(tcp_stack(t), seg);
			tcp_finish(t, "FIN-WAIT-2 without user, TCP_LINGER2 under 0");
			return SEG_DONE;
		}
		if (t->socket->fd >= 0)
			return SEG_NEXT;
		tcp_orphan_waits(t);
		if (!(seg->flags & TCP_FIN)) {
			tcp_metrics_save(t);
			tcp_fast_open_over(t);
		}
		return SEG_NEXT;
	case TCPS_CLOSING:
		if (defect(tcp_stack(t), DEFECT_TCP_CLOSING_ENDS)) {
			tcp_finish(t, "ACK of FIN");
			return SEG_DONE;
		}
		tcp_enter_time_wait(t, "ACK of FIN");
		return tcp_stack(t)->config.tcp_closing_ends_with_ack &&
		       !defect(tcp_stack(t), DEFECT_TCP_CLOSING_REST_HEARD) ? SEG_DONE : SEG_NEXT;
	case TCPS_LAST_ACK:
		tcp_metrics_save(t);
		tcp_finish(t, "ACK of FIN");
		return SEG_DONE;
	default:
		return SEG_NEXT;
	}
}

/* Only with a defect: then an ACK of something else passes for the one of our FIN. */
static bool any_ack_is_of_fin(const struct tcp *t)
{
	switch (t->state) {
	case TCPS_FIN_WAIT_1:
		return defect(tcp_stack(t), DEFECT_TCP_FIN_WAIT_ANY_ACK);
	case TCPS_CLOSING:
		return defect(tcp_stack(t), DEFECT_TCP_CLOSING_ANY_ACK);
	case TCPS_LAST_ACK:
		return defect(tcp_stack(t), DEFECT_TCP_LAST_ACK_ANY_ACK);
	default:
		return false;
	}
}

/* shutdown() came before the connection was open. */
static void close_at_last(struct tcp *t)
{
	tcp_snd_close(t);
	tcp_set_state(t, TCPS_FIN_WAIT_1, "CLOSE");
}

/* Counts an ACK that is believed: as predicted, or as one that has only its ACK field to say. */
static void count_ack(struct tcp *t, const struct tcp_segment *seg)
{
	bool advances = seq_after(seg->ack, t->snd.una);

	bool first = !seg->carried || seg->text_first || !tcp_stack(t)->config.tcp_predicted_text_first;
	if (seg->predicted && advances && first)
		count(tcp_stack(t), TcpExtTCPHPAcks);
	else if (!seg->carried && !(seg->flags & (TCP_SYN | TCP_FIN)))
		count(tcp_stack(t), TcpExtTCPPureAcks);
}

/* SYN-RECEIVED: the ACK opens the connection, if the listener of a child has room for it. */
static enum step_result synchronize(struct tcp *t, struct tcp_segment *seg)
{
	const bool request = t->place.parent, news = seq_after(seg->ack, t->snd.una);

	if (request && !tcp_listen_complete(t, seg))
		return SEG_DONE;
	if (!seq_before(seg->ack, t->snd.una))
		count_ack(t, seg);
	if (request)
		tcp_ack_accepted(t);
	if (news) {
		tcp_sent_acked(t, seg);
		tcp_rto_syn_answered(t, seg);
		tcp_rto_measure(t, seg->ack, seg);
		tcp_advance(t, seg->ack);
		/* Both our SYN and our SYN,ACK have arrived; some hosts count them. */
		if (!t->place.passive && !defect(tcp_stack(t), DEFECT_INFO_CROSSING_ONCE))
			tcp_sent_crossed(t);
	} else {
		tcp_rto_syn_lost(t);                         /* nothing was measured: RFC 6298, (5.7) */
	}
	tcp_set_send_window(t, seg);
	tcp_established(t, "ACK of SYN");
	if (t->socket->shut_write && !t->snd.fin_queued)
		close_at_last(t);
	if (news && tcp_flight(t) > 0)                       /* text of our SYN, after a simultaneous open */
		tcp_arm_retransmit(t);
	seq_t before = t->rcv.nxt;
	tcp_rcv_drain(t);                                    /* text that came with the SYN */
	if (!seq_equal(before, t->rcv.nxt))
		tcp_ack_now(t);
	if (seg->text_length)
		tcp_measure_by_echo(t, seg);
	return SEG_NEXT;
}

/* The largest window grew, and with it the segment size: a congestion window and a threshold that count segments keep
 * their numbers. */
static void grow_segments(struct tcp *t, uint32_t mss_before)
{
	uint32_t mss = tcp_send_mss(t);

	if (mss <= mss_before || !tcp_stack(t)->config.tcp_window_in_segments)
		return;
	tcp_congestion_set_window(t, (uint32_t)((uint64_t)t->congestion.cwnd * mss / mss_before));
	tcp_snd_scale_flight(t, mss, mss_before);
	if (!defect(tcp_stack(t), DEFECT_TCP_THRESHOLD_IN_OCTETS))
		tcp_congestion_resized(t, mss_before);
}

/* A peer that received text in the meantime, or whose window is shut, may have sent this ACK to say so, whatever else
 * it received: a host may count it as an update of the window though the window is the same. RFC 5681, 2 does not. */
static bool repeats_window(const struct tcp *t, const struct tcp_segment *seg)
{
	bool later = seq_after(tcp_window_number(t, seg), t->snd.wl1);

	return tcp_stack(t)->config.tcp_window_repeated_updates && (later || !seg->window) &&
	       !defect(tcp_stack(t), DEFECT_TCP_SAME_WINDOW_DUPLICATE);
}

/* Returns whether that is what the segment is for: then it is no duplicate ACK. */
static bool update_window(struct tcp *t, const struct tcp_segment *seg)
{
	uint32_t mss = tcp_send_mss(t);
	seq_t number = tcp_window_number(t, seg);

	/* RFC 9293, 3.10.7.4: old segments do not move the window. */
	bool newer = seq_before(t->snd.wl1, number) ||
	             (seq_equal(t->snd.wl1, number) && seq_before_or_at(t->snd.wl2, seg->ack));
	bool was_closed = t->snd.wnd == 0;

	uint32_t offered = (uint32_t)seg->window << t->agreed.snd_shift;
	bool repeats = seq_equal(number, t->snd.wl1) && seq_equal(seg->ack, t->snd.una);

	if (tcp_stack(t)->config.tcp_window_kept_by_duplicates && repeats && offered && offered < t->snd.wnd)
		return false;
	/* What acknowledges something was sent later, even if text with a higher number overtook it. */
	if (tcp_stack(t)->config.tcp_window_by_new_ack && seq_after(seg->ack, t->snd.una) &&
	    !defect(tcp_stack(t), DEFECT_TCP_NEW_ACK_OLD_WINDOW))
		newer = true;
	if (!newer && !defect(tcp_stack(t), DEFECT_TCP_WINDOW_STALE))
		return false;
	bool moves = offered != t->snd.wnd, tells = moves || repeats_window(t, seg);
	tcp_set_send_window(t, seg);
	grow_segments(t, mss);
	if (moves && tcp_stack(t)->config.tcp_restart_halves && tcp_unsent(t))
		tcp_congestion_pause(t);
	if (was_closed && t->snd.wnd) {
		bool waits = tcp_unsent(t) || (t->snd.fin_queued && !tcp_fin_sent(t));
		if (!tcp_stack(t)->config.tcp_retransmit_into_shut || (tcp_flight(t) == 0 && waits))
			tcp_rto_opened(t);
		tcp_disarm(t, TCP_TIMER_PERSIST);
	}
	return tells;
}

/* Who has just said that the window is shut, or too small, need not be asked at once (tcp_probe_put_off). */
static void put_probe_off(struct tcp *t, uint32_t flight)
{
	bool small = !defect(tcp_stack(t), DEFECT_TCP_OVERRIDE_NOT_PUT_OFF);         /* armed over a small window */
	bool waits = t->timers[TCP_TIMER_PERSIST].armed && !flight && (!t->snd.wnd || small);

	if (waits && tcp_stack(t)->config.tcp_probe_put_off && !defect(tcp_stack(t), DEFECT_TCP_PROBE_NOT_PUT_OFF))
		tcp_arm_retry(t, TCP_TIMER_PERSIST);
}

/* An ACK that was overtaken still says what had arrived by then. It moves neither SND.UNA nor the window; what it
 * selects counts as delivered with the next ACK. */
static void take_old_blocks(struct tcp *t, const struct tcp_segment *seg)
{
	struct tcp_ack a = { .ack = t->snd.una, .flight = tcp_flight(t), .rtt = VTIME_NEVER };

	if (!seg->sack_count || !t->agreed.sack || !t->recovery.ops->marks)
		return;
	tcp_sent_acked(t, seg);
	tcp_sent_reported(t, -(int)(t->sent.news.segments + t->sent.news.duplicates));
	recovery_told(t, &a);
	tcp_retransmit(t);
}

/* Text that was expected next may be taken before its ACK is heeded: what goes out again acknowledges the text, and a
 * window that is still shut puts off no probe. If it acknowledges nothing, its ACK is not even looked at. This needs
 * room for it in the last page that the socket was granted, for text in either direction, before the ACK. */
static bool takes_text_first(const struct tcp *t, const struct tcp_segment *seg)
{
	uint64_t sending = (0 - tcp_chunk_charge(t)) % TCP_MEMORY_PAGE, left = t->memory.granted + sending;

	return seg->predicted && seg->carried && tcp_stack(t)->config.tcp_predicted_text_first &&
	       left >= seg->charge.memory && !defect(tcp_stack(t), DEFECT_TCP_REPAIR_BEFORE_TEXT);
}

/* RFC 5682, 2.1, step 2b: the new text that shall prove a time-out spurious goes out like a retransmission, so before
 * what came with the ACK is taken. */
static bool proof_goes_now(const struct tcp *t, const struct tcp_segment *seg)
{
	return t->recovery.small_too && !seg->text_first && !defect(tcp_stack(t), DEFECT_TCP_PROOF_ACKS_TEXT);
}

/* RFC 5562, 3.2: the SYN,ACK goes out once more, and the connection opens when that has been acknowledged. */
enum step_result tcp_step_answer_marked(struct tcp *t, struct tcp_segment *seg)
{
	if (!tcp_ecn_answer_was_marked(t, seg))
		return SEG_NEXT;
	tcp_note(t, "the SYN,ACK was marked: again, without ECT (RFC 5562, 3.2)");
	tcp_send_syn(t);
	tcp_arm_retransmit(t);
	return SEG_DONE;
}

/* The order matters. The window comes first, since whether an ACK is a duplicate depends on its not having changed; the
 * scoreboard before SND.UNA, which would make it forget the segments that are being acknowledged; and recovery last,
 * because it decides by what all the others have found out. */
enum step_result tcp_step_ack(struct tcp *t, struct tcp_segment *seg)
{
	if (t->state == TCPS_SYN_RECEIVED)
		return synchronize(t, seg);
	tcp_measure_by_echo(t, seg);
	bool old = seq_before(seg->ack, t->snd.una), news = tcp_stack(t)->config.tcp_alive_by_news;
	seg->text_first = takes_text_first(t, seg);
	if (!old)
		count_ack(t, seg);
	bool unread = seg->text_first && seq_equal(seg->ack, t->snd.una);      /* its ACK field says nothing new */
	if (!old || !news) {
		if (!unread)
			tcp_count_ack_received(t);
		tcp_count_heard(t);
	}
	t->socket->notices.hops = seg->packet->ttl;
	tcp_take_user_timeout(t, seg);
	if (!unread || defect(tcp_stack(t), DEFECT_INFO_TEXT_ANSWERS))
		tcp_rto_answered(t);                         /* RFC 9293, 3.8.6.1, MUST-37: it is alive */
	if (old) {
		take_old_blocks(t, seg);
		return SEG_NEXT;
	}
	bool fin_before = t->snd.fin_acked, opens = !t->snd.syn_acked, closes = false;
	uint64_t delivered = t->sent.bytes;
	bool tells_window = update_window(t, seg);
	struct tcp_ack a = {
		.ack = seg->ack, .acked = (uint32_t)seq_diff(seg->ack, t->snd.una), .flight = tcp_flight(t),
		.rtt = VTIME_NEVER,
		.duplicate = is_duplicate(t, seg, tells_window), .text = seg->text_length > 0,
		.opens = opens, .echo = seg->ts_echo,
		.stamped = !opens && t->agreed.stamps && seg->has_stamp && seg->ts_echo,
	};
	tcp_sent_acked(t, seg);
	a.delivered = (uint32_t)(t->sent.bytes - delivered);
	a.segments = t->sent.news.segments + t->sent.news.duplicates;      /* needless copies were delivered as well */
	tcp_ecn_read_ack(t, seg, &a);
	if (a.acked || (a.segments && tcp_stack(t)->config.tcp_rtt_every_ack))
		a.rtt = tcp_rto_measure(t, seg->ack, seg);
	if (a.acked && opens) {                              /* text is in flight: its timer counts from here on */
		(void)tcp_rto_established(t);
		tcp_rto_syn_answered(t, seg);
	}
	if (a.acked)
		tcp_advance(t, seg->ack);
	tcp_mtu_acked(t);
	if (opens && t->state == TCPS_FAST_OPENED) {
		tcp_established(t, "ACK of SYN");
		closes = t->socket->shut_write;
		if (closes)
			close_at_last(t);
	}
	if (opens && !t->rtx.syn_lost)
		recovery_undone(t);
	recovery_acked(t, &a);
	if (!seg->text_first) {
		put_probe_off(t, a.flight);
		tcp_retransmit(t);
	}
	/* RFC 9293, 3.10.4: the FIN waited for this moment, and for nothing that the segment has besides. */
	if ((closes && !defect(tcp_stack(t), DEFECT_FAST_OPEN_FIN_BEHIND_TEXT)) || proof_goes_now(t, seg))
		tcp_output(t);
	return (t->snd.fin_acked && !fin_before) || any_ack_is_of_fin(t) ? our_fin_acked(t, seg) : SEG_NEXT;
}
