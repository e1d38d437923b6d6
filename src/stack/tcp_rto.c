/* SPDX-License-Identifier: MIT
 *
 * tcp_rto.c - the retransmission time-out (RFC 6298)
 */
#include "stack/tcp.h"

void tcp_rto_start(struct tcp *t)
{
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
	int64_t spread = larger(c->tcp_rto_granularity_us * 1000, 4 * x->rttvar.ns);
	if (c->tcp_rto_linux_variance)                       /* the minimum bounds the spread, not the sum */
		spread = larger(spread, floor_ns);
	else if (defect(tcp_stack(t), DEFECT_TCP_RTO_TOO_SMALL))
		floor_ns = 10 * 1000000;
	x->rto = vtime_ns(larger(x->srtt.ns + spread, floor_ns));              /* RFC 6298, (2.4) */
}

vtime_t tcp_rto_now(const struct tcp *t)
{
	const struct stack_config *c = &tcp_stack(t)->config;
	int64_t limit = c->tcp_rto_max_ms * 1000000, rto = t->rtx.rto.ns, tick = c->tcp_rto_rounding_us * 1000;

	for (int i = 0; i < t->rtx.backoff && rto < limit; i++)
		rto *= 2;                                        /* RFC 6298, (5.5) */
	if (rto > limit)
		rto = limit;                                     /* RFC 6298, (2.5) */
	return vtime_ns((rto + tick - 1) / tick * tick);
}
