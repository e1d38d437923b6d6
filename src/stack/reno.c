/* SPDX-License-Identifier: MIT
 *
 * reno.c - slow start, congestion avoidance (RFC 5681) and the windows of NewReno's recovery (RFC 6582)
 */
#include "stack/congestion.h"

#include "stack/tcp_mss.h"

/* Far from wrapping when segments are added to it. */
enum { CWND_LIMIT = 1 << 30 };

static void add(struct tcp *t, uint32_t bytes)
{
	t->congestion.cwnd = t->congestion.cwnd > CWND_LIMIT - bytes ? CWND_LIMIT : t->congestion.cwnd + bytes;
}

static uint32_t larger(uint32_t a, uint32_t b)
{
	return a > b ? a : b;
}

static void start(struct tcp *t)
{
	/* RFC 9293, 3.8.1, MUST-19: slow start begins with the initial window. */
	t->congestion.cwnd = defect(tcp_stack(t), DEFECT_TCP_NO_SLOW_START) ? CWND_LIMIT : congestion_initial_window(t);
	t->congestion.ssthresh = CWND_LIMIT;                            /* RFC 5681, 3.1: arbitrarily high */
	t->congestion.counted = 0;
}

static void acked(struct tcp *t, uint32_t bytes)
{
	uint32_t mss = tcp_send_mss(t);

	if (t->congestion.cwnd < t->congestion.ssthresh) {
		/* RFC 5681, 3.1, equation 2; RFC 3465, 2.3 allows more for ACKs of many segments. A window that was not
		 * even half used is no proof that a larger one is right (RFC 7661, 3). */
		uint32_t most = (uint32_t)tcp_stack(t)->config.tcp_slow_start_segments * mss;
		if (t->congestion.cwnd < 2 * t->snd.peak_flight)
			add(t, bytes < most ? bytes : most);
		return;
	}
	if (t->snd.peak_flight + mss <= t->congestion.cwnd)
		return;
	/* RFC 5681, 3.1: one segment for each window of bytes acknowledged. */
	t->congestion.counted += bytes;
	if (t->congestion.counted >= t->congestion.cwnd) {
		t->congestion.counted -= t->congestion.cwnd;
		add(t, mss);
	}
}

static uint32_t half_flight(const struct tcp *t)
{
	return larger(tcp_flight(t) / 2, 2 * tcp_send_mss(t));             /* RFC 5681, 3.1, equation 4 */
}

static void loss(struct tcp *t)
{
	t->congestion.ssthresh = half_flight(t);
	t->congestion.cwnd = t->congestion.ssthresh;
	add(t, t->recovery.duplicate_acks * tcp_send_mss(t));         /* RFC 5681, 3.2, step 3 */
	t->congestion.counted = 0;
}

static void duplicate(struct tcp *t)
{
	add(t, tcp_send_mss(t));                             /* RFC 5681, 3.2, step 4 */
}

static void partial(struct tcp *t, uint32_t bytes)
{
	uint32_t mss = tcp_send_mss(t);

	/* RFC 6582, 3.2, step 3: deflate by what was acknowledged, add one segment back if it was that much. */
	t->congestion.cwnd = t->congestion.cwnd > bytes + mss ? t->congestion.cwnd - bytes : mss;
	if (bytes >= mss)
		add(t, mss);
}

static void recovered(struct tcp *t)
{
	uint32_t mss = tcp_send_mss(t), flight = tcp_flight(t);

	/* RFC 6582, 3.2, step 3, full acknowledgement, choice 1: no burst. */
	flight = larger(flight, mss) + mss;
	t->congestion.cwnd = flight < t->congestion.ssthresh ? flight : t->congestion.ssthresh;
}

static void timeout(struct tcp *t)
{
	/* RFC 5681, 3.1: only the first time-out of a segment lowers ssthresh. */
	if (t->rtx.retries == 0)
		t->congestion.ssthresh = half_flight(t);
	if (!defect(tcp_stack(t), DEFECT_TCP_CWND_KEPT))
		t->congestion.cwnd = tcp_send_mss(t);                       /* LW, the loss window */
	t->congestion.counted = 0;
}

static void idle(struct tcp *t)
{
	uint32_t restart = congestion_initial_window(t);

	if (t->congestion.cwnd > restart)
		t->congestion.cwnd = restart;                               /* RFC 5681, 4.1: RW = min(IW, cwnd) */
}

const struct congestion_ops congestion_reno = {
	.name = "reno", .start = start, .acked = acked, .duplicate = duplicate, .partial = partial, .loss = loss,
	.recovered = recovered, .timeout = timeout, .idle = idle,
};
