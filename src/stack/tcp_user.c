/* SPDX-License-Identifier: MIT
 *
 * tcp_user.c - the user's calls (RFC 9293, 3.9.1 and 3.10.1 to 3.10.5) with the results that Linux gives
 *
 * RFC 9293 has six calls; sockets have more, and divide them differently. OPEN is listen() and connect(); CLOSE is
 * shutdown(SHUT_WR), or close(), after which there is no user: nobody reads any more, and the rules for such
 * connections apply (SO_LINGER, TCP_LINGER2, unread data). ABORT is close() with SO_LINGER 0. STATUS is poll(), whose
 * bits depend on both directions and on what has ended. SEND and RECEIVE are in tcp_user_data.c, and the table at the
 * end is all that the sockets above know of TCP.
 *
 * Each call ends with tcp_leave() or tcp_trace(), so its changes are reported once, when it is complete.
 */
#include <errno.h>
#include <poll.h>

#include "stack/socket.h"
#include "stack/socket_table.h"
#include "stack/tcp_busy.h"
#include "stack/tcp_chunk.h"
#include "stack/tcp_connect.h"
#include "stack/tcp_fastopen.h"
#include "stack/tcp_life.h"
#include "stack/tcp_listen.h"
#include "stack/tcp_memory.h"
#include "stack/tcp_metrics.h"
#include "stack/tcp_output.h"
#include "stack/tcp_receive_limit.h"
#include "stack/tcp_send.h"
#include "stack/tcp_snd.h"
#include "stack/tcp_state.h"
#include "stack/tcp_timer.h"
#include "stack/tcp_user.h"

/* ---- OPEN: tcp_connect.c has the active side ---- */

/* Somebody else listens there already. */
static bool port_has_listener(struct socket *s)
{
	for (struct socket *o = NULL; (o = socket_next_on_port(s->stack, PROTOCOL_TCP, s->local.port, o)); ) {
		bool same = !o->local.ip.version || !s->local.ip.version ||
		            ip_address_equal(&o->local.ip, &s->local.ip);
		/* RFC 9293, 3.9.1.1, MUST-42: connections do not matter, whatever their state. */
		bool counts = o->listening || defect(s->stack, DEFECT_TCP_LISTEN_ALONE);
		if (o != s && counts && same && !(o->options.reuse_port && s->options.reuse_port) &&
		    o->domain == s->domain)
			return true;
	}
	return false;
}

static int user_listen(struct socket *s, int backlog)
{
	const struct stack *st = s->stack;
	struct tcp *t = s->tcp;
	int error;

	if ((t->state != TCPS_CLOSED && t->state != TCPS_LISTEN) || tcp_told_lasts(t) ||
	    (t->connecting && st->config.tcp_told_lasts))
		return -EINVAL;
	if (t->state == TCPS_CLOSED) {
		/* A socket that was not bound gets a port, as for an active open. Other listeners are looked for only
		 * now, when the port is known. */
		error = socket_hash(s, true);
		if (error)
			return error;
		if (port_has_listener(s))
			return -EADDRINUSE;
	}
	error = tcp_listen_start(t, backlog);
	if (!error && !t->fast_open.limit && st->config.tcp_fastopen & FAST_OPEN_SERVER &&
	    st->config.tcp_fastopen & FAST_OPEN_EVERY_LISTENER)
		tcp_fast_open_listen(t, (int)tcp_listen_backlog(t));
	return error;
}

static struct socket *user_accept(struct socket *s, int *error)
{
	struct tcp *t = s->tcp, *child;

	*error = t->state == TCPS_LISTEN ? -EAGAIN : -EINVAL;
	if (t->state != TCPS_LISTEN)
		return NULL;
	child = tcp_listen_take(t);
	if (!child)
		return NULL;
	*error = 0;
	child->options.defer_accept_s = 0;                   /* it was to be accepted late, and has been */
	child->told = TCP_TOLD_OPEN;
	return child->socket;
}

/* ---- CLOSE ---- */

/* Our FIN goes behind what is queued (RFC 9293, 3.10.4). In SYN-RECEIVED that waits until the connection is open, and
 * so does the FIN, unless nothing is queued. */
static void close_sending(struct tcp *t)
{
	if (t->snd.fin_queued || !tcp_in(t, TCPM_MAY_SEND | 1 << TCPS_SYN_RECEIVED))
		return;
	tcp_snd_close(t);
	t->options.cork = false;
	if (tcp_in(t, 1 << TCPS_ESTABLISHED | 1 << TCPS_FAST_OPENED))
		tcp_set_state(t, TCPS_FIN_WAIT_1, "CLOSE");
	else if (t->state == TCPS_SYN_RECEIVED && !t->snd.queue.length &&
		 !defect(tcp_stack(t), DEFECT_TCP_FIN_WAITS_OPEN))
		tcp_closed_early(t);
	else if (t->state == TCPS_CLOSE_WAIT)
		tcp_set_state(t, TCPS_LAST_ACK, "CLOSE");
	tcp_output(t);
}

/* The two directions are shut separately; a connection that is not open yet ends as a whole. The peer does not learn
 * that reading is shut: text still arrives and is acknowledged. */
static int user_shutdown(struct socket *s, int how)
{
	struct tcp *t = s->tcp;
	bool reading = how != SHUT_WR, writing = how != SHUT_RD;

	if (t->connecting)                                   /* whoever shuts it asks for no result any more */
		t->told = tcp_in(t, TCPM_OPENING | 1 << TCPS_CLOSED) ? TCP_TOLD_ENDED : TCP_TOLD_OPEN;

	/* It is an error, but a direction that was shut before there was a connection stays shut (Linux). */
	if (t->state == TCPS_CLOSED && s->stack->config.tcp_shutdown_before_open &&
	    !defect(s->stack, DEFECT_TCP_SHUT_FORGOTTEN)) {
		s->shut_read = s->shut_read || reading;
		s->shut_write = s->shut_write || writing;
		socket_wake(s);
	}
	/* RFC 9293, 3.10.4: in TIME-WAIT it is an error, as both ends have closed. */
	if (t->state == TCPS_CLOSED || t->state == TCPS_TIME_WAIT)
		return -ENOTCONN;
	if (t->state == TCPS_LISTEN || t->state == TCPS_SYN_SENT) {
		if (t->state == TCPS_LISTEN && !reading)
			return 0;
		bool opening = t->state == TCPS_SYN_SENT;
		tcp_listen_stop(t);
		if (s->stack->config.tcp_shutdown_before_open && !defect(s->stack, DEFECT_TCP_STAYS_SHUT))
			s->shut_read = s->shut_write = false;        /* nothing is left of what was shut before */
		tcp_fail(t, opening ? ECONNRESET : 0, "shutdown");
		if (s->stack->config.tcp_shutdown_undoes_connect)
			t->connecting = false;              /* as if there had been none: another connect() may begin */
		t->told = TCP_TOLD_NOTHING;
		tcp_trace(t);
		return 0;
	}
	t->connecting = false;                               /* the user seems to know that it is open */
	s->shut_read = s->shut_read || reading;
	s->shut_write = s->shut_write || writing;
	/* What waits is dealt with when the connection opens. */
	const bool open = !tcp_in(t, 1 << TCPS_FAST_OPENED | 1 << TCPS_SYN_RECEIVED);
	if (writing && (open || !s->stack->config.tcp_shutdown_waits_open))
		close_sending(t);
	socket_wake(s);
	tcp_trace(t);
	return 0;
}

static bool data_unread(const struct tcp *t)
{
	bool early = rxq_bytes(t->rcv.early) > 0 && tcp_stack(t)->config.tcp_close_early_resets;

	return t->rcv.buffer.length > 0 || early;
}

/* What close() does in the states with a peer. */
static void close_connection(struct tcp *t)
{
	const struct socket *s = t->socket;
	const struct stack_config *c = &s->stack->config;
	/* In this order: unread data are lost for sure; an SO_LINGER of zero asks for an abort; without either, the FIN
	 * waits its turn. */
	bool resets = data_unread(t) && c->tcp_close_unread_resets && !defect(s->stack, DEFECT_TCP_CLOSE_UNREAD_FIN);

	if (t->state == TCPS_TIME_WAIT)
		return;
	if (resets && tcp_in(t, TCPM_SENDS | 1 << TCPS_FIN_WAIT_2)) {
		/* RFC 9293, 3.6.1, SHLD-3: unread data are lost; tell the peer. */
		count(s->stack, TcpExtTCPAbortOnClose);
		tcp_send_reset(t);
		tcp_finish(t, "CLOSE with unread data (RFC 9293, 3.6.1)");
	} else if (s->options.linger && s->options.linger_s == 0) {
		count(s->stack, TcpExtTCPAbortOnData);
		tcp_abort(t, "CLOSE with SO_LINGER 0");
	} else if (t->state == TCPS_FIN_WAIT_2) {
		if (t->options.linger2_s < 0) {
			count(s->stack, TcpExtTCPAbortOnLinger);
			tcp_abort(t, "CLOSE in FIN-WAIT-2 with TCP_LINGER2 under 0");
			return;
		}
		tcp_metrics_save(t);
		tcp_orphan_waits(t);
	} else {
		close_sending(t);
	}
}

/* True: the call waits for the FIN to be acknowledged, .linger_s at most (SO_LINGER). The descriptor
 * is gone already. */
static int user_close(struct socket *s)
{
	struct tcp *t = s->tcp;
	bool lingers;

	s->shut_read = s->shut_write = true;
	if (t->state == TCPS_LISTEN) {
		tcp_listen_stop(t);
		tcp_finish(t, "CLOSE");
	} else if (t->state == TCPS_SYN_SENT) {
		tcp_finish(t, "CLOSE");
	} else {
		if (tcp_in(t, 1 << TCPS_CLOSED | 1 << TCPS_FIN_WAIT_2 | 1 << TCPS_TIME_WAIT))
			tcp_fast_open_over(t);
		if (t->state != TCPS_CLOSED)
			close_connection(t);
	}
	lingers = s->options.linger && s->options.linger_s > 0 &&
	          tcp_in(t, 1 << TCPS_FIN_WAIT_1 | 1 << TCPS_CLOSING | 1 << TCPS_LAST_ACK);
	if (lingers)
		tcp_arm(t, TCP_TIMER_LINGER, vtime_s(s->options.linger_s));
	else
		s->ticket = 0;
	tcp_leave(t);
	return lingers;
}

/* ---- STATUS ---- */

/* Readable from SO_RCVLOWAT octets on; writable by the rule of tcp_chunk_writable(). POLLPRI while the urgent octet is
 * neither read nor passed. */
static short poll_open(const struct tcp *t)
{
	const struct socket *s = t->socket;
	size_t low = (size_t)s->options.receive_low_water, held = t->rcv.buffer.length;
	bool urgent = t->rcv.urgent && !t->rcv.urgent_taken && seq_after_or_at(t->rcv.up, t->rcv.read);
	bool arrived = seq_before_or_at(t->rcv.up, t->rcv.nxt);
	short ready = 0;

	/* The urgent octet is not read with the others. */
	if (held && t->rcv.urgent && !s->options.oob_inline && seq_equal(t->rcv.up, seq_add(t->rcv.read, 1)))
		held--;
	if (held >= (low ? low : 1))
		ready |= POLLIN | POLLRDNORM;
	if (s->shut_write || tcp_chunk_writable(t))
		ready |= POLLOUT | POLLWRNORM;
	if (urgent && (arrived || tcp_stack(t)->config.tcp_urgent_polled_early))
		ready |= POLLPRI;
	return ready;
}

/* A direction that has ended is ready: a call would return at once. Both together are a hang-up. */
static short user_poll(struct socket *s)
{
	struct tcp *t = s->tcp;
	/* A socket in CLOSED that never was anything else has not ended: it only hangs up. */
	bool ended = t->state == TCPS_CLOSED && (t->was_open || t->connecting);
	bool no_input = t->rcv.fin_received || s->shut_read || ended, no_output = s->shut_write || ended;
	short ready = 0;

	if (t->state == TCPS_LISTEN)
		return tcp_listen_ready(t) ? POLLIN | POLLRDNORM : 0;
	if (t->state == TCPS_CLOSED || (no_input && no_output))
		ready |= POLLHUP;
	if (no_input)
		ready |= POLLIN | POLLRDNORM | POLLRDHUP;
	if (t->state == TCPS_SYN_SENT && t->fast_open.deferred)  /* the first SEND opens the connection */
		return ready | POLLOUT | POLLWRNORM;
	if (tcp_in(t, TCPM_OPENING))
		return ready;
	ready |= poll_open(t);
	if (!(ready & POLLOUT))
		tcp_chunk_refused(t);
	return ready;
}

static void user_buffers_changed(struct socket *s)
{
	tcp_arm_keepalive(s->tcp);
	tcp_receive_limit_low_water(s->tcp);
	socket_wake(s);
}

static bool tcp_is_connected(const struct socket *s)
{
	return !tcp_in(s->tcp, 1 << TCPS_CLOSED | 1 << TCPS_LISTEN | 1 << TCPS_SYN_SENT | 1 << TCPS_TIME_WAIT);
}

static bool tcp_is_opening(const struct socket *s)
{
	return s->tcp->state == TCPS_SYN_SENT;
}

static int user_stream_place(const struct socket *s, bool written, int64_t *place)
{
	const struct tcp *t = s->tcp;

	if (tcp_in(t, 1 << TCPS_CLOSED | 1 << TCPS_LISTEN))
		return -EINVAL;
	*place = (int64_t)t->stats.bytes_acked - !t->snd.syn_acked;
	if (written)
		*place += (int64_t)t->snd.queue.length + !t->snd.syn_acked;
	return 0;
}

static uint32_t user_received(const struct socket *s)
{
	return tcp_memory_used(s->tcp);
}

static uint32_t user_queued(const struct socket *s)
{
	return (uint32_t)tcp_chunk_charge(s->tcp);
}

const struct socket_ops tcp_socket_ops = {
	.is_opening = tcp_is_opening,
	.is_connected = tcp_is_connected, .gives_way = tcp_gives_way,
	.attach = tcp_attach, .connect = tcp_user_connect, .connect_result = tcp_user_connect_result,
	.listen = user_listen, .accept = user_accept, .send = tcp_user_send, .receive = tcp_user_receive,
	.poll = user_poll, .shutdown = user_shutdown, .close = user_close, .detach = tcp_detach, .set = tcp_set_option,
	.get = tcp_get_option, .ioctl = tcp_ioctl,
	.received = user_received, .queued = user_queued,
	.stream_place = user_stream_place, .statistics = tcp_statistics_bytes,
	.buffers_changed = user_buffers_changed,
};
