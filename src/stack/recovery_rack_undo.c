/* SPDX-License-Identifier: MIT
 *
 * recovery_rack_undo.c - was it a loss at all? Eifel (RFC 3522, 4015) and D-SACK (RFC 2883, 3708)
 *
 * When the window falls because of a loss, the old one is remembered. Two things show that nothing had been lost: an
 * ACK echoes a time-stamp from before the first copy, so the original arrived (RFC 3522, 3.2, step 5); or a D-SACK came
 * for each copy that went out, so each arrived twice (RFC 3708, 3). Then the threshold is what it was, and slow start
 * leads there from what is in flight (RFC 4015, 3.4). A host may also restore the window in full, as Linux does.
 */
#include "stack/recovery_rack_parts.h"
#include "stack/tcp_congestion.h"
#include "stack/tcp_isn.h"
#include "stack/tcp_mss.h"
#include "stack/tcp_state.h"

/* Copies that are in flight already count as well, since their D-SACKs are still to come; so does a probe that repeats
 * a segment. That no copy is out is -1: a count of zero means that all of them are explained. */
void rack_undo_start(struct tcp *t)
{
	struct rack *k = rack_of(t);
	int32_t copies = (int32_t)t->sent.copies + (k->probing && k->probe_again);

	k->undoable = true;
	k->undo_from = t->snd.una;
	k->unexplained = copies ? copies : -1;
	k->remembered = false;
}

/* The threshold to come back to. RFC 4015, 3.2: what is in flight, or the threshold in force if that is higher. A host
 * that restores the window takes the one in force, if a reduction is under way, and else where slow start would end
 * from the window as it is now, for the threshold itself may be far below a window that has grown since. */
static uint32_t safe_threshold(const struct tcp *t)
{
	const struct congestion *c = &t->congestion;
	uint32_t flight = tcp_flight(t);

	if (!tcp_stack(t)->config.tcp_undo_in_full)
		return flight > c->ssthresh ? flight : c->ssthresh;
	bool falls = t->recovery.phase == RECOVERY_REDUCING || t->recovery.phase == RECOVERY_FAST;
	return falls ? c->ssthresh : tcp_congestion_slow_start_until(t);
}

void rack_undo_remember(struct tcp *t)
{
	struct rack *k = rack_of(t);

	k->remembered = true;
	k->mss = tcp_send_mss(t);
	k->cwnd = t->congestion.cwnd;
	k->ssthresh = safe_threshold(t);
}

/* RFC 4015, 3.2 and 3.3: a mark asks for a smaller window, so the old one does not come back, even if nothing was
 * lost. */
void rack_undo_marked(struct tcp *t)
{
	if (!defect(tcp_stack(t), DEFECT_TCP_UNDO_OVER_MARKS))
		rack_of(t)->remembered = false;
}

void rack_undo_reduced(struct tcp *t)
{
	if (!defect(tcp_stack(t), DEFECT_TCP_UNDO_BEYOND_PROBE))
		rack_of(t)->cwnd = t->congestion.cwnd / tcp_send_mss(t) * rack_of(t)->mss;
}

void rack_undo_sent(struct tcp *t)
{
	struct rack *k = rack_of(t);

	/* The stamp of the first copy is Eifel's line: an echo from before it answers an original (RFC 3522, 3.2). */
	k->unexplained = k->unexplained < 0 ? 1 : k->unexplained + 1;
	if (k->stamped)
		return;
	k->stamped = true;
	k->stamp = tcp_stamp_now(t);
}

/* A D-SACK that says nothing about the copies of this episode. */
static void count_ignored(struct tcp *t, bool in_flight)
{
	const struct sent_news *n = &t->sent.news;

	if (!n->duplicates || !in_flight)
		return;
	if (!rack_see(t)->undoable)
		count(tcp_stack(t), TcpExtTCPDSACKIgnoredNoUndo);
	else if (!seq_after(n->duplicate.end, rack_see(t)->undo_from))
		count(tcp_stack(t), TcpExtTCPDSACKIgnoredOld);
}

void rack_undo_told(struct tcp *t, bool in_flight)
{
	struct rack *k = rack_of(t);
	const struct sent_news *n = &t->sent.news;

	count_ignored(t, in_flight);
	if (!n->duplicates || !k->undoable || k->unexplained <= 0 || !seq_after(n->duplicate.end, k->undo_from))
		return;
	int32_t told = (int32_t)n->duplicates_again;
	k->unexplained = told < k->unexplained ? k->unexplained - told : 0;
}

void rack_undo_calm(struct tcp *t)
{
	const struct tcp_sent *x = &t->sent;

	if (!x->copies && !(x->count && tcp_sent_segment(t, 0)->again))
		rack_of(t)->stamped = false;
}

/* RFC 3522, 3.2, step 5: if all ACKs got lost, and no text, the copy is answered by the stamp of an original, too. Then
 * everything that was out is acknowledged, with a D-SACK if the peer sends these. That time-out was no mistake. */
static bool acks_were_lost(const struct tcp *t, const struct tcp_ack *a)
{
	const struct tcp_sent *x = &t->sent;
	const struct stack *st = tcp_stack(t);

	if (st->config.tcp_eifel_any_ack || defect(st, DEFECT_TCP_EIFEL_LOST_ACKS))
		return false;
	return x->news.duplicates || (!x->duplicates && !seq_before(a->ack, t->snd.nxt));
}

bool rack_undo_delayed(const struct tcp *t, const struct tcp_ack *a)
{
	const struct rack *k = rack_see(t);

	if (!k->stamped)
		return k->unexplained < 0;                       /* no copy went out at all */
	return a->stamped && (int32_t)(a->echo - k->stamp) < 0 && !acks_were_lost(t, a);
}

bool rack_undo_explained(const struct tcp *t)
{
	const struct rack *k = rack_see(t);

	return k->undoable && !k->unexplained && !defect(tcp_stack(t), DEFECT_TCP_NO_DSACK_UNDO);
}

bool rack_undo_possible(const struct tcp *t, const struct tcp_ack *a)
{
	bool delayed = rack_undo_delayed(t, a) && !defect(tcp_stack(t), DEFECT_TCP_NO_EIFEL);

	return rack_see(t)->undoable && (rack_undo_explained(t) || delayed);
}

/* A remembered window or threshold: if windows count segments, as many as before, of the present size. */
static uint32_t as_it_was(const struct tcp *t, uint32_t octets)
{
	bool segments = tcp_stack(t)->config.tcp_window_in_segments && octets < CWND_LIMIT;

	if (!segments || defect(tcp_stack(t), DEFECT_TCP_UNDO_IN_OCTETS))
		return octets;
	return octets / rack_see(t)->mss * tcp_send_mss(t);
}

void rack_undo(struct tcp *t, const struct tcp_ack *a, bool forgive, const char *reason)
{
	struct rack *k = rack_of(t);
	const struct stack *st = tcp_stack(t);
	/* A handshake had the initial window, which is no burst. */
	bool in_full = st->config.tcp_undo_in_full || !a || defect(st, DEFECT_TCP_UNDO_BURSTS);
	uint32_t cwnd = in_full ? as_it_was(t, k->cwnd) : tcp_congestion_no_burst(t, a->acked);

	if (forgive)
		tcp_sent_forgive(t);
	k->settled = k->remembered && !in_full;              /* RFC 4015, 3.4: no further change for this ACK */
	if (k->remembered)
		tcp_congestion_undo(t, cwnd, as_it_was(t, k->ssthresh));
	k->undoable = k->remembered = false;
	rack_reconsider(t);
	tcp_note(t, reason);
}

void rack_undo_by_duplicates(struct tcp *t, const struct tcp_ack *a)
{
	rack_persist(t, 1);
	count(tcp_stack(t), TcpExtTCPDSACKUndo);
	rack_undo(t, a, false, "undo: each copy arrived twice (RFC 3708)");
}
