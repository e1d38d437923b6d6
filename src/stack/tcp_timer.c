/* SPDX-License-Identifier: MIT
 *
 * tcp_timer.c - arming the timers of a connection, and for how long (RFC 6298, 5; RFC 5482)
 *
 * What happens when one fires is in tcp_expiry.c. Nearly every part of TCP arms timers, and a timer that fires may
 * do nearly anything, so the functions that fire are reached through the host (struct tcp_host) only.
 *
 * Two things decide when a timer of a kernel fires, and scripts can see both. It counts ticks, so that a packet which
 * arrives in the instant in which a time is over has come before the timer; only what spaces segments or ACKs has a
 * finer clock. And timers that are far ahead lie in wide slots (timer_slot.h), in profiles that want it so.
 */
#include "stack/tcp_timer.h"

#include "stack/tcp_rto.h"
#include "stack/timer_slot.h"

const char *const tcp_timer_name[TCP_TIMER_COUNT] = {
	[TCP_TIMER_RETRANSMIT] = "retransmission",
	[TCP_TIMER_RECOVERY] = "recovery", [TCP_TIMER_PACING] = "pacing", [TCP_TIMER_PERSIST] = "persist",
	[TCP_TIMER_DELAYED_ACK] = "delayed-ack", [TCP_TIMER_COMPRESSED_ACK] = "compressed-ack",
	[TCP_TIMER_OVERRIDE] = "override",
	[TCP_TIMER_KEEPALIVE] = "keep-alive",
	[TCP_TIMER_FIN_WAIT_2] = "fin-wait-2", [TCP_TIMER_TIME_WAIT] = "time-wait", [TCP_TIMER_LINGER] = "linger",
};

void tcp_timer_tell(struct tcp *t, enum stack_event_kind kind, enum tcp_timer which)
{
	const struct socket *s = t->socket;
	struct stack_event e = {
		.kind = kind, .fd = s->fd, .name = tcp_timer_name[which], .deadline = t->timers[which].at
	};

	if (!s->stack->hooks.event)
		return;
	e.tuple = (struct tuple){ s->local.ip, s->remote.ip, s->local.port, s->remote.port };
	stack_tell(s->stack, &e);
}

int64_t tcp_user_timeout_ms(const struct tcp *t)
{
	const struct stack_config *c = &tcp_stack(t)->config;
	int64_t own = c->tcp_user_timeout_ms, longest;

	if (defect(tcp_stack(t), DEFECT_TCP_USER_TIMEOUT_IGNORED))
		return 0;
	/* RFC 5482, 3.1: what the application has set is not CHANGEABLE. */
	if (t->options.user_timeout_ms > 0)
		return t->options.user_timeout_ms;
	if (!t->agreed.remote_timeout_s)
		return own;
	/* RFC 5482, 3.1: min(U_LIMIT, max(ADV_UTO, REMOTE_UTO, L_LIMIT)) */
	longest = own ? own : (int64_t)TCP_ADVERTISED_TIMEOUT_S * 1000;
	if (longest < (int64_t)t->agreed.remote_timeout_s * 1000)
		longest = (int64_t)t->agreed.remote_timeout_s * 1000;
	if (longest < c->tcp_user_timeout_low_s * 1000)
		longest = c->tcp_user_timeout_low_s * 1000;
	return longest < c->tcp_user_timeout_high_s * 1000 ? longest : c->tcp_user_timeout_high_s * 1000;
}

/* Never later than the end of the user time-out, as long as that lies ahead: a timer that fires at once, again and
 * again, would be an endless loop. If something must be sent again first (tcp_rto_user_waits), the end may have passed
 * by then: the next tick is meant. */
void tcp_arm_retry_in(struct tcp *t, enum tcp_timer which, vtime_t delay)
{
	int64_t limit = t->state == TCPS_SYN_RECEIVED ? 0 : tcp_user_timeout_ms(t);

	if (limit && tcp_rto_user_waits(t)) {
		vtime_t left = vtime_sub(vtime_add(tcp_rto_waits_since(t), vtime_ms(limit)), tcp_stack(t)->now);
		bool late = which == TCP_TIMER_RETRANSMIT && tcp_stack(t)->config.tcp_user_timeout_from_retry;
		if (vtime_before(VTIME_ZERO, left))
			delay = vtime_min(delay, left);
		else if (late && t->rtx.retries)
			delay = tcp_rto_rounded(t, vtime_ns(1));
	}
	tcp_arm(t, which, delay);
}

void tcp_arm_retry(struct tcp *t, enum tcp_timer which)
{
	tcp_arm_retry_in(t, which, which == TCP_TIMER_PERSIST ? tcp_rto_of_probe(t) : tcp_rto_now(t));
}

void tcp_arm_keepalive(struct tcp *t)
{
	const struct stack_config *c = &tcp_stack(t)->config;
	int idle = t->options.keep_idle_s >= 0 ? t->options.keep_idle_s : (int)c->tcp_keepalive_time_s;

	/* RFC 9293, 3.8.4, MUST-25: off unless the application asks for it. */
	if (t->socket->options.keep_alive && tcp_in(t, TCPM_SYNCHRONIZED & ~(1 << TCPS_TIME_WAIT)))
		tcp_arm(t, TCP_TIMER_KEEPALIVE,
		        vtime_sub(vtime_add(t->stats.last_received, vtime_s(idle)), tcp_stack(t)->now));
	else
		tcp_disarm(t, TCP_TIMER_KEEPALIVE);
}

/* Who spaces segments or ACKs by less than a tick needs a better clock than that of ticks. */
static bool is_fine(enum tcp_timer which)
{
	return which == TCP_TIMER_PACING || which == TCP_TIMER_COMPRESSED_ACK;
}

/* Timers that count the ticks of a kernel's clock fire behind the end of their time, never at it: what happens in the
 * same instant comes first. */
static bool yields(const struct stack *st, enum tcp_timer which, vtime_t delay)
{
	return st->config.tcp_timers_yield && !is_fine(which) && vtime_before(VTIME_ZERO, delay) &&
	       !vtime_is_never(delay) && !defect(st, DEFECT_TCP_TIMERS_HASTY);
}

void tcp_arm(struct tcp *t, enum tcp_timer which, vtime_t delay)
{
	struct stack *st = tcp_stack(t);
	bool fine = is_fine(which) && !defect(st, DEFECT_TIMER_FINE_IN_SLOTS);
	vtime_t at = fine ? vtime_add(st->now, delay) : timer_slot(st, delay);

	if (yields(st, which, delay))
		at = vtime_add(at, vtime_ns(1));
	timer_set(st, &t->timers[which], at, st->tcp->expired[which]);
	tcp_timer_tell(t, STACK_EVENT_TIMER_SET, which);
}

void tcp_disarm(struct tcp *t, enum tcp_timer which)
{
	if (!t->timers[which].armed)
		return;
	timer_clear(tcp_stack(t), &t->timers[which]);
	tcp_timer_tell(t, STACK_EVENT_TIMER_CLEARED, which);
}

void tcp_disarm_all(struct tcp *t)
{
	for (int i = 0; i < TCP_TIMER_COUNT; i++)
		tcp_disarm(t, (enum tcp_timer)i);
}

void tcp_arm_retransmit(struct tcp *t)
{
	if (seq_equal(t->snd.cursor, t->snd.una)) {
		tcp_disarm(t, TCP_TIMER_RETRANSMIT);             /* RFC 6298, (5.2) */
		return;
	}
	tcp_disarm(t, TCP_TIMER_PERSIST);
	tcp_arm_retry(t, TCP_TIMER_RETRANSMIT);                  /* (5.1), (5.3) */
}
