/* SPDX-License-Identifier: MIT
 *
 * tcp_state.c - the one place that assigns a state, and the reports to the event hook about a connection
 */
#include "stack/tcp_state.h"

#include <assert.h>

#include "stack/reduction.h"
#include "stack/tcp_rto.h"
#include "stack/tcp_window.h"
#include "util/common.h"

const char *const tcp_state_name[TCPS_COUNT] = {
	[TCPS_CLOSED] = "CLOSED", [TCPS_LISTEN] = "LISTEN", [TCPS_SYN_SENT] = "SYN-SENT",
	[TCPS_SYN_RECEIVED] = "SYN-RECEIVED", [TCPS_ESTABLISHED] = "ESTABLISHED", [TCPS_FIN_WAIT_1] = "FIN-WAIT-1",
	[TCPS_FIN_WAIT_2] = "FIN-WAIT-2", [TCPS_CLOSE_WAIT] = "CLOSE-WAIT", [TCPS_CLOSING] = "CLOSING",
	[TCPS_LAST_ACK] = "LAST-ACK", [TCPS_TIME_WAIT] = "TIME-WAIT", [TCPS_FAST_OPENED] = "SYN-RECEIVED",
};

/* A connection that Fast Open has opened before its handshake was complete is in SYN-RECEIVED for all who look from
 * outside, in a trace as in TCP_INFO. */
const uint8_t tcp_state_linux[TCPS_COUNT] = {
	[TCPS_CLOSED] = 7, [TCPS_LISTEN] = 10, [TCPS_SYN_SENT] = 2, [TCPS_SYN_RECEIVED] = 3, [TCPS_ESTABLISHED] = 1,
	[TCPS_FIN_WAIT_1] = 4, [TCPS_FIN_WAIT_2] = 5, [TCPS_CLOSE_WAIT] = 8, [TCPS_CLOSING] = 11, [TCPS_LAST_ACK] = 9,
	[TCPS_TIME_WAIT] = 6, [TCPS_FAST_OPENED] = 3,
};

static void tell(struct tcp *t, struct stack_event e)
{
	const struct socket *s = t->socket;

	e.fd = s->fd;
	e.tuple = (struct tuple){ s->local.ip, s->remote.ip, s->local.port, s->remote.port };
	stack_tell(s->stack, &e);
}

/* RFC 4022, 3: a connection is "established" until it is half closed by this side. */
static void count_change(struct stack *st, enum tcp_state from, enum tcp_state to)
{
	const unsigned established = 1 << TCPS_ESTABLISHED | 1 << TCPS_CLOSE_WAIT, opening = 1 << TCPS_SYN_SENT |
	      1 << TCPS_SYN_RECEIVED | 1 << TCPS_FAST_OPENED;
	const bool was = established >> from & 1, is = established >> to & 1;

	if (is && !was)
		st->counters[TcpCurrEstab]++;
	else if (was && !is)
		st->counters[TcpCurrEstab]--;
	if (to == TCPS_SYN_SENT)
		count(st, TcpActiveOpens);
	if (to == TCPS_CLOSED && was)
		count(st, TcpEstabResets);
	if (to == TCPS_CLOSED && opening >> from & 1)
		count(st, TcpAttemptFails);
}

void tcp_set_state(struct tcp *t, enum tcp_state state, const char *reason)
{
	tell(t, (struct stack_event){ .kind = STACK_EVENT_STATE, .from = tcp_state_name[t->state],
	                              .to = tcp_state_name[state], .reason = reason });
	count_change(tcp_stack(t), t->state, state);
	/* What depends on a state alone follows it here, so that no caller can forget it. Timers do not: they are
	 * started by those who know why a state was entered (tcp_life.c). */
	if (t->state != state)
		t->since = tcp_stack(t)->now;
	t->state = state;
	t->socket->listening = state == TCPS_LISTEN;
	/* SO_LINGER waits for the ACK of the FIN, or for the end. */
	if (!tcp_in(t, 1 << TCPS_FIN_WAIT_1 | 1 << TCPS_CLOSING | 1 << TCPS_LAST_ACK))
		t->socket->ticket = 0;
	socket_wake(t->socket);
}

bool tcp_is_remnant(const struct tcp *t)
{
	bool left = t->socket->fd < 0 && !t->place.parent && !t->place.queued;

	return tcp_stack(t)->config.tcp_remnants && !defect(tcp_stack(t), DEFECT_TCP_REMNANT_WHOLE) &&
	       (t->state == TCPS_TIME_WAIT || (t->state == TCPS_FIN_WAIT_2 && left && t->kept_as_time_wait));
}

void tcp_note(struct tcp *t, const char *reason)
{
	tell(t, (struct stack_event){ .kind = STACK_EVENT_NOTE, .reason = reason });
}

/* A trace holds changes and no samples: a variable is told when it differs from what was told last. */
static void tell_change(struct tcp *t, const char *name, int64_t *before, int64_t after)
{
	if (*before == after)
		return;
	tell(t, (struct stack_event){ .kind = STACK_EVENT_VARIABLE, .name = name, .before = *before, .after = after });
	*before = after;
}

/* What only the algorithm in charge has. Before the connection is open there is nothing that it could have learned. */
static void trace_control(struct tcp *t)
{
	const struct congestion *c = &t->congestion;
	int64_t now[CONGESTION_VARIABLES] = { 0 };

	if (!t->was_open || !c->ops || !c->ops->tell)
		return;
	c->ops->tell(c, now);
	for (size_t i = 0; i < ARRAY_LEN(now) && c->ops->variables[i]; i++)
		tell_change(t, c->ops->variables[i], &t->traced.control[i], now[i]);
}

/* How the window falls, while it does. */
static void trace_reduction(struct tcp *t)
{
	const struct recovery *r = &t->recovery;
	int64_t now[REDUCTION_VARIABLES] = { 0 };

	if (!r->reduction || !r->reduction->tell || (r->phase != RECOVERY_FAST && r->phase != RECOVERY_REDUCING))
		return;
	r->reduction->tell(r, now);
	for (size_t i = 0; i < ARRAY_LEN(now) && r->reduction->variables[i]; i++)
		tell_change(t, r->reduction->variables[i], &t->traced.reduction[i], now[i]);
}

void tcp_trace(struct tcp *t)
{
	static const char *const names[] = {
		"snd_una", "snd_nxt", "snd_wnd", "rcv_nxt", "rcv_wnd", "cwnd", "ssthresh", "rto", "srtt", "rttvar",
	};
	const int64_t now[] = {
		t->snd.una.value, t->snd.nxt.value, t->snd.wnd, t->rcv.nxt.value, tcp_window(t),
		t->congestion.cwnd, t->congestion.ssthresh,
		vtime_to_us(tcp_rto_now(t)), vtime_to_us(t->rtx.srtt), vtime_to_us(t->rtx.rttvar),
	};

	static_assert(ARRAY_LEN(names) == ARRAY_LEN(((struct tcp_traced *)0)->values), "a variable has no name");
	if (!tcp_stack(t)->hooks.event)
		return;
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		tell_change(t, names[i], &t->traced.values[i], now[i]);
	trace_control(t);
	trace_reduction(t);
}
