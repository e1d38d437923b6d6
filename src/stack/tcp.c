/* SPDX-License-Identifier: MIT
 *
 * tcp.c - the life of a connection: birth, states, end
 */
#include "stack/tcp.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "stack/congestion.h"
#include "util/common.h"

const char *const tcp_state_name[TCPS_COUNT] = {
	[TCPS_CLOSED] = "CLOSED", [TCPS_LISTEN] = "LISTEN", [TCPS_SYN_SENT] = "SYN-SENT",
	[TCPS_SYN_RECEIVED] = "SYN-RECEIVED", [TCPS_ESTABLISHED] = "ESTABLISHED", [TCPS_FIN_WAIT_1] = "FIN-WAIT-1",
	[TCPS_FIN_WAIT_2] = "FIN-WAIT-2", [TCPS_CLOSE_WAIT] = "CLOSE-WAIT", [TCPS_CLOSING] = "CLOSING",
	[TCPS_LAST_ACK] = "LAST-ACK", [TCPS_TIME_WAIT] = "TIME-WAIT",
};

const uint8_t tcp_state_linux[TCPS_COUNT] = {
	[TCPS_CLOSED] = 7, [TCPS_LISTEN] = 10, [TCPS_SYN_SENT] = 2, [TCPS_SYN_RECEIVED] = 3, [TCPS_ESTABLISHED] = 1,
	[TCPS_FIN_WAIT_1] = 4, [TCPS_FIN_WAIT_2] = 5, [TCPS_CLOSE_WAIT] = 8, [TCPS_CLOSING] = 11, [TCPS_LAST_ACK] = 9,
	[TCPS_TIME_WAIT] = 6,
};

int tcp_host_new(struct stack *st)
{
	st->tcp = memory_allocate(st, sizeof(*st->tcp));
	return st->tcp ? 0 : -ENOMEM;
}

void tcp_host_free(struct stack *st)
{
	memory_release(st, st->tcp);
	st->tcp = NULL;
}

int tcp_attach(struct socket *s)
{
	const struct stack_config *c = &s->stack->config;
	struct tcp *t = memory_allocate(s->stack, sizeof(*t));

	if (!t)
		return -ENOMEM;
	t->rxq = rxq_new(s->stack, (size_t)c->tcp_reorder_segments);
	if (!t->rxq) {
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
	ring_free(s->stack, &t->sendq);
	ring_free(s->stack, &t->rcvbuf);
	rxq_free(t->rxq);
	tcp_sent_free(t);
	memory_release(s->stack, t);
	s->tcp = NULL;
}

void tcp_prepare(struct tcp *t, seq_t iss)
{
	struct stack *st = tcp_stack(t);
	struct tcp old = *t;

	tcp_disarm_all(t);
	ring_free(st, &old.sendq);
	ring_free(st, &old.rcvbuf);
	tcp_sent_free(t);
	for (const uint8_t *bytes; rxq_bytes(old.rxq) && !rxq_front(old.rxq, old.rcv_nxt, &bytes); )
		rxq_pop(old.rxq);
	*t = (struct tcp){
		.socket = old.socket, .state = old.state, .options = old.options, .rxq = old.rxq, .listen = old.listen,
		.parent = old.parent, .sibling = old.sibling, .passive = old.passive, .traced = old.traced,
	};
	t->iss = t->snd_una = t->snd_nxt = t->snd_cursor = t->snd_up = t->snd_small = t->recover = iss;
	tcp_sent_start(t);
	t->congestion = t->options.congestion;
	t->last_received = t->last_ack_received = t->last_sent = st->now;
	t->busy.since = st->now;
	t->user_timeout_due = st->config.tcp_user_timeout_option;
	tcp_rto_start(t);
	t->ts_offset = tcp_stamp_offset(st, &t->socket->local, &t->socket->remote);
	t->quick_acks = st->config.tcp_ack_policy == TCP_ACK_QUICK_START ? (uint16_t)st->config.tcp_quick_acks : 0;
	t->invalid_ack_at = vtime_ns(INT64_MIN / 2);
	t->ack_delay = vtime_ms(st->config.tcp_delayed_ack_min_ms);
}

static void tell(struct tcp *t, struct stack_event e)
{
	const struct socket *s = t->socket;

	e.fd = s->fd;
	e.tuple = (struct tuple){ s->local.ip, s->remote.ip, s->local.port, s->remote.port };
	stack_tell(s->stack, &e);
}

void tcp_set_state(struct tcp *t, enum tcp_state state, const char *reason)
{
	tell(t, (struct stack_event){ .kind = STACK_EVENT_STATE, .from = tcp_state_name[t->state],
	                              .to = tcp_state_name[state], .reason = reason });
	t->state = state;
	t->socket->listening = state == TCPS_LISTEN;
	/* SO_LINGER waits for the ACK of the FIN, or for the end. */
	if (!tcp_in(t, 1 << TCPS_FIN_WAIT_1 | 1 << TCPS_CLOSING | 1 << TCPS_LAST_ACK))
		t->socket->ticket = 0;
	socket_wake(t->socket);
}

void tcp_note(struct tcp *t, const char *reason)
{
	tell(t, (struct stack_event){ .kind = STACK_EVENT_NOTE, .reason = reason });
}

void tcp_trace(struct tcp *t)
{
	static const char *const names[] = {
		"snd_una", "snd_nxt", "snd_wnd", "rcv_nxt", "rcv_wnd", "cwnd", "ssthresh", "rto", "srtt", "rttvar",
	};
	const int64_t now[] = {
		t->snd_una.value, t->snd_nxt.value, t->snd_wnd, t->rcv_nxt.value, tcp_window(t), t->cwnd, t->ssthresh,
		vtime_to_us(tcp_rto_now(t)), vtime_to_us(t->rtx.srtt), vtime_to_us(t->rtx.rttvar),
	};

	static_assert(ARRAY_LEN(names) == ARRAY_LEN(((struct tcp_traced *)0)->values), "a variable has no name");
	if (!tcp_stack(t)->hooks.event)
		return;
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		if (t->traced.values[i] == now[i])
			continue;
		tell(t, (struct stack_event){ .kind = STACK_EVENT_VARIABLE, .name = names[i],
		                              .before = t->traced.values[i], .after = now[i] });
		t->traced.values[i] = now[i];
	}
}

void tcp_finish(struct tcp *t, const char *reason)
{
	if (t->state == TCPS_CLOSED)
		return;
	tcp_disarm_all(t);
	if (!t->queued)
		tcp_listen_forget(t);
	ring_free(tcp_stack(t), &t->sendq);
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
	if (t->state == TCPS_CLOSED && t->socket->fd < 0 && !t->queued)
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

/* ---- numbers that strangers must not guess ---- */

static uint64_t hash_addresses(struct stack *st, const struct endpoint *local, const struct endpoint *remote,
                               uint8_t purpose)
{
	uint8_t bytes[37] = { purpose };

	memcpy(bytes + 1, local->ip.bytes, 16);
	memcpy(bytes + 17, remote->ip.bytes, 16);
	memcpy(bytes + 33, &local->port, 2);
	memcpy(bytes + 35, &remote->port, 2);
	return keyed_hash(st->secret, bytes, sizeof(bytes));
}

seq_t tcp_initial_sequence(struct stack *st, const struct endpoint *local, const struct endpoint *remote)
{
	if (st->config.tcp_isn_policy == TCP_ISN_ZERO)
		return seq_from(0);
	if (defect(st, DEFECT_TCP_ISN_CONSTANT))
		return seq_from(1000000);
	/* RFC 6528, 3; RFC 9293, 3.4.1, MUST-8, SHLD-1: ISN = M + F(addresses, ports, secret); M counts 4 us. */
	return seq_from((uint32_t)(st->now.ns / 4000) + (uint32_t)hash_addresses(st, local, remote, 'i'));
}

uint32_t tcp_stamp_offset(struct stack *st, const struct endpoint *local, const struct endpoint *remote)
{
	/* RFC 7323, 7.1 */
	bool random = st->config.tcp_timestamp_offset && st->config.tcp_timestamps == 1;

	return random ? (uint32_t)hash_addresses(st, local, remote, 't') : 0;
}

uint32_t tcp_stamp_now(const struct tcp *t)
{
	const struct stack *st = tcp_stack(t);

	/* RFC 7323, 5.4: between 1 ms and 1 s a tick. */
	return t->ts_offset + (uint32_t)(st->now.ns / (st->config.tcp_timestamp_tick_us * 1000));
}
