/* SPDX-License-Identifier: MIT
 *
 * reno.c - slow start and congestion avoidance (RFC 5681), counting bytes (RFC 3465)
 */
#include "stack/congestion.h"

struct reno {
	uint32_t counted;                                    /* bytes acknowledged towards the next step of avoidance */
};

static void acked(struct congestion *c, const struct congestion_event *e)
{
	struct reno *r = CONGESTION_OWN(c, struct reno);
	uint32_t bytes = e->acked;

	if (!congestion_limits(c, e))
		return;
	if (c->cwnd < c->ssthresh) {
		uint32_t before = c->cwnd;
		congestion_slow_start(c, e);
		if (!e->whole || c->cwnd <= c->ssthresh)
			return;
		c->cwnd = c->ssthresh;                           /* what exceeds ssthresh counts for avoidance */
		bytes -= c->ssthresh - before;
	}
	/* RFC 5681, 3.1: one segment for each window of bytes acknowledged. */
	r->counted += bytes;
	for (uint32_t window = c->cwnd; r->counted >= window; r->counted -= window)
		congestion_grow(c, e->mss);
}

/* A time-out asks for this before it makes the window one segment, so .counted needs no look of its own then. */
static uint32_t threshold(struct congestion *c, const struct congestion_event *e)
{
	CONGESTION_OWN(c, struct reno)->counted = 0;
	/* RFC 5681, 3.1, equation 4 */
	return e->flight / 2 > 2 * e->mss ? e->flight / 2 : 2 * e->mss;
}

const struct congestion_ops congestion_reno = {
	.name = "reno", .acked = acked, .threshold = threshold,
};
