/* SPDX-License-Identifier: MIT
 *
 * reduction_prr.c - the window of recovery in proportion to what is delivered: PRR (RFC 6937, RFC 9937)
 *
 * While more than ssthresh is in flight, sending is to delivery as ssthresh is to the flight when recovery began
 * (RecoverFS). So the window arrives at ssthresh when recovery ends, and ACKs keep coming meanwhile. When losses were
 * heavy and less is in flight, as much goes out as is delivered (the conservative bound), and one segment more for an
 * ACK that advances and reveals no further loss (SafeACK of RFC 9937). The two bounds of RFC 6937 are choices.
 *
 * All quantities are in octets, or in segments if the host counts its window in segments.
 */
#include "stack/reduction.h"
#include "stack/tcp_congestion.h"
#include "stack/tcp_mss.h"
#include "stack/tcp_state.h"

struct prr {
	uint64_t delivered, out, recover_fs;
};

static struct prr *own(struct tcp *t)
{
	_Static_assert(sizeof(struct prr) <= sizeof(t->recovery.own_reduction), "no room");
	return (struct prr *)(void *)t->recovery.own_reduction;
}

/* Octets in one unit. */
static uint32_t unit(const struct tcp *t)
{
	return tcp_stack(t)->config.tcp_window_in_segments ? tcp_send_mss(t) : 1;
}

static uint64_t units(const struct tcp *t, uint64_t bytes)
{
	return (bytes + unit(t) - 1) / unit(t);
}

static uint64_t delivered_units(const struct tcp *t, const struct tcp_ack *a)
{
	return tcp_stack(t)->config.tcp_window_in_segments ? a->segments : a->delivered;
}

/* RFC 9937, 6.1 */
static void enter(struct tcp *t, const struct tcp_ack *a)
{
	struct prr *p = own(t);
	uint64_t flight = t->sent.out + a->delivered; /* selected before this ACK: delivered, but not during recovery */

	if (tcp_stack(t)->config.tcp_reduction_from_window)
		flight = t->congestion.cwnd;
	*p = (struct prr){ .recover_fs = units(t, flight) };
}

/* How much may go out for this ACK, which delivers @delivered, with less than ssthresh in flight. RFC 6937, 3 has two
 * bounds: CRB lets out what was delivered and not yet made up for, so that the flight does not grow; SSRB what this ACK
 * delivers at least, and a segment on top of it, as slow start would. RFC 9937, 6.2 takes the latter for an ACK that
 * advances and reveals no loss, and else what was delivered. */
static int64_t bound(struct tcp *t, const struct tcp_ack *a, int64_t delivered, int64_t smss)
{
	const struct prr *p = own(t);
	const struct stack *st = tcp_stack(t);
	int64_t which = st->config.tcp_prr_bound, banked = (int64_t)(p->delivered - p->out);
	bool safe = a->acked && !a->lost && !defect(st, DEFECT_TCP_PRR_NO_SAFE_ACK);

	if (which != TCP_PRR_CRB && banked < delivered && !defect(st, DEFECT_TCP_PRR_CREDIT_ONLY))
		banked = delivered;
	return which == TCP_PRR_SSRB || (which == TCP_PRR_BY_SAFE_ACK && safe) ? banked + smss : banked;
}

/* RFC 9937, 6.2 */
static void acked(struct tcp *t, const struct tcp_ack *a)
{
	struct prr *p = own(t);
	const struct stack *st = tcp_stack(t);
	int64_t smss = (int64_t)units(t, tcp_send_mss(t)), delivered = (int64_t)delivered_units(t, a), send;
	int64_t pipe = (int64_t)units(t, t->recovery.ops->in_flight(t, t->snd.nxt));
	int64_t ssthresh = (int64_t)units(t, t->congestion.ssthresh);

	if (delivered <= 0 || !p->recover_fs)
		return;
	p->delivered += (uint64_t)delivered;
	if (pipe > ssthresh && !defect(st, DEFECT_TCP_PRR_NOT_PROPORTIONAL)) {
		uint64_t share = p->delivered * (uint64_t)ssthresh;
		send = (int64_t)((share + p->recover_fs - 1) / p->recover_fs) - (int64_t)p->out;
	} else {
		send = bound(t, a, delivered, smss);
		if (send > ssthresh - pipe && !defect(st, DEFECT_TCP_PRR_UNBOUNDED))
			send = ssthresh - pipe;
	}
	/* Fast retransmit goes in any case. */
	const int64_t least = p->out || defect(st, DEFECT_TCP_PRR_NO_FORCE) ? 0 : smss;
	if (send < least)
		send = least;
	tcp_congestion_set_window(t, (uint32_t)(pipe + send) * unit(t));
}

/* RFC 9937, 6.3 */
static void sent(struct tcp *t, uint32_t bytes)
{
	own(t)->out += units(t, bytes);
}

/* RFC 9937, 6.4 */
static void leave(struct tcp *t, const struct tcp_ack *a)
{
	(void)a;
	tcp_congestion_set_window(t, t->congestion.ssthresh);
}

static void tell(const struct recovery *r, int64_t values[REDUCTION_VARIABLES])
{
	const struct prr *p = (const struct prr *)(const void *)r->own_reduction;

	values[0] = (int64_t)p->recover_fs;
	values[1] = (int64_t)p->delivered;
	values[2] = (int64_t)p->out;
}

const struct reduction_ops reduction_prr = {
	.name = "prr", .variables = { "RecoverFS", "prr_delivered", "prr_out" }, .tell = tell,
	.enter = enter, .acked = acked, .leave = leave, .sent = sent,
};
