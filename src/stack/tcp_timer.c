/* SPDX-License-Identifier: MIT
 *
 * tcp_timer.c - what happens when a timer of a connection fires
 *
 * RFC 6298, 5 (retransmission); RFC 9293, 3.8.3 (R1, R2), 3.8.4 (keep-alive), 3.8.6.1 (zero-window probes),
 * 3.8.6.2.1 (override), 3.8.6.3 (delayed ACK), 3.6.1 (TIME-WAIT); RFC 5482 (user time-out).
 */
#include <assert.h>
#include <errno.h>

#include "stack/congestion.h"
#include "stack/tcp.h"
#include "util/common.h"

const char *const tcp_timer_name[TCP_TIMER_COUNT] = {
	[TCP_TIMER_RETRANSMIT] = "retransmission", [TCP_TIMER_PERSIST] = "persist",
	[TCP_TIMER_DELAYED_ACK] = "delayed-ack", [TCP_TIMER_OVERRIDE] = "override",
	[TCP_TIMER_KEEPALIVE] = "keep-alive",
	[TCP_TIMER_FIN_WAIT_2] = "fin-wait-2", [TCP_TIMER_TIME_WAIT] = "time-wait", [TCP_TIMER_LINGER] = "linger",
};

static void tell(struct tcp *t, enum stack_event_kind kind, enum tcp_timer which)
{
	const struct socket *s = t->socket;
	struct stack_event e = { .kind = kind, .fd = s->fd, .name = tcp_timer_name[which], .deadline = t->timers[which].at };

	if (!s->stack->hooks.event)
		return;
	e.tuple = (struct tuple){ s->local.ip, s->remote.ip, s->local.port, s->remote.port };
	stack_tell(s->stack, &e);
}

/* The errno of a connection that got no answer: what ICMP told last, else time-out (RFC 9293, 3.9.2.2, SHLD-25). */
static void give_up(struct tcp *t, const char *reason)
{
	int soft = t->socket->soft_error;

	tcp_fail(t, soft ? soft : ETIMEDOUT, reason);
}

/* ---- retransmission ---- */

static int retry_limit(const struct tcp *t)
{
	const struct stack_config *c = &tcp_stack(t)->config;

	if (t->state == TCPS_SYN_SENT)
		return t->options.syn_count >= 0 ? t->options.syn_count : (int)c->tcp_syn_retries;
	if (t->state == TCPS_SYN_RECEIVED)
		return (int)c->tcp_synack_retries;
	return (int)(t->socket->fd < 0 && !t->parent ? c->tcp_orphan_retries : c->tcp_retries2);
}

/* R2 (RFC 9293, 3.8.3, MUST-20, MUST-23) or the user's time-out (RFC 9293, 3.9.1.1, 3.10.8; RFC 5482, 3). */
static bool tired(const struct tcp *t, int tries)
{
	int64_t limit = tcp_user_timeout_ms(t);

	if (defect(tcp_stack(t), DEFECT_TCP_NO_RETRY_LIMIT))
		return false;
	if (limit && tcp_in(t, ~TCPM_OPENING))
		return tcp_stack(t)->now.ns - t->rtx.first_sent.ns >= limit * 1000000;
	return tries >= retry_limit(t);
}

static void back_off(struct tcp *t)
{
	if (t->rtx.backoff < 32 && !defect(tcp_stack(t), DEFECT_TCP_NO_BACKOFF))
		t->rtx.backoff++;                                /* RFC 6298, (5.5) */
}

/* Never later than the moment when the user's patience ends. */
static void arm_retry(struct tcp *t, enum tcp_timer which)
{
	vtime_t delay = tcp_rto_now(t);
	int64_t limit = tcp_in(t, ~TCPM_OPENING) ? tcp_user_timeout_ms(t) : 0;

	if (limit) {
		int64_t left = t->rtx.first_sent.ns + limit * 1000000 - tcp_stack(t)->now.ns;
		delay = vtime_min(delay, vtime_ns(left > 0 ? left : 0));
	}
	tcp_arm(t, which, delay);
}

void tcp_timeout_begins(struct tcp *t)
{
	struct tcp_timeouts *x = &t->timeouts;

	x->count++;
	if (x->recovering)
		return;
	x->recovering = true;
	x->recoveries++;
	x->since = tcp_stack(t)->now;
}

void tcp_timeout_ends(struct tcp *t)
{
	struct tcp_timeouts *x = &t->timeouts;

	if (x->recovering)
		x->ns += tcp_stack(t)->now.ns - x->since.ns;
	x->recovering = false;
}

static void retransmit_syn(struct tcp *t)
{
	/* A child that waits for the first data has answered: nothing is lost (TCP_DEFER_ACCEPT). */
	bool silent = t->deferred && tcp_listen_defers(t);

	t->rtx.syn_lost = true;
	t->rtx.retries++;
	tcp_timeout_begins(t);
	back_off(t);
	if (silent) {
		t->rtx.timing = false;
	} else {
		t->deferred = false;
		if (!defect(tcp_stack(t), DEFECT_TCP_NO_SYN_RETRY))
			tcp_send_syn(t);
	}
	tcp_arm(t, TCP_TIMER_RETRANSMIT, tcp_rto_now(t));
}

static void fire_override(struct tcp *t)
{
	/* RFC 9293, 3.8.6.2.1, (4): what the rules held back goes now. */
	struct tcp_piece p = { .seq = t->snd_cursor, .flags = TCP_ACK | TCP_PSH };
	int32_t unsent = seq_diff(tcp_queue_end(t), t->snd_cursor);
	int32_t window = seq_diff(seq_add(t->snd_una, t->snd_wnd), t->snd_cursor);

	p.offset = (size_t)seq_diff(t->snd_cursor, tcp_queue_start(t));
	p.length = unsent < window ? (uint32_t)(unsent > 0 ? unsent : 0) : (uint32_t)(window > 0 ? window : 0);
	uint32_t mss = tcp_send_mss(t), extra = t->user_timeout_due ? TCP_USER_TIMEOUT_BYTES : 0;
	uint32_t room = mss > extra ? mss - extra : 1;
	if (p.length > room)
		p.length = room;
	if (p.length)
		tcp_segment_send(t, &p);
	tcp_output(t);
}

static void fire_persist(struct tcp *t)
{
	if (t->snd_wnd && tcp_unsent(t)) {                   /* tcp_override_by_probe: the window was only too small */
		fire_override(t);
		return;
	}
	if (tired(t, t->rtx.probes)) {
		give_up(t, "window probes without answer");
		return;
	}
	if (t->rtx.probes == 0)
		t->rtx.first_sent = tcp_stack(t)->now;
	t->rtx.probes++;
	back_off(t);                                         /* RFC 9293, 3.8.6.1, SHLD-30: exponentially */
	tcp_send_window_probe(t);
	arm_retry(t, TCP_TIMER_PERSIST);
}

static void fire_retransmit(struct tcp *t)
{
	if (tired(t, t->rtx.retries)) {
		give_up(t, "retransmission limit (RFC 9293, 3.8.3)");
		return;
	}
	if (tcp_in(t, TCPM_OPENING)) {
		retransmit_syn(t);
		return;
	}
	if (t->snd_wnd == 0) {
		/* The window closed over what was in flight: probe, as long as that is answered (RFC 9293, 3.8.6.1, MUST-37). */
		t->snd_cursor = t->snd_una;
		t->rtx.timing = false;
		fire_persist(t);
		return;
	}
	t->congestion->timeout(t);
	t->rtx.retries++;
	if (t->rtx.retries == tcp_stack(t)->config.tcp_retries1)           /* RFC 9293, 3.8.3, MUST-20: no gateway to change */
		tcp_note(t, "R1 reached: negative advice to IP");
	tcp_timeout_begins(t);
	t->recovering = false;
	t->lost = true;
	t->duplicate_acks = 0;
	t->recover = t->snd_nxt;                             /* RFC 6582, 3.2, step 4 */
	t->snd_cursor = t->snd_una;                          /* RFC 6298, (5.4): the earliest first; the rest as cwnd allows */
	back_off(t);
	tcp_retransmit_first(t);
	arm_retry(t, TCP_TIMER_RETRANSMIT);                  /* (5.6) */
}

/* ---- acknowledgements, keep-alive ---- */

static void fire_delayed_ack(struct tcp *t)
{
	tcp_send_ack(t);
}

void tcp_arm_keepalive(struct tcp *t)
{
	const struct stack_config *c = &tcp_stack(t)->config;
	int idle = t->options.keep_idle_s >= 0 ? t->options.keep_idle_s : (int)c->tcp_keepalive_time_s;

	/* RFC 9293, 3.8.4, MUST-25: off unless the application asks for it. */
	if (t->socket->options.keep_alive && tcp_in(t, TCPM_SYNCHRONIZED & ~(1 << TCPS_TIME_WAIT)))
		tcp_arm(t, TCP_TIMER_KEEPALIVE, vtime_sub(vtime_add(t->last_received, vtime_s(idle)), tcp_stack(t)->now));
	else
		tcp_disarm(t, TCP_TIMER_KEEPALIVE);
}

static void fire_keepalive(struct tcp *t)
{
	const struct stack *st = tcp_stack(t);
	const struct stack_config *c = &st->config;
	int idle = t->options.keep_idle_s >= 0 ? t->options.keep_idle_s : (int)c->tcp_keepalive_time_s;
	int interval = t->options.keep_interval_s >= 0 ? t->options.keep_interval_s : (int)c->tcp_keepalive_interval_s;
	int count = t->options.keep_count >= 0 ? t->options.keep_count : (int)c->tcp_keepalive_probes;
	int64_t silent = st->now.ns - t->last_received.ns;

	if (silent < (int64_t)idle * 1000000000) {
		tcp_arm_keepalive(t);
		return;
	}
	/* RFC 9293, 3.8.4, MUST-26: only when nothing was sent that would be answered anyway. */
	if (tcp_flight(t) == 0 && t->sendq.length == 0) {
		int64_t limit = tcp_user_timeout_ms(t);
		if (limit ? t->keep_probes && silent >= limit * 1000000 : t->keep_probes >= count) {
			tcp_send_reset(t);
			give_up(t, "keep-alive probes without answer (RFC 9293, 3.8.4)");
			return;
		}
		/* RFC 9293, 3.8.4, MUST-29: a single unanswered probe proves nothing. RFC 1122, 4.2.3.6: SND.NXT-1 */
		t->keep_probes++;
		if (!defect(st, DEFECT_TCP_NO_KEEPALIVE))
			tcp_send_probe(t, seq_back(t->snd_nxt, 1));
	}
	tcp_arm(t, TCP_TIMER_KEEPALIVE, vtime_s(interval));
}

/* ---- ends ---- */

static void fire_fin_wait_2(struct tcp *t)
{
	tcp_finish(t, "FIN-WAIT-2 took too long");
}

static void fire_time_wait(struct tcp *t)
{
	tcp_finish(t, "2 MSL are over (RFC 9293, 3.10.8)");
}

static void fire_linger(struct tcp *t)
{
	t->socket->ticket = 0;                               /* close() returns; the connection goes on without user */
	socket_wake(t->socket);
}

#define FIRE(name, which) \
	static void expired_##name(struct stack *st, struct timer *timer) \
	{ \
		struct tcp *t = OWNER_OF(timer, struct tcp, timers[which]); \
		(void)st; \
		tell(t, STACK_EVENT_TIMER_FIRED, which); \
		fire_##name(t); \
		tcp_leave(t); \
	}

FIRE(retransmit, TCP_TIMER_RETRANSMIT)
FIRE(persist, TCP_TIMER_PERSIST)
FIRE(delayed_ack, TCP_TIMER_DELAYED_ACK)
FIRE(override, TCP_TIMER_OVERRIDE)
FIRE(keepalive, TCP_TIMER_KEEPALIVE)
FIRE(fin_wait_2, TCP_TIMER_FIN_WAIT_2)
FIRE(time_wait, TCP_TIMER_TIME_WAIT)
FIRE(linger, TCP_TIMER_LINGER)

static timer_function *const fires[TCP_TIMER_COUNT] = {
	[TCP_TIMER_RETRANSMIT] = expired_retransmit, [TCP_TIMER_PERSIST] = expired_persist,
	[TCP_TIMER_DELAYED_ACK] = expired_delayed_ack, [TCP_TIMER_OVERRIDE] = expired_override,
	[TCP_TIMER_KEEPALIVE] = expired_keepalive,
	[TCP_TIMER_FIN_WAIT_2] = expired_fin_wait_2, [TCP_TIMER_TIME_WAIT] = expired_time_wait,
	[TCP_TIMER_LINGER] = expired_linger,
};

/* ---- arming ---- */

void tcp_arm(struct tcp *t, enum tcp_timer which, vtime_t delay)
{
	struct stack *st = tcp_stack(t);

	timer_set(st, &t->timers[which], vtime_add(st->now, delay), fires[which]);
	tell(t, STACK_EVENT_TIMER_SET, which);
}

void tcp_disarm(struct tcp *t, enum tcp_timer which)
{
	if (!t->timers[which].armed)
		return;
	timer_clear(tcp_stack(t), &t->timers[which]);
	tell(t, STACK_EVENT_TIMER_CLEARED, which);
}

void tcp_disarm_all(struct tcp *t)
{
	for (int i = 0; i < TCP_TIMER_COUNT; i++)
		tcp_disarm(t, (enum tcp_timer)i);
}

void tcp_arm_retransmit(struct tcp *t)
{
	if (seq_equal(t->snd_cursor, t->snd_una)) {
		tcp_disarm(t, TCP_TIMER_RETRANSMIT);             /* RFC 6298, (5.2) */
		return;
	}
	tcp_disarm(t, TCP_TIMER_PERSIST);
	arm_retry(t, TCP_TIMER_RETRANSMIT);                  /* (5.1), (5.3) */
}
