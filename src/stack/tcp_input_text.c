/* SPDX-License-Identifier: MIT
 *
 * tcp_input_text.c - SEGMENT ARRIVES, sixth to eighth step: URG, text, FIN (RFC 9293, 3.10.7.4)
 *
 * A segment that comes here is acceptable, and has been cut to what the window takes and is new. So its text begins at
 * RCV.NXT and is the user's, or it begins behind and waits (rxq.c). Which of the two decides everything that follows:
 * text in order may be acknowledged later, while text out of order, and text that fills a gap, should be answered at
 * once, because the sender needs the news for its recovery (RFC 5681, 4.2).
 *
 * What finds no room or no memory counts as lost on the way: it is not acknowledged, and the peer sends it again.
 *
 * A FIN has a place in the sequence like an octet. One that is early is remembered by its number, and takes effect when
 * the text before it is complete, with whichever segment that happens.
 */
#include <errno.h>

#include "stack/ip_packet.h"
#include "stack/tcp_ack.h"
#include "stack/tcp_fastopen_hole.h"
#include "stack/tcp_input.h"
#include "stack/tcp_life.h"
#include "stack/tcp_memory.h"
#include "stack/tcp_rcv.h"
#include "stack/tcp_receive_limit.h"
#include "stack/socket_packet.h"
#include "stack/tcp_send.h"
#include "stack/tcp_snd.h"
#include "stack/tcp_state.h"
#include "stack/tcp_statistics.h"
#include "stack/tcp_window.h"

/* ---- sixth: URG ---- */

enum step_result tcp_step_urgent(struct tcp *t, struct tcp_segment *seg)
{
	const struct stack *st = tcp_stack(t);

	bool ended = !tcp_in(t, TCPM_RECEIVES) && !defect(st, DEFECT_TCP_URGENT_LATE);

	bool urgent = seg->flags & TCP_URG || (seg->urgent && defect(st, DEFECT_TCP_URGENT_UNFLAGGED));

	if (!urgent || ended || defect(st, DEFECT_TCP_URGENT_IGNORED))
		return SEG_NEXT;
	/* RFC 6093, 4: the pointer is one behind the urgent octet; RFC 1122 said at it. */
	bool behind = st->config.tcp_urgent_points_after && !st->config.tcp_urgent_rfc;
	if (!seg->urgent && st->config.tcp_urgent_zero_first)
		behind = false;
	seq_t up = seq_add(seg->first, seg->urgent + (behind ? 0u : 1u));

	/* RCV.UP <- max(RCV.UP, SEG.UP); RFC 9293, 3.8.5, MUST-31: urgent data of any length. */
	if (tcp_rcv_urgent(t, up))
		socket_wake(t->socket);                      /* MUST-32: tell the user at once */
	return SEG_NEXT;
}

/* ---- seventh: text ---- */

/* Octets that waited already, and came again with others (RFC 2883, 4.2). If a segment has several such ranges the
 * first counts; text before RCV.NXT has been noted already. */
static void note_duplicate(struct tcp *t, const struct rxq_range *again)
{
	if (seq_equal(again->start, again->end) || defect(tcp_stack(t), DEFECT_TCP_NO_DSACK_OF_QUEUED))
		return;
	tcp_ack_repeated_too(t, *again);
}

/* Is this the end of what the peer had to send? A segment that is pushed, or not full, ends it. */
static bool ends_something(const struct tcp *t, const struct tcp_segment *seg)
{
	return seg->flags & TCP_PSH || seg->whole_length < tcp_full_segment(t);
}

/* Expected text may use memory that was granted in advance; otherwise there has to be room. */
static bool has_room(struct tcp *t, const struct tcp_segment *seg)
{
	bool pressed = false, room;

	if (seg->text_first || (seg->predicted && tcp_memory_granted(t, seg->charge.memory))) {
		count(tcp_stack(t), TcpExtTCPHPHits);
		return true;
	}
	room = tcp_rcv_make_room(t, seg->seq, &pressed);
	if (pressed)
		tcp_receive_limit_pressed(t);
	return room;
}

/* The text is dropped, as if it had been lost. If it was the next in order, the peer should know that sending more is
 * of no use before the user reads; text out of order it will send again in any case. */
static void drop_text(struct tcp *t, struct tcp_segment *seg)
{
	bool next = seq_equal(seg->seq, t->rcv.nxt);

	count(tcp_stack(t), next ? TcpExtTCPRcvQDrop : TcpExtTCPOFODrop);
	tcp_note(t, "receive buffer is full");
	seg->text_length = 0;
	seg->flags &= (uint16_t)~TCP_FIN;
	if (next && !defect(tcp_stack(t), DEFECT_TCP_FULL_NOT_SHUT))
		tcp_window_full(t);
	if (next)
		tcp_ack_now(t);
}

/* Octets that waited may have come again with this text, so the overlap is looked up before the queue is drained. */
static void in_order(struct tcp *t, const struct tcp_segment *seg)
{
	bool holes = rxq_bytes(t->rcv.early) > 0 && !(seg->flags & TCP_FIN);         /* there is no text behind a FIN */
	struct rxq_range again = rxq_overlap(t->rcv.early, seg->seq, seq_add(seg->seq, seg->text_length));

	/* Without memory the segment counts as lost: it is not acknowledged and will come again. */
	bool ends = ends_something(t, seg);
	if (!tcp_rcv_take(t, seg->text, seg->text_length, seg->first, seg->charge))
		return;
	note_duplicate(t, &again);
	if (!seg->of_syn_ack)
		tcp_ack_adapt(t);
	tcp_count_text_in_order(t);
	if (seg->of_syn_ack)                                 /* acknowledged as the SYN is */
		return;
	if (holes)
		tcp_rcv_drain(t);
	tcp_measure_by_window(t);
	if (tcp_receive_limit_grow(t, seg, tcp_receive_free(t)))
		tcp_ack_quick_once(t);
	if (holes)
		tcp_ack_news(t, seg->text_length);           /* fills all or part of a gap */
	else
		tcp_ack_owe(t, seg->text_length, ends);
}

/* Has it the FIN that waits already for text before it? */
static bool has_fin_again(const struct tcp *t, const struct tcp_segment *seg)
{
	return seg->flags & TCP_FIN && t->rcv.fin_known &&
	       seq_equal(seq_add(seg->seq, seg->text_length), t->rcv.fin_seq);
}

/* Some hosts tell of a FIN that came twice as if it were an octet behind its text, of which @again came twice. */
static void add_fin(const struct tcp *t, const struct tcp_segment *seg, struct rxq_range *again)
{
	const struct stack *st = tcp_stack(t);

	if (!has_fin_again(t, seg) || !st->config.tcp_dsack_covers_fin || defect(st, DEFECT_TCP_SACK_WITHOUT_FIN))
		return;
	if (seq_equal(again->start, again->end))
		*again = (struct rxq_range){ t->rcv.fin_seq, t->rcv.fin_seq };
	if (seq_equal(again->end, t->rcv.fin_seq))
		again->end = seq_add(t->rcv.fin_seq, 1);
}

static void out_of_order(struct tcp *t, const struct tcp_segment *seg)
{
	const struct stack *st = tcp_stack(t);
	const uint32_t free = tcp_receive_free(t);
	struct rxq_range duplicate;
	bool kept = false;

	tcp_count_early(t);
	count(tcp_stack(t), TcpExtTCPOFOQueue);
	if (!defect(st, DEFECT_TCP_OOO_DROPPED)) {           /* SHLD-31 */
		count_many(tcp_stack(t), TcpExtTCPOFOMerge,
		           rxq_covered(t->rcv.early, seg->seq, seq_add(seg->seq, seg->text_length)));
		kept = tcp_rcv_keep(t, seg->seq, seg->text, seg->text_length, seg->charge, &duplicate);
		add_fin(t, seg, &duplicate);
		note_duplicate(t, &duplicate);
	}
	/* Without SACK only ACKs that repeat the last one, window and all, make the peer send again (RFC 5681, 2). */
	if (kept && (t->agreed.sack || defect(st, DEFECT_TCP_OPENS_WITHOUT_SACK)))
		tcp_receive_limit_grow(t, seg, free);
	if (kept)
		tcp_receive_limit_early(t);
	tcp_ack_early(t, seg->text_length);
}

void tcp_keep_syn_text(struct tcp *t, const struct tcp_segment *seg)
{
	struct stack *st = tcp_stack(t);
	uint32_t window = tcp_window(t), length = seg->text_length < window ? seg->text_length : window;

	if (!st->config.tcp_syn_data)
		return;
	if (length && !(defect(st, DEFECT_TCP_SYN_TEXT_LOST) && !t->place.passive))
		(void)tcp_rcv_keep(t, t->rcv.nxt, seg->text, length, seg->charge, NULL);
	if (seg->flags & TCP_FIN && length == seg->text_length && !defect(st, DEFECT_TCP_SYN_DATA_LOST))
		tcp_rcv_fin_at(t, seq_add(t->rcv.nxt, length), false);
}

/* Nobody will ever read this. */
static bool reader_gone(const struct tcp *t)
{
	return t->socket->fd < 0 && !t->place.parent && !t->place.queued;
}

/* There is no text behind a FIN (RFC 9293, 3.10.7.4, seventh step: ignored). Text that begins before the FIN and ends
 * behind it contradicts the stream, and some hosts end the connection. */
static enum step_result text_behind_fin(struct tcp *t, const struct tcp_segment *seg)
{
	bool across = seg->text_length && seg->text_length < seg->whole_length;

	if (!across || !tcp_stack(t)->config.tcp_text_across_fin_resets ||
	    !tcp_in(t, 1 << TCPS_CLOSE_WAIT | 1 << TCPS_CLOSING | 1 << TCPS_LAST_ACK))
		return SEG_NEXT;
	count(tcp_stack(t), TcpExtTCPAbortOnData);
	tcp_reset_segment(tcp_stack(t), seg);
	tcp_fail(t, t->state == TCPS_CLOSE_WAIT ? EPIPE : ECONNRESET, "text across the peer's FIN");
	return SEG_DONE;
}

enum step_result tcp_step_text(struct tcp *t, struct tcp_segment *seg)
{
	bool half_closed = tcp_in(t, 1 << TCPS_FIN_WAIT_1 | 1 << TCPS_FIN_WAIT_2);

	if (!tcp_in(t, TCPM_RECEIVES))
		return text_behind_fin(t, seg);
	/* If the FIN is early, the text before it will come, and nobody will read it. */
	bool hopeless = seg->flags & TCP_FIN && half_closed && seq_after(seg->seq, t->rcv.nxt) && reader_gone(t) &&
	                tcp_stack(t)->config.tcp_remnants;
	if (!seg->text_length && !hopeless)
		return SEG_NEXT;
	if (reader_gone(t) || (half_closed && (t->socket->shut_read ||
	                                       defect(tcp_stack(t), DEFECT_TCP_NO_HALF_CLOSE)))) {
		/* RFC 9293, 3.6.1, SHLD-3: data after CLOSE are lost, and the peer should know: as if there were no
		 * connection any more (3.10.7.1). */
		if (seg->flags & TCP_FIN && t->state == TCPS_FIN_WAIT_2 && t->socket->fd < 0)
			tcp_fast_open_late_fin(t);
		if (!t->kept_as_time_wait)
			count(tcp_stack(t), TcpExtTCPAbortOnData);
		tcp_reset_segment(tcp_stack(t), seg);
		if (t->socket->fd < 0)
			tcp_finish(t, "data after CLOSE (RFC 9293, 3.6.1)");
		else
			tcp_fail(t, ECONNRESET, "data for a user who reads no more (RFC 9293, 3.6.1)");
		return SEG_DONE;
	}
	if (!has_room(t, seg)) {
		drop_text(t, seg);
		return SEG_NEXT;
	}
	if (!seg->of_syn_ack) {                              /* with other options it shows nothing of the peer */
		tcp_receive_limit_see(t, seg, tcp_window_last(t));
		tcp_rcv_see_size(t, seg->whole_length, seg->flags & TCP_PSH);
	}
	tcp_count_text(t);
	tcp_count_label(t, seg->packet->flow_label);
	if (seg->flags & TCP_FIN && seq_equal(seg->seq, t->rcv.nxt))
		tcp_ack_last_text(t);
	if (seq_equal(seg->seq, t->rcv.nxt))
		in_order(t, seg);
	else
		out_of_order(t, seg);
	return SEG_NEXT;
}

/* ---- eighth: FIN ---- */

/* All text before the FIN is there. RFC 9293, 3.10.7.4, eighth step: what it means in each state. */
static void fin_arrived(struct tcp *t)
{
	const struct stack_config *c = &tcp_stack(t)->config;
	bool half_closed = tcp_in(t, 1 << TCPS_FIN_WAIT_1 | 1 << TCPS_FIN_WAIT_2) && !tcp_is_remnant(t);

	if (t->rcv.fin_bare)
		tcp_memory_join_fin(t);
	tcp_rcv_fin(t);
	tcp_ack_fin(t);
	/* ... with what it has still to say of text that came twice or early. */
	if (half_closed && c->tcp_fin_acked_first && !defect(tcp_stack(t), DEFECT_TCP_FIN_ACKED_LAST))
		tcp_send_ack(t);
	if (!defect(tcp_stack(t), DEFECT_TCP_COVERED_TEXT_LEFT))
		rxq_drop_all(t->rcv.early);                  /* nothing belongs behind a FIN */
	if (c->tcp_fin_drops_dsack && !defect(tcp_stack(t), DEFECT_TCP_FIN_TELLS_DUPLICATE))
		tcp_ack_repeated_told(t);
	switch (t->state) {
	case TCPS_ESTABLISHED:
		tcp_set_state(t, TCPS_CLOSE_WAIT, "FIN");
		if (defect(tcp_stack(t), DEFECT_TCP_FIN_CLOSES)) {
			tcp_snd_close(t);
			tcp_set_state(t, TCPS_LAST_ACK, "CLOSE");
		}
		break;
	case TCPS_FIN_WAIT_1:                                /* were ours acknowledged, the state would be FIN-WAIT-2 */
		tcp_set_state(t, TCPS_CLOSING, "FIN");
		if (defect(tcp_stack(t), DEFECT_TCP_NO_CLOSING))
			tcp_enter_time_wait(t, "FIN");
		break;
	case TCPS_FIN_WAIT_2:
		tcp_enter_time_wait(t, "FIN");
		break;
	default:
		break;
	}
}

/* Text before it is missing: RFC 5681, 4.2 wants an ACK at once, as for text that is early. */
static void early_fin(struct tcp *t, const struct tcp_segment *seg)
{
	struct rxq_range fin = { seg->seq, seg->seq };
	const bool again = has_fin_again(t, seg);

	if (again && (seg->text_length || defect(tcp_stack(t), DEFECT_TCP_EARLY_FIN_AGAIN_SILENT)))
		return;                                      /* its text has seen to it */
	if (!seg->text_length) {
		count(tcp_stack(t), TcpExtTCPOFOQueue);
		if (!defect(tcp_stack(t), DEFECT_TCP_EARLY_FIN_UNCOUNTED))
			tcp_count_early(t);
	}
	if (again)
		count(tcp_stack(t), TcpExtTCPOFOMerge);
	add_fin(t, seg, &fin);
	note_duplicate(t, &fin);
	tcp_ack_now(t);
}

enum step_result tcp_step_fin(struct tcp *t, struct tcp_segment *seg)
{
	const seq_t at = seq_add(seg->seq, seg->text_length);
	bool early = seq_after(at, t->rcv.nxt), lost = early && defect(tcp_stack(t), DEFECT_TCP_EARLY_FIN_LOST);

	if (seg->flags & TCP_FIN && !t->rcv.fin_received && !lost) {
		if (early)
			early_fin(t, seg);
		tcp_rcv_fin_at(t, at, !seg->carried);
	}
	/* Text before it may still be missing. */
	if (t->rcv.fin_known && !t->rcv.fin_received && seq_equal(t->rcv.fin_seq, t->rcv.nxt) &&
	    tcp_in(t, TCPM_RECEIVES))
		fin_arrived(t);
	if (t->rcv.fin_received && defect(tcp_stack(t), DEFECT_TCP_FIN_NOT_ACKED))
		tcp_ack_never_mind(t);
	return SEG_NEXT;
}
