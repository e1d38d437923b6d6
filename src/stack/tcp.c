/* SPDX-License-Identifier: MIT
 *
 * tcp.c - the life of a connection: birth, states, end
 */
#include "stack/tcp.h"

#include <errno.h>
#include <string.h>

#include "stack/congestion.h"

int tcp_attach(struct socket *s)
{
	const struct stack_config *c = &s->stack->config;
	struct tcp *t = memory_allocate(s->stack, sizeof(*t));

	if (!t)
		return -ENOMEM;
	t->rcv.early = rxq_new(s->stack, (size_t)c->tcp_reorder_segments);
	if (!t->rcv.early) {
		memory_release(s->stack, t);
		return -ENOMEM;
	}
	t->socket = s;
	s->tcp = t;
	t->options = (struct tcp_options){
		.keep_idle_s = -1, .keep_interval_s = -1, .keep_count = -1, .syn_count = -1,
		.user_timeout_ms = -1, .congestion = congestion_default(s->stack),
	};
	s->options.receive_buffer = (int)c->tcp_receive_buffer;
	s->options.send_buffer = (int)c->tcp_send_buffer;
	return 0;
}

void tcp_detach(struct socket *s)
{
	struct tcp *t = s->tcp;

	if (!t)
		return;
	tcp_listen_orphan(t);
	tcp_listen_forget(t);
	tcp_disarm_all(t);
	ring_free(s->stack, &t->snd.queue);
	ring_free(s->stack, &t->rcv.buffer);
	rxq_free(t->rcv.early);
	tcp_sent_free(t);
	memory_release(s->stack, t);
	s->tcp = NULL;
}

void tcp_prepare(struct tcp *t, seq_t iss)
{
	struct stack *st = tcp_stack(t);
	struct tcp old = *t;

	tcp_disarm_all(t);
	ring_free(st, &old.snd.queue);
	ring_free(st, &old.rcv.buffer);
	tcp_sent_free(t);
	for (const uint8_t *bytes; rxq_bytes(old.rcv.early) && !rxq_front(old.rcv.early, old.rcv.nxt, &bytes); )
		rxq_pop(old.rcv.early);
	*t = (struct tcp){
		.socket = old.socket, .state = old.state, .options = old.options, .rcv.early = old.rcv.early,
		.place = { .listen = old.place.listen, .parent = old.place.parent, .sibling = old.place.sibling,
		           .passive = old.place.passive },
		.traced = old.traced,
	};
	t->snd.iss = t->snd.una = t->snd.nxt = t->snd.cursor = t->snd.up = t->snd.small = t->recovery.recover = iss;
	tcp_sent_start(t);
	t->congestion.ops = t->options.congestion;
	t->stats.last_received = t->stats.last_ack_received = t->stats.last_sent = st->now;
	t->busy.since = st->now;
	t->agreed.user_timeout_due = st->config.tcp_user_timeout_option;
	tcp_rto_start(t);
	t->agreed.ts_offset = tcp_stamp_offset(st, &t->socket->local, &t->socket->remote);
	t->ack.quick = st->config.tcp_ack_policy == TCP_ACK_QUICK_START ? (uint16_t)st->config.tcp_quick_acks : 0;
	t->ack.invalid_at = vtime_ns(INT64_MIN / 2);
	t->ack.delay = vtime_ms(st->config.tcp_delayed_ack_min_ms);
}

void tcp_finish(struct tcp *t, const char *reason)
{
	if (t->state == TCPS_CLOSED)
		return;
	tcp_disarm_all(t);
	if (!t->place.queued)
		tcp_listen_forget(t);
	ring_free(tcp_stack(t), &t->snd.queue);
	tcp_sent_free(t);
	tcp_timeout_ends(t);
	tcp_set_state(t, TCPS_CLOSED, reason);
	/* The addresses are free for others at once. Who bound the port himself keeps that. */
	if (t->socket->fd < 0 || !t->socket->port_chosen_by_user)
		socket_unhash(t->socket);
}

void tcp_fail(struct tcp *t, int error, const char *reason)
{
	tcp_finish(t, reason);
	if (error)
		socket_fail(t->socket, error);
}

void tcp_abort(struct tcp *t, const char *reason)
{
	/* RFC 9293, 3.10.5: SYN-RECEIVED, ESTABLISHED, FIN-WAIT-1, FIN-WAIT-2 and CLOSE-WAIT send a reset. */
	if (tcp_in(t, 1 << TCPS_SYN_RECEIVED | 1 << TCPS_ESTABLISHED | 1 << TCPS_FIN_WAIT_1 | 1 << TCPS_FIN_WAIT_2 |
	              1 << TCPS_CLOSE_WAIT))
		tcp_send_reset(t);
	tcp_finish(t, reason);
}

void tcp_leave(struct tcp *t)
{
	tcp_judge_sending(t);
	tcp_trace(t);
	if (t->state == TCPS_CLOSED && t->socket->fd < 0 && !t->place.queued)
		socket_free(t->socket);
}

void tcp_enter_time_wait(struct tcp *t, const char *reason)
{
	const struct stack *st = tcp_stack(t);
	/* RFC 9293, 3.6.1, MUST-13: for 2 MSL. */
	int64_t msls = defect(st, DEFECT_TCP_TIME_WAIT_SHORT) ? 1 : 2;

	if (t->state != TCPS_TIME_WAIT) {
		tcp_disarm_all(t);
		tcp_set_state(t, TCPS_TIME_WAIT, reason);
	}
	tcp_arm(t, TCP_TIMER_TIME_WAIT, vtime_ms(msls * st->config.tcp_msl_s * 1000));
}
