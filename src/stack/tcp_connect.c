/* SPDX-License-Identifier: MIT
 *
 * tcp_connect.c - active OPEN (RFC 9293, 3.9.1.1, 3.10.1): connect(), with the results that Linux gives
 *
 * No call waits: it returns -EINPROGRESS, and the target that made the call asks tcp_user_connect_result() after each
 * packet and timer until the answer is another one. .connecting remembers that the user has not been told yet: the
 * first connect() after the handshake returns 0 once, and one after a failure returns the error once, to whoever asks
 * first.
 *
 * Ways in: connect(); SEND with MSG_FASTOPEN; and, with TCP_FASTOPEN_CONNECT, a connect() that returns at once and
 * leaves the SYN to the first SEND, so that it can have text (RFC 7413, 4.2.1). All of them choose the address and then
 * the port before anything is sent, and release both if that fails. connect() to AF_UNSPEC undoes it: the socket is
 * like new.
 */
#include "stack/tcp_connect.h"

#include <errno.h>

#include "stack/ip_address.h"
#include "stack/path.h"
#include "stack/message.h"
#include "stack/socket.h"
#include "stack/socket_table.h"
#include "stack/tcp_busy.h"
#include "stack/tcp_chunk.h"
#include "stack/tcp_ecn.h"
#include "stack/tcp_fastopen.h"
#include "stack/tcp_ack.h"
#include "stack/tcp_isn.h"
#include "stack/tcp_life.h"
#include "stack/tcp_listen.h"
#include "stack/tcp_option.h"
#include "stack/tcp_rcv.h"
#include "stack/tcp_receive_limit.h"
#include "stack/tcp_send.h"
#include "stack/tcp_snd.h"
#include "stack/tcp_state.h"

/* Undo the choices of the call: the address always, the port unless bind() had chosen it. */
static int give_back(struct socket *s, struct ip_address local, bool bound, int error)
{
	s->remote = (struct endpoint){ 0 };
	s->local.ip = local;
	if (!bound) {
		socket_unhash(s);
		s->bound = false;
		s->local.port = 0;
	}
	return error;
}

/* Time-stamps tell the segments of two connections apart once their clock has moved on; a host may wish to be sure that
 * the peer's has, too (RFC 6191, 2; RFC 1122, 4.2.2.13). */
bool tcp_gives_way(const struct socket *s)
{
	const struct tcp *t = s->tcp;
	const struct stack_config *c = &s->stack->config;
	bool near = ip_is_loopback(&s->local.ip) && ip_is_loopback(&s->remote.ip);
	bool wanted = c->tcp_time_wait_reuse == 1 || (c->tcp_time_wait_reuse && near);
	vtime_t end = vtime_add(t->since, vtime_ms(c->tcp_time_wait_reuse_ms));

	return t->state == TCPS_TIME_WAIT && s->fd < 0 && wanted && t->agreed.stamps &&
	       vtime_before(end, s->stack->now) && !defect(s->stack, DEFECT_TCP_TIME_WAIT_PORT_KEPT);
}

/* May @other, in TIME-WAIT, be replaced (RFC 6191)? Some hosts ask only for time-stamps if the user chose the port. */
static bool yields(const struct socket *other, const struct socket *s)
{
	const struct stack_config *c = &s->stack->config;

	if (c->tcp_time_wait_yields_to_bound && s->port_chosen_by_user &&
	    !defect(s->stack, DEFECT_TCP_TIME_WAIT_YIELDS_UNSTAMPED))
		return other->tcp->agreed.stamps;
	return c->tcp_time_wait_reuse;
}

/* What a connection takes over from the one in TIME-WAIT whose place it takes: for its own numbers to be beyond all
 * old ones (RFC 1122, 4.2.2.13), and perhaps for the peer's. */
struct heritage {
	bool any, stamps;
	seq_t snd_nxt;
	uint32_t ts_recent;
	vtime_t ts_recent_at;
};

/* Another connection with these ends is in the way, unless it is in TIME-WAIT and may be replaced. */
static bool address_free(struct socket *s, struct heritage *from)
{
	struct socket *other = socket_find_same(s);

	if (!other)
		return true;
	if (other->tcp->state != TCPS_TIME_WAIT || other->fd >= 0 || !yields(other, s))
		return false;
	const struct tcp *t = other->tcp;
	*from = (struct heritage){
		.any = true, .stamps = t->agreed.stamps, .snd_nxt = t->snd.nxt, .ts_recent = t->agreed.ts_recent,
		.ts_recent_at = t->agreed.ts_recent_at,
	};
	tcp_finish(other->tcp, "a new connection takes its place (RFC 6191)");
	tcp_leave(other->tcp);
	return true;
}

static int disconnect(struct socket *s)
{
	struct tcp *t = s->tcp;
	/* Whoever waits for this connection is woken, and text that was not read is lost. */
	bool breaks = tcp_in(t, 1 << TCPS_SYN_SENT | 1 << TCPS_SYN_RECEIVED | 1 << TCPS_FAST_OPENED |
	                        1 << TCPS_ESTABLISHED | 1 << TCPS_FIN_WAIT_1 | 1 << TCPS_FIN_WAIT_2 |
	                        1 << TCPS_CLOSE_WAIT);

	tcp_listen_stop(t);
	tcp_abort(t, "connect to AF_UNSPEC");
	tcp_rcv_clear(t);
	tcp_ack_quick(t, 0);                                 /* TCP_QUICKACK was about that connection, ... */
	if (!defect(s->stack, DEFECT_TCP_SIZE_SURVIVES)) {   /* ... and so were these */
		t->options.max_segment = 0;
		t->options.window_clamp = 0;
		tcp_receive_limit_start(t);
	}
	if (breaks)
		socket_fail(s, ECONNRESET);
	s->remote = (struct endpoint){ 0 };
	/* The next connect() chooses anew what bind() did not ask for, also on a socket that was accepted. */
	if (!s->port_chosen_by_user) {
		s->local.port = 0;
		s->bound = false;
	}
	if (!s->address_chosen_by_user)
		s->local.ip = (struct ip_address){ 0 };
	s->shut_read = s->shut_write = false;
	t->was_open = t->connecting = false;
	t->told = TCP_TOLD_NOTHING;
	tcp_trace(t);
	return 0;
}

/* Send the SYN, with the first octets of @message. Returns how many, or -EINPROGRESS. */
static int64_t send_first(struct tcp *t, const struct msghdr *message, int flags)
{
	size_t length = message ? message_length(message) : 0, room = tcp_fast_open_room(t);
	int64_t taken = 0;

	bool waits = stack_is_blocking(t->socket->stack, t->socket->fd) && !(flags & MSG_DONTWAIT);

	if (length)
		taken = tcp_snd_write(t, message, 0, length < room ? length : room);
	if (taken > 0)
		tcp_chunk_written(t, (uint32_t)taken);
	/* It was pushed, whatever is written behind it. */
	if (taken > 0 && !defect(tcp_stack(t), DEFECT_FAST_OPEN_TEXT_UNPUSHED))
		tcp_chunk_push(t, tcp_queue_end(t));
	tcp_chunk_count_anew(t);
	tcp_fast_open_more(t, waits && (size_t)taken < length);
	if (message && !length)
		tcp_fast_open_empty(t);
	if (taken > 0)
		notice_write(t->socket, 0, t->snd.queue.length, flags, t->socket->options.time_stamping);
	tcp_send_syn_text(t, taken > 0 ? (uint32_t)taken : 0);
	tcp_judge_sending(t);
	tcp_trace(t);
	return taken > 0 ? taken : -EINPROGRESS;
}

/* Begin to connect; by RFC 7413, with @message, or for a connect() without one, if the user asks for that. */
static int64_t start_connecting(struct socket *s, const struct heritage *from, const struct msghdr *message, int flags)
{
	struct tcp *t = s->tcp;
	struct stack *st = s->stack;
	seq_t iss = tcp_initial_sequence(st, &s->local, &s->remote);
	bool text_allowed, fast = message || t->options.fast_open_connect;

	tcp_prepare(t, from->any ? tcp_sequence_after(st, iss, from->snd_nxt) : iss);
	tcp_offer_options(t);
	if (from->stamps)
		tcp_keep_stamp(t, from->ts_recent, from->ts_recent_at);
	tcp_agree_on_room(t, true);
	tcp_ecn_offer(t);
	t->connecting = true;
	s->error = s->soft_error = 0;
	tcp_set_state(t, TCPS_SYN_SENT, "connect");
	text_allowed = fast && tcp_fast_open_offer(t);
	if (text_allowed && !message) {
		tcp_fast_open_defer(t, true);
		tcp_trace(t);
		return 0;
	}
	return send_first(t, text_allowed ? message : NULL, flags);
}

bool tcp_told_lasts(const struct tcp *t)
{
	const struct stack *st = tcp_stack(t);

	return st->config.tcp_told_lasts && t->told != TCP_TOLD_NOTHING && !defect(st, DEFECT_TCP_TOLD_FORGOTTEN);
}

/* The order of the checks is that of Linux: if the socket is connected the error says so, even if the address would be
 * refused. A NULL @remote is AF_UNSPEC. */
static int64_t connect_to(struct socket *s, const struct endpoint *remote, const struct msghdr *message, int flags)
{
	struct tcp *t = s->tcp;
	const struct stack_route *route;
	struct ip_address local = s->local.ip;
	struct heritage from = { 0 };
	bool bound = s->hashed;

	if (!remote)
		return disconnect(s);
	if (t->state == TCPS_SYN_SENT && t->fast_open.deferred)
		return -EISCONN;
	if (tcp_in(t, TCPM_OPENING) && !t->place.parent)
		return -EALREADY;
	if (t->state != TCPS_CLOSED) {
		/* RFC 9293, 3.10.1: "error: connection already exists", whether its user knows that or not. With
		 * MSG_FASTOPEN the call is a SEND as well, and is taken as one on the open connection. */
		bool told = message || s->stack->config.tcp_connect_told_twice ||
		            defect(s->stack, DEFECT_TCP_OPEN_TWICE);
		bool first = t->connecting && t->state != TCPS_LISTEN && told;
		t->connecting = false;
		if (t->state != TCPS_LISTEN)
			t->told = TCP_TOLD_OPEN;
		return first ? 0 : -EISCONN;
	}
	if (tcp_told_lasts(t))
		return t->told == TCP_TOLD_ENDED ? -EINVAL : -EISCONN;
	if (t->connecting) {                                 /* it failed; another call may have reported why */
		t->connecting = false;
		return s->error ? -socket_take_error(s) : -ECONNABORTED;
	}
	route = ip_route(s->stack, &remote->ip);
	/* RFC 9293, 3.9.2.3, MUST-62: no connection to a group. */
	bool group = ip_is_multicast(&remote->ip) || ip_is_broadcast(s->stack, &remote->ip);
	if (group && remote->ip.version == 4)
		count(s->stack, IpOutNoRoutes);
	if (group && !defect(s->stack, DEFECT_TCP_CONNECT_GROUP))
		return -ENETUNREACH;
	if (route && route->error)
		return -route->error;
	if (!local.version && !ip_source_for(s->stack, &remote->ip, &s->local.ip))
		return -ENETUNREACH;
	s->remote = *remote;
	int error = socket_hash(s, true);
	if (error)
		return give_back(s, local, bound, error == -EADDRINUSE ? -EADDRNOTAVAIL : error);
	if (!address_free(s, &from))
		return give_back(s, local, bound, -EADDRNOTAVAIL);
	return start_connecting(s, &from, message, flags);
}

int tcp_user_connect(struct socket *s, const struct endpoint *remote)
{
	return (int)connect_to(s, remote, NULL, 0);
}

int64_t tcp_connect_with(struct socket *s, const struct endpoint *remote, const struct msghdr *message, int flags)
{
	struct tcp *t = s->tcp;

	if (t->state == TCPS_SYN_SENT && t->fast_open.deferred) {
		tcp_fast_open_defer(t, false);
		return send_first(t, message, flags);
	}
	if (!remote)
		return -EINVAL;
	return connect_to(s, remote, message, flags);
}

/* Asked only of sockets whose connect() has been called. That also counts as the answer of a blocking call. */
int tcp_user_connect_result(struct socket *s)
{
	struct tcp *t = s->tcp;

	if (tcp_in(t, TCPM_OPENING))
		return -EINPROGRESS;
	if (t->state != TCPS_CLOSED || t->was_open) {
		if (stack_is_blocking(s->stack, s->fd)) {
			t->connecting = false;
			t->told = TCP_TOLD_OPEN;
		}
		return 0;
	}
	t->connecting = false;
	return s->error ? -socket_take_error(s) : -ECONNABORTED;
}
