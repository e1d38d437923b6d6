/* SPDX-License-Identifier: MIT
 *
 * reno.c - slow start, congestion avoidance (RFC 5681) and the windows of NewReno's recovery (RFC 6582)
 */
#include "stack/congestion.h"

/* Far from wrapping when segments are added to it. */
enum { CWND_LIMIT = 1 << 30 };

static void add(struct tcp *t, uint32_t bytes)
{
	t->cwnd = t->cwnd > CWND_LIMIT - bytes ? CWND_LIMIT : t->cwnd + bytes;
}

static uint32_t larger(uint32_t a, uint32_t b)
{
	return a > b ? a : b;
}

static void start(struct tcp *t)
{
	/* RFC 9293, 3.8.1, MUST-19: slow start begins with the initial window. */
	t->cwnd = defect(tcp_stack(t), DEFECT_TCP_NO_SLOW_START) ? CWND_LIMIT : congestion_initial_window(t);
	t->ssthresh = CWND_LIMIT;                            /* RFC 5681, 3.1: arbitrarily high */
	t->cwnd_acked = 0;
}

static void acked(struct tcp *t, uint32_t bytes)
{
	uint32_t mss = tcp_send_mss(t);

	if (t->cwnd < t->ssthresh) {
		/* RFC 5681, 3.1, equation 2; RFC 3465, 2.3 allows more for ACKs of many segments. A window that was not
		 * even half used is no proof that a larger one is right (RFC 7661, 3). */
		uint32_t most = (uint32_t)tcp_stack(t)->config.tcp_slow_start_segments * mss;
		if (t->cwnd < 2 * t->peak_flight)
			add(t, bytes < most ? bytes : most);
		return;
	}
	if (t->peak_flight + mss <= t->cwnd)
		return;
	/* RFC 5681, 3.1: one segment for each window of bytes acknowledged. */
	t->cwnd_acked += bytes;
	if (t->cwnd_acked >= t->cwnd) {
		t->cwnd_acked -= t->cwnd;
		add(t, mss);
	}
}

static uint32_t half_flight(const struct tcp *t)
{
	return larger(tcp_flight(t) / 2, 2 * tcp_send_mss(t));             /* RFC 5681, 3.1, equation 4 */
}

static void loss(struct tcp *t)
{
	t->ssthresh = half_flight(t);
	t->cwnd = t->ssthresh;
	add(t, t->duplicate_acks * tcp_send_mss(t));         /* RFC 5681, 3.2, step 3 */
	t->cwnd_acked = 0;
}

static void duplicate(struct tcp *t)
{
	add(t, tcp_send_mss(t));                             /* RFC 5681, 3.2, step 4 */
}

static void partial(struct tcp *t, uint32_t bytes)
{
	uint32_t mss = tcp_send_mss(t);

	/* RFC 6582, 3.2, step 3: deflate by what was acknowledged, add one segment back if it was that much. */
	t->cwnd = t->cwnd > bytes + mss ? t->cwnd - bytes : mss;
	if (bytes >= mss)
		add(t, mss);
}

static void recovered(struct tcp *t)
{
	uint32_t mss = tcp_send_mss(t), flight = tcp_flight(t);

	/* RFC 6582, 3.2, step 3, full acknowledgement, choice 1: no burst. */
	flight = larger(flight, mss) + mss;
	t->cwnd = flight < t->ssthresh ? flight : t->ssthresh;
}

static void timeout(struct tcp *t)
{
	/* RFC 5681, 3.1: only the first time-out of a segment lowers ssthresh. */
	if (t->rtx.retries == 0)
		t->ssthresh = half_flight(t);
	if (!defect(tcp_stack(t), DEFECT_TCP_CWND_KEPT))
		t->cwnd = tcp_send_mss(t);                       /* LW, the loss window */
	t->cwnd_acked = 0;
}

static void idle(struct tcp *t)
{
	uint32_t restart = congestion_initial_window(t);

	if (t->cwnd > restart)
		t->cwnd = restart;                               /* RFC 5681, 4.1: RW = min(IW, cwnd) */
}

const struct congestion_ops congestion_reno = {
	.name = "reno", .start = start, .acked = acked, .duplicate = duplicate, .partial = partial, .loss = loss,
	.recovered = recovered, .timeout = timeout, .idle = idle,
};
