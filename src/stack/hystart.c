/* SPDX-License-Identifier: MIT
 *
 * hystart.c - ending slow start before anything is lost: HyStart++ (RFC 9406) and the older HyStart
 *
 * Slow start finds the capacity of the path by overflowing it. As queues grow, round trips get longer before anything
 * is lost, so the least round trip of each round is compared with that of the round before. HyStart++ then goes on at a
 * quarter of the pace (conservative slow start, CSS) for five rounds, and returns to slow start if round trips get
 * shorter again.
 *
 * The older HyStart (Ha and Rhee, Taming the elephants, 2011) compares with the least round trip of the connection,
 * from a window of 16 segments on, and needs no confirmation: ssthresh becomes the window of that moment. It has a
 * second sign, the length of the train of ACKs that come one right after another: as long as half a round trip, it
 * fills the path one way; as long as a whole one, where segments are paced. Hosts that send and acknowledge in bursts
 * lengthen a train by about the time of some bursts of 64 KiB, so that much is added to the round trip
 * (tcp_hystart_bursts_us at most). The amount was measured on Linux.
 *
 * A round ends when everything that had been sent when it began is acknowledged.
 */
#include "stack/hystart.h"

#include "stack/config.h"
#include "stack/defect.h"

enum {
	SAMPLES = 8, CSS_ROUNDS = 5, CSS_GROWTH_DIVISOR = 4, /* N_RTT_SAMPLE, CSS_ROUNDS and so on of RFC 9406, 4.3 */
	MIN_RTT_THRESH_MS = 4, MAX_RTT_THRESH_MS = 16, RTT_DIVISOR = 8,
	DETECT_TRAIN = 1, DETECT_DELAY = 2, BURSTS_BYTES = 4 * 65536,
};

/* RttThresh of RFC 9406, 4.2 */
static vtime_t allowance(vtime_t rtt)
{
	vtime_t part = { rtt.ns / RTT_DIVISOR }, low = vtime_ms(MIN_RTT_THRESH_MS), high = vtime_ms(MAX_RTT_THRESH_MS);

	return vtime_before(part, low) ? low : vtime_before(high, part) ? high : part;
}

static int least_samples(const struct congestion_event *e)
{
	return stack_defect_is_on(e->config, DEFECT_TCP_HYSTART_HASTY) ? 1 : SAMPLES;
}

static void begin_round(struct hystart *h, const struct congestion_event *e)
{
	h->last_least = h->running ? h->least : VTIME_NEVER;
	h->running = true;
	h->least = VTIME_NEVER;
	h->samples = 0;
	h->end = e->nxt;
	h->round_start = h->last_ack = e->now;
}

/* ---- HyStart++ ---- */

/* What showed that slow start is over. */
static const struct sign {
	enum counter times, segments;                        /* how often; the sum of the windows at those times */
	const char *reason;
} rounds = { TcpExtTCPHystartDelayDetect, TcpExtTCPHystartDelayCwnd,
             "HyStart++: slow start ends after conservative rounds (RFC 9406, 4.2)" },
train = { TcpExtTCPHystartTrainDetect, TcpExtTCPHystartTrainCwnd,
          "HyStart: slow start ends, a train of ACKs is half a round trip long" },
delay = { TcpExtTCPHystartDelayDetect, TcpExtTCPHystartDelayCwnd, "HyStart: slow start ends, round trips grow" };

static void end_slow_start(struct hystart *h, struct congestion *c, const struct sign *sign, uint32_t mss)
{
	h->found = true;
	c->ssthresh = c->cwnd;
	congestion_note(c, sign->reason);
	congestion_count(c, sign->times, 1);
	congestion_count(c, sign->segments, c->cwnd / mss);
}

static void compare(struct hystart *h, struct congestion *c, const struct congestion_event *e)
{
	h->least = vtime_min(h->least, e->rtt);
	h->samples += h->samples < UINT8_MAX;
	if (h->samples < least_samples(e) || vtime_is_never(h->last_least))
		return;
	if (h->conservative) {
		h->conservative = !vtime_before(h->least, h->css_baseline) ||
		                  stack_defect_is_on(e->config, DEFECT_TCP_HYSTART_FINAL);
		if (!h->conservative)
			congestion_note(c,
			                "HyStart++: slow start goes on, round trips are shorter again (RFC 9406, 4.2)");
	} else if (!vtime_before(h->least, vtime_add(h->last_least, allowance(h->last_least)))) {
		h->css_baseline = h->least;
		h->conservative = true;
		h->css_rounds = 0;
		congestion_note(c, "HyStart++: conservative slow start (RFC 9406, 4.2)");
	}
}

/* RFC 9406, 4.2. The round in which conservative slow start begins is the first of its five. */
static void plus_plus(struct hystart *h, struct congestion *c, const struct congestion_event *e)
{
	if (!h->running)
		begin_round(h, e);
	if (!vtime_is_never(e->rtt))
		compare(h, c, e);
	if (!seq_after_or_at(e->una, h->end))
		return;
	int rounds_left = stack_defect_is_on(e->config, DEFECT_TCP_HYSTART_NO_CAUTION) ? 1 : CSS_ROUNDS;
	if (h->conservative && ++h->css_rounds >= rounds_left)
		end_slow_start(h, c, &rounds, e->mss);
	else
		begin_round(h, e);
}

/* ---- the older one ---- */

static bool is_train(struct hystart *h, const struct congestion_event *e, vtime_t least)
{
	int64_t gap = e->config->tcp_hystart_ack_delta_us;

	if (vtime_before(vtime_us(gap), vtime_sub(e->now, h->last_ack)))
		return false;
	h->last_ack = e->now;
	int64_t bursts = e->config->tcp_hystart_bursts_us;
	if (e->pacing_rate && BURSTS_BYTES * UINT64_C(1000000) / e->pacing_rate < (uint64_t)bursts)
		bursts = (int64_t)(BURSTS_BYTES * UINT64_C(1000000) / e->pacing_rate);
	if (stack_defect_is_on(e->config, DEFECT_TCP_HYSTART_SHORT_TRAINS))
		bursts = 0;
	vtime_t length = vtime_add(least, vtime_us(bursts));
	return vtime_sub(e->now, h->round_start).ns > (bursts && e->paced ? length.ns : length.ns / 2);
}

static void classic(struct hystart *h, struct congestion *c, const struct congestion_event *e, vtime_t least)
{
	int64_t detect = e->config->tcp_hystart_detect;

	if (vtime_is_never(e->rtt))
		return;
	if (!h->running || seq_after(e->una, h->end))
		begin_round(h, e);
	if (c->cwnd / e->mss < e->config->tcp_hystart_low_window)
		return;
	if (detect & DETECT_TRAIN && is_train(h, e, least))
		end_slow_start(h, c, &train, e->mss);
	if (!(detect & DETECT_DELAY) || h->found)
		return;
	h->least = vtime_min(h->least, e->rtt);
	if (h->samples < least_samples(e))
		h->samples++;
	else if (vtime_before(vtime_add(least, allowance(least)), h->least))
		end_slow_start(h, c, &delay, e->mss);
}

/* RFC 9406, 4.3: only while ssthresh has its first value. Later slow starts end at the ssthresh that a loss has left,
 * which is below what overflowed the path. */
static bool is_first(const struct congestion *c, const struct congestion_event *e)
{
	return c->ssthresh >= CWND_LIMIT || stack_defect_is_on(e->config, DEFECT_TCP_HYSTART_ALWAYS);
}

void hystart_sample(struct hystart *h, struct congestion *c, const struct congestion_event *e, vtime_t least)
{
	if (!e->config->tcp_hystart || stack_defect_is_on(e->config, DEFECT_TCP_NO_HYSTART) || h->found ||
	    c->cwnd >= c->ssthresh)
		return;
	if (!e->config->tcp_hystart_plus_plus)
		classic(h, c, e, least);
	else if (!e->recovering && is_first(c, e))
		plus_plus(h, c, e);
}

/* RFC 9406, 4.2: min(N, L * SMSS), and in conservative slow start a fourth of that, not of N alone: an ACK of more than
 * L segments is no reason to go faster. */
void hystart_grow(struct hystart *h, struct congestion *c, const struct congestion_event *e)
{
	struct congestion_event slower = *e;

	if (h->conservative && is_first(c, e) &&
	    !stack_defect_is_on(e->config, DEFECT_TCP_HYSTART_SAME_PACE)) {
		bool limited = e->acked > e->growth && !stack_defect_is_on(e->config, DEFECT_TCP_HYSTART_PAST_LIMIT);
		slower.acked = (limited ? e->growth : e->acked) / CSS_GROWTH_DIVISOR;
	}
	congestion_slow_start(c, &slower);
}
