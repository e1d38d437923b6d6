/* SPDX-License-Identifier: MIT
 *
 * tcp_ack.c - acknowledging: which ACKs are due, and how long they may wait
 *
 * Whoever finds that an ACK is due says so with tcp_ack_now(); the ACK leaves when the entry ends, on the back of data
 * if there are any (RFC 9293, 3.7.4, MUST-58), so several reasons still make one segment. Text in order may wait: for a
 * second full-sized segment (SHLD-19), or for the delayed-ACK timer (MUST-59), whose delay adapts to the pace of the
 * peer within two bounds. An ACK that tells the peer about a loss never waits (RFC 5681, 4.2).
 *
 * How the delay follows the pace (tcp_ack_policy quick-start, as Linux does it):
 * - The first ACKs of a connection, and those after a pause, go at once, since a peer in slow start lives on them. They
 *   are counted, and one that waited for an answer is counted with them; after the last the delay is the lower bound.
 * - Each text that comes sooner than the delay halves it and adds the gap; text that comes at once halves it towards
 *   half of the lower bound. A pause longer than the delay leaves it alone.
 * - An ACK that waits does not wait for more than a round trip, nor until the peer's least time-out could be over. When
 *   more text comes meanwhile, and there is but a quarter of the delay left, it goes.
 *
 * Nothing else writes struct tcp_acknowledging. What an ACK says besides RCV.NXT is up to tcp_window.c and
 * tcp_option.c.
 */
#include "stack/tcp_ack.h"

#include "stack/path.h"
#include "stack/tcp_rcv.h"
#include "stack/tcp_receive_limit.h"
#include "stack/tcp_rto.h"
#include "stack/tcp_statistics.h"
#include "stack/tcp_timer.h"
#include "stack/tcp_window.h"

/* The peer retransmits after the third duplicate ACK (RFC 5681, 3.2), so these are never held back. */
enum { DUPLICATES_AT_ONCE = 3, QUICK_LEAST = 2 };

void tcp_ack_start(struct tcp *t)
{
	const struct stack_config *c = &tcp_stack(t)->config;

	t->ack = (struct tcp_acknowledging){
		.delay = vtime_ms(c->tcp_delayed_ack_min_ms), .interactive = t->ack.interactive,
	};
	tcp_ack_accepted(t);
}

void tcp_ack_accepted(struct tcp *t)
{
	t->ack.invalid_at = vtime_ns(INT64_MIN / 2);
}

void tcp_ack_synchronized(struct tcp *t)
{
	t->ack.sent = t->rcv.nxt;
}

void tcp_ack_now(struct tcp *t)
{
	t->ack.now = true;
}

void tcp_ack_never_mind(struct tcp *t)
{
	t->ack.now = false;
}

/* The upper bound of waiting: the host's, or the user's own (TCP_DELACK_MAX_US). */
static vtime_t longest_delay(const struct tcp *t)
{
	bool own = t->options.delayed_ack_max_us > 0 && !defect(tcp_stack(t), DEFECT_TCP_ACK_LIMIT_IGNORED);

	return own ? vtime_us(t->options.delayed_ack_max_us) : vtime_ms(tcp_stack(t)->config.tcp_delayed_ack_ms);
}

/* Where the delay follows the pace, it also ends a tick before the peer could lose patience, if the peer's least
 * time-out is as ours. */
static vtime_t longest_wait(const struct tcp *t)
{
	const struct stack_config *c = &tcp_stack(t)->config;
	const vtime_t longest = longest_delay(t), tick = vtime_us(c->tcp_rto_rounding_us);

	if (c->tcp_ack_policy != TCP_ACK_QUICK_START || defect(tcp_stack(t), DEFECT_TCP_ACK_BEYOND_RTO))
		return longest;
	return vtime_min(longest, vtime_max(vtime_sub(tcp_rto_least_allowed(t), tick), tick));
}

vtime_t tcp_ack_delay(const struct tcp *t)
{
	return vtime_min(t->ack.delay, longest_wait(t));
}

/* The route to the peer asks for each segment to be acknowledged at once (quickack). */
static bool route_is_quick(const struct tcp *t)
{
	const struct stack_route *route = ip_route(tcp_stack(t), &t->socket->remote.ip);

	return route && route->quick_acks && !defect(tcp_stack(t), DEFECT_TCP_ROUTE_SLOW);
}

/* No more segments than fill half of the window: quick ACKs are there to open the peer's congestion window. */
static void quick_start(struct tcp *t)
{
	const struct stack_config *c = &tcp_stack(t)->config;
	uint32_t segments = tcp_window_last(t) / (2 * tcp_full_segment(t));

	if (c->tcp_ack_policy != TCP_ACK_QUICK_START)
		return;
	segments = segments ? segments : QUICK_LEAST;
	segments = segments < c->tcp_quick_acks ? segments : (uint32_t)c->tcp_quick_acks;
	if (t->ack.quick < segments)
		t->ack.quick = (uint16_t)segments;
}

void tcp_ack_quick_once(struct tcp *t)
{
	if (tcp_stack(t)->config.tcp_ack_policy == TCP_ACK_QUICK_START)
		t->ack.quick |= 1;
}

/* A host that counts ticks knows no parts of them. */
static int64_t whole_ticks(const struct tcp *t, int64_t ns)
{
	const int64_t tick = tcp_stack(t)->config.timer_tick_us * 1000;

	return tick ? ns / tick * tick : ns;
}

/* Wait for the second segment as long as it usually takes, within the bounds (RFC 9293, 3.8.6.3: under 0.5 s). With
 * equal bounds the delay is fixed. */
void tcp_ack_adapt(struct tcp *t)
{
	const struct stack_config *c = &tcp_stack(t)->config;
	int64_t least = c->tcp_delayed_ack_min_ms * 1000000, most = longest_delay(t).ns;
	int64_t gap = whole_ticks(t, tcp_stack(t)->now.ns) - whole_ticks(t, t->stats.last_data_received.ns);
	int64_t delay = t->ack.delay.ns;

	if (!t->ack.begun) {
		quick_start(t);
		t->ack.begun = true;
		return;
	}
	if (gap > tcp_rto_now(t).ns)                         /* the peer starts again, with a small congestion window */
		quick_start(t);
	if (gap <= least / 2)
		delay = whole_ticks(t, delay / 2) + least / 2;
	else if (gap < delay)
		delay = whole_ticks(t, delay / 2) + gap;
	if (delay > most)
		delay = most;
	t->ack.delay = vtime_ns(delay > least ? delay : least);
}

/* SHLD-19: at least every second full-sized segment. A host that begins with quick ACKs also considers the window: if
 * an ACK now would offer less than the last one, it waits until the user has read, and tells of both. */
static bool second_segment(const struct tcp *t)
{
	const struct stack *st = tcp_stack(t);
	const struct stack_config *c = &st->config;
	uint32_t full = tcp_full_segment(t), unread = (uint32_t)t->rcv.buffer.length;
	uint32_t every = defect(st, DEFECT_TCP_ACK_EVERY_FOURTH) ? 4 : 2;

	if (c->tcp_ack_policy == TCP_ACK_EVERY)
		return true;
	if (c->tcp_ack_policy != TCP_ACK_QUICK_START || every != 2)
		return t->ack.bytes >= every * full;
	return t->ack.bytes > full && (unread < (uint32_t)t->socket->options.receive_low_water || tcp_window_holds(t));
}

/* While the user is behind with reading, there is no hurry for more text. */
static void slow_down(struct tcp *t)
{
	if (tcp_receive_short(t) && tcp_stack(t)->config.tcp_ack_policy == TCP_ACK_QUICK_START)
		t->ack.quick = 0;
}

/* One more of the ACKs that go at once. After the last one the pace is that of a beginning. */
static void count_quick(struct tcp *t)
{
	if (!--t->ack.quick && !defect(tcp_stack(t), DEFECT_TCP_ACK_PACE_KEPT))
		t->ack.delay = vtime_ms(tcp_stack(t)->config.tcp_delayed_ack_min_ms);
}

/* So is one that has waited, which it does for an answer only. */
static void count_waiting(struct tcp *t)
{
	if (t->ack.quick && !defect(tcp_stack(t), DEFECT_TCP_QUICK_AT_ONCE_ONLY))
		count_quick(t);
}

static void arm_delayed(struct tcp *t, vtime_t delay)
{
	t->ack.due = vtime_add(tcp_stack(t)->now, delay);
	tcp_arm(t, TCP_TIMER_DELAYED_ACK, delay);
}

/* No longer than a round trip, since the peer may be waiting for the ACK, but as long as the lower bound. */
static vtime_t pace(const struct tcp *t)
{
	const vtime_t least = vtime_ms(tcp_stack(t)->config.tcp_delayed_ack_min_ms);

	if (defect(tcp_stack(t), DEFECT_TCP_ACK_DELAYED_LONG))
		return vtime_s(1);
	vtime_t delay = t->ack.delay;
	if (t->rtx.measured)
		delay = vtime_min(delay, vtime_max(tcp_rto_rounded(t, t->rtx.srtt), least));
	return vtime_min(delay, longest_wait(t));
}

/* The ACK waits, and more text has come. Where the delay follows the pace, the ACK goes at once if it would not wait
 * for more than a quarter of the delay that there is now, and earlier if that has become so much shorter. */
static void wait_on(struct tcp *t)
{
	const struct stack *st = tcp_stack(t);
	const vtime_t delay = pace(t), left = vtime_sub(t->ack.due, vtime_ns(whole_ticks(t, st->now.ns)));

	if (st->config.tcp_ack_policy != TCP_ACK_QUICK_START || defect(st, DEFECT_TCP_ACK_DUE_STAYS))
		return;
	if (whole_ticks(t, left.ns) <= whole_ticks(t, delay.ns / 4))
		t->ack.now = true;
	else if (vtime_before(delay, left))
		arm_delayed(t, delay);
}

/* @text octets came in order. They are acknowledged at once if they complete a second full-sized segment, if the route
 * or the policy asks for it, or while the connection is young and the peer's congestion window grows with each ACK (as
 * long as no answers could carry the ACKs). Otherwise they wait for the timer, which starts with the first of them.
 * @ends: the peer seems to have nothing more to say for now. */
void tcp_ack_owe(struct tcp *t, uint32_t text, bool ends)
{
	t->ack.bytes += text;
	t->ack.pushes += ends && t->ack.pushes < 2;
	if (second_segment(t) || defect(tcp_stack(t), DEFECT_TCP_ACK_ALWAYS) || route_is_quick(t))
		t->ack.now = true;
	else if (t->ack.bytes > tcp_full_segment(t))
		slow_down(t);
	if (t->ack.quick && !t->ack.interactive) {
		count_quick(t);
		t->ack.now = true;
	}
	if (t->ack.now)
		return;
	if (t->timers[TCP_TIMER_DELAYED_ACK].armed)
		wait_on(t);
	else
		arm_delayed(t, pace(t));                         /* MUST-59: within 0.5 s. */
}

/* The user has read, and could answer now. Unless he does, the ACK need not wait any longer: either everything that
 * ended something has been read and the sides do not talk in turn, or more than a segment is unacknowledged. After a
 * FIN an early ACK is of no use. */
bool tcp_ack_read(struct tcp *t)
{
	bool ended = t->ack.pushes > 1 || (t->ack.pushes && !t->ack.interactive);

	if (tcp_stack(t)->config.tcp_ack_policy != TCP_ACK_QUICK_START || !t->timers[TCP_TIMER_DELAYED_ACK].armed ||
	    defect(tcp_stack(t), DEFECT_TCP_READ_NOT_ACKED))
		return false;
	if (t->rcv.fin_received)
		return false;
	return t->ack.bytes > tcp_full_segment(t) || (ended && !t->rcv.buffer.length && !rxq_bytes(t->rcv.early));
}

/* Is this one of the ACKs that open the peer's congestion window? Then it goes at once, and is one less. */
static bool take_quick(struct tcp *t)
{
	if (!t->ack.quick || t->ack.interactive || tcp_stack(t)->config.tcp_ack_policy != TCP_ACK_QUICK_START)
		return false;
	if (defect(tcp_stack(t), DEFECT_TCP_EARLY_NOT_QUICK))
		return false;
	count_quick(t);
	return true;
}

/* The text reveals a loss, or repairs one: RFC 5681, 4.2 wants the ACK at once. */
static void tell_news(struct tcp *t, uint32_t text)
{
	if (defect(tcp_stack(t), DEFECT_TCP_NO_DUPLICATE_ACK))
		tcp_ack_owe(t, text, false);
	else
		t->ack.now = true;
}

/* If other gaps remain, the ACK is the first of the duplicates that go at once, unless it goes at once in any case. */
void tcp_ack_news(struct tcp *t, uint32_t text)
{
	bool quick = take_quick(t);
	bool duplicate = !quick && rxq_bytes(t->rcv.early) &&
	                 (uint32_t)seq_diff(t->rcv.nxt, t->ack.sent) <= tcp_full_segment(t);

	if (duplicate && !defect(tcp_stack(t), DEFECT_TCP_GAP_NO_DUPLICATE)) {
		t->ack.early_at = t->rcv.nxt;
		t->ack.early_told = 1;
	}
	tell_news(t, text);
}

/* How long an ACK of early text may wait for the next one: a twentieth of the round trip at most, and what the timer
 * may be late. As long as the receiver has not measured a round trip for itself, that is all. */
static vtime_t compression(const struct tcp *t)
{
	const struct stack_config *c = &tcp_stack(t)->config;
	int64_t rtt = t->receive_rtt.ns, limit = c->tcp_sack_compression_ns;

	if (t->rtx.measured && (t->rtx.srtt.ns < rtt || (!rtt && defect(tcp_stack(t), DEFECT_TCP_COMPRESS_UNMEASURED))))
		rtt = t->rtx.srtt.ns;
	return vtime_ns((rtt / 20 < limit ? rtt / 20 : limit) + c->tcp_sack_compression_slack_ns);
}

/* The first duplicate ACKs make the peer recover (RFC 5681, 3.2). A further one says nothing that the next would not
 * say as well, since SACK blocks cover everything that came (RFC 2018, 4). So some are merged. */
void tcp_ack_early(struct tcp *t, uint32_t text)
{
	const struct stack_config *c = &tcp_stack(t)->config;
	vtime_t delay = compression(t);

	if (!seq_equal(t->ack.early_at, t->rcv.nxt))
		t->ack.early_told = 0;
	t->ack.early_at = t->rcv.nxt;
	if (t->ack.early_held)                               /* the ACK that waited leaves with this one */
		count(tcp_stack(t), TcpExtTCPAckCompressed);
	int at_once = defect(tcp_stack(t), DEFECT_TCP_COMPRESS_FIRST) ? 0 : DUPLICATES_AT_ONCE;

	if (take_quick(t)) {                                 /* counts neither among the first nor among the merged */
		t->ack.now = true;
		return;
	}
	if (!t->agreed.sack || t->ack.early_told < at_once ||
	    t->ack.early_held >= c->tcp_sack_compression_most) {
		t->ack.early_told += t->ack.early_told < DUPLICATES_AT_ONCE;
		tell_news(t, text);
		return;
	}
	t->ack.early_held++;
	if (!t->timers[TCP_TIMER_COMPRESSED_ACK].armed)
		tcp_arm(t, TCP_TIMER_COMPRESSED_ACK, delay);
}

/* RFC 2883, 4: the first block of the next ACK says which octets came twice. It reports a single repetition, and
 * belongs on the ACK that the repeated segment caused; so a report that cannot go at once is dropped. */
void tcp_ack_repeated(struct tcp *t, struct rxq_range range)
{
	t->ack.duplicate = range;
	tcp_count_repeated(t);
	if (tcp_stack(t)->config.tcp_dsack && t->agreed.sack)
		count(tcp_stack(t), TcpExtTCPDSACKOldSent);
}

/* The same for a segment that came twice only in part; a report that is due already takes precedence. */
void tcp_ack_repeated_too(struct tcp *t, struct rxq_range range)
{
	if (seq_equal(t->ack.duplicate.start, t->ack.duplicate.end))
		t->ack.duplicate = range;
	tcp_count_repeated(t);
	if (tcp_stack(t)->config.tcp_dsack && t->agreed.sack)
		count(tcp_stack(t), seq_before(range.start, t->rcv.nxt) ? TcpExtTCPDSACKOldSent :
		                                                          TcpExtTCPDSACKOfoSent);
}

void tcp_ack_repeated_told(struct tcp *t)
{
	t->ack.duplicate.end = t->ack.duplicate.start;
}

void tcp_ack_keep_room(struct tcp *t, bool keeps)
{
	bool tells = !seq_equal(t->ack.duplicate.start, t->ack.duplicate.end);

	t->ack.room_kept = keeps && tells && !defect(tcp_stack(t), DEFECT_TCP_DSACK_ON_FIRST_PIECE);
}

/* A segment without text and FIN may be part of a loop of ACKs: at most one in tcp_invalid_ack_interval_ms is
 * answered. */
bool tcp_ack_invalid_allowed(struct tcp *t, bool bare)
{
	const struct stack *st = tcp_stack(t);
	int64_t pause = st->config.tcp_invalid_ack_interval_ms * 1000000;

	if (!pause || !bare || defect(st, DEFECT_TCP_CHALLENGE_UNLIMITED))
		return true;
	if (vtime_sub(st->now, t->ack.invalid_at).ns < pause)
		return false;
	t->ack.invalid_at = st->now;
	return true;
}

/* From now on the sides talk in turn, or no longer. */
static void talk(struct tcp *t, bool on)
{
	t->ack.interactive = on;
	t->ack.turns = 0;
}

/* The next @segments are acknowledged one by one: the peer seems to have lost something, so its congestion window is
 * small. */
void tcp_ack_quick(struct tcp *t, uint16_t segments)
{
	t->ack.quick = segments;
	talk(t, false);
}

/* As was seen on Linux, it waits as long as an ACK may. The ACKs after it are as quick as usual. */
bool tcp_ack_rides(struct tcp *t)
{
	if (tcp_stack(t)->config.tcp_ack_policy != TCP_ACK_QUICK_START ||
	    defect(tcp_stack(t), DEFECT_TCP_FIRST_ACK_NEVER_WAITS))
		return false;
	talk(t, false);
	arm_delayed(t, longest_delay(t));
	return true;
}

/* ACKs can ride on answers. If it turns out that nobody answers, the quick ACKs that were left go at once again. */
void tcp_ack_slow(struct tcp *t)
{
	talk(t, true);
	if (tcp_stack(t)->config.tcp_ack_policy != TCP_ACK_QUICK_START)
		t->ack.quick = 0;
}

/* The peer sent something again that had arrived: our ACK was lost, or came too late. */
void tcp_ack_missed(struct tcp *t)
{
	if (tcp_stack(t)->config.tcp_ack_policy != TCP_ACK_QUICK_START)
		return;
	quick_start(t);
	talk(t, false);
	t->ack.delay = vtime_ms(tcp_stack(t)->config.tcp_delayed_ack_min_ms);
}

/* TCP_QUICKACK. A host that begins with quick ACKs takes it as a hint that there will be no answers: an ACK that waits
 * may go as soon as the user has read, but one that only waits for more text still does. An even number is valid only
 * this once. True: the ACK that waits is due. */
bool tcp_ack_asked(struct tcp *t, int on)
{
	bool waits = t->timers[TCP_TIMER_DELAYED_ACK].armed, due;

	if (!on) {
		tcp_ack_slow(t);
		return false;
	}
	talk(t, false);
	if (tcp_stack(t)->config.tcp_ack_policy != TCP_ACK_QUICK_START) {
		t->ack.quick = UINT16_MAX;
		return waits;
	}
	t->ack.pushes |= waits;
	due = tcp_ack_read(t);
	if (waits)
		talk(t, !(on & 1));
	return due;
}

/* Text that leaves soon after text came is an answer: ACKs can ride on the next answer (RFC 9293, 3.8.6.3). */
void tcp_ack_text_sent(struct tcp *t)
{
	const struct stack *st = tcp_stack(t);

	if (t->ack.begun && st->config.tcp_ack_policy == TCP_ACK_QUICK_START &&
	    vtime_before(vtime_sub(st->now, t->stats.last_data_received), t->ack.delay) && !t->ack.interactive &&
	    ++t->ack.turns >= st->config.tcp_turns_to_talk)
		talk(t, true);
}

/* Nothing answered in time, so this is not a conversation; or the delay is too short to be of use. */
void tcp_ack_waited(struct tcp *t)
{
	const struct stack_config *c = &tcp_stack(t)->config;

	if (c->tcp_ack_policy != TCP_ACK_QUICK_START)
		return;
	count_waiting(t);
	if (t->ack.interactive)
		t->ack.delay = vtime_ms(c->tcp_delayed_ack_min_ms);
	else
		t->ack.delay = vtime_min(vtime_units(2, t->ack.delay.ns), longest_delay(t));
	talk(t, false);
}

void tcp_ack_last_text(struct tcp *t)
{
	if (tcp_stack(t)->config.tcp_fin_ack_delayed && t->state == TCPS_ESTABLISHED)
		talk(t, true);
}

/* If no text ever came in order, there is no pace to wait for: the ACK goes with the next tick of the clock, unless
 * something takes it along before that. */
void tcp_ack_fin(struct tcp *t)
{
	bool waits = tcp_stack(t)->config.tcp_fin_ack_delayed && t->state == TCPS_ESTABLISHED;

	tcp_ack_last_text(t);
	if (!waits)
		t->ack.now = true;
	else if (t->ack.begun)
		tcp_ack_owe(t, 1, true);
	else
		arm_delayed(t, defect(tcp_stack(t), DEFECT_TCP_FIRST_FIN_AT_ONCE) ? VTIME_ZERO :
		               tcp_rto_rounded(t, vtime_ns(1)));
	t->ack.begun = true;
}

/* An ACK has left, whatever carried it. It said everything there is to say, so no other ACK is due. */
void tcp_ack_sent(struct tcp *t)
{
	if (t->timers[TCP_TIMER_DELAYED_ACK].armed)
		count_waiting(t);
	slow_down(t);
	t->ack.now = false;
	t->ack.early_held = 0;
	tcp_disarm(t, TCP_TIMER_COMPRESSED_ACK);
	t->ack.bytes = 0;
	t->ack.pushes = 0;
	t->ack.sent = t->rcv.nxt;
	tcp_disarm(t, TCP_TIMER_DELAYED_ACK);
}
