/* SPDX-License-Identifier: MIT
 *
 * recovery_newreno.c - loss recovery by duplicate ACKs: RFC 5681, 3.2; NewReno (RFC 6582); limited transmit (RFC 3042)
 *
 * The third duplicate ACK says that the segment at SND.UNA is lost: it goes out again at once, whatever the windows
 * say, and recovery lasts until everything that was out at that moment is acknowledged. A partial ACK in between says
 * that the next segment is lost as well. The first two duplicates each let one new segment out beyond the window. After
 * a time-out everything is sent again from SND.UNA on, in slow start, and duplicates of what went out before do not
 * start fast recovery. A lost probe of the path's MTU is repaired as if by partial ACKs, and reduces nothing.
 *
 * SACK blocks are ignored: this is what a host does that knows only the ACK field.
 */
#include "stack/reduction.h"
#include "stack/tcp_congestion.h"
#include "stack/tcp_mss.h"
#include "stack/tcp_mtu_probe.h"
#include "stack/tcp_rto.h"
#include "stack/tcp_snd.h"
#include "stack/tcp_state.h"

/* For the segments that duplicate ACKs stood for, new ones have been let out already (RFC 3042), so they do not count
 * again. */
static uint32_t not_reported(const struct tcp *t, uint32_t acked)
{
	uint32_t mss = tcp_send_mss(t), reported = t->recovery.duplicate_acks * mss;

	return acked > reported ? acked - reported : acked < mss ? acked : mss;
}

static void new_data(struct tcp *t, const struct tcp_ack *a)
{
	struct recovery *r = &t->recovery;
	bool fast = r->phase == RECOVERY_FAST, partial = fast && seq_before(a->ack, r->point);
	uint32_t fresh = r->duplicate_acks ? not_reported(t, a->acked) : a->acked;

	if (partial) {                                       /* RFC 6582, 3.2, step 3: the next hole */
		r->reduction->acked(t, a);
		r->first_again = true;
		return;
	}
	r->duplicate_acks = 0;
	if (fast) {
		r->phase = RECOVERY_OPEN;
		r->reduction->leave(t, a);
		tcp_congestion_recovered(t);
		return;
	}
	/* RFC 3168, 6.1.2: an ACK with ECN-Echo does not let the window grow. */
	if (!a->ece || defect(tcp_stack(t), DEFECT_TCP_ECN_GROWS))
		tcp_congestion_acked(t, a, fresh);
	if (r->phase != RECOVERY_LOSS)
		return;
	if (seq_before(a->ack, r->point)) {                  /* the probe goes again as several segments */
		r->first_again = r->repairs_probe;
	} else {
		r->phase = RECOVERY_OPEN;
		r->repairs_probe = false;
		tcp_timeout_ends(t);
	}
}

/* The window is cut. RFC 5681, 3.2, step 2: what limited transmit let out beyond it is not part of FlightSize. */
static void begin_recovery(struct tcp *t, const struct tcp_ack *a)
{
	struct tcp_ack within = *a;

	if (within.flight > t->congestion.cwnd && !defect(tcp_stack(t), DEFECT_TCP_LIMITED_COUNTS))
		within.flight = t->congestion.cwnd;
	tcp_congestion_loss(t, &within);
	t->recovery.reduction->enter(t, &within);
	t->recovery.reduction->acked(t, &within);
}

static void duplicate(struct tcp *t, const struct tcp_ack *a)
{
	const struct stack *st = tcp_stack(t);
	struct recovery *r = &t->recovery;

	if (r->duplicate_acks < UINT16_MAX)
		r->duplicate_acks++;
	if (r->phase == RECOVERY_FAST) {
		r->reduction->acked(t, a);
		return;
	}
	/* RFC 5681, 3.2; RFC 6582, 3.2, step 2: not for duplicates of what went out before the last time-out. */
	if (r->duplicate_acks != st->config.tcp_duplicate_ack_threshold || r->phase == RECOVERY_LOSS ||
	    defect(st, DEFECT_TCP_NO_FAST_RETRANSMIT))
		return;
	r->first_again = r->restart_timer = true;
	if (tcp_mtu_probe_lost(t)) {                         /* RFC 4821, 7.6.2: no congestion */
		r->phase = RECOVERY_LOSS;
		r->point = t->mtu.end;
		r->repairs_probe = true;
		return;
	}
	begin_recovery(t, a);
	r->phase = RECOVERY_FAST;
	r->point = t->snd.nxt;
	count(tcp_stack(t), TcpExtTCPRenoRecovery);
	tcp_note(t, "fast retransmit (RFC 5681, 3.2)");
}

static void on_ack(struct tcp *t, const struct tcp_ack *a)
{
	if (a->congested && t->recovery.phase == RECOVERY_OPEN)
		tcp_congestion_marked(t, a);
	if (a->acked)
		new_data(t, a);
	else if (a->duplicate)
		duplicate(t, a);
	else if (!a->text && t->recovery.phase != RECOVERY_FAST)
		t->recovery.duplicate_acks = 0;
}

static void on_timeout(struct tcp *t)
{
	struct recovery *r = &t->recovery;

	tcp_congestion_timeout(t);
	r->phase = RECOVERY_LOSS;
	r->repairs_probe = false;
	r->duplicate_acks = 0;
	r->point = t->snd.nxt;                               /* RFC 6582, 3.2, step 4 */
	r->first_again = true;
	tcp_snd_move(t, t->snd.una);                  /* RFC 6298, (5.4): the earliest first; the rest as cwnd allows */
}

static bool next(struct tcp *t, struct rxq_range *range)
{
	if (!t->recovery.first_again)
		return false;
	t->recovery.first_again = false;
	*range = (struct rxq_range){ t->snd.una, t->recovery.repairs_probe ? t->recovery.point : t->snd.nxt };
	return true;
}

static uint32_t in_flight(const struct tcp *t, seq_t cursor)
{
	return (uint32_t)seq_diff(cursor, t->snd.una);
}

static uint32_t credit(const struct tcp *t)
{
	const struct recovery *r = &t->recovery;

	/* RFC 3042, 2: a new segment for each of the first two duplicate ACKs. */
	if (!r->duplicate_acks || r->phase != RECOVERY_OPEN || !tcp_stack(t)->config.tcp_limited_transmit)
		return 0;
	return (r->duplicate_acks > 2 ? 2u : r->duplicate_acks) * tcp_send_mss(t);
}

const struct recovery_ops recovery_newreno = {
	.name = "newreno", .reduction = &reduction_newreno, .on_ack = on_ack, .on_timeout = on_timeout, .next = next,
	.in_flight = in_flight, .credit = credit,
};
