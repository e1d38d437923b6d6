/* SPDX-License-Identifier: MIT
 *
 * recovery_sack.c - loss recovery by the scoreboard, in the order of sequence numbers: RFC 6675
 *
 * A segment is lost when three separate ranges, or more than two full segments, were selected above it. Three duplicate
 * ACKs that select something, or a first segment that is lost by that rule, begin recovery. It lasts until everything
 * that was out at that moment is acknowledged. Meanwhile as much is kept in flight (pipe) as the window allows. Each
 * time there is room NextSeg() says what goes: a lost segment, else something new, else a hole that is not believed to
 * be lost, and once, when nothing else is left, the last segment. Before recovery the same rule lets one new segment
 * out for each of the first two duplicates (RFC 3042), because selected segments are not in flight any more.
 *
 * If a copy is lost as well, only the time-out finds out; then what was selected is forgotten, because the receiver may
 * have thrown it away (5.1). A peer without SACK is served by recovery_newreno.c.
 */
#include "stack/reduction.h"
#include "stack/tcp_congestion.h"
#include "stack/tcp_mss.h"
#include "stack/tcp_mtu_probe.h"
#include "stack/tcp_rto.h"
#include "stack/tcp_state.h"

struct sack {
	bool rescued;                                        /* RescueRxt of RFC 6675, 4: once in a recovery */
	uint32_t limited;                                    /* octets sent by limited transmit */
};

static struct sack *own(struct tcp *t) { return RECOVERY_OWN(&t->recovery, struct sack); }

/* IsLost() of RFC 6675, 4, for all segments, from the highest down. */
static void mark_losses(struct tcp *t)
{
	uint32_t threshold = t->recovery.reordering, mss = tcp_send_mss(t), bytes = 0, stretches = 0;
	bool inside = false;

	for (size_t i = t->sent.count; i-- > 0;) {
		const struct sent_segment *s = tcp_sent_segment(t, i);
		stretches += s->delivered && !inside;
		inside = s->delivered;
		bytes += s->delivered ? s->text : 0;
		if (!s->delivered && !s->lost && (stretches >= threshold || bytes > (threshold - 1) * mss) &&
		    !defect(tcp_stack(t), DEFECT_TCP_SACK_NO_LOSS))
			tcp_sent_lose(t, i);
	}
}

/* RFC 6675, 5, step 4 */
static void enter(struct tcp *t, const struct tcp_ack *a)
{
	struct recovery *r = &t->recovery;
	struct tcp_ack without = *a;

	without.flight -= own(t)->limited < a->flight ? own(t)->limited : 0;
	*own(t) = (struct sack){ 0 };
	if (tcp_mtu_probe_lost(t)) {
		r->phase = RECOVERY_LOSS;                        /* repaired in the same way, but nothing is reduced */
	} else {
		tcp_congestion_loss(t, &without);
		r->reduction->enter(t, a);
		r->reduction->acked(t, a);
		r->phase = RECOVERY_FAST;
	}
	r->point = t->snd.nxt;
	r->first_again = r->restart_timer = true;
	if (!tcp_sent_segment(t, 0)->lost)
		tcp_sent_lose(t, 0);
	tcp_note(t, "enter recovery (RFC 6675, 5)");
}

/* RecoveryPoint is acknowledged. Fast recovery gives the window its final value; after a time-out slow start has found
 * one already. */
static void leave_at_point(struct tcp *t, const struct tcp_ack *a)
{
	struct recovery *r = &t->recovery;

	if (r->phase < RECOVERY_FAST || seq_before(a->ack, r->point))
		return;
	if (r->phase == RECOVERY_FAST) {
		r->reduction->leave(t, a);
		tcp_congestion_recovered(t);
		tcp_note(t, "leave recovery");
	} else {
		tcp_timeout_ends(t);
	}
	r->phase = RECOVERY_OPEN;
	r->duplicate_acks = 0;
}

/* A peer without SACK is served by another row. */
static void hand_over(struct tcp *t)
{
	struct recovery *r = &t->recovery;

	if (r->reduction == recovery_sack.reduction)
		r->reduction = recovery_newreno.reduction;
	r->ops = &recovery_newreno;
}

/* For each ACK: is recovery over, what does it select, is something lost now? Then comes exactly one reaction, so that
 * an ACK never both reduces the window and lets it grow. */
static void on_ack(struct tcp *t, const struct tcp_ack *ack)
{
	struct recovery *r = &t->recovery;
	struct tcp_ack a = *ack;
	uint32_t losses = t->sent.losses;
	bool was_fast = r->phase == RECOVERY_FAST;

	if (!t->agreed.sack) {
		hand_over(t);
		r->ops->on_ack(t, ack);
		return;
	}
	leave_at_point(t, &a);
	if (a.acked) {
		r->duplicate_acks = 0;
		own(t)->limited = 0;
	} else if (t->sent.news.selected && r->duplicate_acks < UINT16_MAX) {
		r->duplicate_acks++;
	}
	if (r->phase != RECOVERY_LOSS)
		mark_losses(t);
	a.lost = t->sent.losses - losses;
	bool lost = t->sent.count && (r->duplicate_acks >= r->reordering || tcp_sent_segment(t, 0)->lost);
	if (r->phase == RECOVERY_FAST)
		r->reduction->acked(t, &a);
	else if (r->phase == RECOVERY_OPEN && lost && !defect(tcp_stack(t), DEFECT_TCP_NO_FAST_RETRANSMIT))
		enter(t, &a);
	else if (r->phase == RECOVERY_OPEN && a.congested)
		tcp_congestion_marked(t, &a);
	else if (a.acked && !was_fast && !a.ece)             /* RFC 3168, 6.1.2: no growth by an ACK with ECN-Echo */
		tcp_congestion_acked(t, &a, a.acked);
}

/* For lack of better knowledge everything that is out counts as lost, and goes out again in slow start from the oldest
 * on. */
static void on_timeout(struct tcp *t)
{
	struct recovery *r = &t->recovery;

	if (!t->agreed.sack) {
		hand_over(t);
		r->ops->on_timeout(t);
		return;
	}
	tcp_congestion_timeout(t);
	if (!defect(tcp_stack(t), DEFECT_TCP_SACK_TRUSTED))
		tcp_sent_renege(t);                              /* RFC 6675, 5.1 */
	for (size_t i = 0; i < t->sent.count; i++)
		tcp_sent_lose(t, i);
	r->phase = RECOVERY_LOSS;
	r->duplicate_acks = 0;
	r->point = t->snd.nxt;
	r->first_again = true;
}

/* Limited transmit (RFC 3042) is not part of FlightSize when the window is halved: RFC 6675, 5, step 4.2. */
static void on_sent(struct tcp *t, seq_t seq, seq_t end)
{
	const struct recovery *r = &t->recovery;

	if (r->phase == RECOVERY_OPEN && r->duplicate_acks && seq_equal(end, t->snd.nxt))
		own(t)->limited += (uint32_t)seq_diff(end, seq);
}

/* NextSeg() (3) and (4): holes below what was selected, and the last segment. */
static bool next_unmarked(struct tcp *t, struct rxq_range *range)
{
	size_t holes_end = 0;

	for (size_t i = 0; i < t->sent.count; i++)
		if (tcp_sent_segment(t, i)->delivered)
			holes_end = i;
	for (size_t i = 0; i < t->sent.count; i++) {
		const struct sent_segment *s = tcp_sent_segment(t, i);
		bool rescue = i + 1 == t->sent.count && !own(t)->rescued;
		if (s->delivered || s->copy || (i >= holes_end && !rescue))
			continue;
		own(t)->rescued |= rescue && i >= holes_end;
		*range = (struct rxq_range){ s->seq, s->end };
		return true;
	}
	return false;
}

/* One segment whatever the window says when recovery begins (RFC 6675, 5, step 4.3), then as many as pipe leaves room
 * for. New text is not chosen here: if there is no answer, tcp_output() goes on with it. */
static bool next(struct tcp *t, struct rxq_range *range)
{
	struct recovery *r = &t->recovery;

	if (r->phase < RECOVERY_FAST)
		return false;
	if (!r->first_again && tcp_sent_pipe(t) + tcp_send_mss(t) > t->congestion.cwnd)
		return false;
	r->first_again = false;
	if (tcp_sent_next_lost(t, range))
		return true;
	bool new_text = tcp_unsent(t) && t->snd.wnd > tcp_flight(t);
	return r->phase == RECOVERY_FAST && !new_text && next_unmarked(t, range);
}

/* Pipe, and the part sent so far of the list that is being sent. */
static uint32_t in_flight(const struct tcp *t, seq_t cursor)
{
	if (seq_before(cursor, t->snd.nxt))        /* the path takes only smaller segments: again, from the oldest on */
		return (uint32_t)seq_diff(cursor, t->snd.una);
	return tcp_sent_pipe(t) + (uint32_t)seq_diff(cursor, t->snd.nxt);
}

static uint32_t credit(const struct tcp *t)
{
	(void)t;                                             /* limited transmit follows from pipe */
	return 0;
}

const struct recovery_ops recovery_sack = {
	.name = "sack", .reduction = &reduction_halve, .marks = true, .on_ack = on_ack, .on_timeout = on_timeout,
	.on_sent = on_sent, .next = next, .in_flight = in_flight, .credit = credit,
};
