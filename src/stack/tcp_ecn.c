/* SPDX-License-Identifier: MIT
 *
 * tcp_ecn.c - Explicit Congestion Notification (RFC 3168, with RFC 8311), and which variant of it a connection uses
 *
 * A router that is about to drop a packet may mark it instead, if the sender said in the IP header that it will
 * understand: ECT becomes CE. The receiver tells the sender, and the sender reduces its window as if the packet had
 * been lost, without anything having to be sent again. So there are three things to do: agree, mark outgoing packets,
 * and carry the news back.
 *
 * Agreeing. The SYN asks with its flags: ECE and CWR for the classic variant, AE, CWR and ECE for Accurate ECN (RFC
 * 9768, tcp_accecn.c). The SYN,ACK answers with ECE alone, or with one of the codes of AccECN; anything else is a no. A
 * path may swallow a SYN with flags that it does not know, so a SYN that is sent again goes without them: the classic
 * one at once, that of AccECN at the second time (RFC 3168, 6.1.1.1; RFC 9768, 3.1.4.1). Once a mode is entered, it
 * stays, whatever other SYNs come (RFC 9768, 3.1.5). What we ask for and what we agree to is the parameter tcp_ecn; a
 * route may ask for ECN by itself.
 *
 * Marking. Only text that goes out for the first time is ECT(0). The loss of a SYN, a pure ACK or a window probe would
 * not be noticed or answered, and retransmitted text may be an attack (6.1.4 to 6.1.6).
 *
 * Carrying back, classic. The receiver of a CE sets ECE on everything it sends until a segment with CWR says that the
 * sender has heard. The sender reduces its window at the first ECE, and not again until everything in flight at that
 * moment is acknowledged; its next new text has CWR. It also sends CWR after a reduction because of a loss, since the
 * peer may have seen a mark as well. For a congestion control that needs to know how much was marked (RFC 8257),
 * exactly the ACKs of marked text have ECE. How far the window falls is decided by congestion control and, during
 * recovery, by the method of recovery; they find the news in struct tcp_ack.
 *
 * Only this file writes struct tcp_ecn. With AccECN, which counts control packets as well, some hosts make them all ECT
 * (RFC 8311, 4.3). Left out: the nonce (RFC 3540, historic).
 *
 * The SYN,ACK may be ECT, too (RFC 5562, ECN+/TryOnce; tcp_ecn_answer_ect): its loss hurts short exchanges most. If it
 * arrives marked, the client says so with ECE and stays in SYN-SENT; the server sends it once more, without ECT, and
 * begins with a window of one segment. Nothing else is sent until a SYN,ACK has arrived without a mark. There is no CWR
 * here: the second SYN,ACK takes its place. A SYN,ACK that is sent again, for whatever reason, is not ECT.
 */
#include "stack/tcp_ecn.h"

#include "stack/ip_packet.h"
#include "stack/path.h"
#include "stack/tcp_accecn.h"
#include "stack/tcp_ack.h"
#include "stack/tcp_state.h"

enum { ALL_FLAGS = TCP_AE | TCP_CWR | TCP_ECE, CLASSIC_FLAGS = TCP_CWR | TCP_ECE };

void tcp_ecn_start(struct tcp *t)
{
	t->ecn = (struct tcp_ecn){ .mode = TCP_ECN_NONE, .reduced_until = t->snd.una };
	tcp_accecn_start(t);
}

/* ---- agreeing ---- */

/* What the values of tcp_ecn stand for. */
static const struct {
	enum tcp_ecn_mode asks, agrees;
} choices[] = {
	[0] = { TCP_ECN_NONE, TCP_ECN_NONE },
	[1] = { TCP_ECN_CLASSIC, TCP_ECN_CLASSIC },
	[2] = { TCP_ECN_NONE, TCP_ECN_CLASSIC },
	[3] = { TCP_ECN_ACCURATE, TCP_ECN_ACCURATE },
	[4] = { TCP_ECN_CLASSIC, TCP_ECN_ACCURATE },
	[5] = { TCP_ECN_NONE, TCP_ECN_ACCURATE },
};

static bool route_wants(const struct tcp *t)
{
	const struct stack_route *route = ip_route(tcp_stack(t), &t->socket->remote.ip);

	return route && route->ecn;
}

static void enter(struct tcp *t, enum tcp_ecn_mode mode)
{
	t->ecn.mode = mode;
	if (mode == TCP_ECN_CLASSIC)
		tcp_note(t, "ECN agreed on (RFC 3168)");
	else if (mode == TCP_ECN_ACCURATE)
		tcp_note(t, "Accurate ECN agreed on (RFC 9768)");
}

/* The user's choice of congestion control may imply ECN. */
static bool needs_marks(const struct tcp *t)
{
	return t->options.congestion && t->options.congestion->needs_marks;
}

void tcp_ecn_offer(struct tcp *t)
{
	t->ecn.asked = choices[tcp_stack(t)->config.tcp_ecn].asks;
	if (t->ecn.asked == TCP_ECN_NONE && (route_wants(t) || needs_marks(t)))
		t->ecn.asked = TCP_ECN_CLASSIC;
}

/* The flags with which our SYN asks, as long as the path may still let them through. */
static uint16_t syn_flags(const struct tcp *t)
{
	const struct stack *st = tcp_stack(t);
	bool retry = t->ecn.asked == TCP_ECN_ACCURATE && !defect(st, DEFECT_TCP_ACCECN_GIVES_UP_AT_ONCE);
	int limit = retry ? 1 : 0;

	if (st->config.tcp_ecn_fallback && t->rtx.retries > limit && !defect(st, DEFECT_TCP_ECN_SYN_STUBBORN))
		return 0;
	return t->ecn.asked == TCP_ECN_ACCURATE ? ALL_FLAGS : t->ecn.asked == TCP_ECN_CLASSIC ? CLASSIC_FLAGS : 0;
}

static enum tcp_ecn_mode mode_for_syn(const struct tcp *t, const struct tcp_segment *seg)
{
	const struct stack_config *c = &tcp_stack(t)->config;
	enum tcp_ecn_mode most = choices[c->tcp_ecn].agrees;
	uint16_t flags = seg->flags & ALL_FLAGS;
	bool crosses = t->state == TCPS_SYN_SENT;            /* simultaneous open */

	if (most == TCP_ECN_NONE && (route_wants(t) || needs_marks(t)))
		most = TCP_ECN_CLASSIC;
	if (crosses && c->tcp_ecn_crossing_as_asked)
		most = syn_flags(t) ? t->ecn.asked : TCP_ECN_NONE;
	/* RFC 9768, 3.1.3: any combination of flags but the two of older hosts is a request for AccECN. */
	bool older = flags == CLASSIC_FLAGS && !defect(tcp_stack(t), DEFECT_TCP_ACCECN_CLASSIC_ANSWERED_SO);
	if (most == TCP_ECN_ACCURATE && flags && !older &&
	    !defect(tcp_stack(t), DEFECT_TCP_ACCECN_REFUSES_NEW))
		return TCP_ECN_ACCURATE;
	/* RFC 3168, 6.1.1: with only one of the flags it asks for nothing. */
	bool asks = (flags & CLASSIC_FLAGS) == CLASSIC_FLAGS ||
	            (flags == TCP_ECE && defect(tcp_stack(t), DEFECT_TCP_ECN_ONE_FLAG_TAKEN));
	if (most == TCP_ECN_NONE || !asks)
		return TCP_ECN_NONE;
	/* RFC 3168, 6.1.1: no SYN is ECT. Whatever marked this one would mark everything; only AE shows that the peer
	 * can notice. */
	bool refuses = c->tcp_ecn_marked_syn_refused && !(crosses && c->tcp_ecn_crossing_as_asked);
	if (refuses && seg->packet->tos & IP_ECN_MASK && !(flags & TCP_AE) && !needs_marks(t))
		return TCP_ECN_NONE;
	return TCP_ECN_CLASSIC;
}

bool tcp_ecn_take_syn(struct tcp *t, const struct tcp_segment *seg)
{
	enum tcp_ecn_mode mode = mode_for_syn(t, seg), first = t->ecn.mode;

	t->ecn.syn_again = t->ecn.syn_taken;
	if (!t->ecn.syn_taken || defect(tcp_stack(t), DEFECT_TCP_ACCECN_MODE_SWITCHES))
		enter(t, mode);
	t->ecn.syn_taken = true;
	if (t->ecn.mode == TCP_ECN_ACCURATE)
		tcp_accecn_take_syn(t, seg);
	/* RFC 9768, 3.1.5: neither end could know which of the two the other means. */
	bool mixed = t->ecn.syn_again && mode && first && mode != first;
	return !mixed || !tcp_stack(t)->config.tcp_ecn_mixed_syns_refused ||
	       defect(tcp_stack(t), DEFECT_TCP_ECN_MIXED_SYNS);
}

static enum tcp_ecn_mode mode_for_answer(const struct tcp *t, const struct tcp_segment *seg)
{
	uint16_t flags = seg->flags & ALL_FLAGS;

	if (t->ecn.asked == TCP_ECN_NONE)
		return TCP_ECN_NONE;
	if (t->ecn.asked == TCP_ECN_CLASSIC) {
		bool accurate = flags && flags != ALL_FLAGS && tcp_stack(t)->config.tcp_ecn_answer_upgrades;
		if (flags == CLASSIC_FLAGS && defect(tcp_stack(t), DEFECT_TCP_ECN_ECHOED_FLAGS_TAKEN))
			return TCP_ECN_CLASSIC;
		if ((flags & CLASSIC_FLAGS) == TCP_ECE)      /* RFC 3168, 6.1.1: ECE without CWR */
			return TCP_ECN_CLASSIC;
		return accurate ? TCP_ECN_ACCURATE : TCP_ECN_NONE;
	}
	if (flags == TCP_ECE)
		return TCP_ECN_CLASSIC;
	if (flags == (TCP_AE | TCP_ECE) && defect(tcp_stack(t), DEFECT_TCP_ACCECN_RESERVED_REFUSED))
		return TCP_ECN_NONE;
	/* RFC 9768, 3.1.2: our own flags come back from a host that echoes what it does not know. */
	if (!flags || (flags == ALL_FLAGS && !defect(tcp_stack(t), DEFECT_TCP_ACCECN_BROKEN_TAKEN)))
		return TCP_ECN_NONE;
	return TCP_ECN_ACCURATE;                             /* with 1,0,1: 3.1.3 */
}

bool tcp_ecn_answer_marked(struct tcp *t, const struct tcp_segment *seg)
{
	const struct stack *st = tcp_stack(t);
	bool marked = (seg->packet->tos & IP_ECN_MASK) == IP_ECN_CE;

	if (!st->config.tcp_ecn_answer_ect || !marked || mode_for_answer(t, seg) != TCP_ECN_CLASSIC)
		return false;
	enter(t, TCP_ECN_CLASSIC);
	t->ecn.echo = true;
	return true;
}

bool tcp_ecn_answer_was_marked(struct tcp *t, const struct tcp_segment *seg)
{
	struct tcp_ecn *e = &t->ecn;

	if (!tcp_stack(t)->config.tcp_ecn_answer_ect || t->state != TCPS_SYN_RECEIVED ||
	    e->mode != TCP_ECN_CLASSIC || e->answers != 1 || !(seg->flags & TCP_ECE))
		return false;
	e->answer_marked = true;
	return true;
}

void tcp_ecn_take_answer(struct tcp *t, const struct tcp_segment *seg)
{
	enter(t, mode_for_answer(t, seg));
	t->ecn.echo = false;                                 /* RFC 5562, 3.2: about an earlier SYN,ACK */
	/* RFC 3168, 6.1.2: the loss of the SYN has reduced the window. A SYN that asked for AccECN, which has no CWR
	 * (RFC 9768, 3.1.5), leaves nothing to tell. */
	bool asked = t->ecn.asked == TCP_ECN_CLASSIC || defect(tcp_stack(t), DEFECT_TCP_ECN_CWR_UNASKED);
	t->ecn.cwr_due = t->ecn.mode == TCP_ECN_CLASSIC && asked && t->rtx.syn_lost;
	if (t->ecn.mode == TCP_ECN_ACCURATE)
		tcp_accecn_take_answer(t, seg);
}

void tcp_ecn_take_cookie(struct tcp *t, const struct tcp_segment *seg, bool agreed)
{
	bool accurate = choices[tcp_stack(t)->config.tcp_ecn].agrees == TCP_ECN_ACCURATE;

	/* What the time-stamp does not record was not asked for. */
	if (tcp_stack(t)->config.tcp_ecn_cookie_by_stamp && !defect(tcp_stack(t), DEFECT_TCP_COOKIE_ACE_ALONE))
		accurate = accurate && agreed;
	/* RFC 9768, 5.1: the ACE field of an ACK of a cookie is 2 to 7 if AccECN was agreed on. */
	t->ecn.syn_taken = true;
	if (accurate && tcp_accecn_ace(seg) >= 2)
		enter(t, TCP_ECN_ACCURATE);
	else if (agreed)
		enter(t, TCP_ECN_CLASSIC);
}

/* ---- marking ---- */

static uint16_t synack_flags(struct tcp *t)
{
	/* Is the SYN,ACK sent again by a time-out, or because of another SYN? After the first time-out it has no flags
	 * any more. */
	if (t->ecn.answers == 0)
		t->ecn.first_retries = t->ecn.answer_retries = t->rtx.retries;
	bool timed = t->rtx.retries > t->ecn.answer_retries;
	t->ecn.answer_plain = tcp_stack(t)->config.tcp_ecn_third_answer_plain &&
	                      t->rtx.retries - timed > t->ecn.first_retries;
	t->ecn.answer_retries = t->rtx.retries;
	t->ecn.answers += t->ecn.answers < UINT8_MAX;
	if (t->ecn.mode == TCP_ECN_ACCURATE)
		return tcp_accecn_synack_flags(t);
	/* If crossing SYNs are answered with what ours asked for, AE stays though the other asked for less. */
	bool asked = !t->place.passive && t->ecn.asked == TCP_ECN_ACCURATE && !t->ecn.answer_plain &&
	             tcp_stack(t)->config.tcp_ecn_crossing_as_asked;
	uint16_t add = asked && !defect(tcp_stack(t), DEFECT_TCP_CROSSING_AE) ? TCP_AE : 0;
	if (t->ecn.mode != TCP_ECN_CLASSIC || t->ecn.answer_plain)
		return add;
	return add | (defect(tcp_stack(t), DEFECT_TCP_ECN_SYNACK_BOTH) ? CLASSIC_FLAGS : TCP_ECE);
}

uint16_t tcp_ecn_flags(struct tcp *t, uint16_t flags, uint32_t length, bool fresh)
{
	struct tcp_ecn *e = &t->ecn;
	uint16_t add = 0;

	if (flags & TCP_SYN)
		return flags & TCP_ACK ? synack_flags(t) : syn_flags(t);
	/* RFC 9768, 3.2.2: once agreed on, ACE is in every segment without SYN; a RST without ACK says nothing. */
	bool tells = e->mode == TCP_ECN_ACCURATE && t->snd.syn_acked && flags & TCP_ACK &&
	             !defect(tcp_stack(t), DEFECT_TCP_ACCECN_RST_WITHOUT_ACE);
	if ((flags & TCP_RST && !tells) || tcp_accecn_forgotten(t))
		return 0;
	if (e->mode == TCP_ECN_ACCURATE && e->cwr_due && fresh) {
		e->cwr_due = false;
		return tcp_accecn_flags(t, flags, length, fresh) | TCP_CWR;
	}
	if (e->mode == TCP_ECN_ACCURATE)
		return tcp_accecn_flags(t, flags, length, fresh);
	if (e->mode != TCP_ECN_CLASSIC)
		return 0;
	if (e->echo && flags & TCP_ACK) {
		add |= TCP_ECE;
		e->echo = !defect(tcp_stack(t), DEFECT_TCP_ECN_ECHO_ONCE);
	}
	/* RFC 3168, 6.1.2: with the first new text, never with a retransmission or a probe. */
	if (e->cwr_due && fresh && !defect(tcp_stack(t), DEFECT_TCP_ECN_NO_CWR)) {
		add |= TCP_CWR;
		e->cwr_due = defect(tcp_stack(t), DEFECT_TCP_ECN_CWR_STAYS);
	}
	return add;
}

uint8_t tcp_ecn_codepoint(const struct tcp *t, uint16_t flags, uint32_t length, bool fresh)
{
	const struct stack *st = tcp_stack(t);
	bool all = (t->ecn.mode == TCP_ECN_ACCURATE || needs_marks(t)) && st->config.tcp_ecn_control_packets;
	bool text = length > 0 && (fresh || defect(st, DEFECT_TCP_ECN_RETRANSMITS_ECT));
	bool pure_ack = !length && defect(st, DEFECT_TCP_ECN_ACK_ECT);

	if (flags == TCP_SYN && t->ecn.asked && defect(st, DEFECT_TCP_ECN_SYN_ECT))
		return IP_ECN_ECT0;
	if (!t->ecn.mode && text && defect(st, DEFECT_TCP_ECN_ECT_ALWAYS))
		return IP_ECN_ECT0;
	/* RFC 8257, 3.6 */
	if (flags & (TCP_SYN | TCP_RST) && needs_marks(t) && (t->ecn.mode || flags == TCP_SYN))
		return IP_ECN_ECT0;
	bool answer = flags & TCP_SYN && flags & TCP_ACK && t->ecn.mode == TCP_ECN_CLASSIC;
	if (answer && st->config.tcp_ecn_answer_ect && t->ecn.answers == 1)
		return IP_ECN_ECT0;                          /* RFC 5562, 3 */
	bool abort = all && t->ecn.mode == TCP_ECN_ACCURATE && t->snd.syn_acked && flags & TCP_ACK;
	bool reset = flags & TCP_RST && !abort;
	if (flags & TCP_SYN || reset || t->ecn.mode == TCP_ECN_NONE || !(text || pure_ack || all))
		return IP_ECN_NOT_ECT;
	if (t->ecn.mode == TCP_ECN_ACCURATE && tcp_accecn_silent(t))
		return IP_ECN_NOT_ECT;
	if (tcp_accecn_forgotten(t) && !seq_before(t->ack.sent, t->rcv.nxt))
		return IP_ECN_NOT_ECT;                       /* every ACK but that of the FIN */
	return IP_ECN_ECT0;                                  /* RFC 3168, 5: if one codepoint is enough */
}

/* ---- carrying back ---- */

static void receive_classic(struct tcp *t, const struct tcp_segment *seg)
{
	const struct stack *st = tcp_stack(t);
	struct tcp_ecn *e = &t->ecn;
	uint8_t codepoint = seg->packet->tos & IP_ECN_MASK;

	tcp_accecn_count(t, seg);                            /* for TCP_INFO */
	/* RFC 3168, 6.1.3: CWR first, since a segment with both was marked after the reduction. */
	if (seg->flags & TCP_CWR && !defect(st, DEFECT_TCP_ECN_CWR_IGNORED))
		e->echo = false;
	/* RFC 9293, 3.10.7.4, seventh step: text behind the FIN is ignored, and so is its mark. */
	if (!seg->text_length || (t->rcv.fin_received && !defect(st, DEFECT_TCP_ECN_BEHIND_FIN)))
		return;
	if (seg->flags & TCP_CWR && st->config.tcp_ecn_cwr_acked_at_once)
		tcp_ack_now(t);
	/* No queue could have marked it. */
	bool unheard = codepoint == IP_ECN_NOT_ECT && st->config.tcp_dctcp_not_ect_unheard &&
	               !defect(st, DEFECT_TCP_DCTCP_UNMARKED_HEARD);
	if (needs_marks(t) && !unheard) {                    /* RFC 8257, 3.2: ECE shows the mark of the last segment */
		if (e->echo != (codepoint == IP_ECN_CE) && !defect(st, DEFECT_TCP_DCTCP_ECHO_DELAYED))
			tcp_ack_now(t);
		e->echo = codepoint == IP_ECN_CE;
	} else if (codepoint == IP_ECN_CE && !defect(st, DEFECT_TCP_ECN_CE_IGNORED)) {
		if (!e->echo && st->config.tcp_ecn_quick_acks)
			tcp_ack_quick(t, (uint16_t)st->config.tcp_ecn_quick_acks);
		e->echo = true;
	} else if (codepoint == IP_ECN_NOT_ECT && e->seen && st->config.tcp_ecn_quick_acks) {
		tcp_ack_quick(t, (uint16_t)st->config.tcp_ecn_quick_acks);         /* not ECT: sent again,
		                                                                      the peer is waiting */
	}
	e->seen |= codepoint != IP_ECN_NOT_ECT;
}

/* Text without a mark that follows marked text is a retransmission: the peer is waiting. */
static void receive_accurate(struct tcp *t, const struct tcp_segment *seg)
{
	uint16_t quick = (uint16_t)tcp_stack(t)->config.tcp_ecn_quick_acks;
	uint8_t codepoint = seg->packet->tos & IP_ECN_MASK;

	if (seg->text_length && codepoint == IP_ECN_NOT_ECT && t->ecn.seen && quick)
		tcp_ack_quick(t, quick);
	t->ecn.seen |= seg->text_length && codepoint != IP_ECN_NOT_ECT;
	uint32_t marked = tcp_accecn_end_handshake(t, seg);
	t->ecn.marked += marked;
	count_many(tcp_stack(t), TcpExtTCPDeliveredCE, marked);
	tcp_accecn_receive(t, seg);
}

enum step_result tcp_step_ecn(struct tcp *t, struct tcp_segment *seg)
{
	if (t->ecn.mode == TCP_ECN_CLASSIC)
		receive_classic(t, seg);
	else if (t->ecn.mode == TCP_ECN_ACCURATE)
		receive_accurate(t, seg);
	else
		tcp_accecn_count(t, seg);                    /* for TCP_INFO */
	return SEG_NEXT;
}

bool tcp_ecn_seen(const struct tcp *t)
{
	return t->ecn.seen || (t->accurate.seen && t->ecn.mode != TCP_ECN_CLASSIC);
}

void tcp_ecn_opened(struct tcp *t, const struct tcp_segment *seg)
{
	if (seg->text_length && tcp_stack(t)->config.tcp_ecn_syn_text_counts)
		tcp_accecn_count(t, seg);
}

void tcp_ecn_refused(struct tcp *t, const struct tcp_segment *seg)
{
	if (tcp_stack(t)->config.tcp_ecn_refused_counts)
		tcp_accecn_count(t, seg);
}

void tcp_ecn_read_ack(struct tcp *t, const struct tcp_segment *seg, struct tcp_ack *a)
{
	struct tcp_ecn *e = &t->ecn;
	bool once = seq_after(seg->ack, e->reduced_until) || defect(tcp_stack(t), DEFECT_TCP_ECN_REDUCES_TWICE);

	if (e->mode == TCP_ECN_CLASSIC && seg->flags & TCP_ECE && !defect(tcp_stack(t), DEFECT_TCP_ECN_ECHO_IGNORED)) {
		a->ece = true;
		a->marked = a->segments;
	} else if (e->mode == TCP_ECN_ACCURATE && !(a->opens && a->acked == 1)) {         /* that one reflects a mark */
		a->marked = tcp_accecn_read_ack(t, seg, a);
		a->ece = a->marked > 0;
	}
	e->marked += a->marked;
	count_many(tcp_stack(t), TcpExtTCPDeliveredCE, a->marked);
	/* RFC 3168, 6.1.2: once for everything in flight. */
	a->congested = a->ece && once;
}

void tcp_ecn_reduced(struct tcp *t)
{
	t->ecn.reduced_until = t->snd.nxt;
	t->ecn.cwr_due = t->ecn.mode == TCP_ECN_CLASSIC || defect(tcp_stack(t), DEFECT_TCP_ACCECN_SETS_CWR);
}

void tcp_ecn_restored(struct tcp *t)
{
	t->ecn.cwr_due = t->ecn.cwr_due && defect(tcp_stack(t), DEFECT_TCP_ECN_CWR_WITHOUT_REDUCTION);
}
