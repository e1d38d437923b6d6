/* SPDX-License-Identifier: MIT
 *
 * cubic.c - CUBIC (RFC 9438), with an early end of slow start (hystart.h)
 *
 * In congestion avoidance the window is a function of the time t since the last loss: W_cubic(t) = C (t - K)^3 + W_max.
 * It rises steeply towards W_max, the window of the last loss, is flat around it at t = K, and then probes for more, so
 * its pace does not depend on the round trip. Where Reno would be faster (short round trips, small windows), W_est
 * counts in its place: what Reno would have by now with the same average.
 *
 * Each ACK moves the window part of the way to where the function will be one round trip later, by at most one segment
 * for two acknowledged ones. A host that counts its window in whole segments does as in the paper (Ha, Rhee, Xu: CUBIC,
 * 2008): it rounds each of these values down, counts how many acknowledged segments are worth one of growth, and takes
 * the least round trip. In the first epoch, before a loss has told W_max, it grows by at least 5 % a round.
 *
 * Windows are in segments here, as in the RFC, and t is in seconds.
 */
#include "stack/config.h"
#include "stack/defect.h"
#include "stack/hystart.h"

enum { FASTEST = 2, SLOWEST_FIRST = 20, FLAT = 100 };  /* acknowledged segments for one of growth; FLAT: the same in
                                                          windows */

struct cubic {
	struct hystart hystart;
	bool in_epoch;
	vtime_t epoch;                                       /* when the current congestion avoidance began */
	vtime_t judged;                                      /* up to here it is known which time counts for t */
	double w_max;                                        /* 0: not known, as no loss has happened */
	double origin, k, w_est;                             /* of this epoch: the flat part is at
	                                                        .origin, .k seconds in */
	double w_counted;                                    /* acknowledged segments towards the next one of .w_est */
	double cwnd_prior;                                   /* before the last reduction (RFC 9438, 4.1.2) */
	vtime_t least_rtt;                                   /* since the last time-out; 0: none yet */
	double counted;                                      /* acknowledged segments towards the next one of growth */
	/* The curve as computed last: when, at which window, and how many segments are worth one of growth. */
	vtime_t looked;
	double looked_cwnd, count;
};

static struct cubic *own(struct congestion *c) { return CONGESTION_OWN(c, struct cubic); }

static double rounded(const struct congestion_event *e, double segments)
{
	return e->whole ? (double)(int64_t)segments : segments;
}

static double segments_of(const struct congestion_event *e, uint32_t bytes)
{
	return rounded(e, (double)bytes / e->mss);
}

static bool has(const struct congestion_event *e, enum defect d) { return stack_defect_is_on(e->config, d); }

static double beta(const struct congestion_event *e)
{
	return has(e, DEFECT_TCP_CUBIC_HALVES) ? 0.5 : (double)e->config->tcp_cubic_beta / 1024;
}

static double cube_root(double x)
{
	double r = x > 1 ? x : 1;

	for (int i = 0; x > 0 && i < 100; i++) {
		double next = (2 * r + x / (r * r)) / 3;
		if (next >= r)
			break;
		r = next;
	}
	return x > 0 ? r : 0;
}

/* RFC 9438, 4.2 and, for the first epoch and the one after a time-out, 4.8 and 4.10 */
static void begin_epoch(struct cubic *u, double cwnd, double scale, const struct congestion_event *e)
{
	u->in_epoch = true;
	u->epoch = u->judged = e->now;
	u->w_est = cwnd;
	u->counted = u->w_counted = 0;
	u->origin = u->w_max > cwnd ? u->w_max : cwnd;
	u->k = cube_root((u->origin - cwnd) / scale);
}

static void tell(const struct congestion *c, int64_t values[CONGESTION_VARIABLES])
{
	const struct cubic *u = (const struct cubic *)(const void *)c->own;

	values[0] = (int64_t)(u->w_max * 1000);
	values[1] = u->in_epoch ? (int64_t)(u->k * 1000) : 0;
	values[2] = u->in_epoch ? (int64_t)(u->w_est * 1000) : 0;
}

/* RFC 9438, 4.3: alpha until W_est is where the window was before the loss, and 1 from there on. */
static void move_estimate(struct cubic *u, double cwnd, double acked, const struct congestion_event *e)
{
	bool arrived = !e->whole && u->w_est >= u->cwnd_prior && !has(e, DEFECT_TCP_CUBIC_RENO_SLOW);
	double alpha = arrived ? 1 : 3 * (1 - beta(e)) / (1 + beta(e));

	if (!e->whole) {
		u->w_est += alpha * acked / cwnd;
		return;
	}
	double step = rounded(e, cwnd / alpha);
	while (u->w_counted > step) {
		u->w_counted -= step;
		u->w_est++;
	}
}

/* How many acknowledged segments are worth one of growth, on the curve alone. */
static double curve(const struct cubic *u, double cwnd, double scale, const struct congestion_event *e)
{
	vtime_t rtt = e->whole ? u->least_rtt : e->srtt;
	double t = vtime_to_s(vtime_sub(vtime_add(e->now, rtt), u->epoch)) - u->k;
	double rise = has(e, DEFECT_TCP_CUBIC_STRAIGHT) ? t : scale * t * t * t;
	double target = u->origin + rounded(e, rise), count = FLAT * cwnd;

	if (target > cwnd)
		count = rounded(e, cwnd / (target - cwnd));
	if (e->whole && u->w_max == 0 && count > SLOWEST_FIRST)
		count = SLOWEST_FIRST;
	return count;
}

/* The same, where Reno may be faster; @count: on the curve. */
static double pace(const struct cubic *u, double cwnd, double count, const struct congestion_event *e)
{
	if (e->config->tcp_cubic_reno_friendly && !has(e, DEFECT_TCP_CUBIC_UNFRIENDLY) && u->w_est > cwnd) {
		double friendly = rounded(e, cwnd / (u->w_est - cwnd));
		count = friendly < count ? friendly : count;
	}
	double fastest = has(e, DEFECT_TCP_CUBIC_STEEP) ? 1 : FASTEST;
	return count < fastest ? fastest : count;
}

/* Computing the curve costs time, so a host may do it only at intervals while the window stays the same. What is
 * acknowledged meanwhile counts at the pace computed last. */
static bool looks(const struct cubic *u, double cwnd, const struct congestion_event *e)
{
	int64_t interval = e->config->tcp_cubic_interval_us;
	bool same = u->looked_cwnd >= cwnd && u->looked_cwnd <= cwnd;

	return !same || !interval || vtime_before(vtime_add(u->looked, vtime_us(interval)), e->now);
}

/* The clock of such a host may stand still for a tick, and the curve does not move meanwhile: after a growth it counts
 * on at the pace computed last, and only Reno's is computed anew. */
static bool clock_stands(const struct cubic *u, const struct congestion_event *e)
{
	int64_t tick = e->config->tcp_cubic_tick_us * 1000;

	return tick && u->in_epoch && u->looked.ns / tick == e->now.ns / tick && !has(e, DEFECT_TCP_CUBIC_TICKLESS);
}

/* RFC 9438, 4.2 and 5.8: t does not include the time in which the window did not grow because the user sent too little,
 * whether something was in flight or not. Otherwise W(t) would be far up the curve when there is more to send again. */
static void leave_out(struct cubic *u, const struct congestion_event *e)
{
	if (u->in_epoch && !has(e, DEFECT_TCP_CUBIC_COUNTS_PAUSES))
		u->epoch = vtime_add(u->epoch, vtime_sub(e->now, u->judged));
	u->judged = e->now;
}

static void follow_curve(struct cubic *u, double cwnd, double acked, double scale, const struct congestion_event *e)
{
	u->looked_cwnd = cwnd;
	u->looked = e->now;
	if (!u->in_epoch) {
		begin_epoch(u, cwnd, scale, e);
		u->w_counted = acked;
	}
	u->count = curve(u, cwnd, scale, e);
}

/* RFC 9438, 4.3: where the curve is below what Reno would have, the window is what Reno would have. */
static bool follows_reno(const struct cubic *u, double cwnd, double scale, const struct congestion_event *e)
{
	double t = vtime_to_s(vtime_sub(e->now, u->epoch)) - u->k;

	return e->config->tcp_cubic_reno_friendly && !has(e, DEFECT_TCP_CUBIC_UNFRIENDLY) && u->w_est > cwnd &&
	       scale * t * t * t + u->origin < u->w_est && !has(e, DEFECT_TCP_CUBIC_BEHIND_RENO);
}

static void avoid(struct congestion *c, double acked, const struct congestion_event *e)
{
	struct cubic *u = own(c);
	double cwnd = segments_of(e, c->cwnd), scale = (double)e->config->tcp_cubic_scale * 10 / 1024;

	u->judged = e->now;
	u->w_counted += acked;
	if (looks(u, cwnd, e)) {
		if (!clock_stands(u, e))
			follow_curve(u, cwnd, acked, scale, e);
		move_estimate(u, cwnd, acked, e);
		u->count = pace(u, cwnd, u->count, e);
	}
	if (!e->whole) {
		if (follows_reno(u, cwnd, scale, e))
			congestion_grow(c, (uint32_t)(u->w_est * e->mss) - c->cwnd);
		else
			congestion_grow(c, (uint32_t)(acked / u->count * e->mss));
		return;
	}
	if (u->counted > u->count)                     /* what was saved up at a slower pace is worth one segment now */
		u->counted = u->count;
	u->counted += acked;
	uint32_t steps = (uint32_t)(u->counted / u->count);
	u->counted -= steps * u->count;
	congestion_grow(c, steps * e->mss);
}

static void acked(struct congestion *c, const struct congestion_event *e)
{
	struct congestion_event rest = *e;

	if (!congestion_limits(c, e)) {
		if (has(e, DEFECT_TCP_CUBIC_COUNTS_LITTLE))
			own(c)->judged = e->now;
		else if (!e->whole)
			leave_out(own(c), e);
		return;
	}
	if (c->cwnd < c->ssthresh) {
		uint32_t before = c->cwnd;
		/* RFC 9438, 4.2: what follows is another stage of congestion avoidance, with a window to begin at and
		 * a t of its own. By W_est of the stage before, the window would be at once what it was then. */
		if (!e->whole && !has(e, DEFECT_TCP_CUBIC_OLD_STAGE))
			own(c)->in_epoch = false;
		hystart_grow(&own(c)->hystart, c, e);
		if (!e->whole || c->cwnd <= c->ssthresh)
			return;
		c->cwnd = c->ssthresh;
		rest.acked -= c->ssthresh - before;
	}
	if (rest.acked)
		avoid(c, segments_of(&rest, rest.acked), &rest);
}

/* Round trips in the first second of an epoch still show the recovery before it. */
static void sample(struct congestion *c, const struct congestion_event *e)
{
	struct cubic *u = own(c);
	bool settled = !u->in_epoch || !vtime_before(e->now, vtime_add(u->epoch, vtime_s(1)));

	if (!vtime_is_never(e->rtt) && settled)
		u->least_rtt = u->least_rtt.ns ? vtime_min(u->least_rtt, e->rtt) : e->rtt;
	hystart_sample(&own(c)->hystart, c, e, own(c)->least_rtt);
}

/* RFC 9438, 4.6 and 4.7. A mark leaves one segment at least, a loss two; ssthresh is two in any case. */
static uint32_t threshold(struct congestion *c, const struct congestion_event *e)
{
	struct cubic *u = own(c);
	double cwnd = segments_of(e, c->cwnd), kept = segments_of(e, e->flight) * beta(e);

	u->in_epoch = false;
	u->cwnd_prior = cwnd;
	bool converges = e->config->tcp_cubic_fast_convergence && !has(e, DEFECT_TCP_CUBIC_NO_CONVERGENCE);
	u->w_max = converges && cwnd < u->w_max ? rounded(e, cwnd * (1 + beta(e)) / 2) : cwnd;
	kept = rounded(e, kept);
	if (e->by_mark && !e->whole && kept < 2 && !has(e, DEFECT_TCP_CUBIC_MARKS_LEAVE_TWO))
		c->cwnd = kept > 1 ? (uint32_t)(kept * e->mss) : e->mss;
	return kept > 2 ? (uint32_t)(kept * e->mss) : 2 * e->mss;
}

/* RFC 9438, 4.8: what is known of the path is forgotten, and slow start looks for its size again. */
static void timeout(struct congestion *c, const struct congestion_event *e)
{
	struct cubic *u = own(c);

	*u = (struct cubic){ .cwnd_prior = u->cwnd_prior,
	                     .w_max = has(e, DEFECT_TCP_CUBIC_KEEPS_PLATEAU) ? u->w_max : 0 };
}

/* Time in which there was nothing to send. A host that counts whole segments leaves out nothing else, and all of it
 * since it last sent. */
static void resumed(struct congestion *c, const struct congestion_event *e)
{
	struct cubic *u = own(c);

	if (!e->whole)
		leave_out(u, e);
	else if (u->in_epoch && e->pause.ns > 0 && !has(e, DEFECT_TCP_CUBIC_COUNTS_PAUSES))
		u->epoch = vtime_min(vtime_add(u->epoch, e->pause), e->now);
}

static void start(struct congestion *c, const struct congestion_event *e)
{
	int64_t first = e->config->tcp_cubic_first_threshold;

	if (first && !e->config->tcp_hystart && c->ssthresh >= CWND_LIMIT)
		c->ssthresh = (uint32_t)first * e->mss;
}

const struct congestion_ops congestion_cubic = {
	.name = "cubic", .start = start, .sample = sample, .acked = acked, .threshold = threshold, .timeout = timeout,
	.resumed = resumed, .tell = tell, .variables = { "cubic_w_max", "cubic_k", "cubic_w_est" },
};
