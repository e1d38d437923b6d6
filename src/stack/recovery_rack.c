/* SPDX-License-Identifier: MIT
 *
 * recovery_rack.c - loss recovery as Linux does it: RACK-TLP (RFC 8985), F-RTO (RFC 5682), undo (RFC 4015)
 *
 * Five states, the phases of recovery.h. Open: nothing is out of order. Disorder: something is, by SACK or by duplicate
 * ACKs, but nothing is believed to be lost. Reducing: the window falls without a loss. Fast: what RACK marks goes out
 * again, as the rule for the window (reduction.h) allows, until .point is acknowledged. Loss: the retransmission timer
 * fired; everything that is overdue is marked, and goes out again in slow start.
 *
 * After a time-out F-RTO first finds out whether anything was lost: only the oldest segment goes out; if the next ACK
 * advances, new text follows rather than old; and if then something is delivered that was sent only once, the time-out
 * was spurious. In each state undo may find that there were no losses (recovery_rack_undo.c).
 *
 * Without SACK RACK does not learn which segment was delivered. Then each duplicate ACK counts as if it selected a
 * segment, DupThresh of them mark the oldest segment, and a partial ACK marks the next one (RFC 6582); the rest is the
 * same.
 */
#include "stack/recovery_rack_parts.h"
#include "stack/reduction.h"
#include "stack/tcp_burst.h"
#include "stack/tcp_congestion.h"
#include "stack/tcp_mss.h"
#include "stack/tcp_mtu_probe.h"
#include "stack/tcp_rto.h"
#include "stack/tcp_state.h"
#include "stack/tcp_timer.h"

/* ---- duplicate ACKs in place of SACK ---- */

/* How many segments duplicate ACKs can stand for: lost ones have not arrived. */
static uint32_t most_duplicates(const struct tcp *t)
{
	uint32_t out = (uint32_t)t->sent.count, holes = t->sent.lost ? t->sent.lost : 1;

	return out > holes ? out - holes : 0;
}

static void raise_reordering(struct tcp *t, uint32_t segments)
{
	struct recovery *r = &t->recovery;
	uint32_t limit = (uint32_t)tcp_stack(t)->config.tcp_reordering_limit;

	if (segments > r->reordering)
		r->reordering = (uint16_t)(segments < limit ? segments : limit);
}

/* More duplicates came than segments in flight could cause: so many may overtake one another on this path. */
static void more_than_can_be(struct tcp *t, uint32_t acked)
{
	uint32_t limit = (uint32_t)tcp_stack(t)->config.tcp_reordering_limit, out = (uint32_t)t->sent.count + acked;

	t->recovery.duplicate_acks = (uint16_t)most_duplicates(t);
	t->recovery.reordering = (uint16_t)(out < limit ? out : limit);
	tcp_sent_disordered(t);
	count(tcp_stack(t), TcpExtTCPRenoReorder);
}

static void count_duplicate(struct tcp *t, struct tcp_ack *a)
{
	struct recovery *r = &t->recovery;

	if (!a->duplicate)
		return;
	if (r->duplicate_acks < most_duplicates(t)) {
		r->duplicate_acks++;
		tcp_sent_reported(t, 1);
		a->segments++;
		a->delivered += tcp_send_mss(t);
	} else if (t->sent.count) {
		more_than_can_be(t, 0);
	}
}

/* Of @a->segments the oldest filled the hole; duplicate ACKs had reported the others. */
static void consume_duplicates(struct tcp *t, struct tcp_ack *a)
{
	struct recovery *r = &t->recovery;
	uint32_t reported = tcp_sent_reported_before(t);

	if (!r->duplicate_acks || !a->segments)
		return;
	r->duplicate_acks = (uint16_t)(r->duplicate_acks - reported);
	a->delivered -= a->delivered / a->segments * reported;
	a->segments -= reported;
	tcp_sent_reported(t, -(int)reported);
	if (r->duplicate_acks > most_duplicates(t))
		more_than_can_be(t, reported + 1);
}

/* ---- what is lost ---- */

/* With SACK, RACK marks what left long enough before something that was delivered, and says how long to wait for the
 * rest. Without it the third duplicate ACK, or a partial ACK, marks the oldest segment. */
static void find_losses(struct tcp *t, const struct tcp_ack *a)
{
	struct recovery *r = &t->recovery;
	bool partial = r->phase == RECOVERY_FAST && a->acked;

	if (t->agreed.sack) {
		vtime_t wait = rack_detect(t);
		rack_of(t)->armed = wait.ns > 0;
		if (wait.ns)
			rack_arm_reordering(t, wait);
	} else if (t->sent.count && (partial || (r->phase < RECOVERY_FAST && r->duplicate_acks >= r->reordering))) {
		if (!tcp_sent_segment(t, 0)->lost)
			tcp_sent_lose(t, 0);
	}
}

/* ---- states ---- */

/* Between Open and Disorder, both ways; .point is where the disorder began, for the count of what was overtaken.
 * Nothing is in order as long as the oldest segment went out again, if only as a probe. */
static void keep_open(struct tcp *t)
{
	struct recovery *r = &t->recovery;
	const struct tcp_sent *x = &t->sent;
	bool again = x->count && tcp_sent_segment(t, 0)->again && !defect(tcp_stack(t), DEFECT_TCP_PROBED_IN_ORDER);
	bool calm = !x->sacked && !x->lost && !x->copies && !r->duplicate_acks && !again;
	enum recovery_phase phase = calm ? RECOVERY_OPEN : RECOVERY_DISORDER;

	if (r->phase == phase)
		return;
	r->phase = phase;
	r->point = t->snd.nxt;
}

/* The old window is remembered for an undo. If ECN marks have begun a reduction, the window is reduced already: it
 * falls only once for a window of data. */
static void enter_recovery(struct tcp *t, const struct tcp_ack *a)
{
	struct recovery *r = &t->recovery;

	if (r->phase < RECOVERY_REDUCING && tcp_mtu_probe_lost(t)) {
		r->phase = RECOVERY_LOSS;                        /* repaired in the same way, but nothing is reduced */
		r->point = t->snd.nxt;
		return;
	}
	rack_undo_start(t);
	if (r->phase != RECOVERY_REDUCING) {
		rack_undo_remember(t);
		if (a->ece)
			rack_undo_marked(t);
		tcp_congestion_loss(t, a);
		r->reduction->enter(t, a);
	}
	rack_probe_forget(t);
	r->phase = RECOVERY_FAST;
	r->point = t->snd.nxt;
	count(tcp_stack(t), t->agreed.sack ? TcpExtTCPSackRecovery : TcpExtTCPRenoRecovery);
	tcp_note(t, t->agreed.sack ? "enter recovery (RFC 8985, 6.2)"
	                           : "enter recovery: duplicate ACKs (RFC 5681, 3.2)");
}

/* The phase Fast or Loss is over. True: the state is held until something beyond .point is acknowledged (RFC 6582, 3.2,
 * step 2). */
static bool leave(struct tcp *t, const struct tcp_ack *a)
{
	struct recovery *r = &t->recovery;

	if (rack_undo_possible(t, a)) {
		count(tcp_stack(t), r->phase == RECOVERY_LOSS ? TcpExtTCPLossUndo : TcpExtTCPFullUndo);
		if (r->phase == RECOVERY_LOSS)
			tcp_timeout_spurious(t);
		rack_undo(t, a, false, rack_undo_explained(t) ? "undo: each copy arrived twice (RFC 3708)" :
		          "undo: the original arrived after all (RFC 4015)");
	} else {
		rack_persist(t, -1);
	}
	if (seq_equal(a->ack, r->point) && !t->agreed.sack) {
		rack_undo_calm(t);
		return true;
	}
	r->phase = RECOVERY_OPEN;
	return false;
}

/* True: the state stays as it is for this ACK. */
static bool leave_states(struct tcp *t, const struct tcp_ack *a)
{
	struct recovery *r = &t->recovery;

	if (seq_before(a->ack, r->point))
		return false;
	if (r->phase == RECOVERY_REDUCING && !seq_equal(a->ack, r->point)) {
		r->reduction->leave(t, a);
		tcp_congestion_recovered(t);
		r->phase = RECOVERY_OPEN;
	} else if (r->phase == RECOVERY_FAST) {
		if (!t->agreed.sack)
			r->duplicate_acks = 0;
		if (leave(t, a))
			return true;
		if (rack_see(t)->undoable) {
			r->reduction->leave(t, a);
			tcp_congestion_recovered(t);
		}
		tcp_note(t, "leave recovery");
	}
	return false;
}

/* The original of the oldest segment came late, not a copy: everything selected had overtaken it, and whatever else
 * arrived before this ACK. Without SACK only the latter is known. */
static void note_overtaken(struct tcp *t, const struct tcp_ack *a)
{
	seq_t highest = t->agreed.sack ? seq_max(t->sent.highest, a->ack) : a->ack;
	int32_t distance = seq_diff(highest, seq_back(a->ack, a->acked)), mss = (int32_t)tcp_send_mss(t);

	if (distance <= 0 || defect(tcp_stack(t), DEFECT_TCP_OVERTAKEN_UNSEEN) ||
	    (!t->agreed.sack && defect(tcp_stack(t), DEFECT_TCP_OVERTAKEN_BY_SACK_ONLY)))
		return;
	raise_reordering(t, (uint32_t)((distance + mss - 1) / mss));
	tcp_sent_disordered(t);
	count(tcp_stack(t), TcpExtTCPTSReorder);
}

/* A partial ACK: was the hole filled by an original that came late? */
static bool undo_partly(struct tcp *t, const struct tcp_ack *a)
{
	if (!rack_see(t)->undoable || !rack_undo_delayed(t, a) || defect(tcp_stack(t), DEFECT_TCP_NO_EIFEL))
		return false;
	note_overtaken(t, a);
	if (t->sent.copies) {                                /* wait for the answers, and send no more copies */
		rack_of(t)->new_first = !defect(tcp_stack(t), DEFECT_TCP_COPIES_AFTER_ORIGINAL);
		return true;
	}
	rack_undo_calm(t);
	count(tcp_stack(t), TcpExtTCPPartialUndo);
	rack_undo(t, a, true, "undo: the original arrived after all (RFC 4015)");
	t->recovery.phase = RECOVERY_OPEN;
	keep_open(t);
	return false;
}

/* Is the loss undone? @spurious: F-RTO has proved it. Otherwise the copies can: each arrived twice, or an ACK echoes a
 * time before the copy left. True: the state has ended, or is held for this ACK. */
static bool undo_loss(struct tcp *t, const struct tcp_ack *a, bool spurious)
{
	struct recovery *r = &t->recovery;

	if (!spurious && !rack_undo_possible(t, a))
		return false;
	count(tcp_stack(t), TcpExtTCPLossUndo);
	if (spurious)
		count(tcp_stack(t), TcpExtTCPSpuriousRTOs);
	rack_undo(t, a, true, spurious ? "undo: the time-out was spurious (RFC 5682)" :
	          "undo: what had timed out arrived after all (RFC 4015)");
	tcp_rto_undone(t);
	tcp_timeout_spurious(t);
	bool held = !spurious || seq_equal(a->ack, r->point);
	if (!t->agreed.sack && held && !defect(tcp_stack(t), DEFECT_TCP_LOSS_LEFT_EARLY))
		return true;
	r->phase = RECOVERY_OPEN;
	return true;
}

/* RFC 5682, 2.1 and 3.1: true when it has decided how to go on. */
static bool ask_frto(struct tcp *t, const struct tcp_ack *a)
{
	struct recovery *r = &t->recovery;
	struct rack *k = rack_of(t);
	const struct sent_news *n = &t->sent.news;
	bool dup = n->selected || a->duplicate;

	/* Step 3b: something was delivered that was sent only once. Without SACK an ACK that covers a copy is no
	 * proof. */
	bool original = n->original && (t->agreed.sack || !n->again);
	if (original && seq_before_or_at(n->original_end, r->point) && undo_loss(t, a, true))
		return true;
	if (seq_after(t->snd.nxt, r->point)) {
		k->frto = k->frto && !dup;                       /* step 3a: the loss was real */
	} else if (a->acked && seq_before(a->ack, r->point)) {
		bool waits = tcp_unsent(t) || (t->snd.fin_queued && !tcp_fin_sent(t));
		bool new_text = waits && t->snd.wnd > tcp_flight(t);
		r->point = t->snd.nxt;                           /* step 2b */
		k->new_first = r->small_too = new_text;
		k->frto = new_text;
		return new_text;
	}
	return false;
}

/* An ACK in Loss. The questions come in order of certainty: undo, F-RTO, the end, and only then the count of
 * duplicates. */
static void in_loss(struct tcp *t, struct tcp_ack *a)
{
	struct recovery *r = &t->recovery;
	struct rack *k = rack_of(t);

	if (a->acked && undo_loss(t, a, false))
		return;
	if (k->frto && ask_frto(t, a))
		return;
	if (!seq_before(a->ack, r->point)) {                 /* RFC 6582: recovered */
		(void)leave(t, a);
		return;
	}
	if (!t->agreed.sack && a->acked)
		r->duplicate_acks = 0;
	else if (!t->agreed.sack && seq_after(t->snd.nxt, r->point))
		count_duplicate(t, a);
}

/* Where this ACK leads: out of a state whose point is acknowledged, then to the questions of the present state, then to
 * the losses, and from these perhaps into recovery. Nothing is sent here; tcp_retransmit() follows. */
static void judge(struct tcp *t, struct tcp_ack *a)
{
	struct recovery *r = &t->recovery;
	uint32_t copies;

	if (leave_states(t, a))
		return;
	if (r->phase == RECOVERY_FAST) {
		if (!a->acked && !t->agreed.sack)
			count_duplicate(t, a);
		else if (a->acked && undo_partly(t, a))
			return;
		if (r->phase == RECOVERY_FAST && rack_undo_explained(t)) {
			rack_undo_by_duplicates(t, a);
			keep_open(t);
		}
		find_losses(t, a);
		if (r->phase != RECOVERY_FAST && t->sent.lost)
			enter_recovery(t, a);
		return;
	}
	copies = t->sent.copies;
	if (r->phase == RECOVERY_LOSS) {
		in_loss(t, a);
		if (r->phase != RECOVERY_LOSS) {
			tcp_timeout_ends(t);
			tcp_sent_believe(t);
		}
		find_losses(t, a);
		if (r->phase != RECOVERY_OPEN && t->sent.copies >= copies)
			return;                              /* fewer copies are on their way only if one was lost */
	} else {
		if (!t->agreed.sack && a->acked)
			r->duplicate_acks = 0;
		else if (!t->agreed.sack)
			count_duplicate(t, a);
		if (r->phase <= RECOVERY_DISORDER && rack_undo_explained(t)) {
			rack_undo_by_duplicates(t, a);
		}
		find_losses(t, a);
	}
	if (t->sent.lost) {
		enter_recovery(t, a);
	} else if (r->phase != RECOVERY_REDUCING) {
		rack_undo_calm(t);
		keep_open(t);
	}
}

/* ---- events ---- */

/* RFC 6298, (5.3): for new data, if whole segments are acknowledged: the rest of one that was acknowledged in part has
 * waited since it went out. A selected segment restarts the timer only if it went out before the oldest one did. */
static bool sets_timer(const struct tcp *t, const struct tcp_ack *a)
{
	const struct sent_news *n = &t->sent.news;

	return (a->acked && (n->whole || !t->sent.count)) || (t->sent.count && !vtime_is_never(n->selected_at) &&
	                    vtime_before(n->selected_at, tcp_sent_segment(t, 0)->at));
}

/* It is seen in octets, and counts in segments, as the duplicate ACKs do that it is compared with. */
static void note_reordering(struct tcp *t)
{
	uint32_t mss = tcp_send_mss(t), distance = t->sent.news.distance;

	if (distance && t->agreed.sack)
		raise_reordering(t, (distance + mss - 1) / mss);
}

/* Growth by what is acknowledged. Where reordering is common, selected segments count as well, because then ACK numbers
 * advance in leaps. A D-SACK alone is no progress, but it counts if there is some. */
static void set_window(struct tcp *t, const struct tcp_ack *a)
{
	const struct recovery *r = &t->recovery;
	bool counts_segments = tcp_stack(t)->config.tcp_window_in_segments;
	bool raised = r->reordering > tcp_stack(t)->config.tcp_duplicate_ack_threshold;
	/* The SYN,ACK is a segment as well, but without text (RFC 5681, 3.1). */
	uint32_t fresh = counts_segments ? (a->segments - (a->opens && a->segments)) * tcp_send_mss(t) : a->delivered;

	/* Where segments are counted, a part of one is nothing yet. */
	bool part = counts_segments && t->sent.count && !t->sent.news.whole && !a->opens;
	bool news = a->acked && (!part || defect(tcp_stack(t), DEFECT_TCP_PART_OPENS_WINDOW));

	if (r->phase == RECOVERY_FAST || r->phase == RECOVERY_REDUCING)
		r->reduction->acked(t, a);
	else if (!rack_see(t)->settled && (news || (raised && t->sent.news.selected)))
		tcp_congestion_acked(t, a, fresh);
}

/* RFC 3168, 6.1.2: as for a loss, though nothing goes out again; once for everything that is in flight now. */
static void reduce(struct tcp *t, const struct tcp_ack *a)
{
	struct recovery *r = &t->recovery;

	tcp_congestion_loss(t, a);
	r->reduction->enter(t, a);
	rack_probe_forget(t);
	r->phase = RECOVERY_REDUCING;
	r->point = t->snd.nxt;
	tcp_note(t, "congestion was marked: the window falls (RFC 3168, 6.1.2)");
}

/* News in order, and no doubt about anything before: the timer starts anew, and takes the place of the reordering
 * timer. */
static bool is_calm(const struct tcp *t, const struct tcp_ack *a)
{
	const struct sent_news *n = &t->sent.news;
	bool only = tcp_stack(t)->config.tcp_rack_doubtful_only && !defect(tcp_stack(t), DEFECT_TCP_RACK_ALWAYS_LOOKS);

	return only && t->agreed.sack && t->recovery.phase == RECOVERY_OPEN && a->acked && !n->selected &&
	       !n->duplicates && !a->ece;
}

/* The window is set last, since it depends on the phase that this ACK has led to: recovery has its own rule for the
 * window, and congestion control hears of ordinary growth only outside of recovery. */
static void on_ack(struct tcp *t, const struct tcp_ack *ack)
{
	struct recovery *r = &t->recovery;
	struct tcp_ack a = *ack;
	uint32_t losses = t->sent.losses;

	if (!t->sent.count && !a.acked && !t->sent.news.duplicates)
		return;
	rack_of(t)->new_first = rack_of(t)->want_new = rack_of(t)->want_probe = rack_of(t)->armed = false;
	rack_of(t)->settled = false;
	if (!t->agreed.sack && a.acked)
		consume_duplicates(t, &a);
	rack_heard(t);
	rack_undo_told(t, t->sent.count || a.acked);
	if (a.ece)
		rack_undo_marked(t);
	note_reordering(t);
	if (rack_probe_acked(t, &a)) {                       /* RFC 8985, 7.4.2: a loss that only the probe revealed */
		rack_undo_reduced(t);
		tcp_congestion_loss(t, &a);
		tcp_congestion_set_window(t, t->congestion.ssthresh);
		r->phase = RECOVERY_OPEN;
		keep_open(t);
		count(tcp_stack(t), TcpExtTCPLossProbeRecovery);
		tcp_note(t, "TLP: the probe repaired a loss (RFC 8985, 7.4.2)");
	}
	if (a.acked && tcp_sent_reneged(t)) {
		rack_arm_reneged(t);
	} else {
		if (!is_calm(t, &a))
			judge(t, &a);
		if (sets_timer(t, &a) && !rack_see(t)->armed) {
			if (t->sent.count && !a.opens)
				rack_arm(t, true);
			else
				rack_arm_timeout(t);
		}
	}
	if (a.ece && r->phase < RECOVERY_REDUCING && !t->sent.lost) {
		a.congested = true;
		reduce(t, &a);
	}
	a.lost = t->sent.losses - losses;
	set_window(t, &a);
}

/* What was in flight at the time-out. */
static void count_failure(struct tcp *t)
{
	bool sack = t->agreed.sack;

	if (t->recovery.phase == RECOVERY_FAST)
		count(tcp_stack(t), sack ? TcpExtTCPSackRecoveryFail : TcpExtTCPRenoRecoveryFail);
	else if (t->recovery.phase == RECOVERY_LOSS)
		count(tcp_stack(t), TcpExtTCPLossFailures);
	else if (t->recovery.phase == RECOVERY_DISORDER)
		count(tcp_stack(t), sack ? TcpExtTCPSackFailures : TcpExtTCPRenoFailures);
}

/* RFC 8985, 6.3: the oldest segment is lost, and what left as long ago as an ACK takes. A host that keeps what left in
 * one burst as one piece may take the rest of the oldest piece for lost as well. */
static void lose_overdue(struct tcp *t)
{
	bool oldest = true, whole = tcp_stack(t)->config.tcp_timeout_loses_burst;
	bool all = !t->agreed.sack || defect(tcp_stack(t), DEFECT_TCP_TIMEOUT_LOSES_ALL);

	for (size_t i = 0; i < t->sent.count; i++) {
		const struct sent_segment *s = tcp_sent_segment(t, i);
		oldest = !i || (oldest && s->joined && whole && !defect(tcp_stack(t), DEFECT_TCP_TIMEOUT_CUTS_BURST));
		if (oldest || all || rack_overdue(t, s->at))
			tcp_sent_lose(t, i);
	}
}

/* The retransmission timer fired: RFC 8985, 6.3; RFC 5681, 3.1; RFC 5682, 2.1, step 1. */
static void on_timeout(struct tcp *t)
{
	struct recovery *r = &t->recovery;
	struct rack *k = rack_of(t);
	bool fresh = r->phase < RECOVERY_FAST, first = !t->rtx.retries, reneged = tcp_sent_reneged(t);
	uint32_t sacked = t->sent.sacked;

	if (reneged) {
		count(tcp_stack(t), TcpExtTCPSACKReneging);
		tcp_sent_renege(t);
	}
	if (first)
		count_failure(t);
	r->duplicate_acks = 0;
	lose_overdue(t);
	if (r->phase <= RECOVERY_DISORDER || !seq_after(r->point, t->snd.una) || (r->phase == RECOVERY_LOSS && first)) {
		rack_undo_start(t);
		rack_undo_remember(t);
		tcp_congestion_loss(t, NULL);
	}
	tcp_congestion_loss_window(t, (tcp_sent_flying(t) + 1) * tcp_send_mss(t));
	if (fresh && sacked >= (uint32_t)tcp_stack(t)->config.tcp_duplicate_ack_threshold &&
	    r->reordering > tcp_stack(t)->config.tcp_duplicate_ack_threshold)
		r->reordering = (uint16_t)tcp_stack(t)->config.tcp_duplicate_ack_threshold;
	r->phase = RECOVERY_LOSS;
	r->point = t->snd.nxt;
	rack_probe_forget(t);
	k->frto = tcp_stack(t)->config.tcp_frto && (fresh || !first) && !defect(tcp_stack(t), DEFECT_TCP_NO_FRTO);
	k->new_first = false;
	k->waits = RACK_WAITS_RTO;
	if (!t->snd.syn_acked)
		rack_undo_sent(t);                           /* a copy went out, that of our SYN,ACK */
}

/* RFC 3522, 3.2, for a SYN,ACK. */
static void undo(struct tcp *t)
{
	rack_undo(t, NULL, true, "undo: our SYN,ACK had arrived (RFC 3522)");
	t->recovery.phase = RECOVERY_OPEN;
}

/* RFC 8985, 6.2, step 5: the reordering timer fired. What was only late would have come by now, so what is missing is
 * lost. There is no ACK, so one segment is taken as delivered, for the reduction to count by. */
static void reordering_is_over(struct tcp *t)
{
	struct recovery *r = &t->recovery;
	uint32_t losses = t->sent.losses;
	struct tcp_ack a = { .ack = t->snd.una, .delivered = tcp_send_mss(t), .segments = 1, .flight = tcp_flight(t),
	                     .rtt = VTIME_NEVER };

	rack_reconsider(t);
	(void)rack_detect(t);
	a.lost = t->sent.losses - losses;
	if (a.lost && r->phase != RECOVERY_FAST) {
		enter_recovery(t, &a);
		r->reduction->acked(t, &a);
	}
	rack_arm_timeout(t);
}

/* A probe that does not go, since one is on its way, is no reason for anything else to. */
static bool on_timer(struct tcp *t)
{
	struct rack *k = rack_of(t);
	bool probes = k->waits == RACK_WAITS_PROBE;

	if (probes)
		rack_probe(t);
	else if (k->waits == RACK_WAITS_REORDERING)
		reordering_is_over(t);
	return probes && (k->want_new || k->want_probe || defect(tcp_stack(t), DEFECT_TCP_HELD_PROBE_SENDS));
}

static void on_sent(struct tcp *t, seq_t seq, seq_t end)
{
	struct rack *k = rack_of(t);
	const struct sent_segment *last = t->sent.count ? tcp_sent_segment(t, t->sent.count - 1) : NULL;
	bool fresh = last && seq_equal(end, t->snd.nxt) && !last->again;

	if (!tcp_in(t, TCPM_SENDS) || !last)
		return;
	if (!fresh && !k->want_probe)
		rack_undo_sent(t);
	if (k->want_probe || k->want_new)
		rack_probe_sent(t, seq, fresh);
	else if (fresh)
		rack_arm(t, k->waits == RACK_WAITS_RTO && !t->timers[TCP_TIMER_RETRANSMIT].armed);
	else if (seq_equal(seq, t->snd.una) && k->waits != RACK_WAITS_REORDERING)
		rack_arm_timeout(t);
}

/* Small segments go again as one. Without SACK duplicate ACKs stood for some of them, and it is not known for which: as
 * many as there are fewer segments now are forgotten. */
static void collapse(struct tcp *t, struct rxq_range *range)
{
	struct recovery *r = &t->recovery;
	size_t before = t->sent.count;

	tcp_sent_collapse(t, range);
	size_t joined = before - t->sent.count;
	if (!defect(tcp_stack(t), DEFECT_TCP_JOINED_DUPLICATES_KEPT))
		r->duplicate_acks = (uint16_t)(r->duplicate_acks > joined ? r->duplicate_acks - joined : 0);
}

/* Losses are repaired as the window allows, the oldest first; no retransmission goes beyond the peer's window, except
 * for the oldest segment, which probes it. */
static bool next(struct tcp *t, struct rxq_range *range)
{
	struct rack *k = rack_of(t);
	uint32_t mss = tcp_send_mss(t), in_flight = tcp_sent_flying(t) * mss;

	if (k->want_probe && t->sent.count) {
		const struct sent_segment *s = tcp_sent_segment(t, t->sent.count - 1);
		*range = (struct rxq_range){ s->seq, s->end };
		return true;
	}
	if (!t->sent.lost || in_flight + mss > t->congestion.cwnd || k->new_first)
		return false;
	if (!tcp_sent_next_lost(t, range))
		return false;
	collapse(t, range);
	uint32_t burst = tcp_burst_again(t) * mss, room = t->congestion.cwnd - in_flight;
	tcp_sent_join(t, range, room < burst ? room : burst);
	return seq_equal(range->start, t->snd.una) || seq_before(range->start, seq_add(t->snd.una, t->snd.wnd));
}

static uint32_t in_flight(const struct tcp *t, seq_t cursor)
{
	uint32_t mss = tcp_send_mss(t);

	if (seq_before(cursor, t->snd.nxt))        /* the path takes only smaller segments: again, from the oldest on */
		return (uint32_t)seq_diff(cursor, t->snd.una);
	uint32_t ahead = (uint32_t)seq_diff(cursor, t->snd.nxt);
	if (!tcp_stack(t)->config.tcp_window_in_segments) {
		uint32_t pipe = tcp_sent_pipe(t), arrived = t->recovery.duplicate_acks * mss;
		return (pipe > arrived ? pipe - arrived : 0) + ahead;
	}
	return (tcp_sent_flying(t) + (ahead + mss - 1) / mss) * mss;
}

/* Only a probe goes when the window is full. Limited transmit (RFC 3042) needs no credit, because duplicate ACKs lower
 * what counts as in flight. */
static uint32_t credit(const struct tcp *t)
{
	uint32_t used = in_flight(t, t->snd.nxt) + tcp_send_mss(t);

	return rack_see(t)->want_new && used > t->congestion.cwnd ? used - t->congestion.cwnd : 0;
}

/* That new text goes first is said of what follows an ACK at once. */
static void on_turn(struct tcp *t)
{
	if (!defect(tcp_stack(t), DEFECT_TCP_NEW_TEXT_AT_EACH_TURN))
		rack_of(t)->new_first = false;
}

/* RFC 5682, 2.1, step 2b: if no new text can go, nothing will be proved, and the repair goes on. */
static void on_silence(struct tcp *t)
{
	struct rack *k = rack_of(t);

	if (k->frto && k->new_first && !defect(tcp_stack(t), DEFECT_TCP_FRTO_SILENT))
		k->frto = k->new_first = false;
}

const struct recovery_ops recovery_rack = {
	.name = "rack", .reduction = &reduction_prr, .arms = true, .marks = true, .on_ack = on_ack,
	.on_timeout = on_timeout, .undo = undo, .on_timer = on_timer, .on_turn = on_turn, .on_sent = on_sent,
	.on_silence = on_silence, .next = next, .in_flight = in_flight, .credit = credit,
};
