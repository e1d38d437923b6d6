/* SPDX-License-Identifier: MIT
 *
 * tcp_rto.c - round trips, the retransmission time-out and its back-off (RFC 6298)
 *
 * One segment at a time is timed, and none that was sent twice (Karn's algorithm, RFC 6298, 3); where time-stamps are
 * in use they measure while nothing is timed (RFC 7323, 4.1). Samples move SRTT and RTTVAR and end back-off. Tries and
 * probes without answer are counted from the last progress on, for R1 and R2 (RFC 9293, 3.8.3).
 *
 * Nothing else writes struct tcp_retransmission and struct tcp_timeouts. The timer itself is armed by tcp_timer.c,
 * and what is sent again when it fires is the business of loss recovery.
 */
#include "stack/tcp_rto.h"

#include "stack/tcp_isn.h"

void tcp_rto_start(struct tcp *t)
{
	t->timeouts = (struct tcp_timeouts){ 0 };
	t->rtx = (struct tcp_retransmission){
		.rto = vtime_ms(tcp_stack(t)->config.tcp_rto_initial_ms),          /* RFC 6298, (2.1) */
		.min_rtt = VTIME_NEVER,
	};
}

static int64_t larger(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

void tcp_rto_sample(struct tcp *t, vtime_t rtt)
{
	const struct stack_config *c = &tcp_stack(t)->config;
	struct tcp_retransmission *x = &t->rtx;
	int64_t r = larger(rtt.ns, 1000), floor_ns = c->tcp_rto_min_ms * 1000000;

	if (!x->measured) {                                  /* RFC 6298, (2.2) */
		x->srtt = vtime_ns(r);
		x->rttvar = vtime_ns(r / 2);
	} else {                                             /* RFC 6298, (2.3): alpha 1/8, beta 1/4 */
		int64_t error = x->srtt.ns > r ? x->srtt.ns - r : r - x->srtt.ns;
		x->rttvar.ns += (error - x->rttvar.ns) / 4;
		x->srtt.ns += (r - x->srtt.ns) / 8;
	}
	x->measured = true;
	x->min_rtt = vtime_min(x->min_rtt, vtime_ns(r));
	x->backoff = 0;                                      /* RFC 6298, 5: a new measurement ends back-off */
	int64_t spread = larger(c->tcp_rto_granularity_us * 1000, vtime_units(4, x->rttvar.ns).ns);
	if (c->tcp_rto_linux_variance)                       /* the minimum bounds the spread, not the sum */
		spread = larger(spread, floor_ns);
	else if (defect(tcp_stack(t), DEFECT_TCP_RTO_TOO_SMALL))
		floor_ns = 10 * 1000000;
	x->rto = vtime_max(vtime_add(x->srtt, vtime_ns(spread)), vtime_ns(floor_ns));              /* RFC 6298, (2.4) */
}

vtime_t tcp_rto_now(const struct tcp *t)
{
	const struct stack_config *c = &tcp_stack(t)->config;
	int64_t limit = c->tcp_rto_max_ms * 1000000, rto = t->rtx.rto.ns;

	for (int i = 0; i < t->rtx.backoff && rto < limit; i++)
		rto *= 2;                                        /* RFC 6298, (5.5) */
	if (rto > limit)
		rto = limit;                                     /* RFC 6298, (2.5) */
	return tcp_rto_rounded(t, vtime_ns(rto));
}

vtime_t tcp_rto_rounded(const struct tcp *t, vtime_t delay)
{
	int64_t tick = tcp_stack(t)->config.tcp_rto_rounding_us * 1000;

	return vtime_ns((delay.ns + tick - 1) / tick * tick);
}

/* ---- what is timed ---- */

void tcp_rto_time(struct tcp *t, seq_t end)
{
	if (t->rtx.timing)
		return;
	t->rtx.timing = true;
	t->rtx.timed_end = end;
	t->rtx.timed_at = tcp_stack(t)->now;
}

void tcp_rto_untime(struct tcp *t)
{
	t->rtx.timing = false;
}

vtime_t tcp_rto_measure(struct tcp *t, seq_t ack, const struct tcp_segment *seg)
{
	const struct stack *st = tcp_stack(t);
	vtime_t rtt = VTIME_NEVER;

	if (t->rtx.timing && seq_after_or_at(ack, t->rtx.timed_end)) {
		t->rtx.timing = false;
		rtt = vtime_sub(st->now, t->rtx.timed_at);
	} else if (!t->rtx.timing && t->agreed.stamps && seg->has_stamp && seg->ts_echo) {
		int64_t ticks = (int32_t)(tcp_stamp_now(t) - seg->ts_echo);
		if (ticks >= 0)
			rtt = vtime_us(ticks * st->config.tcp_timestamp_tick_us);
	}
	if (!vtime_is_never(rtt))
		tcp_rto_sample(t, rtt);
	return rtt;
}

/* ---- tries ---- */

void tcp_rto_oldest_sent(struct tcp *t)
{
	t->rtx.first_sent = tcp_stack(t)->now;
}

void tcp_rto_progress(struct tcp *t)
{
	t->rtx.retries = t->rtx.probes = 0;
	t->rtx.first_sent = tcp_stack(t)->now;
}

void tcp_rto_answered(struct tcp *t)
{
	t->rtx.probes = 0;
}

void tcp_rto_opened(struct tcp *t)
{
	t->rtx.backoff = 0;
}

void tcp_rto_established(struct tcp *t)
{
	const struct stack_config *c = &tcp_stack(t)->config;

	if (!t->rtx.syn_lost || t->rtx.measured)
		return;
	/* RFC 6298, (5.7): the SYN was lost, so begin with 3 seconds. */
	t->rtx.rto = vtime_ms(t->place.passive ? c->tcp_rto_synack_lost_ms : c->tcp_rto_syn_lost_ms);
	t->rtx.backoff = 0;
}

void tcp_rto_syn_lost(struct tcp *t)
{
	t->rtx.syn_lost = true;
}

void tcp_rto_try(struct tcp *t)
{
	t->rtx.retries++;
}

void tcp_rto_probe(struct tcp *t)
{
	if (t->rtx.probes == 0)
		t->rtx.first_sent = tcp_stack(t)->now;
	t->rtx.probes++;
}

void tcp_back_off(struct tcp *t)
{
	if (t->rtx.backoff < 32 && !defect(tcp_stack(t), DEFECT_TCP_NO_BACKOFF))
		t->rtx.backoff++;                                /* RFC 6298, (5.5) */
}

void tcp_timeout_begins(struct tcp *t)
{
	struct tcp_timeouts *x = &t->timeouts;

	x->count++;
	if (x->recovering)
		return;
	x->recovering = true;
	x->recoveries++;
	x->since = tcp_stack(t)->now;
}

void tcp_timeout_ends(struct tcp *t)
{
	struct tcp_timeouts *x = &t->timeouts;

	if (x->recovering)
		x->ns += vtime_sub(tcp_stack(t)->now, x->since).ns;
	x->recovering = false;
}
