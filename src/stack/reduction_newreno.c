/* SPDX-License-Identifier: MIT
 *
 * reduction_newreno.c - the window of fast recovery: inflated by duplicates, deflated by what is acknowledged
 *
 * RFC 5681, 3.2; RFC 6582, 3.2. Each duplicate ACK says that a segment has left the network, so cwnd grows by one
 * although SND.UNA stands still; what is acknowledged is taken off again.
 */
#include "stack/reduction.h"
#include "stack/tcp_congestion.h"
#include "stack/tcp_mss.h"

static void enter(struct tcp *t, const struct tcp_ack *a)
{
	uint32_t before = t->recovery.duplicate_acks;        /* duplicates of which acked() is not told */

	if (before && a->duplicate)
		before--;
	tcp_congestion_set_window(t, t->congestion.ssthresh);
	tcp_congestion_grow(t, before * tcp_send_mss(t));    /* RFC 5681, 3.2, step 3 */
}

static void acked(struct tcp *t, const struct tcp_ack *a)
{
	uint32_t mss = tcp_send_mss(t), cwnd = t->congestion.cwnd;

	if (a->acked) {
		/* RFC 6582, 3.2, step 3: deflate by what was acknowledged; if that was a segment or more, add one
		 * segment back. */
		tcp_congestion_set_window(t, cwnd > a->acked + mss ? cwnd - a->acked : mss);
		if (a->acked >= mss)
			tcp_congestion_grow(t, mss);
	} else if (a->duplicate) {
		tcp_congestion_grow(t, mss);                     /* RFC 5681, 3.2, step 4 */
	}
}

static void leave(struct tcp *t, const struct tcp_ack *a)
{
	uint32_t mss = tcp_send_mss(t), flight = tcp_flight(t);

	(void)a;
	/* RFC 6582, 3.2, step 3, full acknowledgement, choice 1: no burst. */
	flight = (flight > mss ? flight : mss) + mss;
	tcp_congestion_set_window(t, flight < t->congestion.ssthresh ? flight : t->congestion.ssthresh);
}

const struct reduction_ops reduction_newreno = { .name = "newreno", .enter = enter, .acked = acked, .leave = leave };
