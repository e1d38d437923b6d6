/* SPDX-License-Identifier: MIT
 *
 * tcp_congestion.c - a connection and its congestion control
 *
 * Tells the algorithm what happened in the terms of struct congestion_event, and does what is the same for all of them:
 * the initial window, the loss window, the restart after idle, and keeping to the rate that an algorithm asks for.
 * Pacing lets a segment go when the time of the one before it is over; ACKs, probes and retransmissions never wait.
 *
 * Algorithms are rows (congestion.h) and know no connection. They get a snapshot, made by event() for each call, with
 * everything that an algorithm may want: bytes, rounds, rates, losses. They answer by changing window, threshold and
 * rate in struct congestion. They do not decide whether something is lost: recovery does, and calls in here.
 *
 * The order within one ACK: .sample sees every ACK, before recovery has judged it; then at most one of .acked (growth)
 * and .threshold (a loss or a mark). An algorithm with .rules sets the window itself in all phases.
 *
 * Only this file and the algorithms write struct congestion.
 */
#include "stack/tcp_congestion.h"

#include "stack/path.h"
#include "stack/tcp_ecn.h"
#include "stack/tcp_mss.h"
#include "stack/tcp_rto.h"
#include "stack/tcp_state.h"
#include "stack/tcp_timer.h"
#include "stack/tcp_validation.h"

/* ---- what an algorithm may know ---- */

/* The initial window of RFC 5681, 3.1, unless a route or a parameter gives another. */
static uint32_t undisturbed_window(const struct tcp *t)
{
	const struct stack *st = tcp_stack(t);
	const struct stack_route *route = ip_route(st, &t->socket->remote.ip);
	uint32_t mss = tcp_send_mss(t);

	uint64_t segments = route && route->initial_window ? route->initial_window
	                                                   : (uint64_t)st->config.tcp_initial_window;
	if (segments)
		return segments < CWND_LIMIT / mss ? (uint32_t)segments * mss : CWND_LIMIT;
	return mss > 2190 ? 2 * mss : mss > 1095 ? 3 * mss : 4 * mss;      /* RFC 5681, 3.1, equation 1 */
}

/* The same, but one segment if the handshake met losses or marks. */
static uint32_t initial_window(const struct tcp *t)
{
	const struct stack *st = tcp_stack(t);
	uint32_t mss = tcp_send_mss(t);

	if (t->accurate.handshake_marked && st->config.tcp_ecn_handshake_reduces)
		return mss;                                      /* RFC 5562, 3.2: the SYN,ACK was marked */
	if (t->ecn.answer_marked)
		return mss;                                      /* the same with classic ECN */
	if (t->rtx.syn_lost && !defect(st, DEFECT_TCP_LOST_SYN_FORGOTTEN))
		return mss;                                      /* RFC 5681, 3.1: after a lost SYN, one segment */
	return undisturbed_window(t);
}

/* Marks are counted in segments but needed in bytes: their share of what was delivered. */
static uint32_t marked_bytes(const struct tcp_ack *a)
{
	return a->marked >= a->segments ? (a->marked ? a->delivered : 0)
	                                : (uint32_t)((uint64_t)a->delivered * a->marked / a->segments);
}

/* Is sending paced? The algorithm may want it, the user may set a limit, or the link may always pace. */
static bool is_paced(const struct tcp *t)
{
	bool stays = tcp_stack(t)->config.tcp_pacing_stays && !defect(tcp_stack(t), DEFECT_TCP_PACED_NO_MORE);

	if (tcp_validation_lacks(t) && !defect(tcp_stack(t), DEFECT_TCP_UNVALIDATED_BURSTS))
		return true;                                     /* RFC 7661, 4.4.2 */
	return t->congestion.ops->paces || tcp_stack(t)->config.tcp_link_paces ||
	       t->socket->options.max_pacing_rate != UINT64_MAX || (stays && t->socket->options.was_paced);
}

/* A state that is only held until something beyond its point is acknowledged no longer repairs anything. */
static bool is_recovering(const struct tcp *t)
{
	const struct recovery *r = &t->recovery;

	return r->phase != RECOVERY_OPEN && (r->phase < RECOVERY_FAST || seq_before(t->snd.una, r->point));
}

/* @a NULL: no ACK has come; fields about the ACK are zero then, or VTIME_NEVER. */
static struct congestion_event event(const struct tcp *t, const struct tcp_ack *a)
{
	const struct stack *st = tcp_stack(t);
	uint32_t mss = tcp_send_mss(t);

	const struct tcp_sent *x = &t->sent;
	const struct sent_segment *newest = a && x->newest.delivered ? &x->newest : NULL;
	/* When a copy fills a hole, the time of what waited behind it shows the repair, not the path. */
	bool hole_filled = x->news.again && !x->news.selected;

	return (struct congestion_event){
		.config = &st->config, .now = st->now, .mss = mss, .una = t->snd.una, .nxt = t->snd.nxt,
		.whole = st->config.tcp_window_in_segments,
		.growth = (uint32_t)st->config.tcp_slow_start_segments * mss,
		.flight = a ? a->flight : tcp_flight(t), .peak_flight = t->snd.peak_flight, .filled = t->snd.filled,
		.unvalidated = tcp_validation_lacks(t),
		.acked = a ? a->acked : 0, .delivered = a ? a->delivered : 0, .delivered_total = t->sent.bytes,
		.marked = a ? marked_bytes(a) : 0,
		.rtt = a && !hole_filled ? x->news.rtt : VTIME_NEVER, .srtt = t->rtx.srtt,
		.paced = is_paced(t), .pacing_rate = tcp_pacing_rate(t),
		.least_rtt = tcp_sent_least_rtt(t),
		.rate_bytes = t->sent.rate.bytes, .rate_ns = t->sent.rate.ns, .app_limited = t->sent.rate.app_limited,
		.sample_bytes = x->sample.bytes, .sample_ns = newest ? x->sample.ns : 0,
		.sample_limited = x->sample.app_limited, .delivered_before = newest ? newest->delivered_bytes : 0,
		.flight_then = newest ? newest->in_flight : 0,
		.lost_since = newest ? (x->losses - newest->losses) * mss : 0,
		.lost_total = x->losses * mss, .lost_ranges = x->loss_ranges,
		.last_lost_flight = x->last_lost.in_flight,
		.last_lost_since = (x->losses - x->last_lost.losses) * mss,
		.in_flight = t->recovery.ops->in_flight(t, t->snd.nxt), .user_limited = x->app_limited != 0,
		.selective = t->agreed.sack, .by_mark = a && a->congested && !t->sent.lost,
		.recovering = is_recovering(t), .again = t->rtx.retries > 0,
	};
}

/* Carries out the requests of an algorithm: called after each of its operations. */
static void heed(struct tcp *t)
{
	struct congestion *c = &t->congestion;

	for (int i = 0; i < CONGESTION_NOTES && c->notes[i]; i++) {
		tcp_note(t, c->notes[i]);
		c->notes[i] = NULL;
	}
	for (int i = 0; i < CONGESTION_COUNTS; i++) {
		count_many(tcp_stack(t), c->counts[i].which, c->counts[i].amount);
		c->counts[i].amount = 0;
	}
	if (c->limits_rate)
		tcp_sent_limited(t);
	c->limits_rate = false;
}

/* ---- which, and from when on ---- */

const struct congestion_ops *tcp_congestion_default(const struct stack *st)
{
	const char *name = stack_choice_name("tcp_congestion", st->config.tcp_congestion);
	const struct congestion_ops *ops = name ? congestion_find(name) : NULL;

	return ops ? ops : &congestion_reno;
}

/* What @ops, or the algorithm that takes its place, finds when it starts. */
static void start(struct tcp *t)
{
	struct congestion *c = &t->congestion;
	const struct congestion_ops *plain = c->ops->without_marks;

	if (plain && !t->ecn.mode && tcp_stack(t)->config.tcp_dctcp_falls_back &&
	    !defect(tcp_stack(t), DEFECT_TCP_DCTCP_WITHOUT_ECN))
		t->options.congestion = c->ops = plain;
	if (c->ops->start) {
		struct congestion_event e = event(t, NULL);
		c->ops->start(c, &e);
	}
	heed(t);
}

/* The new algorithm takes over window and threshold; its own variables begin anew. Before the connection is open it is
 * not started; tcp_congestion_start() will do that. */
void tcp_congestion_choose(struct tcp *t, const struct congestion_ops *ops)
{
	t->options.congestion = ops;
	if (t->congestion.ops == ops)
		return;
	t->congestion = (struct congestion){
		.ops = ops, .cwnd = t->congestion.cwnd, .ssthresh = t->congestion.ssthresh,
		.pacing_rate = t->congestion.pacing_rate, .pacing_next = t->congestion.pacing_next,
		.held = t->congestion.held,
	};
	if (defect(tcp_stack(t), DEFECT_TCP_RATE_FORGOTTEN))
		t->congestion.pacing_rate = 0;
	t->socket->options.was_paced |= ops->paces && !tcp_in(t, 1 << TCPS_CLOSED | 1 << TCPS_LISTEN);
	if (t->was_open)
		start(t);
}

/* The congestion control of a route takes precedence over the socket's. */
void tcp_congestion_reset(struct tcp *t)
{
	const struct stack_route *route = t->socket->remote.ip.version
	                                  ? ip_route(tcp_stack(t), &t->socket->remote.ip) : NULL;
	const char *name = route && route->congestion_set
	                   ? stack_choice_name("tcp_congestion", route->congestion_set - 1) : NULL;

	if (name && congestion_find(name) && !defect(tcp_stack(t), DEFECT_TCP_ROUTE_CONTROL)) {
		t->options.congestion = congestion_find(name);
		t->options.congestion_locked = route->congestion_locked;
	}
	t->congestion = (struct congestion){ .ops = t->options.congestion };
}

void tcp_congestion_start(struct tcp *t)
{
	/* RFC 9293, 3.8.1, MUST-19: slow start begins with the initial window. */
	t->congestion.cwnd = defect(tcp_stack(t), DEFECT_TCP_NO_SLOW_START) ? CWND_LIMIT : initial_window(t);
	t->congestion.ssthresh = CWND_LIMIT;                 /* RFC 5681, 3.1: arbitrarily high */
	t->congestion.most_flight = t->congestion.limited_cwnd = t->congestion.cwnd;
	tcp_validation_start(t);
	t->socket->options.was_paced |= t->congestion.ops->paces;
	start(t);
	tcp_pacing_update(t);
}

/* ---- what happened ---- */

static void set_window(struct tcp *t, uint32_t cwnd)
{
	t->congestion.cwnd = cwnd < CWND_LIMIT ? cwnd : CWND_LIMIT;
}

void tcp_congestion_sample(struct tcp *t, const struct tcp_ack *a)
{
	struct congestion_event e;

	tcp_validation_acked(t, a);
	if (!t->congestion.ops->sample)
		return;
	e = event(t, a);
	t->congestion.ops->sample(&t->congestion, &e);
	heed(t);
}

/* draft-ietf-ccwg-ratelimited-increase, 3: with the most that was in flight since the window last fell, one ACK for
 * each segment would have led to this window, and it grows no further. @before: the window when the ACK came. */
static void limit_increase(struct congestion *c, const struct congestion_event *e, uint32_t before)
{
	if (before < c->limited_cwnd)                        /* reduced meanwhile: the flight counts from then on */
		c->most_flight = 0;
	if (e->flight > c->most_flight)
		c->most_flight = e->flight;
	uint32_t most = before < c->ssthresh ? 2 * c->most_flight : c->most_flight + e->mss;
	if (c->cwnd > most)
		c->cwnd = most > before ? most : before;
	c->limited_cwnd = c->cwnd;
}

/* @fresh: octets that count for growth. They need not be those acknowledged, since recovery decides. */
void tcp_congestion_acked(struct tcp *t, const struct tcp_ack *a, uint32_t fresh)
{
	struct congestion_event e = event(t, a);
	uint32_t before = t->congestion.cwnd;

	if (a->opens && a->acked == 1)
		return;                                          /* RFC 5681, 3.1: the SYN alone is no data */
	e.acked = fresh;
	t->congestion.used_since = e.now;
	t->congestion.ops->acked(&t->congestion, &e);
	if (e.config->tcp_increase_by_most_flight && !t->congestion.ops->paces)
		limit_increase(&t->congestion, &e, before);
	heed(t);
}

uint32_t tcp_congestion_threshold(const struct tcp *t, uint32_t cwnd)
{
	struct congestion copy = t->congestion;
	struct congestion_event e = event(t, NULL);

	copy.cwnd = e.flight = cwnd;
	return copy.ops->threshold(&copy, &e);
}

/* The threshold falls once; the window follows by the rule for recovery (reduction.h). Some hosts use the window in
 * place of the flight, and keep thresholds in whole segments. */
void tcp_congestion_loss(struct tcp *t, const struct tcp_ack *a)
{
	const struct stack_config *config = &tcp_stack(t)->config;
	struct congestion_event e = event(t, a);
	uint32_t ssthresh;

	if (config->tcp_reduction_from_window)
		e.flight = t->congestion.cwnd;
	ssthresh = t->congestion.ops->threshold(&t->congestion, &e);
	if (a)
		ssthresh = tcp_validation_loss(t, a->flight, ssthresh);
	bool rounds = config->tcp_window_in_segments && ssthresh < CWND_LIMIT;
	t->congestion.ssthresh = rounds ? ssthresh / e.mss * e.mss : ssthresh;
	tcp_ecn_reduced(t);
	heed(t);
}

/* The threshold is two segments at least, but a mark must not open a window of one. A sender that has come to that is
 * asked to be slower still: the next segment leaves when a retransmission timer that starts now would fire. */
void tcp_congestion_marked(struct tcp *t, const struct tcp_ack *a)
{
	struct congestion *c = &t->congestion;
	bool least = c->cwnd <= tcp_send_mss(t);

	tcp_congestion_loss(t, a);
	tcp_congestion_set_window(t, c->cwnd < c->ssthresh ? c->cwnd : c->ssthresh);
	tcp_note(t, "congestion was marked: the window falls (RFC 3168, 6.1.2)");
	if (!least || defect(tcp_stack(t), DEFECT_TCP_ECN_HURRIES_AT_ONE))
		return;
	c->held = true;
	c->pacing_next = vtime_max(c->pacing_next, vtime_add(tcp_stack(t)->now, tcp_rto_of_text(t)));
	tcp_note(t, "the window is one segment: the next one waits for a time-out (RFC 3168, 6.1.2)");
}

/* RFC 7661, 4.4.1; "Step 6" there is RFC 5681, 3.2: ssthresh is what the window is. */
void tcp_congestion_recovered(struct tcp *t)
{
	uint32_t cwnd = tcp_validation_recovered(t);

	if (!cwnd)
		return;
	t->congestion.cwnd = t->congestion.ssthresh = cwnd;
	tcp_note(t, "half of what was carried, without what went again: the window (RFC 7661, 4.4.1)");
}

void tcp_congestion_timeout(struct tcp *t)
{
	struct congestion_event e = event(t, NULL);

	tcp_validation_start(t);

	/* RFC 5681, 3.1: only the first time-out of a segment lowers ssthresh. */
	if (!e.again)
		t->congestion.ssthresh = t->congestion.ops->threshold(&t->congestion, &e);
	if (!defect(tcp_stack(t), DEFECT_TCP_CWND_KEPT))
		t->congestion.cwnd = e.mss;                      /* LW, the loss window */
	tcp_ecn_reduced(t);
	if (t->congestion.ops->timeout)
		t->congestion.ops->timeout(&t->congestion, &e);
}

void tcp_congestion_loss_window(struct tcp *t, uint32_t cwnd)
{
	struct congestion_event e = event(t, NULL);

	tcp_validation_start(t);
	if (!defect(tcp_stack(t), DEFECT_TCP_CWND_KEPT))
		set_window(t, cwnd);
	if (!defect(tcp_stack(t), DEFECT_TCP_ECN_TIMEOUT_UNTOLD))
		tcp_ecn_reduced(t);                          /* RFC 3168, 6.1.2: also within recovery */
	if (t->congestion.ops->timeout)
		t->congestion.ops->timeout(&t->congestion, &e);
	heed(t);
}

/* A loss was spurious: window and threshold are restored unless they have become larger meanwhile. */
void tcp_congestion_undo(struct tcp *t, uint32_t cwnd, uint32_t ssthresh)
{
	struct congestion *c = &t->congestion;

	set_window(t, c->cwnd > cwnd ? c->cwnd : cwnd);
	if (ssthresh > c->ssthresh) {
		c->ssthresh = ssthresh;
		tcp_ecn_restored(t);
	}
	if (!c->ops->undone)
		return;
	struct congestion_event e = event(t, NULL);
	c->ops->undone(c, &e);
	heed(t);
}

/* RFC 4015, 3.4: what is in flight, and for the ACK that shows that nothing was lost what it acknowledges, but no more
 * than the initial window, which is the largest burst that an unknown path has to take. */
uint32_t tcp_congestion_no_burst(const struct tcp *t, uint32_t acked)
{
	uint32_t burst = undisturbed_window(t);

	return tcp_flight(t) + (acked < burst ? acked : burst);
}

void tcp_congestion_resized(struct tcp *t, uint32_t before)
{
	struct congestion *c = &t->congestion;

	if (tcp_stack(t)->config.tcp_window_in_segments && c->ssthresh < CWND_LIMIT)
		c->ssthresh = c->ssthresh / before * tcp_send_mss(t);
}

uint32_t tcp_congestion_slow_start_until(const struct tcp *t)
{
	uint32_t mss = tcp_send_mss(t), segments = t->congestion.cwnd / mss, most = (segments / 2 + segments / 4) * mss;

	return t->congestion.ssthresh > most ? t->congestion.ssthresh : most;
}

/* RFC 2861, 3.2: when a window was not filled for the length of a time-out, it falls half way to the part that was
 * used. The time counts from the last ACK at which the window could have grown, and an initial window counts as
 * used. */
void tcp_congestion_sent(struct tcp *t)
{
	struct congestion *c = &t->congestion;
	struct congestion_event e = event(t, NULL);
	uint32_t mss = e.mss, flight = (uint32_t)t->sent.count * mss, initial = initial_window(t), most;

	if (!e.config->tcp_restart_halves || c->ops->idle || tcp_validates(t))
		return;
	if (congestion_limits(c, &e)) {
		c->used = 0;
		c->used_since = e.now;
		return;
	}
	c->used = flight > c->used ? flight : c->used;
	if (!e.config->tcp_restart_window || t->recovery.phase != RECOVERY_OPEN ||
	    vtime_before(e.now, vtime_add(c->used_since, tcp_rto_of_text(t))) ||
	    defect(tcp_stack(t), DEFECT_TCP_UNUSED_WINDOW_KEPT))
		return;
	most = c->used > initial ? c->used : initial;
	if (most < c->cwnd) {
		c->ssthresh = tcp_congestion_slow_start_until(t);
		c->cwnd = (c->cwnd / mss + most / mss) / 2 * mss;
		tcp_note(t, "the window was not used: it falls half the way (RFC 2861, 3.2)");
	}
	c->used = 0;
	c->used_since = e.now;
}

/* RFC 2861: each time-out that passes halves the window, and slow start leads back to three quarters of what it was. A
 * window no larger than the restart window stays as it is, but the threshold still rises. */
static void halve_for_pause(struct tcp *t, uint32_t restart)
{
	struct congestion *c = &t->congestion;
	uint32_t mss = tcp_send_mss(t), segments = c->cwnd / mss;
	int64_t pause = vtime_sub(tcp_stack(t)->now, t->stats.last_sent).ns, timeout = tcp_rto_of_text(t).ns;

	if (!defect(tcp_stack(t), DEFECT_TCP_RESTART_FORGETS))
		c->ssthresh = tcp_congestion_slow_start_until(t);
	restart = restart < c->cwnd ? restart : c->cwnd;
	while ((pause -= timeout) > 0 && segments * mss > restart)
		segments /= 2;
	c->cwnd = segments * mss > restart ? segments * mss : restart;
	c->used = 0;
	c->used_since = tcp_stack(t)->now;
}

/* Nothing was sent for the length of a time-out: the old window no longer says anything about the path (RFC 5681,
 * 4.1). */
void tcp_congestion_pause(struct tcp *t)
{
	struct congestion_event e = event(t, NULL);
	/* A host that lets the window decay does not use the restart window. */
	uint32_t restart = tcp_stack(t)->config.tcp_restart_halves ? undisturbed_window(t) : initial_window(t);
	vtime_t paused_at = vtime_add(t->stats.last_sent, tcp_rto_of_text(t));
	struct congestion *c = &t->congestion;

	if (tcp_validation_period(t, undisturbed_window(t), &c->cwnd, &c->ssthresh))
		tcp_note(t, "the window was not used for long: it is halved (RFC 7661, 4.4.3)");
	if (tcp_validates(t) && !defect(tcp_stack(t), DEFECT_TCP_UNVALIDATED_GOES))
		return;                                          /* RFC 7661, 4.4: the window is kept */
	if (tcp_flight(t) || !tcp_stack(t)->config.tcp_restart_window || !vtime_before(paused_at, e.now) ||
	    defect(tcp_stack(t), DEFECT_TCP_RESTART_AT_ONCE))
		return;
	if (t->congestion.ops->idle)
		t->congestion.ops->idle(&t->congestion, &e);
	else if (tcp_stack(t)->config.tcp_restart_halves)
		halve_for_pause(t, restart);
	else if (t->congestion.cwnd > restart)
		t->congestion.cwnd = restart;                    /* RFC 5681, 4.1: RW = min(IW, cwnd) */
}

void tcp_congestion_resumed(struct tcp *t)
{
	struct congestion_event e;

	if (!t->congestion.ops->resumed)
		return;
	e = event(t, NULL);
	e.pause = vtime_sub(e.now, t->stats.last_sent);
	t->congestion.ops->resumed(&t->congestion, &e);
	heed(t);
}

void tcp_congestion_set_window(struct tcp *t, uint32_t cwnd)
{
	if (!t->congestion.ops->rules)
		set_window(t, cwnd);
}

void tcp_congestion_grow(struct tcp *t, uint32_t bytes)
{
	if (!t->congestion.ops->rules)
		congestion_grow(&t->congestion, bytes);
}

/* ---- pacing ---- */

uint64_t tcp_pacing_rate(const struct tcp *t)
{
	uint64_t rate = t->congestion.pacing_rate, most = t->socket->options.max_pacing_rate;

	return rate < most ? rate : most;
}

/* What counts as the round trip as long as none was measured: next to nothing, so that the rate is no bound. */
enum { UNMEASURED_RTT_NS = 125 };

/* An algorithm that does not pace still has a rate: a window per round trip, and more while it grows. */
void tcp_pacing_update(struct tcp *t)
{
	const struct stack_config *config = &tcp_stack(t)->config;
	struct congestion *c = &t->congestion;
	uint32_t flight = config->tcp_window_in_segments ? (uint32_t)t->sent.count * tcp_send_mss(t) : tcp_flight(t);
	uint32_t window = c->cwnd > flight ? c->cwnd : flight;
	/* in whole units: half of five segments is two */
	uint32_t unit = config->tcp_window_in_segments ? tcp_send_mss(t) : 1;
	bool starting = c->cwnd / unit < c->ssthresh / unit / 2;
	int64_t ratio = starting ? config->tcp_pacing_ss_ratio : config->tcp_pacing_ca_ratio;

	int64_t rtt = t->rtx.srtt.ns;

	if (c->ops->paces || (!rtt && defect(tcp_stack(t), DEFECT_TCP_UNMEASURED_WITHOUT_RATE)))
		return;
	rtt = rtt ? rtt : UNMEASURED_RTT_NS;
	c->pacing_rate = (uint64_t)((double)window * (double)ratio / 100 * 1e9 / (double)rtt);
}

bool tcp_pacing_holds(struct tcp *t)
{
	vtime_t now = tcp_stack(t)->now;
	bool due = !vtime_before(now, t->congestion.pacing_next);

	t->congestion.held &= !due;
	if (due || !(t->congestion.held || (is_paced(t) && !defect(tcp_stack(t), DEFECT_TCP_NO_PACING))))
		return false;
	if (!t->timers[TCP_TIMER_PACING].armed)
		tcp_arm(t, TCP_TIMER_PACING, vtime_sub(t->congestion.pacing_next, now));
	return true;
}

void tcp_paced(struct tcp *t, uint32_t bytes)
{
	const struct stack_config *config = &tcp_stack(t)->config;
	struct congestion *c = &t->congestion;
	vtime_t now = tcp_stack(t)->now, from = vtime_max(c->pacing_next, now);
	uint64_t rate = tcp_pacing_rate(t);

	if (!is_paced(t) || !rate)
		return;
	if (t->stats.data_segments_out < config->tcp_unpaced_segments) {
		c->pacing_next = from;                           /* the rate is in use: no credit builds up */
		return;
	}
	int64_t pause = vtime_from_s((double)bytes / (double)rate).ns, unused = vtime_sub(from, c->pacing_next).ns;
	if (config->tcp_pacing_credit)
		pause -= unused < pause / 2 ? unused : pause / 2;
	c->pacing_next = vtime_add(from, vtime_ns(pause));
}
