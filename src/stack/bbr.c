/* SPDX-License-Identifier: MIT
 *
 * bbr.c - BBR: a model of the path in place of losses (draft-ietf-ccwg-bbr)
 *
 * Two things are estimated: how much the path delivers (the maximum of the delivery rates of the last two cycles) and
 * how long it takes without a queue (the minimum of the round trips of ten seconds). Their product is how much has to
 * be in flight to fill the path. Segments are paced at the rate, and the window is twice the product, so that losses
 * with other causes than congestion cost nothing, and queues stay short.
 *
 * The two cannot be measured at the same time, so there are states. STARTUP doubles the rate each round until the
 * delivery rate no longer grows, or too much is lost. DRAIN sends more slowly until the queue that STARTUP left is
 * gone. PROBE_BW lasts for the rest of the connection, in a cycle: DOWN below the rate, CRUISE at it, REFILL for a
 * round, UP above it, to see whether there is more. PROBE_RTT lets the queue run empty every five seconds if nothing
 * else has. Losses bound the model: those during a probe for a long time (inflight_longterm), others until the next
 * probe (bw_shortterm, inflight_shortterm).
 *
 * Functions follow the draft's pseudocode; each names the procedure that it implements. Volumes are bytes and rates
 * bytes a second, as double; INFINITE is the draft's Infinity. "Random" numbers are mixed from the digits of the time,
 * so that a run can be repeated exactly.
 *
 * Left out: a larger budget for devices with segmentation offload; the smallest quantum always counts. An ECN mark has
 * no effect of its own beyond that of a loss: the draft leaves ECN for later.
 */
#include "stack/congestion.h"
#include "stack/defect.h"

#include <linux/inet_diag.h>
#include <string.h>

enum bbr_state { STARTUP, DRAIN, PROBE_DOWN, PROBE_CRUISE, PROBE_REFILL, PROBE_UP, PROBE_RTT, NO_STATE };
enum ack_phase { ACKS_INIT, ACKS_REFILLING, ACKS_PROBE_STARTING, ACKS_PROBE_FEEDBACK, ACKS_PROBE_STOPPING };

static const double INFINITE = 1e18;
static const double LOSS_THRESH = 0.02, BETA = 0.7, HEADROOM = 0.15, PACING_MARGIN = 0.99;
enum {
	FULL_LOSS_COUNT = 6, FULL_BW_ROUNDS = 3, DRAIN_ROUNDS = 3, MIN_PIPE_SEGMENTS = 4, EXTRA_ACKED_ROUNDS = 10,
	RENO_ROUNDS = 63, MIN_RTT_FILTER_S = 10, PROBE_RTT_INTERVAL_S = 5, PROBE_RTT_DURATION_MS = 200,
	PROBE_WAIT_S = 2, QUANTUM_MOST = 65536, BBR_UNIT = 256,
};

/* Draft, 5.6.1. */
static const struct {
	const char *name;
	double pacing, cwnd;
} gains[] = {
	[STARTUP] = { "BBR: STARTUP", 2.77, 2 }, [DRAIN] = { "BBR: DRAIN", 0.5, 2 },
	[PROBE_DOWN] = { "BBR: PROBE_BW, DOWN", 0.9, 2 }, [PROBE_CRUISE] = { "BBR: PROBE_BW, CRUISE", 1, 2 },
	[PROBE_REFILL] = { "BBR: PROBE_BW, REFILL", 1, 2 }, [PROBE_UP] = { "BBR: PROBE_BW, UP", 1.25, 2.25 },
	[PROBE_RTT] = { "BBR: PROBE_RTT", 1, 0.5 },
};

/* The variables of the draft's section 2, under their names; .current is BBR.state. */
struct bbr {
	uint8_t current, ack_phase, undo_state;
	bool round_start, loss_round_start, idle_restart, full_bw_reached, full_bw_now;
	bool is_bw_probe_sample, is_loss_in_round;
	bool prev_probe_too_high, prev_probe_precautionary, probe_rtt_expired, probe_rtt_round_done, recovering;
	uint8_t full_bw_count, bw_probe_up_rounds;
	uint32_t round_count, rounds_since_probe_up, drain_start_round, initial_cwnd, prior_cwnd;
	uint32_t recovery_round, losses_seen, ranges_before;
	uint64_t next_round_delivered, loss_round_delivered;
	double max_bw[2];                                    /* the maximum of this cycle, and of the last one */
	double bw, bw_shortterm, bw_latest, full_bw, undo_bw_shortterm;
	double inflight_longterm, inflight_shortterm, inflight_latest, undo_inflight_longterm, undo_inflight_shortterm;
	double extra_acked_delivered, extra_acked[2];        /* the latter: of these ten rounds, of those before */
	uint32_t extra_acked_round;
	double probe_up_acked_per_inc, bw_probe_up_acked, max_inflight;
	vtime_t extra_acked_interval_start, cycle_stamp, bw_probe_wait;
	vtime_t min_rtt, min_rtt_stamp, probe_rtt_min_delay, probe_rtt_min_stamp, probe_rtt_done_stamp;
};

/* RS of the draft: what the latest ACK or loss says. */
struct rate_sample {
	double delivery_rate, delivered, newly_acked, lost, tx_in_flight;
	uint64_t prior_delivered;
	bool app_limited, fresh;
};

static struct bbr *own(struct congestion *c) { return CONGESTION_OWN(c, struct bbr); }
static bool has(const struct congestion_event *e, enum defect d) { return stack_defect_is_on(e->config, d); }
static double larger(double a, double b) { return a > b ? a : b; }
static double smaller(double a, double b) { return a < b ? a : b; }

static void enter(struct congestion *c, enum bbr_state state)
{
	own(c)->current = (uint8_t)state;
	congestion_note(c, gains[state].name);
}

static bool in_probe_bw(const struct bbr *b) { return b->current >= PROBE_DOWN && b->current <= PROBE_UP; }
static bool is_probing(const struct bbr *b)
{
	return b->current == STARTUP || b->current == PROBE_REFILL || b->current == PROBE_UP;
}

static bool later(vtime_t now, vtime_t since, vtime_t interval)
{
	return vtime_before(vtime_add(since, interval), now);
}

/* ---- volumes: draft, 5.6.4.2 ---- */

static double max_bw(const struct bbr *b) { return larger(b->max_bw[0], b->max_bw[1]); }
static double min_pipe(const struct congestion_event *e)
{
	return (has(e, DEFECT_TCP_BBR_NO_FLOOR) ? 1 : MIN_PIPE_SEGMENTS) * (double)e->mss;
}

/* BDPMultiple() */
static double bdp_multiple(const struct bbr *b, double bw, double gain)
{
	return vtime_is_never(b->min_rtt) ? b->initial_cwnd : gain * bw * vtime_to_s(b->min_rtt);
}

/* SetSendQuantum(), draft, 5.6.3 */
static double send_quantum(const struct congestion *c, const struct congestion_event *e)
{
	return larger(smaller((double)c->pacing_rate / 1000, QUANTUM_MOST), 2.0 * e->mss);
}

/* QuantizationBudget() */
static double quantized(struct congestion *c, double inflight, const struct congestion_event *e)
{
	inflight = larger(larger(inflight, 3 * send_quantum(c, e)), min_pipe(e));
	return own(c)->current == PROBE_UP ? inflight + 2.0 * e->mss : inflight;
}

/* Inflight() */
static double inflight_for(struct congestion *c, double bw, const struct congestion_event *e)
{
	return quantized(c, bdp_multiple(own(c), bw, 1), e);
}

/* What a full path holds, as far as the window lets it be filled. */
static double target_inflight(struct congestion *c)
{
	return smaller(bdp_multiple(own(c), own(c)->bw, 1), c->cwnd);
}

/* InflightWithHeadroom() */
static double with_headroom(const struct bbr *b, const struct congestion_event *e)
{
	if (b->inflight_longterm >= INFINITE)
		return INFINITE;
	return larger(b->inflight_longterm - larger(e->mss, HEADROOM * b->inflight_longterm), min_pipe(e));
}

/* The window lets only whole segments go, so what is left of the bound beside them cannot be filled. */
static bool at_bound(const struct bbr *b, double volume, uint32_t mss) { return volume + mss > b->inflight_longterm; }
static double extra_acked(const struct bbr *b) { return larger(b->extra_acked[0], b->extra_acked[1]); }

/* ---- small steps ---- */

/* The window is remembered before recovery or PROBE_RTT makes it small. If one follows the other, the largest window
 * counts, because those that were small already say nothing about the path. */
static void save_cwnd(struct congestion *c, const struct congestion_event *e)
{
	struct bbr *b = own(c);

	if ((!e->recovering && b->current != PROBE_RTT) || b->prior_cwnd < c->cwnd)
		b->prior_cwnd = c->cwnd;
}

static void restore_cwnd(struct congestion *c)
{
	c->cwnd = c->cwnd > own(c)->prior_cwnd ? c->cwnd : own(c)->prior_cwnd;
}

static void reset_signals(struct bbr *b)                 /* ResetCongestionSignals() */
{
	b->is_loss_in_round = false;
	b->bw_latest = b->inflight_latest = 0;
}

/* A new probe measures the path anew, so what losses have taught since the last probe is forgotten. */
static void reset_short_term(struct bbr *b)
{
	b->bw_shortterm = b->inflight_shortterm = INFINITE;
}

/* The search for the rate at which growth ends begins anew; @base is the rate that growth is compared with. */
static void reset_full_bw(struct bbr *b, double base)
{
	b->full_bw = base;
	b->full_bw_count = 0;
	b->full_bw_now = false;
}

/* A round ends when a segment sent from here on is delivered, so it takes a round trip and whatever the queue adds. */
static void start_round(struct bbr *b, const struct congestion_event *e)
{
	b->next_round_delivered = e->delivered_total;
}

static void set_pacing_rate(struct congestion *c, double gain)     /* draft, 5.6.2 */
{
	double rate = gain * own(c)->bw * PACING_MARGIN;

	if (rate >= 1 && (own(c)->full_bw_reached || rate > (double)c->pacing_rate))
		c->pacing_rate = (uint64_t)rate;
}

/* ---- PROBE_BW: draft, 5.3.3.9 ---- */

/* Flows that share a path must not probe at the same time, or each would take the others' load for its own. But a run
 * must be repeatable, so chance comes from the clock. */
static uint32_t mixed(vtime_t t)
{
	uint64_t x = (uint64_t)t.ns * UINT64_C(0x9e3779b97f4a7c15);

	return (uint32_t)((x ^ x >> 29) * UINT64_C(0xbf58476d1ce4e5b9) >> 40);          /* 24 bits */
}

/* Sending below the rate drains the queue that a probe has left. The time of the next probe is decided now: after two
 * to three seconds, or sooner where a Reno flow of this size would have grown by then (time_to_probe()). */
static void start_down(struct congestion *c, const struct congestion_event *e)
{
	struct bbr *b = own(c);
	uint32_t random = mixed(e->now);

	reset_signals(b);
	b->probe_up_acked_per_inc = INFINITE;
	b->rounds_since_probe_up = random & 1;               /* PickProbeWait() */
	b->bw_probe_wait = vtime_add(vtime_s(PROBE_WAIT_S), vtime_from_s((double)random / (1 << 24)));
	b->cycle_stamp = e->now;
	b->ack_phase = ACKS_PROBE_STOPPING;
	start_round(b, e);
	enter(c, PROBE_DOWN);
}

/* One round at the full rate, without the short-term bounds: the pipe is full when the probe begins, so that the first
 * loss during it is the probe's doing. */
static void start_refill(struct congestion *c, const struct congestion_event *e)
{
	struct bbr *b = own(c);

	reset_short_term(b);
	b->bw_probe_up_rounds = 0;
	b->bw_probe_up_acked = 0;
	b->prev_probe_precautionary = false;
	b->ack_phase = ACKS_REFILLING;
	start_round(b, e);
	enter(c, PROBE_REFILL);
}

static void raise_slope(struct congestion *c, const struct congestion_event *e)  /* RaiseInflightLongtermSlope() */
{
	struct bbr *b = own(c);

	b->probe_up_acked_per_inc = larger((double)c->cwnd / (double)(UINT32_C(1) << b->bw_probe_up_rounds), e->mss);
	b->bw_probe_up_rounds += b->bw_probe_up_rounds < 30;
}

/* The rate rises by a quarter until losses or a standing queue say that there is no more. */
static void start_up(struct congestion *c, const struct congestion_event *e, const struct rate_sample *rs)
{
	struct bbr *b = own(c);

	b->ack_phase = ACKS_PROBE_STARTING;
	start_round(b, e);
	reset_full_bw(b, rs->delivery_rate);
	enter(c, PROBE_UP);
	raise_slope(c, e);
}

/* Whichever comes first: the time, or as many rounds as Reno needs to grow by what it loses at once, 63 at most. On
 * short paths it is the number of rounds, so flows that grow as Reno does keep their share. */
static bool time_to_probe(struct congestion *c, const struct congestion_event *e)
{
	struct bbr *b = own(c);
	double reno_rounds = target_inflight(c) / e->mss;

	if (!later(e->now, b->cycle_stamp, b->bw_probe_wait) &&
	    b->rounds_since_probe_up < smaller(reno_rounds, RENO_ROUNDS))
		return false;
	start_refill(c, e);
	return true;
}

/* If the last probe found too much and this one has come as far, it stops before proving the same again. Otherwise it
 * ends when the rate has stopped growing; while the window is at its bound, that proves nothing about the path. */
static bool time_to_go_down(struct congestion *c, const struct congestion_event *e, const struct rate_sample *rs)
{
	struct bbr *b = own(c);

	if (b->prev_probe_too_high && at_bound(b, e->in_flight + rs->newly_acked, e->mss)) {
		b->prev_probe_precautionary = !has(e, DEFECT_TCP_BBR_BOLD);
		return b->prev_probe_precautionary;
	}
	if (e->filled && at_bound(b, c->cwnd, e->mss))
		reset_full_bw(b, rs->delivery_rate);             /* the path is not the limit */
	else if (b->full_bw_now)
		return true;
	return false;
}

/* A loss of two in a hundred is taken to be bearable. Without SACK nobody can count that finely: any loss is too
 * much. */
static bool inflight_too_high(const struct rate_sample *rs, const struct congestion_event *e)
{
	return rs->lost > rs->tx_in_flight * LOSS_THRESH || (rs->lost > 0 && !e->selective);
}

/* The bound grows slowly at first, and twice as fast each round, as in slow start: a large step would fill a short
 * buffer before the first loss is heard of. */
static void probe_upward(struct congestion *c, const struct congestion_event *e, const struct rate_sample *rs)
{
	struct bbr *b = own(c);

	if (!e->filled || !at_bound(b, c->cwnd, e->mss) || has(e, DEFECT_TCP_BBR_STUCK))
		return;
	b->bw_probe_up_acked += rs->newly_acked;
	if (b->bw_probe_up_acked >= b->probe_up_acked_per_inc) {
		double steps = (double)(int64_t)(b->bw_probe_up_acked / b->probe_up_acked_per_inc);
		b->bw_probe_up_acked -= steps * b->probe_up_acked_per_inc;
		b->inflight_longterm += steps * e->mss;
	}
	if (b->round_start)
		raise_slope(c, e);
}

/* AdaptLongTermModel(): true when it has chosen the next state. */
static bool adapt_long_term(struct congestion *c, const struct congestion_event *e, const struct rate_sample *rs)
{
	struct bbr *b = own(c);

	if (b->ack_phase == ACKS_PROBE_STARTING && b->round_start)
		b->ack_phase = ACKS_PROBE_FEEDBACK;
	if (b->ack_phase == ACKS_PROBE_STOPPING && b->round_start) {
		b->is_bw_probe_sample = false;
		b->ack_phase = ACKS_INIT;
		if (in_probe_bw(b) && !rs->app_limited) {        /* AdvanceMaxBwFilter() */
			b->max_bw[1] = b->max_bw[0];
			b->max_bw[0] = 0;
		}
		if (in_probe_bw(b) && b->prev_probe_precautionary && !b->prev_probe_too_high) {
			start_refill(c, e);
			return true;
		}
	}
	if (inflight_too_high(rs, e) || b->inflight_longterm >= INFINITE)
		return false;
	b->inflight_longterm = larger(b->inflight_longterm, rs->tx_in_flight);
	if (b->current == PROBE_UP)
		probe_upward(c, e, rs);
	return false;
}

/* UpdateProbeBWCyclePhase() */
static void update_cycle(struct congestion *c, const struct congestion_event *e, const struct rate_sample *rs)
{
	struct bbr *b = own(c);

	if (!b->full_bw_reached || adapt_long_term(c, e, rs))
		return;
	switch (b->current) {
	case PROBE_DOWN:
		if (!time_to_probe(c, e) && e->in_flight <= with_headroom(b, e) &&
		    e->in_flight <= inflight_for(c, max_bw(b), e))
			enter(c, PROBE_CRUISE);
		break;
	case PROBE_CRUISE:
		(void)time_to_probe(c, e);
		break;
	case PROBE_REFILL:
		if (b->round_start) {
			b->is_bw_probe_sample = true;
			start_up(c, e, rs);
		}
		break;
	case PROBE_UP:
		if (time_to_go_down(c, e, rs)) {
			b->prev_probe_too_high = false;
			start_down(c, e);
		}
		break;
	default:
		break;
	}
}

/* ---- losses: draft, 5.5.10 ---- */

/* At the first loss of a round the model is saved, since the loss may turn out to be spurious (undone()). */
static void note_loss(struct congestion *c, const struct congestion_event *e)
{
	struct bbr *b = own(c);

	if (!b->is_loss_in_round) {
		b->loss_round_delivered = e->delivered_total;
		save_cwnd(c, e);                                 /* SaveStateUponLoss() */
		b->undo_state = NO_STATE;
		b->undo_bw_shortterm = b->bw_shortterm;
		b->undo_inflight_shortterm = b->inflight_shortterm;
		b->undo_inflight_longterm = b->inflight_longterm;
	}
	b->is_loss_in_round = true;
}

/* A probe was too much. What was in flight then is the bound from now on; but if the user sent little, it shows nothing
 * about what the path can bear. */
static void too_high(struct congestion *c, const struct congestion_event *e, const struct rate_sample *rs)
{
	struct bbr *b = own(c);

	b->prev_probe_too_high = true;
	b->is_bw_probe_sample = false;
	if (!rs->app_limited)
		b->inflight_longterm = larger(rs->tx_in_flight, target_inflight(c) * BETA);
	if (b->current == PROBE_UP) {
		b->undo_state = PROBE_UP;
		start_down(c, e);
	}
}

/* HandleLostPacket(), for the segment that was marked last. */
static void handle_lost(struct congestion *c, const struct congestion_event *e)
{
	struct bbr *b = own(c);
	struct rate_sample rs = { .tx_in_flight = e->last_lost_flight, .lost = e->last_lost_since,
	                          .app_limited = e->sample_limited };

	if (e->lost_total == b->losses_seen)
		return;
	b->losses_seen = e->lost_total;
	note_loss(c, e);
	if (!b->is_bw_probe_sample || !inflight_too_high(&rs, e))
		return;
	double before = rs.tx_in_flight - e->mss, lost_before = rs.lost - e->mss;        /* InflightAtLoss() */
	rs.tx_in_flight = before + (LOSS_THRESH * before - lost_before) / (1 - LOSS_THRESH);
	too_high(c, e, &rs);
}

/* AdaptLowerBoundsFromCongestion() */
static void adapt_lower_bounds(struct congestion *c)
{
	struct bbr *b = own(c);

	if (is_probing(b) || !b->is_loss_in_round)
		return;
	if (b->bw_shortterm >= INFINITE)
		b->bw_shortterm = max_bw(b);
	if (b->inflight_shortterm >= INFINITE)
		b->inflight_shortterm = c->cwnd;
	b->bw_shortterm = larger(b->bw_latest, BETA * b->bw_shortterm);
	b->inflight_shortterm = larger(b->inflight_latest, BETA * b->inflight_shortterm);
}

/* ---- the model: draft, 5.5 ---- */

/* UpdateLatestDeliverySignals(), UpdateCongestionSignals() */
static void update_signals(struct congestion *c, const struct congestion_event *e, const struct rate_sample *rs)
{
	struct bbr *b = own(c);

	b->loss_round_start = b->round_start = false;
	if (!rs->fresh)
		return;
	b->bw_latest = larger(b->bw_latest, rs->delivery_rate);
	b->inflight_latest = larger(b->inflight_latest, rs->delivered);
	if (rs->prior_delivered >= b->loss_round_delivered) {
		b->loss_round_delivered = e->delivered_total;
		b->loss_round_start = true;
	}
	if (rs->prior_delivered >= b->next_round_delivered) {        /* UpdateRound() */
		start_round(b, e);
		b->round_count++;
		b->rounds_since_probe_up++;
		b->round_start = true;
	}
	if (rs->delivery_rate > 0 && (rs->delivery_rate >= max_bw(b) || !rs->app_limited))
		b->max_bw[0] = larger(b->max_bw[0], rs->delivery_rate);
	if (b->loss_round_start) {
		adapt_lower_bounds(c);
		b->is_loss_in_round = false;
	}
}

/* UpdateACKAggregation() */
static void update_aggregation(struct congestion *c, const struct congestion_event *e, const struct rate_sample *rs)
{
	struct bbr *b = own(c);
	double expected = b->bw * vtime_to_s(vtime_sub(e->now, b->extra_acked_interval_start));
	uint32_t rounds = b->full_bw_reached ? EXTRA_ACKED_ROUNDS / 2 : 1;

	if (b->extra_acked_delivered <= expected) {
		b->extra_acked_delivered = expected = 0;
		b->extra_acked_interval_start = e->now;
	}
	b->extra_acked_delivered += rs->newly_acked;
	if (b->round_count - b->extra_acked_round >= rounds) {       /* the window of rounds, in two halves */
		b->extra_acked[1] = b->extra_acked[0];
		b->extra_acked[0] = 0;
		b->extra_acked_round = b->round_count;
	}
	b->extra_acked[0] = larger(b->extra_acked[0], smaller(b->extra_acked_delivered - expected, c->cwnd));
}

/* Draft, 5.3.1.2: three rounds without a quarter more. Rounds in which the user had too little to send do not count. */
static void check_full_bw(struct bbr *b, const struct rate_sample *rs)
{
	if (b->full_bw_now || !b->round_start || rs->app_limited)
		return;
	if (rs->delivery_rate >= b->full_bw * 1.25) {
		reset_full_bw(b, rs->delivery_rate);
		return;
	}
	b->full_bw_count++;
	b->full_bw_now = b->full_bw_count >= FULL_BW_ROUNDS;
	b->full_bw_reached |= b->full_bw_now;
}

/* Draft, 5.3.1.3: a whole round of recovery, more than 2 % lost in it, and six separate ranges. */
static void check_startup_loss(struct congestion *c, const struct congestion_event *e, const struct rate_sample *rs)
{
	struct bbr *b = own(c);

	if (!e->recovering) {
		b->recovery_round = b->round_count;
		b->ranges_before = e->lost_ranges;
		return;
	}
	if (b->current != STARTUP || (e->selective && !b->round_start))
		return;
	bool enough = b->round_count > b->recovery_round && inflight_too_high(rs, e) &&
	              e->lost_ranges - b->ranges_before >= FULL_LOSS_COUNT;
	if (b->round_start)
		b->ranges_before = e->lost_ranges;
	if (!enough && e->selective)
		return;
	b->undo_state = STARTUP;
	b->full_bw_reached = b->full_bw_now = true;
	b->inflight_longterm = larger(bdp_multiple(b, b->bw, 1), b->inflight_latest);
}

/* DRAIN ends when the queue is empty, or after three rounds: if the rate was estimated too high, the queue would never
 * become empty. */
static void check_startup_and_drain(struct congestion *c, const struct congestion_event *e)
{
	struct bbr *b = own(c);

	if (b->current == STARTUP && b->full_bw_reached && has(e, DEFECT_TCP_BBR_NO_DRAIN))
		start_down(c, e);
	if (b->current == STARTUP && b->full_bw_reached) {
		b->drain_start_round = b->round_count;
		enter(c, DRAIN);
	}
	if (b->current == DRAIN && (e->in_flight <= inflight_for(c, b->bw, e) ||
	                          b->round_count > b->drain_start_round + DRAIN_ROUNDS))
		start_down(c, e);
}

/* ---- PROBE_RTT: draft, 5.3.4.3 ---- */

/* There are two filters: one of five seconds says when to measure again, one of ten seconds keeps the value. So the
 * path is measured again before the old value expires. */
static void update_min_rtt(struct bbr *b, const struct congestion_event *e)
{
	b->probe_rtt_expired = later(e->now, b->probe_rtt_min_stamp, vtime_s(PROBE_RTT_INTERVAL_S));
	if (!vtime_is_never(e->rtt) && (vtime_before(e->rtt, b->probe_rtt_min_delay) || b->probe_rtt_expired)) {
		b->probe_rtt_min_delay = e->rtt;
		b->probe_rtt_min_stamp = e->now;
	}
	if (vtime_before(b->probe_rtt_min_delay, b->min_rtt) ||
	    later(e->now, b->min_rtt_stamp, vtime_s(MIN_RTT_FILTER_S))) {
		b->min_rtt = b->probe_rtt_min_delay;
		b->min_rtt_stamp = b->probe_rtt_min_stamp;
	}
}

static void check_probe_rtt_done(struct congestion *c, const struct congestion_event *e)
{
	struct bbr *b = own(c);

	if (!b->probe_rtt_done_stamp.ns || !vtime_before(b->probe_rtt_done_stamp, e->now))
		return;
	b->probe_rtt_min_stamp = e->now;
	restore_cwnd(c);
	reset_short_term(b);                                 /* ExitProbeRTT() */
	if (!b->full_bw_reached) {
		enter(c, STARTUP);
		return;
	}
	start_down(c, e);
	enter(c, PROBE_CRUISE);
}

static double probe_rtt_cwnd(const struct bbr *b, const struct congestion_event *e)
{
	return larger(bdp_multiple(b, b->bw, gains[PROBE_RTT].cwnd), min_pipe(e));
}

/* The window stays small for 200 ms and a round at least; the time counts from when the flight has shrunk to it. If the
 * user was idle, the queue is empty already, and nothing more is needed. */
static void check_probe_rtt(struct congestion *c, const struct congestion_event *e, const struct rate_sample *rs)
{
	struct bbr *b = own(c);
	bool due = b->probe_rtt_expired && !b->idle_restart && !has(e, DEFECT_TCP_BBR_NO_PROBE_RTT);

	if (b->current != PROBE_RTT && due) {
		save_cwnd(c, e);
		enter(c, PROBE_RTT);
		b->probe_rtt_done_stamp = VTIME_ZERO;
		b->ack_phase = ACKS_PROBE_STOPPING;
		start_round(b, e);
	}
	if (b->current == PROBE_RTT) {                         /* HandleProbeRTT() */
		c->limits_rate = true;
		if (!b->probe_rtt_done_stamp.ns && e->in_flight <= probe_rtt_cwnd(b, e)) {
			b->probe_rtt_done_stamp = vtime_add(e->now, vtime_ms(PROBE_RTT_DURATION_MS));
			b->probe_rtt_round_done = false;
			start_round(b, e);
		} else if (b->probe_rtt_done_stamp.ns) {
			b->probe_rtt_round_done |= b->round_start;
			if (b->probe_rtt_round_done)
				check_probe_rtt_done(c, e);
		}
	}
	if (rs->fresh)
		b->idle_restart = false;
}

/* ---- the window: draft, 5.6.4.6 and 5.6.4.7 ---- */

/* Twice what the path holds, plus what is delivered but not yet known to be, because ACKs come in bunches; never more
 * than the losses of probes allow, less some headroom for other flows in CRUISE. */
static void set_cwnd(struct congestion *c, const struct congestion_event *e, const struct rate_sample *rs)
{
	struct bbr *b = own(c);
	double cwnd = c->cwnd, grown = cwnd + rs->newly_acked, cap = INFINITE;

	b->max_inflight = quantized(c, bdp_multiple(b, b->bw, gains[b->current].cwnd) + extra_acked(b), e);
	if (b->full_bw_reached)
		cwnd = smaller(grown, b->max_inflight);
	else if (cwnd < b->max_inflight || e->delivered_total < b->initial_cwnd)
		cwnd = grown;
	cwnd = larger(cwnd, min_pipe(e));
	if (b->current == PROBE_RTT)
		cwnd = smaller(cwnd, probe_rtt_cwnd(b, e));
	if (in_probe_bw(b) && b->current != PROBE_CRUISE)
		cap = b->inflight_longterm;
	else if (b->current == PROBE_RTT || b->current == PROBE_CRUISE)
		cap = with_headroom(b, e);
	cap = larger(smaller(cap, b->inflight_shortterm), min_pipe(e));
	cwnd = smaller(smaller(cwnd, cap), CWND_LIMIT);
	c->cwnd = e->whole ? (uint32_t)cwnd / e->mss * e->mss : (uint32_t)cwnd;
}

/* ---- operations ---- */

/* OnInit(): draft, 5.2.1 */
static void start(struct congestion *c, const struct congestion_event *e)
{
	struct bbr *b = own(c);
	double rtt = e->srtt.ns ? vtime_to_s(e->srtt) : 0.001;

	*b = (struct bbr){
		.undo_state = NO_STATE, .initial_cwnd = c->cwnd, .extra_acked_interval_start = e->now,
		.inflight_longterm = INFINITE, .probe_up_acked_per_inc = INFINITE, .losses_seen = e->lost_total,
		.min_rtt = e->srtt.ns ? e->srtt : VTIME_NEVER, .min_rtt_stamp = e->now,
		.probe_rtt_min_delay = VTIME_NEVER, .probe_rtt_min_stamp = e->now,
		.next_round_delivered = e->delivered_total,
	};
	reset_short_term(b);
	c->ssthresh = CWND_LIMIT;
	c->pacing_rate = (uint64_t)((has(e, DEFECT_TCP_BBR_NO_GAIN) ? 1 : gains[STARTUP].pacing) * c->cwnd / rtt);
	enter(c, STARTUP);
}

/* UpdateOnACK(): draft, 5.2.3 */
static void sample(struct congestion *c, const struct congestion_event *e)
{
	struct bbr *b = own(c);
	struct rate_sample rs = {
		.delivery_rate = e->sample_ns ? (double)e->sample_bytes * 1e9 / (double)e->sample_ns : 0,
		.delivered = (double)(e->delivered_total - e->delivered_before), .newly_acked = e->delivered,
		.lost = e->lost_since, .tx_in_flight = e->flight_then, .prior_delivered = e->delivered_before,
		.app_limited = e->sample_limited, .fresh = e->delivered > 0 && e->flight_then > 0,
	};

	handle_lost(c, e);
	if (b->recovering && !e->recovering)
		restore_cwnd(c);
	b->recovering = e->recovering;
	update_signals(c, e, &rs);
	update_aggregation(c, e, &rs);
	if (!has(e, DEFECT_TCP_BBR_ENDLESS_STARTUP))
		check_full_bw(b, &rs);
	check_startup_loss(c, e, &rs);
	check_startup_and_drain(c, e);
	update_cycle(c, e, &rs);
	update_min_rtt(b, e);
	check_probe_rtt(c, e, &rs);
	if (b->loss_round_start) {                           /* AdvanceLatestDeliverySignals() */
		b->bw_latest = rs.delivery_rate;
		b->inflight_latest = rs.delivered;
	}
	b->bw = smaller(max_bw(b), b->bw_shortterm);         /* BoundBWForModel() */
	set_pacing_rate(c, gains[b->current].pacing);
	set_cwnd(c, e, &rs);
}

static void acked(struct congestion *c, const struct congestion_event *e)
{
	(void)c, (void)e;                                    /* .sample has done everything */
}

/* The window follows from the model, which has taken the loss into account already. */
static uint32_t threshold(struct congestion *c, const struct congestion_event *e)
{
	note_loss(c, e);
	if (has(e, DEFECT_TCP_BBR_HALVES))
		c->cwnd /= 2;
	return c->ssthresh;
}

/* HandleRestartFromIdle(): draft, 5.4.1 */
static void resumed(struct congestion *c, const struct congestion_event *e)
{
	struct bbr *b = own(c);

	if (!e->user_limited)
		return;
	b->idle_restart = true;
	b->extra_acked_interval_start = e->now;
	if (in_probe_bw(b))
		set_pacing_rate(c, 1);
	else if (b->current == PROBE_RTT)
		check_probe_rtt_done(c, e);
}

/* HandleSpuriousLossDetection(): draft, 5.5.11.2 */
static void undone(struct congestion *c, const struct congestion_event *e)
{
	struct bbr *b = own(c);
	uint8_t before = b->undo_state;

	restore_cwnd(c);
	b->is_loss_in_round = false;
	reset_full_bw(b, 0);
	b->bw_shortterm = larger(b->bw_shortterm, b->undo_bw_shortterm);
	b->inflight_shortterm = larger(b->inflight_shortterm, b->undo_inflight_shortterm);
	b->inflight_longterm = larger(b->inflight_longterm, b->undo_inflight_longterm);
	b->undo_state = NO_STATE;
	if (before == STARTUP && b->current != STARTUP) {
		b->full_bw_reached = false;
		if (b->current != PROBE_RTT)
			enter(c, STARTUP);
	} else if (before == PROBE_UP && b->current != PROBE_UP && b->current != PROBE_RTT) {
		start_refill(c, e);
	}
}

/* Draft, 5.4.2: the model stays, and pacing does the rest. */
static void idle(struct congestion *c, const struct congestion_event *e)
{
	if (!has(e, DEFECT_TCP_BBR_FORGETS))
		return;
	c->cwnd = own(c)->initial_cwnd;
	start(c, e);
}

static const struct bbr *seen(const struct congestion *c) { return (const struct bbr *)(const void *)c->own; }
static int64_t told(double bound) { return bound >= INFINITE ? -1 : (int64_t)bound; }

static void tell(const struct congestion *c, int64_t values[CONGESTION_VARIABLES])
{
	const struct bbr *b = seen(c);

	values[0] = (int64_t)b->bw;
	values[1] = vtime_is_never(b->min_rtt) ? -1 : vtime_to_us(b->min_rtt);
	values[2] = (int64_t)(gains[b->current].pacing * 100 + 0.5);
	values[3] = (int64_t)(gains[b->current].cwnd * 100 + 0.5);
	values[4] = b->round_count;
	values[5] = told(b->bw_shortterm);
	values[6] = told(b->inflight_longterm);
	values[7] = (int64_t)extra_acked(b);
}

static size_t info(const struct congestion *c, void *bytes)
{
	const struct bbr *b = seen(c);
	uint64_t bw = (uint64_t)b->bw;
	struct tcp_bbr_info i = {
		.bbr_bw_lo = (uint32_t)bw, .bbr_bw_hi = (uint32_t)(bw >> 32),
		.bbr_min_rtt = vtime_is_never(b->min_rtt) ? UINT32_MAX : (uint32_t)vtime_to_us(b->min_rtt),
		.bbr_pacing_gain = (uint32_t)(gains[b->current].pacing * BBR_UNIT),
		.bbr_cwnd_gain = (uint32_t)(gains[b->current].cwnd * BBR_UNIT),
	};

	memcpy(bytes, &i, sizeof(i));
	return sizeof(i);
}

const struct congestion_ops congestion_bbr = {
	.name = "bbr", .paces = true, .rules = true, .start = start, .sample = sample, .acked = acked,
	.threshold = threshold, .resumed = resumed, .undone = undone, .idle = idle, .info = info, .tell = tell,
	.variables = { "bbr_bw", "bbr_min_rtt", "bbr_pacing_gain", "bbr_cwnd_gain", "bbr_rounds",
	               "bbr_bw_shortterm", "bbr_inflight_longterm", "bbr_extra_acked" },
};
