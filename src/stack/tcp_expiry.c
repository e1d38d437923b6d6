/* SPDX-License-Identifier: MIT
 *
 * tcp_expiry.c - what happens when a timer of a connection fires
 *
 * RFC 6298, 5 (retransmission); RFC 9293, 3.8.3 (R1, R2), 3.8.4 (keep-alive), 3.8.6.1 (zero-window probes),
 * 3.8.6.2.1 (override), 3.8.6.3 (delayed ACK), 3.6.1 (TIME-WAIT); RFC 5482 (user time-out).
 *
 * Each timer has a function, which the host finds by the table at the end. tcp_timer.c arms timers and knows none of
 * these functions, so sending and receiving need not know what a time-out leads to. Each function decides whether the
 * connection is to give up; if not, it lets the owner of what is late act, and arms the timer anew.
 *
 * How long a connection tries is limited (tired()) by a number of tries, or by the user's time-out if there is one.
 * Which tries count depends on the peer: one that acknowledges probes of a shut window may do so for ever (RFC 9293,
 * 3.8.6.1, MUST-37).
 */
#include "stack/tcp_expiry.h"

#include <errno.h>

#include "stack/recovery.h"
#include "stack/tcp_fastopen_hole.h"
#include "stack/tcp_ack.h"
#include "stack/tcp_busy.h"
#include "stack/tcp_chunk.h"
#include "stack/tcp_life.h"
#include "stack/tcp_listen.h"
#include "stack/tcp_mss.h"
#include "stack/tcp_mtu_probe.h"
#include "stack/tcp_option.h"
#include "stack/tcp_output.h"
#include "stack/tcp_rto.h"
#include "stack/tcp_send.h"
#include "stack/tcp_snd.h"
#include "stack/tcp_state.h"
#include "stack/tcp_statistics.h"
#include "stack/tcp_timer.h"

/* The errno of a connection that got no answer: the last error by ICMP, else a time-out (RFC 9293, 3.9.2.2,
 * SHLD-25). */
static void give_up(struct tcp *t, const char *reason)
{
	int soft = t->socket->soft_error;

	count(tcp_stack(t), TcpExtTCPAbortOnTimeout);
	tcp_fail(t, soft ? soft : ETIMEDOUT, reason);
}

/* ---- retransmission ---- */

static int syn_retries(const struct tcp *t)
{
	return t->options.syn_count >= 0 ? t->options.syn_count : (int)tcp_stack(t)->config.tcp_syn_retries;
}

/* Of a SYN,ACK. Until somebody has accepted the connection its listener has a say, with what it says now; after a
 * simultaneous open the SYN,ACK is our SYN, sent again. */
static int answer_retries(const struct tcp *t)
{
	const struct stack_config *c = &tcp_stack(t)->config;
	const struct tcp *owner = t->place.parent ? t->place.parent : t;

	if (defect(tcp_stack(t), DEFECT_TCP_ANSWER_TRIES_OF_HOST))
		return (int)c->tcp_synack_retries;
	if (!t->place.passive)
		return syn_retries(t);
	return owner->options.syn_count >= 0 ? owner->options.syn_count : (int)c->tcp_synack_retries;
}

/* How many tries without an answer: for our SYN the option TCP_SYNCNT or the host's number, plus those that are not
 * backed off. For a SYN,ACK, for a connection without a user, and for text the host has a number each. */
static int retry_limit(const struct tcp *t)
{
	const struct stack_config *c = &tcp_stack(t)->config;

	if (t->state == TCPS_SYN_SENT) {
		int retries = syn_retries(t);
		int linear = (int)c->tcp_syn_linear_timeouts;
		return retries + (linear < retries ? linear : retries);
	}
	if (t->state == TCPS_FAST_OPENED && !defect(tcp_stack(t), DEFECT_TCP_FAST_OPEN_IMPATIENT))
		return (int)(c->tcp_synack_retries + c->tcp_fast_open_more_retries);
	if (!t->snd.syn_acked)
		return answer_retries(t);
	return (int)(t->socket->fd < 0 && !t->place.parent ? c->tcp_orphan_retries : c->tcp_retries2);
}

/* R2 (RFC 9293, 3.8.3, MUST-20, MUST-23) or the user's time-out (RFC 9293, 3.9.1.1, 3.10.8; RFC 5482, 3). R2 may be a
 * number of @tries; for text, but not for @probes, it may be a time. */
static bool tired(const struct tcp *t, int tries, bool probes)
{
	int64_t limit = tcp_user_timeout_ms(t);

	if (defect(tcp_stack(t), DEFECT_TCP_NO_RETRY_LIMIT))
		return false;
	/* Before the first probe nobody has been asked whether the window is still shut. */
	bool asked = t->rtx.shut || defect(tcp_stack(t), DEFECT_TCP_UNASKED_GIVEN_UP);
	if (limit && t->state != TCPS_SYN_RECEIVED)
		return (probes ? asked : tcp_rto_user_waits(t)) &&
		       !vtime_before(vtime_sub(tcp_stack(t)->now, tcp_rto_waits_since(t)), vtime_ms(limit));
	const struct stack_config *c = &tcp_stack(t)->config;
	if (t->state == TCPS_SYN_SENT && c->tcp_retries_unit_ms && !defect(tcp_stack(t), DEFECT_TCP_SYN_TRIES_COUNTED))
		return tcp_rto_syn_patience_over(t, syn_retries(t));
	int most = retry_limit(t), few = 5;

	if (defect(tcp_stack(t), t->snd.syn_acked ? DEFECT_TCP_TEXT_GIVEN_UP : DEFECT_TCP_SYN_GIVEN_UP) && most > few)
		most = few;
	if (!probes && t->snd.syn_acked && tcp_stack(t)->config.tcp_retries_unit_ms &&
	    !defect(tcp_stack(t), DEFECT_TCP_RETRIES_COUNTED))
		return tcp_rto_patience_over(t, most);
	return tries >= most;
}

/* Perhaps only one path of several loses everything: with another flow label routers may choose another path (RFC 6438,
 * 3). */
static void change_flow(struct tcp *t)
{
	if (!tcp_stack(t)->config.tcp_timeout_changes_flow_label || t->socket->options.machine.keeps_way)
		return;
	t->socket->flow_turn++;
	if (t->state == TCPS_SYN_RECEIVED || t->state == TCPS_FAST_OPENED)
		return;
	count(tcp_stack(t), TcpExtTcpTimeoutRehash);
	tcp_timeout_rehashed(t);
}

/* Our SYN,ACK is lost for the second time or so: then whatever its user has sent meanwhile is, too. */
static bool takes_text_for_lost(const struct tcp *t)
{
	const struct stack_config *c = &tcp_stack(t)->config;

	return t->state == TCPS_FAST_OPENED && c->tcp_syn_ack_lost_with_text &&
	       t->rtx.retries == c->tcp_syn_losses_forgiven && !defect(tcp_stack(t), DEFECT_TCP_SYN_ACK_LOST_ALONE);
}

/* RFC 9293, 3.8.3, MUST-23: SYNs are retried as well, with a limit of their own. Text of Fast Open goes out only
 * once. */
static void retransmit_syn(struct tcp *t)
{
	/* A child that only waits for the first text has been answered: nothing is lost (TCP_DEFER_ACCEPT). */
	bool silent = t->place.deferred && tcp_listen_defers(t) &&
	              !defect(tcp_stack(t), DEFECT_TCP_DEFERRED_REPEATS);

	if (t->state == TCPS_SYN_SENT && t->rtx.retries)
		count(tcp_stack(t), TcpExtTCPLostRetransmit);
	tcp_rto_syn_lost(t);
	if (takes_text_for_lost(t))
		recovery_timed_out(t);
	tcp_rto_try(t);
	tcp_timeout_begins(t);
	if (t->state != TCPS_SYN_SENT || t->rtx.retries > tcp_stack(t)->config.tcp_syn_linear_timeouts)
		tcp_back_off(t);
	change_flow(t);
	if (silent) {
		count(tcp_stack(t), TcpExtTCPTimeouts);
		tcp_rto_untime(t);
	} else {
		tcp_listen_defer(t, false);
		if (!defect(tcp_stack(t), DEFECT_TCP_NO_SYN_RETRY)) {
			count(tcp_stack(t), TcpExtTCPSynRetrans);
			count(tcp_stack(t), TcpExtTCPTimeouts);
			tcp_send_syn_text(t, defect(tcp_stack(t), DEFECT_FAST_OPEN_TEXT_AGAIN) ? t->fast_open.text : 0);
		}
	}
	tcp_arm_retry(t, TCP_TIMER_RETRANSMIT);
}

/* What has just left was a probe itself, so no probe of the tail follows, but the full time-out. */
static void wait_in_full(struct tcp *t)
{
	tcp_disarm(t, TCP_TIMER_RECOVERY);
	tcp_arm_retransmit(t);
}

static void fire_override(struct tcp *t)
{
	/* RFC 9293, 3.8.6.2.1, (4): what the rules held back goes now. */
	struct tcp_piece p = { .seq = t->snd.cursor, .flags = TCP_ACK | TCP_PSH };
	int32_t unsent = seq_diff(tcp_queue_end(t), t->snd.cursor);
	int32_t window = seq_diff(seq_add(t->snd.una, t->snd.wnd), t->snd.cursor);

	p.offset = (size_t)seq_diff(t->snd.cursor, tcp_queue_start(t));
	p.length = unsent < window ? (uint32_t)(unsent > 0 ? unsent : 0) : (uint32_t)(window > 0 ? window : 0);
	uint32_t mss = tcp_send_mss(t), extra = t->agreed.user_timeout_due ? TCP_USER_TIMEOUT_BYTES : 0;
	uint32_t room = mss > extra ? mss - extra : 1;
	if (p.length > room)
		p.length = room;
	if (p.length) {
		tcp_snd_written(t, false);                   /* PSH is set, also when it goes out again */
		tcp_segment_send(t, &p);
		if (tcp_stack(t)->config.tcp_override_by_probe && !defect(tcp_stack(t), DEFECT_TCP_OVERRIDE_PROBED)) {
			tcp_rto_probe_took_text(t);
			wait_in_full(t);
		}
		if (!defect(tcp_stack(t), DEFECT_TCP_OVERRIDE_PUSHED_ONCE))
			tcp_chunk_push(t, seq_add(p.seq, p.length));
	}
	tcp_output(t);
}

/* RFC 9293, 3.8.6.1, MUST-36: a shut window is probed, since the update that opens it may be lost. */
static void fire_persist(struct tcp *t)
{
	if (t->snd.wnd && tcp_unsent(t)) {                   /* tcp_override_by_probe: the window was only too small */
		fire_override(t);
		return;
	}
	if (tired(t, t->rtx.probes, true)) {
		give_up(t, "window probes without answer");
		return;
	}
	tcp_rto_probe(t);
	if (!defect(tcp_stack(t), DEFECT_TCP_PERSIST_STEADY))
		tcp_back_off_probe(t);
	tcp_send_window_probe(t);
	tcp_arm_retry(t, TCP_TIMER_PERSIST);
}

/* With few segments in flight there are too few ACKs for fast retransmit, so such a stream depends on time-outs: the
 * user may ask for the first of them not to be backed off. */
enum { THIN_MOST_SEGMENTS = 3, THIN_MOST_TRIES = 6 };

static void back_off_data(struct tcp *t)
{
	bool wanted = t->options.thin_linear || tcp_stack(t)->config.tcp_thin_linear_timeouts;
	bool thin = t->sent.count <= THIN_MOST_SEGMENTS && t->congestion.ssthresh < CWND_LIMIT;

	if (wanted && thin && t->rtx.retries <= THIN_MOST_TRIES && t->state == TCPS_ESTABLISHED)
		tcp_rto_linear(t);
	else
		tcp_back_off(t);
}

static void fire_retransmit(struct tcp *t)
{
	bool last = tired(t, t->rtx.retries, false);

	tcp_fast_open_timed_out(t, last);
	if (last) {
		if (t->state != TCPS_SYN_RECEIVED)
			count(tcp_stack(t), TcpExtTCPTimeouts);
		give_up(t, "retransmission limit (RFC 9293, 3.8.3)");
		return;
	}
	if (!t->snd.syn_acked) {
		retransmit_syn(t);
		return;
	}
	/* RFC 9293, 3.8.6, MAY-7: beyond the window, which has shut. A probe without an octet would never bring what is
	 * missing, and a peer whose buffer is full of what came behind that cannot open the window before. */
	const struct stack_config *c = &tcp_stack(t)->config;
	bool into_shut = c->tcp_retransmit_into_shut || c->tcp_probe_without_text;
	if (t->snd.wnd == 0 && into_shut && !defect(tcp_stack(t), DEFECT_TCP_SHUT_WINDOW_WAITS)) {
		recovery_timed_out(t);                           /* no try counts, since the peer answers */
		back_off_data(t);
		tcp_retransmit_timed_out(t);
		tcp_arm_retry(t, TCP_TIMER_RETRANSMIT);
		return;
	}
	if (t->snd.wnd == 0) {
		/* The window closed over text in flight: probe it, for as long as probes are answered (RFC 9293,
		 * 3.8.6.1, MUST-37). */
		tcp_snd_move(t, t->snd.una);
		tcp_rto_untime(t);
		fire_persist(t);
		return;
	}
	count(tcp_stack(t), TcpExtTCPTimeouts);
	tcp_mtu_timed_out(t);
	recovery_timed_out(t);
	tcp_rto_try(t);
	if (t->rtx.retries == tcp_stack(t)->config.tcp_retries1)    /* RFC 9293, 3.8.3, MUST-20: no gateway to change */
		tcp_note(t, "R1 reached: negative advice to IP");
	tcp_timeout_begins(t);
	tcp_busy_hold(t);
	back_off_data(t);
	change_flow(t);
	tcp_retransmit_timed_out(t);
	tcp_arm_retry(t, TCP_TIMER_RETRANSMIT);                  /* (5.6) */
}

static void fire_recovery(struct tcp *t)
{
	if (recovery_timer(t)) {
		tcp_output(t);
	} else {
		tcp_retransmit(t);
		tcp_busy_hold(t);
	}
}

static void fire_pacing(struct tcp *t)
{
	recovery_turn(t);
	tcp_output(t);
}

/* ---- acknowledgements, keep-alive ---- */

static void fire_delayed_ack(struct tcp *t)
{
	tcp_ack_waited(t);
	count(tcp_stack(t), TcpExtDelayedACKs);
	tcp_send_ack(t);
}

static void fire_compressed_ack(struct tcp *t)
{
	tcp_send_ack(t);
}

static void fire_keepalive(struct tcp *t)
{
	const struct stack *st = tcp_stack(t);
	const struct stack_config *c = &st->config;
	int idle = t->options.keep_idle_s >= 0 ? t->options.keep_idle_s : (int)c->tcp_keepalive_time_s;
	int interval = t->options.keep_interval_s >= 0 ? t->options.keep_interval_s : (int)c->tcp_keepalive_interval_s;
	int most = t->options.keep_count >= 0 ? t->options.keep_count : (int)c->tcp_keepalive_probes;
	int64_t silent = vtime_sub(st->now, t->stats.last_received).ns;

	if (silent < vtime_s(idle).ns) {
		tcp_arm_keepalive(t);
		return;
	}
	/* RFC 9293, 3.8.4, MUST-26: only if nothing is in flight that will be answered anyway. */
	if (tcp_flight(t) == 0 && t->snd.queue.length == 0) {
		int64_t limit = tcp_user_timeout_ms(t);
		if (limit ? t->stats.keep_probes && silent >= vtime_ms(limit).ns : t->stats.keep_probes >= most) {
			tcp_send_reset(t);
			give_up(t, "keep-alive probes without answer (RFC 9293, 3.8.4)");
			return;
		}
		/* RFC 9293, 3.8.4, MUST-29: a single unanswered probe proves nothing. RFC 1122, 4.2.3.6: SND.NXT-1 */
		tcp_count_keep_probe(t);
		count(tcp_stack(t), TcpExtTCPKeepAlive);
		if (!defect(st, DEFECT_TCP_NO_KEEPALIVE))
			tcp_send_probe(t, seq_back(t->snd.nxt, 1));
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
	t->socket->ticket = 0;                            /* close() returns; the connection goes on without its user */
	socket_wake(t->socket);
}

/* ---- by number ---- */

#define FIRE(name, which) \
	static void expired_##name(struct stack *st, struct timer *timer) \
	{ \
		struct tcp *t = OWNER_OF(timer, struct tcp, timers[which]); \
		(void)st; \
		tcp_timer_tell(t, STACK_EVENT_TIMER_FIRED, which); \
		fire_##name(t); \
		tcp_leave(t); \
	}

FIRE(retransmit, TCP_TIMER_RETRANSMIT)
FIRE(recovery, TCP_TIMER_RECOVERY)
FIRE(pacing, TCP_TIMER_PACING)
FIRE(persist, TCP_TIMER_PERSIST)
FIRE(delayed_ack, TCP_TIMER_DELAYED_ACK)
FIRE(compressed_ack, TCP_TIMER_COMPRESSED_ACK)
FIRE(override, TCP_TIMER_OVERRIDE)
FIRE(keepalive, TCP_TIMER_KEEPALIVE)
FIRE(fin_wait_2, TCP_TIMER_FIN_WAIT_2)
FIRE(time_wait, TCP_TIMER_TIME_WAIT)
FIRE(linger, TCP_TIMER_LINGER)

timer_function *const tcp_expired[TCP_TIMER_COUNT] = {
	[TCP_TIMER_RETRANSMIT] = expired_retransmit, [TCP_TIMER_RECOVERY] = expired_recovery,
	[TCP_TIMER_PACING] = expired_pacing, [TCP_TIMER_PERSIST] = expired_persist,
	[TCP_TIMER_DELAYED_ACK] = expired_delayed_ack, [TCP_TIMER_COMPRESSED_ACK] = expired_compressed_ack,
	[TCP_TIMER_OVERRIDE] = expired_override,
	[TCP_TIMER_KEEPALIVE] = expired_keepalive,
	[TCP_TIMER_FIN_WAIT_2] = expired_fin_wait_2, [TCP_TIMER_TIME_WAIT] = expired_time_wait,
	[TCP_TIMER_LINGER] = expired_linger,
};
