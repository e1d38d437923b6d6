/* SPDX-License-Identifier: MIT
 *
 * tcp_life.c - the life of a connection: beginning, opening, and the ways to end
 *
 * A socket has one struct tcp for all its life, and may connect again after a failure: tcp_prepare() makes each part
 * begin anew. tcp_finish() ends a connection: it stops the timers and drops what was to be sent, but releases nothing,
 * since its callers may still look at the connection. tcp_leave(), the last call of each entry, releases what neither
 * user nor protocol needs.
 */
#include "stack/tcp_life.h"

#include <errno.h>

#include "stack/recovery.h"
#include "stack/socket_notice.h"
#include "stack/socket_table.h"
#include "stack/tcp_ack.h"
#include "stack/tcp_auth.h"
#include "stack/tcp_busy.h"
#include "stack/tcp_chunk.h"
#include "stack/tcp_congestion.h"
#include "stack/tcp_ecn.h"
#include "stack/tcp_fastopen.h"
#include "stack/tcp_listen.h"
#include "stack/tcp_metrics.h"
#include "stack/tcp_mss.h"
#include "stack/tcp_mtu_probe.h"
#include "stack/tcp_option.h"
#include "stack/tcp_rcv.h"
#include "stack/tcp_receive_limit.h"
#include "stack/tcp_rto.h"
#include "stack/tcp_saved_syn.h"
#include "stack/tcp_send.h"
#include "stack/tcp_snd.h"
#include "stack/tcp_state.h"
#include "stack/tcp_statistics.h"
#include "stack/tcp_timer.h"
#include "stack/tcp_window.h"

/* -1 in an option means the host's parameter. The buffers are the socket's, but TCP has default sizes of its own. */
int tcp_attach(struct socket *s)
{
	const struct stack_config *c = &s->stack->config;
	struct tcp *t = memory_allocate(s->stack, sizeof(*t));

	if (!t)
		return -ENOMEM;
	t->socket = s;
	if (!tcp_rcv_new(t)) {
		memory_release(s->stack, t);
		return -ENOMEM;
	}
	s->tcp = t;
	t->options = (struct tcp_options){
		.keep_idle_s = -1, .keep_interval_s = -1, .keep_count = -1, .syn_count = -1,
		.user_timeout_ms = -1, .rto_max_ms = -1, .congestion = tcp_congestion_default(s->stack),
	};
	s->options.receive_buffer = (int)c->tcp_receive_buffer;
	s->options.send_buffer = (int)c->tcp_send_buffer;
	return 0;
}

/* The socket is released. Connections in the queues of a listener were never accepted, so they belong to nobody else
 * and are reset. Then the parts release what they hold, in any order, since none uses another one any more. */
void tcp_detach(struct socket *s)
{
	struct tcp *t = s->tcp;

	if (!t)
		return;
	tcp_listen_orphan(t);
	tcp_listen_forget(t);
	tcp_disarm_all(t);
	tcp_snd_free(t);
	tcp_chunk_free(t);
	tcp_rcv_free(t);
	tcp_sent_free(t);
	tcp_fast_open_free(t);
	tcp_auth_free(t);
	tcp_saved_syn_free(t);
	memory_release(s->stack, t);
	s->tcp = NULL;
}

/* Each part is initialized by the file that owns it, in the order in which they depend on each other. */
void tcp_prepare(struct tcp *t, seq_t iss)
{
	tcp_disarm_all(t);
	tcp_snd_free(t);
	tcp_snd_start(t, iss);
	tcp_chunk_free(t);
	tcp_chunk_start(t);
	tcp_rcv_clear(t);
	tcp_sent_free(t);
	tcp_sent_start(t);
	t->connecting = t->was_open = false;
	t->told = TCP_TOLD_NOTHING;
	tcp_congestion_reset(t);
	tcp_mtu_start(t);
	recovery_start(t);
	tcp_listen_defer(t, false);
	tcp_count_start(t);
	tcp_busy_start(t);
	tcp_agree_start(t);
	tcp_fast_open_start(t);
	tcp_auth_start(t);
	tcp_window_start(t);
	tcp_receive_limit_start(t);
	tcp_rto_start(t);
	tcp_ack_start(t);
	tcp_ecn_start(t);
}

/* From here on the connection can carry data: counters and the congestion window begin, once. */
static void begin(struct tcp *t)
{
	if (t->was_open)
		return;
	t->was_open = true;
	tcp_auth_open(t);
	tcp_count_open(t);
	tcp_congestion_start(t);
	tcp_receive_limit_open(t);
	tcp_chunk_grow(t, true, false);
}

void tcp_closed_early(struct tcp *t)
{
	begin(t);
	tcp_set_state(t, TCPS_FIN_WAIT_1, "CLOSE in SYN-RECEIVED");
}

/* A SYN with a good cookie makes a usable connection, though the peer has acknowledged nothing yet. Its counters and
 * its congestion window begin here, and tcp_established() must not begin them again. */
void tcp_fast_opened(struct tcp *t)
{
	tcp_set_state(t, TCPS_FAST_OPENED, "SYN with a good cookie (RFC 7413, 4.2.2)");
	begin(t);
}

/* From SYN-SENT, from SYN-RECEIVED, or from the state of Fast Open; there the counters and the congestion window have
 * begun already, and go on. */
void tcp_established(struct tcp *t, const char *reason)
{
	tcp_set_state(t, TCPS_ESTABLISHED, reason);
	tcp_listen_defer(t, false);
	if (tcp_rto_established(t))
		tcp_ecn_restored(t);
	if (!t->fast_open.passive)
		tcp_rto_recall(t);
	tcp_timeout_ends(t);
	begin(t);
	tcp_rcv_expect_size(t, tcp_largest_text(t));
	tcp_arm_keepalive(t);
	if (t->snd.fin_queued)                                   /* CLOSE came in SYN-RECEIVED (RFC 9293, 3.10.4) */
		tcp_set_state(t, TCPS_FIN_WAIT_1, "CLOSE");
}

/* CLOSED, whatever the state was. A connection that still waits to be accepted keeps its place in the queue: the user
 * who accepts it reads what came, and then learns how it ended. So text that arrived stays; what was to be sent and the
 * scoreboard are dropped. */
void tcp_finish(struct tcp *t, const char *reason)
{
	if (t->state == TCPS_CLOSED)
		return;
	if (t->socket->fd < 0)
		tcp_fast_open_over(t);
	tcp_disarm_all(t);
	if (!t->place.queued)
		tcp_listen_forget(t);
	tcp_snd_free(t);
	tcp_chunk_free(t);
	notice_given_up(t->socket);
	tcp_sent_free(t);
	tcp_timeout_ends(t);
	tcp_set_state(t, TCPS_CLOSED, reason);
	/* The addresses are free for others at once, and bind() may choose new ones. What the user bound is kept. */
	if (t->socket->fd < 0 || !t->socket->port_chosen_by_user) {
		socket_unhash(t->socket);
		t->socket->bound = defect(tcp_stack(t), DEFECT_TCP_PORT_KEPT_BY_ENDED);
	}
}

/* An end of which the user hears, from the next call and from poll(). */
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
	              1 << TCPS_CLOSE_WAIT | 1 << TCPS_FAST_OPENED))
		tcp_send_reset(t);
	tcp_finish(t, reason);
}

/* The last call of every entry. Afterwards @t may be gone, if neither a user nor a queue nor the protocol needs it. */
void tcp_leave(struct tcp *t)
{
	tcp_judge_sending(t);
	tcp_trace(t);
	if (t->state == TCPS_CLOSED && t->socket->fd < 0 && !t->place.queued)
		socket_free(t->socket);
}

/* What is kept no longer than this counts as killed, not as having waited. */
enum { SOON_KILLED_S = 4 };

/* From here on @t is kept as one in TIME-WAIT, and counted as one when that begins. */
static void keep_as_time_wait(struct tcp *t, enum counter as)
{
	if (!t->kept_as_time_wait)
		count(tcp_stack(t), as);
	t->kept_as_time_wait = true;
}

/* FIN-WAIT-2 without a user: RFC 9293, 3.6.1 lets it wait for the peer's FIN for ever (MAY-1), and a host may limit
 * that. Unless it is to last longer than TIME-WAIT, some hosts keep no more of it than of a connection in TIME-WAIT,
 * and count it as one. */
void tcp_orphan_waits(struct tcp *t)
{
	const struct stack_config *c = &tcp_stack(t)->config;
	int64_t limit = t->options.linger2_s > 0 ? t->options.linger2_s : c->tcp_fin_wait_2_s;

	if (!limit)
		return;
	tcp_arm(t, TCP_TIMER_FIN_WAIT_2, vtime_s(limit));
	if (c->tcp_orphans_in_time_wait && limit <= 2 * c->tcp_msl_s)
		keep_as_time_wait(t, limit <= SOON_KILLED_S ? TcpExtTWKilled : TcpExtTW);
}

/* Are there more than tcp_time_wait_most in TIME-WAIT? They are counted only if that is possible at all. */
static bool too_many_wait(const struct stack *st)
{
	int64_t most = st->config.tcp_time_wait_most, waiting = 0;

	if ((int64_t)st->counts.sockets <= most)
		return false;
	for (const struct socket *s = st->sockets; s && waiting <= most; s = s->next)
		waiting += s->tcp && s->tcp->state == TCPS_TIME_WAIT;
	return waiting > most;
}

bool tcp_any_restarts_wait(const struct tcp *t)
{
	return t->state == TCPS_TIME_WAIT && tcp_stack(t)->config.tcp_time_wait_ack_restarts &&
	       !defect(tcp_stack(t), DEFECT_TCP_TIME_WAIT_FIN_ONLY);
}

/* Also called to restart the wait when the FIN comes again because our ACK was lost (RFC 9293, 3.10.7.4, eighth step).
 * No other timer runs in TIME-WAIT, since everything that we sent is acknowledged. */
void tcp_enter_time_wait(struct tcp *t, const char *reason)
{
	struct stack *st = tcp_stack(t);
	/* RFC 9293, 3.6.1, MUST-13: for 2 MSL. */
	int64_t msls = defect(st, DEFECT_TCP_TIME_WAIT_SHORT) ? 1 : 2;

	if (t->state != TCPS_TIME_WAIT) {
		tcp_metrics_save(t);
		if (t->socket->fd < 0)
			tcp_fast_open_over(t);
		tcp_disarm_all(t);
		tcp_set_state(t, TCPS_TIME_WAIT, reason);
		if (too_many_wait(st)) {                     /* over at once, after the ACK of the FIN */
			count(st, TcpExtTCPTimeWaitOverflow);
			msls = 0;
		} else {
			keep_as_time_wait(t, TcpExtTW);
		}
	}
	tcp_arm(t, TCP_TIMER_TIME_WAIT, vtime_ms(msls * st->config.tcp_msl_s * 1000));
}
