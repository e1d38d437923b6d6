/* SPDX-License-Identifier: MIT
 *
 * tcp_input.c - SEGMENT ARRIVES (RFC 9293, 3.10.7)
 *
 * A segment is decoded once into struct tcp_segment, its connection is searched for, and then the steps of the RFC
 * follow in its order: a table of functions, each of which says whether the next one is due. A step may remove
 * something (octets outside the window, a flag that has been dealt with), so later steps see only what is left. LISTEN
 * and SYN-SENT have files of their own, which say whether the steps go on. No step sends text: tcp_output() does, when
 * all are done.
 *
 * This file has the decoding, the search, and the first steps for the synchronized states: time-stamp (RFC 7323, 5.3),
 * sequence number, RST, SYN. tcp_input_ack.c has the fifth, tcp_input_text.c the others. The third step of the RFC,
 * security, is left out.
 */
#include "stack/tcp_input.h"

#include <errno.h>

#include "stack/ip_address.h"
#include "stack/ip_input.h"
#include "stack/ip_packet.h"
#include "stack/socket_packet.h"
#include "stack/socket_table.h"
#include "stack/tcp_accecn.h"
#include "stack/tcp_ack.h"
#include "stack/tcp_auth.h"
#include "stack/tcp_burst.h"
#include "stack/tcp_chunk.h"
#include "stack/tcp_ecn.h"
#include "stack/tcp_fastopen.h"
#include "stack/tcp_fastopen_hole.h"
#include "stack/tcp_life.h"
#include "stack/tcp_listen.h"
#include "stack/tcp_option.h"
#include "stack/tcp_output.h"
#include "stack/tcp_remnant.h"
#include "stack/tcp_reuse.h"
#include "stack/tcp_rto.h"
#include "stack/tcp_send.h"
#include "stack/tcp_snd.h"
#include "stack/tcp_state.h"
#include "stack/tcp_statistics.h"
#include "stack/tcp_timer.h"
#include "stack/tcp_window.h"
#include "util/common.h"

/* ---- decoding ---- */

static bool decode(struct stack *st, const struct ip_packet *p, struct tcp_segment *seg)
{
	struct tcp_header h;
	const char *why;
	size_t used = tcp_parse(p->payload, p->length, &h, &why);

	count(st, TcpInSegs);
	if (!used) {
		count(st, TcpInErrs);
		stack_drop(st, p, why);
		return false;
	}
	/* First what shows whether anything else in the segment can be believed (RFC 9293, 3.1, MUST-3). */
	bool odd_refused = p->length & 1 && defect(st, DEFECT_TCP_ODD_REFUSED);
	if (odd_refused || (ip_payload_checksum(p) != 0 && !defect(st, DEFECT_TCP_BAD_CHECKSUM_TAKEN))) {
		count(st, TcpInErrs);
		count(st, TcpInCsumErrors);
		stack_drop(st, p, "TCP checksum (RFC 9293, 3.1, MUST-3)");
		return false;
	}
	if (p->payload[12] & 0x0e && defect(st, DEFECT_TCP_RESERVED_REFUSED)) {
		stack_drop(st, p, "reserved bits");
		return false;
	}
	/* RFC 9293, 3.9.2.3, MUST-57, MUST-63: there are no connections with group addresses. */
	bool group = p->group || !ip_is_single_host(st, &p->source);
	if (group && !defect(st, DEFECT_TCP_GROUP_PEER)) {
		stack_drop(st, p, "TCP to or from a group (RFC 9293, MUST-57)");
		return false;
	}
	*seg = (struct tcp_segment){
		.packet = p, .tuple = { p->source, p->destination, h.source_port, h.destination_port },
		.seq = seq_from(h.seq), .ack = seq_from(h.ack), .flags = h.flags, .window = h.window,
		.first = seq_from(h.seq), .urgent = h.urgent,
		.text = p->payload + used, .text_length = (uint32_t)(p->length - used),
		.carried = (uint32_t)(p->length - used), .accecn_fields = -1,
		.charge = { p->charge.memory, p->charge.spare, st->now },
	};
	seg->whole_length = seg->text_length;
	seg->had_length = tcp_segment_length(seg) > 0;
	if (st->merged && st->merged < seg->text_length && !defect(st, DEFECT_TCP_MERGED_COUNTS_ONE))
		seg->whole_length = st->merged;
	if (!tcp_read_options(st, seg, &h)) {
		stack_drop(st, p, "TCP options cannot be read");
		return false;
	}
	return true;
}

/* ---- helpers of the steps ---- */

/* An ACK that only answers an unacceptable segment. If it would come too soon after the last one, @skipped is counted
 * instead. */
static void answer_invalid(struct tcp *t, const struct tcp_segment *seg, enum counter skipped)
{
	if (defect(tcp_stack(t), DEFECT_TCP_RST_IN_DOUBT))
		tcp_reset_segment(tcp_stack(t), seg);
	else if (tcp_is_vain_request(t, seg) ||
	         tcp_ack_invalid_allowed(t, seg->flags & TCP_SYN || tcp_segment_length(seg) == 0))
		tcp_send_ack(t);
	else if (t->state == TCPS_SYN_RECEIVED)
		count(tcp_stack(t), TcpExtTCPACKSkippedSynRecv);
	else if (t->state == TCPS_FIN_WAIT_2 && t->socket->fd < 0)
		count(tcp_stack(t), TcpExtTCPACKSkippedFinWait2);
	else if (t->state == TCPS_TIME_WAIT)
		count(tcp_stack(t), TcpExtTCPACKSkippedTimeWait);
	else
		count(tcp_stack(t), skipped);
}

/* ---- the steps ---- */

/* Numbers from RCV.NXT on that are taken: what any ACK has allowed (RFC 7323, 2.4). */
static uint32_t window_of(const struct tcp *t)
{
	return defect(tcp_stack(t), DEFECT_TCP_ACCEPT_OUTSIDE) ? 1u << 30 : tcp_window_honoured(t);
}

/* For hosts that do not cut segments: either all of the segment is inside the window, or nothing waits for the user, so
 * that there is room for the excess. A FIN needs no room. */
static bool acceptable_as_whole(const struct tcp *t, const struct tcp_segment *seg)
{
	bool syn = seg->flags & TCP_SYN;                     /* a FIN needs no room, but a SYN does */
	seq_t edge = seq_add(t->rcv.nxt, window_of(t)), end = seq_add(seg->seq, seg->text_length + syn);
	bool old = seq_before_or_at(seq_add(seg->seq, tcp_segment_length(seg)), t->rcv.nxt);

	/* The peer's FIN waits for the user like text. */
	bool waits = t->rcv.buffer.length || t->rcv.fin_received;
	return !old && seq_before_or_at(seg->seq, edge) && (seq_before_or_at(end, edge) || !waits);
}

/* Half open, and not yet visible to any program. */
static bool is_half_open(const struct tcp *t)
{
	return t->state == TCPS_SYN_RECEIVED && t->place.passive;
}

/* RFC 9293, 3.10.7.4, table 6. */
static bool acceptable(const struct tcp *t, const struct tcp_segment *seg)
{
	uint32_t length = tcp_segment_length(seg), window = window_of(t);

	if (length && !tcp_stack(t)->config.tcp_segments_cut && !is_half_open(t))
		return acceptable_as_whole(t, seg);
	/* SYN and FIN have a number each and count as length. An empty segment must stand exactly at RCV.NXT if the
	 * window is shut; a longer one is acceptable when its first or its last octet is in the window. */
	if (length == 0) {
		uint32_t edge = tcp_stack(t)->config.tcp_window_edge_acceptable ? 1 : 0;
		if (defect(tcp_stack(t), DEFECT_TCP_EMPTY_AT_LEFT_ONLY))
			window = 0;
		return window ? seq_in(seg->seq, t->rcv.nxt, window + edge) : seq_equal(seg->seq, t->rcv.nxt);
	}
	return window &&
	       (seq_in(seg->seq, t->rcv.nxt, window) || seq_in(seq_add(seg->seq, length - 1), t->rcv.nxt, window));
}

/* Cut off what lies before RCV.NXT; returns which text came twice (RFC 2883, 4). */
static void trim_front(struct tcp *t, struct tcp_segment *seg)
{
	uint32_t cut = seq_before(seg->seq, t->rcv.nxt) ? (uint32_t)seq_diff(t->rcv.nxt, seg->seq) : 0;

	if (!cut)
		return;
	/* From the front: the SYN has the first number, then comes the text, and the FIN has the last one. */
	if (seg->flags & TCP_SYN) {
		seg->flags &= (uint16_t)~TCP_SYN;
		seg->had_syn = true;
		seg->seq = seq_add(seg->seq, 1);
		cut--;
	}
	bool fin_told = seg->flags & TCP_FIN && cut > seg->text_length &&
	                tcp_stack(t)->config.tcp_dsack_covers_fin && t->state != TCPS_TIME_WAIT;
	if ((seg->text_length || fin_told) && cut) {
		uint32_t old = cut < seg->text_length ? cut : seg->text_length;
		seg->again = (struct rxq_range){ seg->seq, seq_add(seg->seq, old + fin_told) };
		seg->text += old;
		seg->text_length -= old;
		seg->seq = seq_add(seg->seq, old);
		cut -= old;
	}
	if (cut)
		seg->flags &= (uint16_t)~TCP_FIN;
}

/* The next ACK reports what trim_front() found. */
static void note_again(struct tcp *t, const struct tcp_segment *seg)
{
	if (seq_equal(seg->again.start, seg->again.end))
		return;
	bool half_open = is_half_open(t);                    /* nothing can have come twice yet */
	if (!tcp_is_remnant(t) && (!half_open || defect(tcp_stack(t), DEFECT_TCP_HALF_OPEN_DUPLICATE)))
		tcp_ack_repeated(t, seg->again);
	if (tcp_stack(t)->config.tcp_part_again_acked_at_once)
		tcp_ack_now(t);
}

static void trim_back(struct tcp *t, struct tcp_segment *seg)
{
	int32_t beyond = seq_diff(seq_add(seg->seq, tcp_segment_length(seg)), seq_add(t->rcv.nxt, window_of(t)));

	if (beyond <= 0 || !tcp_stack(t)->config.tcp_segments_cut)
		return;
	/* The peer has sent beyond what it may, so it learns the window at once. The FIN has the last number and is the
	 * first to go. */
	tcp_ack_now(t);
	if (seg->flags & TCP_FIN) {
		seg->flags &= (uint16_t)~TCP_FIN;
		beyond--;
	}
	if (beyond > 0)
		seg->text_length -= (uint32_t)beyond < seg->text_length ? (uint32_t)beyond : seg->text_length;
}

static void reset_arrived(struct tcp *t)
{
	static const uint8_t errors[TCPS_COUNT] = {
		[TCPS_SYN_RECEIVED] = ECONNREFUSED, [TCPS_ESTABLISHED] = ECONNRESET, [TCPS_FIN_WAIT_1] = ECONNRESET,
		[TCPS_FIN_WAIT_2] = ECONNRESET, [TCPS_CLOSE_WAIT] = ECONNRESET, [TCPS_FAST_OPENED] = ECONNRESET,
	};
	const struct stack_config *c = &tcp_stack(t)->config;
	int error = errors[t->state];

	if (t->place.parent && tcp_in(t, 1 << TCPS_SYN_RECEIVED | 1 << TCPS_FAST_OPENED))
		count(tcp_stack(t), TcpExtEmbryonicRsts);
	tcp_fast_open_reset(t);
	/* RFC 9293, 3.10.7.4, second step, has an error state by state: the table. Hosts differ in single places. */
	/* In LAST-ACK, CLOSING, TIME-WAIT the user has closed: CLOSED without an error. */
	if ((t->state == TCPS_SYN_RECEIVED && c->tcp_open_reset_told) ||
	    (tcp_in(t, 1 << TCPS_CLOSING | 1 << TCPS_LAST_ACK) && c->tcp_reset_told_when_closing))
		error = ECONNRESET;
	if (t->state == TCPS_CLOSE_WAIT && c->tcp_close_wait_reset_pipe)
		error = EPIPE;
	if (t->state == TCPS_SYN_RECEIVED ? defect(tcp_stack(t), DEFECT_TCP_RESET_UNTOLD)
	                                  : defect(tcp_stack(t), DEFECT_TCP_RESET_AS_END))
		error = 0;
	tcp_fail(t, error, "RST");
}

/* The numbers besides RCV.NXT that are accepted in an RST: a peer that has forgotten the connection takes them from the
 * last segment it got. */
static bool reset_elsewhere(const struct tcp *t, const struct tcp_segment *seg)
{
	const struct stack_config *c = &tcp_stack(t)->config;
	bool fin_known = tcp_in(t, 1 << TCPS_CLOSE_WAIT | 1 << TCPS_LAST_ACK | 1 << TCPS_CLOSING);

	if (c->tcp_reset_at_fin && fin_known && seq_equal(seg->seq, seq_back(t->rcv.nxt, 1)))
		return true;
	if (!c->tcp_reset_behind_sack || !t->agreed.sack)
		return false;
	if (t->rcv.fin_known && !t->rcv.fin_received)        /* SACK covers an early FIN as if it were text */
		return seq_equal(seg->seq, seq_add(t->rcv.fin_seq, 1));
	return rxq_bytes(t->rcv.early) && seq_equal(seg->seq, rxq_end(t->rcv.early));
}

/* The peer sends again, perhaps over another path: then our ACKs were lost, and should take another path as well (RFC
 * 6438, 3). */
static void change_flow(struct tcp *t, const struct tcp_segment *seg)
{
	if (!tcp_stack(t)->config.tcp_duplicate_changes_flow_label ||
	    t->stats.last_data_label == seg->packet->flow_label)
		return;
	tcp_count_label(t, seg->packet->flow_label);
	t->socket->flow_turn++;
	count(tcp_stack(t), TcpExtTcpDuplicateDataRehash);
}

/* A segment comes again, perhaps because our ACK was lost. */
static void note_missed(struct tcp *t, const struct tcp_segment *seg)
{
	if (t->state != TCPS_TIME_WAIT) {
		count(tcp_stack(t), TcpExtDelayedACKLost);
		tcp_ack_missed(t);
	}
	if (seg->text_length)
		change_flow(t, seg);
}

static bool is_old_but_heard(const struct tcp *t, const struct tcp_segment *seg)
{
	return !(seg->flags & TCP_SYN) && tcp_is_old_unknown(t, seg);
}

/* RFC 5961, 4.2: whatever its number, a SYN is answered by the fourth step. */
static bool is_syn_challenged(const struct tcp *t, const struct tcp_segment *seg)
{
	return seg->flags & TCP_SYN && !(seg->flags & TCP_RST) && t->snd.syn_acked && t->state != TCPS_TIME_WAIT &&
	       !tcp_is_remnant(t) && !defect(tcp_stack(t), DEFECT_TCP_OLD_SYN_UNCOUNTED);
}

/* Either all of it came before, or it lies beyond the window. */
static void look_at_refused(struct tcp *t, const struct tcp_segment *seg)
{
	uint32_t length = tcp_segment_length(seg);

	if (seg->text_length)
		tcp_accecn_came_again(t, seg, is_old_but_heard(t, seg));
	if (length && seq_before_or_at(seq_add(seg->seq, length), t->rcv.nxt))
		note_missed(t, seg);
	else if (seq_after(seq_add(seg->seq, seg->text_length), seq_add(t->rcv.nxt, tcp_window(t))))
		count(tcp_stack(t), TcpExtBeyondWindow);
}

/* Text that is refused because of its time-stamp is reported as far as it came before (RFC 2883, 4.3). */
static void note_again_by_stamp(struct tcp *t, const struct tcp_segment *seg)
{
	struct tcp_segment copy = *seg;

	if (!tcp_segment_length(seg) || !seq_before(seg->seq, t->rcv.nxt) || seg->flags & TCP_SYN)
		return;
	note_missed(t, seg);
	trim_front(t, &copy);
	if (!defect(tcp_stack(t), DEFECT_TCP_NO_DSACK_OF_OLD_STAMP))
		note_again(t, &copy);
}

static bool is_syn_again(const struct tcp *t, const struct tcp_segment *seg)
{
	return !t->snd.syn_acked && seg->flags & TCP_SYN && seq_equal(seg->seq, t->rcv.irs);
}

/* In SYN-RECEIVED a SYN that comes again counts as outside the window, whatever text it has: its sender has not heard
 * our SYN,ACK. */
static bool is_request_again(const struct tcp *t, const struct tcp_segment *seg)
{
	return is_half_open(t) && !(seg->flags & TCP_ACK) && is_syn_again(t, seg) &&
	       !defect(tcp_stack(t), DEFECT_TCP_SYN_TEXT_AGAIN_RESETS);
}

/* First step: a RST outside the window is dropped, silently by RFC 5961, 3.2. */
static void reset_outside(struct tcp *t, const struct tcp_segment *seg)
{
	bool waits = t->state == TCPS_FIN_WAIT_2 && tcp_is_remnant(t);

	if (reset_elsewhere(t, seg) || defect(tcp_stack(t), DEFECT_TCP_RST_OUTSIDE))
		reset_arrived(t);
	else if (waits && !defect(tcp_stack(t), DEFECT_TCP_REMNANT_RST_SILENT))
		answer_invalid(t, seg, TcpExtTCPACKSkippedFinWait2);
	else if (tcp_is_old_reset(t, seg))
		tcp_challenge(t, "RST behind the last ACK (RFC 5961, 3.2)");
	else
		stack_drop(tcp_stack(t), seg->packet, "RST outside the window (RFC 5961, 3.2)");
}

/* Does a segment outside the window still have something that counts? If not, what it repeats is worth knowing all the
 * same: for D-SACK, for the octets of Accurate ECN, and because a repetition may mean that our ACK was lost. The answer
 * is to the segment as it came, and not to what is left of it. */
static enum step_result not_acceptable(struct tcp *t, struct tcp_segment *seg)
{
	bool syn_again = is_syn_again(t, seg);

	if (is_syn_challenged(t, seg))
		return SEG_NEXT;
	/* RFC 9293, 3.10.7.4 and MUST-66: with a zero window, valid ACKs, URGs and RSTs still count. */
	if (tcp_window(t) == 0 && seq_equal(seg->seq, t->rcv.nxt)) {
		look_at_refused(t, seg);
		seg->text_length = 0;
		seg->flags &= (uint16_t)~TCP_FIN;                /* the fourth step deals with a SYN */
		tcp_ack_now(t);
		return SEG_NEXT;
	}
	if (seg->flags & TCP_RST) {
		reset_outside(t, seg);
		return SEG_DONE;
	}
	if (syn_again && seg->flags & TCP_ACK) {             /* simultaneous open: RFC 9293, 3.5, figure 8 */
		struct rxq_range syn = { seg->seq, seq_add(seg->seq, 1) };
		trim_front(t, seg);
		if (tcp_stack(t)->config.tcp_dsack_covers_syn && seq_equal(seg->again.start, seg->again.end))
			seg->again = syn;
		note_again(t, seg);
		tcp_ack_now(t);
		return SEG_NEXT;
	}
	if (syn_again) {                                     /* our SYN,ACK was lost: it is the ACK of that SYN */
		if (!tcp_ecn_take_syn(t, seg)) {
			tcp_send_reset(t);
			tcp_finish(t, "SYNs ask for two variants of ECN (RFC 9768, 3.1.5)");
		} else if (!t->place.passive)
			answer_invalid(t, seg, TcpExtTCPACKSkippedSeq);
		else if (tcp_ack_invalid_allowed(t, true)) {
			count(tcp_stack(t), TcpExtTCPSynRetrans);
			socket_follow_route(t->socket, seg->packet);
			tcp_send_syn(t);
			/* Once a SYN has opened the connection, that timer is the connection's own. */
			bool opened = t->state == TCPS_FAST_OPENED &&
			              !defect(tcp_stack(t), DEFECT_FAST_OPEN_SYN_PUTS_OFF);
			bool restarts = tcp_stack(t)->config.tcp_syn_again_restarts;
			if (restarts && !(opened && defect(tcp_stack(t), DEFECT_FAST_OPEN_SYN_MEASURED)))
				tcp_rto_syn_came_again(t);
			if (restarts && !opened)
				tcp_arm_retransmit(t);
		}
		return SEG_DONE;
	}
	if (t->state == TCPS_TIME_WAIT && seg->flags & TCP_FIN) {
		if (!tcp_any_restarts_wait(t))                            /* eighth step: a FIN again restarts 2 MSL */
			tcp_enter_time_wait(t, "FIN again");
		if (defect(tcp_stack(t), DEFECT_TCP_TIME_WAIT_SILENT))
			return SEG_DONE;
	}
	const struct tcp_segment whole = *seg;
	look_at_refused(t, seg);
	trim_front(t, seg);
	if (!(whole.flags & TCP_SYN))                        /* a repeated SYN is answered, not reported by D-SACK */
		note_again(t, seg);
	tcp_note(t, "segment not acceptable (RFC 9293, 3.10.7.4)");
	answer_invalid(t, &whole, TcpExtTCPACKSkippedSeq);
	return SEG_DONE;
}

/* Before the first step: a host may drop a segment without ACK, RST and SYN whatever its number. */
static enum step_result step_without_ack(struct tcp *t, struct tcp_segment *seg)
{
	const uint16_t heard = TCP_ACK | TCP_RST | TCP_SYN;
	bool asked = tcp_stack(t)->config.tcp_without_ack_unheard && !(seg->flags & heard);
	/* Other code deals with it while a listener has it, and after its user has left. */
	bool whole = !is_half_open(t) && !tcp_is_remnant(t) &&
	             !tcp_in(t, 1 << TCPS_TIME_WAIT | 1 << TCPS_FAST_OPENED);

	if (!asked || !whole)
		return SEG_NEXT;
	stack_drop(tcp_stack(t), seg->packet, "no ACK bit");
	return SEG_DONE;
}

/* RFC 7323, 5.3, R1, and how much older a host may let a stamp be; not in the states that have no socket of a user. */
static bool has_old_stamp(const struct tcp *t, const struct tcp_segment *seg)
{
	const struct stack *st = tcp_stack(t);
	int64_t slack = is_half_open(t) || t->state == TCPS_TIME_WAIT ? 0 : st->config.tcp_stamp_slack;
	/* Serial arithmetic: older means that the difference, as a signed number, is below zero (RFC 7323, 5.2). */
	int64_t newer = (int32_t)(seg->ts_value - t->agreed.ts_recent);

	if (defect(st, DEFECT_TCP_STAMPS_UNSIGNED))
		newer = (int64_t)seg->ts_value - (int64_t)t->agreed.ts_recent;
	if (!newer && defect(st, DEFECT_TCP_EQUAL_STAMP_OLD))
		return t->agreed.stamps && seg->has_stamp;
	return t->agreed.stamps && seg->has_stamp && newer < -slack;
}

/* Is the stamp that is echoed, if one is, none that a SYN,ACK of ours had? RFC 7323, 3.2 gives it a meaning only with
 * an ACK; a host that looks at it all the same refuses more forged segments, and some true RSTs. */
static bool echoes_other(const struct tcp *t, const struct tcp_segment *seg)
{
	uint32_t since_first = seg->ts_echo - t->agreed.first_stamp;
	bool asked = tcp_stack(t)->config.tcp_half_open_echo_checked && is_half_open(t);

	return asked && t->agreed.stamp_told && t->agreed.stamps && seg->has_stamp && seg->ts_echo &&
	       since_first > t->agreed.last_stamp - t->agreed.first_stamp &&
	       !defect(tcp_stack(t), DEFECT_TCP_HALF_OPEN_ECHO_TAKEN);
}

/* RFC 9293, 3.10.7.4, eighth: 2 MSL begin anew with a FIN; on some hosts with all that shows that the peer is there. */
static enum step_result step_wait_anew(struct tcp *t, struct tcp_segment *seg)
{
	bool shows = (seg->flags & TCP_ACK || has_old_stamp(t, seg)) && !(seg->flags & TCP_RST);

	if (tcp_any_restarts_wait(t) && shows)
		tcp_enter_time_wait(t, "a segment in TIME-WAIT");
	return SEG_NEXT;
}

/* Before the first step, half open: a host may look at the ACK before it looks at time-stamp and number, and at the
 * time-stamp of an RST before its number. */
static enum step_result step_half_open(struct tcp *t, struct tcp_segment *seg)
{
	bool wrong = !seq_after(seg->ack, t->snd.una) || seq_after(seg->ack, t->snd.nxt);
	bool foreign = has_old_stamp(t, seg) || echoes_other(t, seg);

	if (!tcp_stack(t)->config.tcp_half_open_ack_first || !is_half_open(t))
		return SEG_NEXT;
	if (seg->flags & TCP_RST) {
		if (!foreign)
			return SEG_NEXT;
		if (!has_old_stamp(t, seg))
			count(tcp_stack(t), TcpExtTSEcrRejected);
		stack_drop(tcp_stack(t), seg->packet, "RST with a time-stamp that is old, or echoes none of ours");
		return SEG_DONE;
	}
	if (!(seg->flags & TCP_ACK) || !wrong || (foreign && defect(tcp_stack(t), DEFECT_TCP_HALF_OPEN_STAMP_FIRST)))
		return SEG_NEXT;
	tcp_reset_segment(tcp_stack(t), seg);
	return SEG_DONE;
}

/* A bare ACK that was overtaken: its old time-stamp says no more than its old number, and needs no answer. */
static bool is_overtaken(const struct tcp *t, const struct tcp_segment *seg)
{
	int64_t age_ns = (int64_t)(t->agreed.ts_recent - seg->ts_value) * 1000000;
	bool opens = seq_after(seg->seq, t->snd.wl1) || (uint32_t)seg->window << t->agreed.snd_shift > t->snd.wnd;

	if (!tcp_stack(t)->config.tcp_overtaken_ack_unanswered || tcp_segment_length(seg) || is_half_open(t) ||
	    tcp_is_remnant(t) || t->state == TCPS_TIME_WAIT)
		return false;
	/* Its number is behind, too, so that both say the same: others came first. */
	if (seq_before(seg->seq, t->rcv.nxt))
		return true;
	/* At RCV.NXT it must be a repetition without news, and not older than the path may have delayed it. */
	return seq_equal(seg->seq, t->rcv.nxt) && seq_equal(seg->ack, t->snd.una) && !opens &&
	       age_ns <= t->rtx.rto.ns / 5 * 6;
}

static bool is_left_behind(const struct tcp *t)
{
	return t->state == TCPS_TIME_WAIT && tcp_is_remnant(t);
}

/* RFC 7323, 5.3, R3: TS.Recent follows segments at the left edge. Segments that end before it are old (R2), among them
 * keep-alives. */
static bool is_at_left_edge(const struct tcp *t, const struct tcp_segment *seg)
{
	if (is_left_behind(t) && !defect(tcp_stack(t), DEFECT_TCP_REMNANT_STAMPS_ALL))
		return seq_equal(seg->seq, t->rcv.nxt) && !tcp_segment_length(seg);
	return (seq_before_or_at(seg->seq, t->ack.sent) || defect(tcp_stack(t), DEFECT_TCP_STAMP_FROM_FUTURE)) &&
	       seq_after_or_at(seq_add(seg->seq, tcp_segment_length(seg)), t->ack.sent);
}

/* RFC 7323, 5.3, R1 to R3: protection against wrapped sequence numbers. */
static enum step_result step_stamp(struct tcp *t, struct tcp_segment *seg)
{
	const struct stack *st = tcp_stack(t);
	const int64_t days24 = 24LL * 86400 * 1000000000;

	bool reset = seg->flags & TCP_RST && !(seg->has_stamp && defect(st, DEFECT_TCP_RESET_STAMPS_READ));

	if (!t->agreed.stamps || reset)                      /* RFC 7323, 5.2: never for RST */
		return SEG_NEXT;
	if (!seg->has_stamp) {
		/* RFC 7323, 3.2: dropped, once agreed on; but not the SYN of another connection. */
		bool required = st->config.tcp_stamps_required && !(seg->flags & TCP_SYN);
		if (required && !defect(st, DEFECT_TCP_STAMPLESS_TAKEN)) {
			stack_drop(tcp_stack(t), seg->packet, "no time-stamp (RFC 7323, 3.2)");
			return SEG_DONE;
		}
		return SEG_NEXT;
	}
	/* RFC 7323, 5.5: after 24 days without a segment the old value says nothing. */
	bool outdated = vtime_sub(st->now, t->agreed.ts_recent_at).ns > days24;
	if (defect(st, DEFECT_TCP_STAMP_ENDLESS))
		outdated = false;
	/* What a SYN echoes has no meaning yet, so one that comes again is answered whatever it is. */
	bool again = is_request_again(t, seg) && !defect(st, DEFECT_TCP_SYN_ECHO_HEEDED);
	if (echoes_other(t, seg) && !has_old_stamp(t, seg) && !again) {
		count(tcp_stack(t), TcpExtTSEcrRejected);
		tcp_note(t, "it echoes a time-stamp that no SYN,ACK had");
		answer_invalid(t, seg, TcpExtTCPACKSkippedPAWS);
		return SEG_DONE;
	}
	if (has_old_stamp(t, seg) && !outdated && !defect(st, DEFECT_TCP_NO_PAWS)) {
		if (is_overtaken(t, seg)) {
			stack_drop(tcp_stack(t), seg->packet, "an ACK with an old time-stamp, overtaken by others");
			return SEG_DONE;
		}
		count(tcp_stack(t), TcpExtPAWSEstab);
		tcp_note(t, "old time-stamp (RFC 7323, 5.3, R1)");
		note_again_by_stamp(t, seg);
		answer_invalid(t, seg, TcpExtTCPACKSkippedPAWS);
		return SEG_DONE;
	}
	if (((int32_t)(seg->ts_value - t->agreed.ts_recent) >= 0 || outdated) && is_at_left_edge(t, seg)) {
		seg->stamp_due = st->config.tcp_stamp_after_ack && !is_left_behind(t);
		if (!seg->stamp_due)
			tcp_take_stamp(t, seg);
	}
	return SEG_NEXT;
}

/* First: sequence number. */
static enum step_result step_sequence(struct tcp *t, struct tcp_segment *seg)
{
	if (is_old_but_heard(t, seg))
		look_at_refused(t, seg);
	else if (!acceptable(t, seg) || is_request_again(t, seg))
		return not_acceptable(t, seg);
	/* RFC 9293, 3.8.4: for keep-alive. Some hosts are not content with a segment that says nothing new. */
	if (!tcp_stack(t)->config.tcp_alive_by_news || defect(tcp_stack(t), DEFECT_TCP_ALIVE_BY_OLD_ACK))
		tcp_count_heard(t);
	if (t->place.passive)
		socket_follow_route(t->socket, seg->packet);
	if (!(seg->flags & (TCP_SYN | TCP_RST))) {
		trim_front(t, seg);
		trim_back(t, seg);
	}
	if (defect(tcp_stack(t), DEFECT_TCP_REPAIR_TELLS_OLD))
		note_again(t, seg);
	return SEG_NEXT;
}

static bool resets_ignored(const struct tcp *t)
{
	bool closing = tcp_in(t, 1 << TCPS_CLOSING | 1 << TCPS_LAST_ACK);

	return (closing && defect(tcp_stack(t), DEFECT_TCP_CLOSING_RESET_IGNORED)) ||
	       (is_half_open(t) && defect(tcp_stack(t), DEFECT_TCP_HALF_OPEN_RESET_IGNORED));
}

/* Second: RST, with RFC 5961, 3.2. */
static enum step_result step_reset(struct tcp *t, struct tcp_segment *seg)
{
	struct stack *st = tcp_stack(t);

	if (!(seg->flags & TCP_RST))
		return SEG_NEXT;
	if (resets_ignored(t))
		return SEG_DONE;
	if (t->state == TCPS_TIME_WAIT && st->config.tcp_rfc1337 && !defect(st, DEFECT_TCP_TIME_WAIT_KILLED)) {
		stack_drop(tcp_stack(t), seg->packet, "RST in TIME-WAIT (RFC 1337)");
		return SEG_DONE;
	}
	if (seq_equal(seg->seq, t->rcv.nxt) || reset_elsewhere(t, seg) || defect(st, DEFECT_TCP_RST_ANY)) {
		reset_arrived(t);
	} else if (t->state == TCPS_TIME_WAIT && tcp_is_remnant(t)) {
		stack_drop(st, seg->packet, "RST not at RCV.NXT in TIME-WAIT");
	} else {
		tcp_fast_open_early_reset(t);
		tcp_challenge(t, "RST not at RCV.NXT (RFC 5961, 3.2)");
	}
	return SEG_DONE;
}

/* Fourth: SYN, with RFC 5961, 4.2. */
static enum step_result step_syn(struct tcp *t, struct tcp_segment *seg)
{
	if (!(seg->flags & TCP_SYN))
		return SEG_NEXT;
	if (t->state == TCPS_SYN_RECEIVED && t->place.passive) {
		if (tcp_stack(t)->config.tcp_syn_in_window_resets)
			tcp_reset_segment(tcp_stack(t), seg);
		count(tcp_stack(t), TcpExtEmbryonicRsts);
		tcp_finish(t, "SYN in the window: back to LISTEN (RFC 9293, 3.10.7.4)");
		return SEG_DONE;
	}
	/* The user may have the connection already, so this sender must not end it. */
	if (t->state == TCPS_FAST_OPENED && tcp_stack(t)->config.tcp_syn_in_window_resets) {
		tcp_reset_segment(tcp_stack(t), seg);
		return SEG_DONE;
	}
	if (tcp_is_vain_request(t, seg)) {
		tcp_send_ack(t);
		return SEG_DONE;
	}
	if (defect(tcp_stack(t), DEFECT_TCP_SYN_RESETS)) {
		tcp_send_reset(t);
		tcp_fail(t, ECONNRESET, "SYN");
		return SEG_DONE;
	}
	count(tcp_stack(t), TcpInErrs);
	count(tcp_stack(t), TcpExtTCPSYNChallenge);
	tcp_accecn_answer_again(t, seg);
	tcp_accecn_reflect(t, acceptable(t, seg) || tcp_is_old_unknown(t, seg) ? seg : NULL);
	tcp_challenge(t, "SYN on a synchronized connection (RFC 5961, 4.2)");
	tcp_accecn_reflect(t, NULL);
	return SEG_DONE;
}

/* If the ACK of a segment is not believed, neither is its text. What its ACK lets go again does not report it. */
static enum step_result step_again(struct tcp *t, struct tcp_segment *seg)
{
	if (seg->had_length && !tcp_segment_length(seg))
		tcp_ack_now(t);
	if (!defect(tcp_stack(t), DEFECT_TCP_REPAIR_TELLS_OLD))
		note_again(t, seg);
	return SEG_NEXT;
}

/* Fifth, TIME-WAIT: nothing is expected but the peer's FIN, sent again. It is acknowledged, and 2 MSL begin anew.
 * Impossible segments are acknowledged as well: text behind the FIN, an ACK beyond RCV.NXT. A bare ACK at RCV.NXT is
 * not answered, since two ends in TIME-WAIT would answer each other for ever. */
static enum step_result step_time_wait(struct tcp *t, struct tcp_segment *seg)
{
	if (t->state != TCPS_TIME_WAIT)
		return SEG_NEXT;
	if (seg->flags & TCP_FIN && !tcp_any_restarts_wait(t))
		tcp_enter_time_wait(t, "FIN again");
	if (!tcp_segment_length(seg) && seq_equal(seg->seq, t->rcv.nxt))
		return SEG_DONE;
	if (!defect(tcp_stack(t), DEFECT_TCP_TIME_WAIT_SILENT))
		answer_invalid(t, seg, TcpExtTCPACKSkippedSeq);
	return SEG_DONE;
}

static enum step_result (*const steps[])(struct tcp *, struct tcp_segment *) = {
	step_wait_anew,
	step_without_ack,
	step_half_open,
	step_stamp,
	step_sequence,                                       /* first */
	tcp_step_remnant,
	step_reset,                                          /* second */
	step_syn,                                            /* fourth */
	tcp_step_ack_acceptable,                             /* fifth; RFC 5961, 5.2 */
	tcp_step_answer_marked,
	tcp_step_ecn,
	step_time_wait,
	tcp_step_ack,
	step_again,
	tcp_step_urgent,                                     /* sixth */
	tcp_step_text,                                       /* seventh */
	tcp_step_fin,                                        /* eighth */
};

enum { FIRST_STEP_OF_URGENT = 14 };

static void run_steps(struct tcp *t, struct tcp_segment *seg, size_t first)
{
	seq_t una = t->snd.una, nxt = t->snd.nxt;

	seg->predicted = tcp_is_predicted(t, seg);
	for (size_t i = first; i < ARRAY_LEN(steps); i++)
		if (steps[i](t, seg) == SEG_DONE)
			return;
	/* Expected text that acknowledges nothing gives no reason to look for something to send. */
	bool looks = !seg->predicted || !seg->carried || !seq_equal(una, t->snd.una);
	if (looks && tcp_stack(t)->config.tcp_more_until_ack && !defect(tcp_stack(t), DEFECT_TCP_MORE_HELD))
		tcp_snd_more(t, false);
	/* RFC 9293, 3.7.4, MUST-58: data take the ACK along. */
	if (t->state != TCPS_CLOSED)
		tcp_output(t);
	tcp_chunk_grow(t, false, tcp_burst_fills_window(t, nxt));
	if (tcp_chunk_has_room_again(t))
		socket_wake(t->socket);
}

/* Is it signed as @t wants? That comes before anything else (RFC 2385, 2.0; RFC 5925, 7.5): no RST, and no SYN for a
 * connection in TIME-WAIT, may pass without. But some hosts cannot verify it once only a remnant is left. */
static bool is_signed(struct tcp *t, struct tcp_segment *seg)
{
	bool ended = t->state == TCPS_TIME_WAIT ||
	             (tcp_is_remnant(t) && !defect(tcp_stack(t), DEFECT_TCP_REMNANT_VERIFIES));

	return (ended && !tcp_stack(t)->config.tcp_time_wait_verifies) || tcp_auth_accepts(t, seg);
}

/* ---- entry ---- */

void tcp_segment_arrives(struct stack *st, const struct ip_packet *p)
{
	struct tcp_segment seg;

	if (!decode(st, p, &seg))
		return;
	struct socket *s = socket_find(st, PROTOCOL_TCP, &seg.tuple);
	if (s && !is_signed(s->tcp, &seg))
		return;
	enum tcp_reuse reuse = s ? tcp_may_reuse(s->tcp, &seg) : TCP_REUSE_NO;
	if (reuse == TCP_REUSE_DROP) {
		stack_drop(st, p, "SYN not newer than TIME-WAIT (RFC 6191, 2)");
		return;
	}
	if (reuse == TCP_REUSE_YES) {
		seg.reopens = true;
		seg.old_snd_nxt = s->tcp->snd.nxt;
		tcp_finish(s->tcp, "a new connection takes its place (RFC 6191)");
		tcp_leave(s->tcp);
		s = socket_find(st, PROTOCOL_TCP, &seg.tuple);
		if (s && !tcp_auth_accepts(s->tcp, &seg))        /* the listener may have another key */
			return;
	}
	if (!s || s->tcp->state == TCPS_CLOSED) {
		/* RFC 9293, 3.10.7.1: CLOSED */
		stack_drop(st, p, "no connection");
		bool told = !seg.md5 || seg.signed_with || st->config.tcp_reset_unsigned;
		if (told && !defect(st, DEFECT_TCP_CLOSED_SILENT))
			tcp_reset_segment(st, &seg);
		return;
	}
	struct tcp *t = s->tcp;

	if (t->state != TCPS_LISTEN && s->tunnel != p->tunnel) {
		stack_drop(st, p, "not the way of this connection, within UDP or without it");
		return;
	}
	if (!socket_near_enough(s, p)) {
		count(st, TcpExtTCPMinTTLDrop);
		stack_drop(st, p, "TTL under the socket's minimum (RFC 5082, 3)");
		return;
	}
	tcp_count_arrived(t, seg.carried > 0);
	if (t->state == TCPS_LISTEN) {
		t = tcp_listen_input(t, &seg);
		if (!t)
			return;
	}
	if (t->state != TCPS_SYN_SENT) {
		run_steps(t, &seg, 0);
	} else if (tcp_syn_sent_input(t, &seg) == SEG_NEXT) {
		trim_back(t, &seg);
		run_steps(t, &seg, FIRST_STEP_OF_URGENT);
	}
	tcp_leave(t);
}
