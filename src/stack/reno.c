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

	if (c->cwnd < c->ssthresh) {
		/* RFC 5681, 3.1, equation 2; RFC 3465, 2.3 allows more for ACKs of many segments. A window that was not
		 * even half used is no proof that a larger one is right (RFC 7661, 3). */
		if (c->cwnd < 2 * e->peak_flight)
			congestion_grow(c, e->acked < e->growth ? e->acked : e->growth);
		return;
	}
	if (e->peak_flight + e->mss <= c->cwnd)
		return;
	/* RFC 5681, 3.1: one segment for each window of bytes acknowledged. */
	r->counted += e->acked;
	if (r->counted >= c->cwnd) {
		r->counted -= c->cwnd;
		congestion_grow(c, e->mss);
	}
}

static uint32_t threshold(struct congestion *c, const struct congestion_event *e)
{
	CONGESTION_OWN(c, struct reno)->counted = 0;
	/* RFC 5681, 3.1, equation 4 */
	return e->flight / 2 > 2 * e->mss ? e->flight / 2 : 2 * e->mss;
}

static void timeout(struct congestion *c, const struct congestion_event *e)
{
	(void)e;
	CONGESTION_OWN(c, struct reno)->counted = 0;
}

const struct congestion_ops congestion_reno = {
	.name = "reno", .acked = acked, .threshold = threshold, .timeout = timeout,
};
