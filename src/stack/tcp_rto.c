/* SPDX-License-Identifier: MIT
 *
 * tcp_rto.c - round trips, the retransmission time-out and its back-off (RFC 6298)
 *
 * One segment at a time is timed, and none that was sent twice (Karn's algorithm, RFC 6298, 3); if time-stamps are in
 * use, they measure while no segment is timed (RFC 7323, 4.1). Samples update SRTT and RTTVAR and end back-off.
 * Unanswered tries and probes are counted since the last progress, for R1 and R2 (RFC 9293, 3.8.3).
 *
 * Nothing else writes struct tcp_retransmission and struct tcp_timeouts. The timer itself is armed by tcp_timer.c,
 * and what is sent again when it fires is the business of loss recovery.
 */
#include "stack/tcp_rto.h"

#include "stack/path.h"
#include "stack/tcp_isn.h"
#include "stack/tcp_metrics.h"

void tcp_rto_start(struct tcp *t)
{
	t->timeouts = (struct tcp_timeouts){ 0 };
	t->rtx = (struct tcp_retransmission){
		.rto = vtime_ms(tcp_stack(t)->config.tcp_rto_initial_ms),          /* RFC 6298, (2.1) */
	};
}

void tcp_rto_see_least(const struct tcp *t, struct least_rtt *x, vtime_t rtt, uint32_t turns)
{
	const struct stack *st = tcp_stack(t);
	bool kept = defect(st, DEFECT_TCP_LEAST_RTT_KEPT);

	vtime_t window = vtime_s(kept ? INT32_MAX : st->config.tcp_min_rtt_window_s);
	least_rtt_see(x, (struct rtt_candidate){ rtt, st->now, turns }, window);
}

vtime_t tcp_rto_least(const struct tcp *t)
{
	return least_rtt(&t->rtx.least);
}

bool tcp_rto_least_beaten(const struct tcp *t, vtime_t rtt, uint32_t turns)
{
	return least_rtt_beaten(&t->rtx.least, rtt, turns);
}

/* RFC 6298, (2.4): the user's minimum, the route's, or the host's. */
static int64_t least_ns(const struct tcp *t)
{
	const struct stack_route *route = ip_route(tcp_stack(t), &t->socket->remote.ip);

	if (defect(tcp_stack(t), DEFECT_TCP_RTO_MIN_IGNORED))
		return 1000000 * tcp_stack(t)->config.tcp_rto_min_ms;
	if (t->options.rto_min_us > 0)
		return t->options.rto_min_us * 1000;
	if (route && route->rto_min_ms)
		return 1000000 * (int64_t)route->rto_min_ms;
	return 1000000 * tcp_stack(t)->config.tcp_rto_min_ms;
}

vtime_t tcp_rto_least_allowed(const struct tcp *t)
{
	return vtime_ns(least_ns(t));
}

static int64_t larger(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* The mean deviation as Linux keeps it: a round trip that is shorter than expected counts an eighth when it would
 * widen the spread, so that a path that gets faster does not raise the RTO. What is added to SRTT follows the largest
 * deviation of a round trip at once, and smaller ones by a quarter of the difference each round trip. */
static void deviate_as_linux(struct tcp *t, int64_t difference, seq_t ack)
{
	struct tcp_retransmission *x = &t->rtx;
	int64_t least = least_ns(t);
	int64_t change = (difference < 0 ? -difference : difference) - x->rttvar.ns;

	if (difference < 0 && change > 0)
		change /= 8;
	x->rttvar.ns += change / 4;
	int64_t deviation = 4 * x->rttvar.ns;
	if (deviation > x->spread_most) {
		x->spread_most = deviation;
		x->spread = larger(x->spread, deviation);
	}
	if (!seq_after(ack, x->spread_end))
		return;
	if (x->spread_most < x->spread)
		x->spread -= (x->spread - x->spread_most) / 4;
	x->spread_end = t->snd.nxt;
	x->spread_most = least;
}

/* RFC 4015, 3.6, step 11: a round trip of what was first sent behind a spurious time-out. What the delay before it has
 * done to the estimates is forgotten; but they become no less than they were when they proved too small. */
static void adapt(struct tcp *t, int64_t rtt)
{
	t->rtx.srtt = vtime_ns(larger(t->timeouts.srtt_before.ns, rtt));
	t->rtx.rttvar = vtime_ns(larger(t->timeouts.rttvar_before.ns, rtt / 2));
	t->timeouts.adapts = false;
}

/* RFC 6298, 2. Round trips under a microsecond count as one, so that a path without delay has an RTO at all. The lower
 * bound is the RFC's second in profile rfc; other systems have less, and one bounds the spread instead of the sum. */
static void sample(struct tcp *t, vtime_t rtt, uint32_t turns, seq_t ack)
{
	const struct stack_config *c = &tcp_stack(t)->config;
	struct tcp_retransmission *x = &t->rtx;
	int64_t r = larger(rtt.ns, 1000), floor_ns = least_ns(t), difference = r - x->srtt.ns;

	if (!x->measured) {                                  /* RFC 6298, (2.2) */
		x->srtt = vtime_ns(r);
		x->rttvar = vtime_ns(r / 2);
		x->spread = x->spread_most = larger(2 * r, floor_ns);
		x->spread_end = t->snd.nxt;
	} else if (t->timeouts.adapts && seq_after(ack, t->timeouts.adapts_from)) {
		adapt(t, r);
		x->spread = x->spread_most = larger(4 * x->rttvar.ns, floor_ns);
	} else {                                             /* RFC 6298, (2.3): alpha 1/8, beta 1/4 */
		if (c->tcp_rto_linux_variance)
			deviate_as_linux(t, difference, ack);
		else
			x->rttvar.ns += ((difference < 0 ? -difference : difference) - x->rttvar.ns) / 4;
		x->srtt.ns += difference / (defect(tcp_stack(t), DEFECT_TCP_RTO_LAST_ONLY) ? 1 : 8);
	}
	x->measured = true;
	tcp_rto_see_least(t, &x->least, vtime_ns(r), turns);
	x->backoff = x->syn_backoff = x->doubled = 0;        /* RFC 6298, 5: a new measurement ends back-off */
	int64_t spread = larger(c->tcp_rto_granularity_us * 1000, vtime_units(4, x->rttvar.ns).ns);
	if (defect(tcp_stack(t), DEFECT_TCP_RTO_NO_VARIANCE))
		spread = 0;
	else if (c->tcp_rto_linux_variance)                       /* the minimum bounds the spread, not the sum */
		spread = larger(x->spread, floor_ns);
	else if (defect(tcp_stack(t), DEFECT_TCP_RTO_TOO_SMALL))
		floor_ns = 10 * 1000000;
	x->rto = vtime_max(vtime_add(x->srtt, vtime_ns(spread)), vtime_ns(floor_ns));              /* RFC 6298, (2.4) */
}

/* RFC 6298, (2.5): the user's maximum, or the host's. */
int64_t tcp_rto_most_ms(const struct tcp *t)
{
	bool own = t->options.rto_max_ms > 0 && !defect(tcp_stack(t), DEFECT_TCP_RTO_MAX_IGNORED);

	return own ? t->options.rto_max_ms : tcp_stack(t)->config.tcp_rto_max_ms;
}

/* Doubling stops at the limit rather than overflowing it: 32 doublings of a second are more than a century. What is
 * doubled is a number of ticks. */
static vtime_t backed_off(const struct tcp *t, int times)
{
	bool exact = defect(tcp_stack(t), DEFECT_TCP_BACKOFF_BEFORE_TICKS);
	int64_t limit = tcp_rto_most_ms(t) * 1000000, rto = (exact ? t->rtx.rto : tcp_rto_rounded(t, t->rtx.rto)).ns;

	for (int i = 0; i < times && rto < limit; i++)
		rto *= 2;                                        /* RFC 6298, (5.5) */
	if (rto > limit)
		rto = limit;                                     /* RFC 6298, (2.5) */
	return tcp_rto_rounded(t, vtime_ns(rto));
}

/* Are time-outs and window probes backed off each by itself? The latter then begin where the former were. */
static bool probes_apart(const struct tcp *t)
{
	return tcp_stack(t)->config.tcp_probes_back_off_apart && !defect(tcp_stack(t), DEFECT_TCP_PROBES_SHARE_BACKOFF);
}

vtime_t tcp_rto_now(const struct tcp *t)
{
	return backed_off(t, t->rtx.doubled);
}

vtime_t tcp_rto_of_probe(const struct tcp *t)
{
	return backed_off(t, t->rtx.doubled + (probes_apart(t) ? t->rtx.backoff : 0));
}

vtime_t tcp_rto_of_text(const struct tcp *t)
{
	return t->rtx.shut && !probes_apart(t) ? tcp_rto_rounded(t, t->rtx.rto) : tcp_rto_now(t);
}

/* Up, never down: a timer that fires early would send again what is still on its way. */
vtime_t tcp_rto_rounded(const struct tcp *t, vtime_t delay)
{
	int64_t tick = tcp_stack(t)->config.tcp_rto_rounding_us * 1000;

	return vtime_ns((delay.ns + tick - 1) / tick * tick);
}

/* ---- what is timed ---- */

void tcp_rto_time(struct tcp *t, seq_t end)
{
	if (t->rtx.timing)
		return;
	t->rtx.timing = true;
	t->rtx.timed_end = end;
	t->rtx.timed_at = tcp_stack(t)->now;
}

/* What was timed goes out again, or was a probe that may be refused at first: nobody could tell which copy of it an ACK
 * answers. */
void tcp_rto_untime(struct tcp *t)
{
	t->rtx.timing = false;
}

/* RFC 7323, 4.1: the echo says when the segment left that is answered, also if it went out twice. Within a tick of the
 * clock nobody can tell, and some hosts take all of it. VTIME_NEVER: there is no echo, or one of the future, which is
 * not ours. */
static vtime_t stamp_measures(const struct tcp *t, const struct tcp_segment *seg)
{
	int64_t ticks;

	if (!t->agreed.stamps || !seg->has_stamp || !seg->ts_echo)
		return VTIME_NEVER;
	ticks = (int32_t)(tcp_stamp_now(t) - seg->ts_echo);
	if (!ticks && tcp_stack(t)->config.tcp_rtt_whole_ticks && !defect(tcp_stack(t), DEFECT_TCP_RTT_NO_TICK))
		ticks = 1;
	return ticks < 0 ? VTIME_NEVER : vtime_us(ticks * tcp_stack(t)->config.tcp_timestamp_tick_us);
}

/* What this ACK says about the round trip, or VTIME_NEVER. Either the one segment that is timed decides, or, where the
 * host measures with each ACK, the oldest segment that went out only once; a time-stamp where neither can tell. */
vtime_t tcp_rto_measure(struct tcp *t, seq_t ack, const struct tcp_segment *seg)
{
	const struct stack *st = tcp_stack(t);
	const struct sent_news *n = &t->sent.news;
	uint32_t turns = 0;
	vtime_t rtt = VTIME_NEVER, sent = n->again ? VTIME_NEVER : n->acked_at;

	if (st->config.tcp_rtt_every_ack) {               /* of the oldest that went out once,
	                                                     acknowledged or selected */
		if (vtime_is_never(sent))
			sent = n->selected_at;
		if (!vtime_is_never(sent)) {
			rtt = vtime_sub(st->now, sent);
			turns = st->turn - n->turn;
		}
		bool news = defect(st, DEFECT_TCP_SELECTED_UNTIMED) ? n->segments && !n->selected : n->whole;
		if (news && vtime_is_never(rtt))             /* also of what was selected before */
			rtt = stamp_measures(t, seg);
		t->rtx.timing = false;
	} else if (t->rtx.timing && seq_after_or_at(ack, t->rtx.timed_end)) {
		t->rtx.timing = false;
		rtt = vtime_sub(st->now, t->rtx.timed_at);
	} else if (!t->rtx.timing) {
		rtt = stamp_measures(t, seg);
	}
	if (!vtime_is_never(rtt))
		sample(t, rtt, turns, ack);
	return rtt;
}

/* ---- tries ---- */

/* Does the user's patience begin when something goes out again (tcp_user_timeout_from_retry)? */
static bool waits_for_retry(const struct tcp *t)
{
	return tcp_stack(t)->config.tcp_user_timeout_from_retry &&
	       !defect(tcp_stack(t), DEFECT_TCP_USER_TIMEOUT_BEFORE_TRY);
}

/* From when on the user's patience counts: from the first time that the oldest segment left, or, for who counts so,
 * from the time-out that sent it again, or from when the window shut. Of a SYN from the first one in any case. */
vtime_t tcp_rto_waits_since(const struct tcp *t)
{
	if (t->rtx.shut && tcp_stack(t)->config.tcp_user_timeout_shut_window)
		return t->rtx.shut_since;
	return waits_for_retry(t) && t->snd.syn_acked && t->rtx.retries ? t->rtx.first_again : t->rtx.first_sent;
}

bool tcp_rto_user_waits(const struct tcp *t)
{
	return t->rtx.shut || t->rtx.retries || !waits_for_retry(t);
}

/* The user has changed the delay of the path by @us, so what was measured is wrong by just that. */
void tcp_rto_path_longer(struct tcp *t, int us)
{
	if (!t->rtx.measured)
		return;
	t->rtx.srtt.ns = larger(t->rtx.srtt.ns + us * 1000LL, 1000);
	t->rtx.rto.ns += us * 1000LL;
}

/* How long that many retries take if the first waits for @one. */
static vtime_t time_of_retries(const struct tcp *t, int tries, int64_t one)
{
	int64_t most = tcp_rto_most_ms(t), all = 0;

	for (int i = 0; i <= tries; i++) {
		all += one < most ? one : most;
		one = one < most ? 2 * one : most;
	}
	return vtime_ms(all);
}

bool tcp_rto_patience_over(const struct tcp *t, int tries)
{
	vtime_t all = time_of_retries(t, tries, tcp_stack(t)->config.tcp_retries_unit_ms);

	return t->rtx.retries && !vtime_before(vtime_sub(tcp_stack(t)->now, t->rtx.first_again), all);
}

bool tcp_rto_syn_patience_over(const struct tcp *t, int tries)
{
	vtime_t all = time_of_retries(t, tries, tcp_stack(t)->config.tcp_rto_initial_ms);

	return !vtime_before(vtime_sub(tcp_stack(t)->now, t->rtx.first_sent), all);
}

void tcp_rto_oldest_sent(struct tcp *t)
{
	t->rtx.first_sent = tcp_stack(t)->now;
}

void tcp_rto_progress(struct tcp *t)
{
	t->rtx.retries = t->rtx.probes = 0;
	t->rtx.first_sent = tcp_stack(t)->now;
}

void tcp_rto_answered(struct tcp *t)
{
	if (!defect(tcp_stack(t), DEFECT_TCP_PROBE_ANSWERS_UNHEARD))
		t->rtx.probes = 0;
}

void tcp_rto_opened(struct tcp *t)
{
	t->rtx.shut = false;
	t->rtx.backoff = 0;
	if (!probes_apart(t))
		t->rtx.doubled = 0;
}

bool tcp_rto_established(struct tcp *t)
{
	const struct stack_config *c = &tcp_stack(t)->config;

	bool again = t->rtx.syn_came_again && !defect(tcp_stack(t), DEFECT_TCP_SYN_AGAIN_MEASURED);
	if (!t->rtx.syn_lost && !again)
		return false;
	/* RFC 6298, (5.7): the SYN was lost, so begin with 3 seconds. */
	if (!t->rtx.measured) {
		t->rtx.rto = vtime_ms(t->place.passive ? c->tcp_rto_synack_lost_ms : c->tcp_rto_syn_lost_ms);
		t->rtx.syn_backoff = t->place.passive ? 0 : t->rtx.backoff;
		t->rtx.backoff = t->rtx.doubled = 0;
	}
	if (!t->rtx.syn_lost)
		return false;
	/* Text that only the first SYN had was taken: it was not lost. Some hosts want SACK to be sure of that. */
	bool taken = !t->place.passive && t->fast_open.taken && t->agreed.sack && c->tcp_syn_text_undoes;
	t->rtx.syn_lost = !taken && t->stats.retransmits > (uint32_t)c->tcp_syn_losses_forgiven;
	return taken;
}

void tcp_rto_recall(struct tcp *t)
{
	vtime_t rtt = tcp_metrics_rtt(t);

	if (vtime_before(t->rtx.srtt, rtt))
		t->rtx.rto = vtime_ns(rtt.ns + larger(2 * rtt.ns, least_ns(t)));
}

/* RFC 3522, 3.2, step 5, for a SYN: the first one arrived when its stamp is echoed. */
void tcp_rto_syn_answered(struct tcp *t, const struct tcp_segment *seg)
{
	const struct stack_config *c = &tcp_stack(t)->config;
	int64_t since = vtime_sub(tcp_stack(t)->now, t->rtx.first_sent).ns / (c->tcp_timestamp_tick_us * 1000);

	if (!t->rtx.syn_lost || !t->agreed.stamps || !seg->has_stamp || !seg->ts_echo ||
	    defect(tcp_stack(t), DEFECT_TCP_SYN_NOT_UNDONE))
		return;
	t->rtx.syn_lost = (int32_t)(tcp_stamp_now(t) - seg->ts_echo) < since;
}

void tcp_rto_syn_lost(struct tcp *t)
{
	t->rtx.syn_lost = true;
}

void tcp_rto_syn_came_again(struct tcp *t)
{
	t->rtx.syn_came_again = true;
}

/* The time-stamp alone says when a SYN,ACK left that nobody remembers (RFC 7323, 4.1). Without it the cookie may answer
 * the second one as well as the first, so begin with what is safe after a loss: RFC 6298, (5.7). */
void tcp_rto_cookie_returned(struct tcp *t, const struct tcp_segment *seg)
{
	vtime_t rtt = stamp_measures(t, seg);

	if (defect(tcp_stack(t), DEFECT_TCP_COOKIE_TIMELESS))
		return;
	if (vtime_is_never(rtt))
		t->rtx.syn_came_again = true;
	else
		sample(t, rtt, 0, seg->ack);
}

void tcp_rto_try(struct tcp *t)
{
	if (!t->rtx.retries)
		t->rtx.first_again = tcp_stack(t)->now;
	t->rtx.retries++;
}

void tcp_rto_undone(struct tcp *t)
{
	t->rtx.retries = 0;
}

/* An answered probe shows that the peer is alive, so .probes counts from the last answer; .shut lasts longer. */
void tcp_rto_probe(struct tcp *t)
{
	if (t->rtx.probes == 0)
		t->rtx.first_sent = tcp_stack(t)->now;
	if (!t->rtx.shut)
		t->rtx.shut_since = tcp_stack(t)->now;
	t->rtx.shut = true;
	t->rtx.probes++;
}

void tcp_back_off(struct tcp *t)
{
	if (t->rtx.backoff >= 32 || defect(tcp_stack(t), DEFECT_TCP_NO_BACKOFF))
		return;
	t->rtx.backoff++;                                        /* RFC 6298, (5.5) */
	t->rtx.doubled++;
}

/* RFC 9293, 3.8.6.1, SHLD-30: exponentially */
void tcp_back_off_probe(struct tcp *t)
{
	uint8_t doubled = t->rtx.doubled;

	tcp_back_off(t);
	if (probes_apart(t))
		t->rtx.doubled = doubled;
}

void tcp_rto_probe_took_text(struct tcp *t)
{
	if (probes_apart(t))
		t->rtx.backoff = 0;
}

void tcp_rto_linear(struct tcp *t)
{
	tcp_rto_opened(t);
	t->rtx.doubled = 0;
}

void tcp_rto_reverted(struct tcp *t)
{
	t->rtx.backoff--;
	t->rtx.doubled -= t->rtx.doubled > 0;
}

/* Several time-outs in a row are one recovery. One that comes after some progress begins another, and what the first
 * took so far is forgotten. */
void tcp_timeout_begins(struct tcp *t)
{
	struct tcp_timeouts *x = &t->timeouts;

	x->count++;
	if (x->recovering && t->rtx.retries > 1)
		return;
	x->recovering = true;
	x->recoveries++;
	/* RFC 4015, 3.1, step 0 */
	x->srtt_before = vtime_add(t->rtx.srtt, vtime_us(2 * tcp_stack(t)->config.tcp_rto_granularity_us));
	x->rttvar_before = t->rtx.rttvar;
	x->adapts = false;
	x->since = tcp_stack(t)->now;
}

void tcp_timeout_spurious(struct tcp *t)
{
	t->timeouts.adapts = t->rtx.measured && !tcp_stack(t)->config.tcp_undo_in_full &&
	                     !defect(tcp_stack(t), DEFECT_TCP_RTO_UNADAPTED);
	t->timeouts.adapts_from = t->snd.nxt;
}

void tcp_timeout_rehashed(struct tcp *t)
{
	t->timeouts.rehashes++;
}

void tcp_timeout_ends(struct tcp *t)
{
	struct tcp_timeouts *x = &t->timeouts;

	if (x->recovering)
		x->ns += vtime_sub(tcp_stack(t)->now, x->since).ns;
	x->recovering = false;
}
