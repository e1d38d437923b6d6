/* SPDX-License-Identifier: MIT
 *
 * tcp_icmp.c - what an ICMP error means to a connection (RFC 9293, 3.9.2.2; RFC 5927; RFC 5461; RFC 6069)
 */
#include <errno.h>

#include "stack/icmp_error.h"
#include "stack/path.h"
#include "stack/recovery.h"
#include "stack/socket_error.h"
#include "stack/socket_table.h"
#include "stack/tcp_auth.h"
#include "stack/tcp_congestion.h"
#include "stack/tcp_input.h"
#include "stack/tcp_life.h"
#include "stack/tcp_mss.h"
#include "stack/tcp_mtu_probe.h"
#include "stack/tcp_option.h"
#include "stack/tcp_output.h"
#include "stack/tcp_rto.h"
#include "stack/tcp_send.h"
#include "stack/tcp_sent.h"
#include "stack/tcp_snd.h"
#include "stack/tcp_state.h"
#include "stack/tcp_timer.h"

/* Is a segment on its way that is larger than @mss? */
static bool any_larger(const struct tcp *t, uint32_t mss)
{
	for (size_t i = 0; i < t->sent.count; i++)
		if (tcp_sent_segment(t, i)->text > mss)
			return true;
	return false;
}

/* The path is no news, since another socket was told of it, but what is on its way here is too large for it as well. */
static bool known_too_late(const struct tcp *t)
{
	return tcp_in(t, TCPM_SENDS) && any_larger(t, tcp_send_mss(t)) &&
	       !defect(tcp_stack(t), DEFECT_TCP_TOO_BIG_OF_OTHERS);
}

/* A segment was too large: send smaller ones from the oldest octet on. This is no sign of congestion (RFC 1191,
 * 6.5). */
static void too_big(struct tcp *t, uint32_t mss_before)
{
	tcp_mtu_lowered(t);
	uint32_t mss = tcp_send_mss(t);

	/* RFC 5681, 3.1: the congestion window shrinks with the segments. */
	if (mss < mss_before) {
		tcp_congestion_set_window(t, (uint32_t)((uint64_t)t->congestion.cwnd * mss / mss_before));
		tcp_snd_scale_flight(t, mss, mss_before);
	}
	/* RFC 7413, 4.1.3.1: text in the SYN was too much for the path. */
	if (t->state == TCPS_SYN_SENT && t->fast_open.text &&
	    (!t->rtx.retries || !defect(tcp_stack(t), DEFECT_FAST_OPEN_TOO_BIG_ONCE))) {
		tcp_offer_options(t);
		tcp_send_syn(t);
		return;
	}
	if (!tcp_in(t, TCPM_SENDS) || seq_equal(t->snd.una, t->snd.nxt))
		return;
	/* RFC 1191, 6.4: what fits has not been dropped. */
	if (mss >= mss_before && !any_larger(t, mss) && !defect(tcp_stack(t), DEFECT_TCP_FITTING_AGAIN))
		return;
	recovery_too_large(t, mss);
	tcp_rto_untime(t);
	tcp_output(t);
}

/* RFC 6069 heeds two codes of ICMP only, by which a router says that it has no way to the network or the host. Others
 * have an errno in common with them, but are about what is forbidden, unknown or underway for too long. Of ICMPv6
 * hosts were seen to heed "no route" alone. */
static bool is_disruption(const struct stack *st, const struct icmp_error *e)
{
	enum { UNREACHABLE = 3, NET = 0, HOST = 1, UNREACHABLE6 = 1, NO_ROUTE6 = 0 };         /* RFC 792, RFC 4443 */

	if (defect(st, DEFECT_TCP_ANY_ERROR_REVERTS))
		return e->error == ENETUNREACH || e->error == EHOSTUNREACH;
	if (e->tuple.source.version == 6)
		return e->type == UNREACHABLE6 && e->code == NO_ROUTE6;
	return e->type == UNREACHABLE && (e->code == NET || e->code == HOST);
}

/* RFC 6069, 4.2: the oldest segment timed out because the path was broken, not because it is congested. So the last
 * doubling of the RTO is undone, and the segment is sent again at once if that time has passed. */
static void revert_backoff(struct tcp *t, const struct icmp_error *e)
{
	const struct stack *st = tcp_stack(t);
	vtime_t left;

	if (!st->config.tcp_icmp_reverts_backoff || !is_disruption(st, e) || !tcp_in(t, TCPM_SENDS) || !t->sent.count ||
	    !t->rtx.retries || !t->rtx.backoff || e->seq != t->snd.una.value || defect(st, DEFECT_TCP_BACKOFF_KEPT))
		return;
	tcp_rto_reverted(t);
	left = vtime_sub(vtime_add(tcp_sent_segment(t, 0)->at, tcp_rto_now(t)), st->now);
	tcp_arm_retry_in(t, TCP_TIMER_RETRANSMIT, vtime_max(left, vtime_ns(1)));
	tcp_note(t, "ICMP: the last back-off is taken back (RFC 6069, 4.2)");
}

/* A listener's half-open connection may follow other rules than one that connects: over IPv4 any error ends it, but of
 * "unreachable" only net and host; over IPv6 only hard errors do. Anybody can forge an error about a SYN. */
static bool ends_request(const struct icmp_error *e)
{
	enum { UNREACHABLE = 3, NET = 0, HOST = 1 };         /* types and codes of RFC 792 */

	if (e->tuple.source.version == 6)
		return e->severity == ICMP_HARD;
	return e->type != UNREACHABLE || e->code == NET || e->code == HOST;
}

static void unreachable(struct tcp *t, const struct icmp_error *e)
{
	const struct stack *st = tcp_stack(t);
	bool hard = e->severity == ICMP_HARD, ends;
	/* A connection that was opened by the text of a SYN is like any other once the user has it. */
	bool opening = !t->snd.syn_acked && !(t->fast_open.passive && !t->place.queued);

	/* SHLD-26, and RFC 5927, 5.2: an open connection does not end because of a message that anyone may send.
	 * MUST-56: soft errors never end one; RFC 5461, 4.1 lets them end an attempt. */
	ends = opening ? hard || st->config.tcp_soft_errors_abort_open : hard && st->config.tcp_hard_errors_abort;
	bool request = t->state == TCPS_SYN_RECEIVED && t->place.parent;             /* not opened by Fast Open */
	if (request && st->config.tcp_requests_apart && !defect(st, DEFECT_TCP_REQUEST_REFUSED))
		ends = ends_request(e);
	if (defect(st, DEFECT_TCP_ICMP_HARD))
		ends = true;
	if (e->error == ENOPROTOOPT && defect(st, DEFECT_TCP_NO_PROTOCOL_UNHEARD))
		return;
	if (opening || defect(st, DEFECT_TCP_ERRORS_QUEUED)) /* SO_ERROR reports it on an open connection */
		socket_queue_error(t->socket, e);
	if (ends)
		tcp_fail(t, e->error, "ICMP error (RFC 9293, 3.9.2.2, SHLD-26)");
	else if (socket_wants_errors(t->socket, e->tuple.destination.version) &&
	         !defect(st, DEFECT_TCP_SOFT_ERROR_KEPT))
		socket_fail(t->socket, e->error);
	else
		t->socket->soft_error = e->error;                /* SHLD-25: reported if the connection fails */
	if (!ends)
		revert_backoff(t, e);
}

void tcp_icmp_error(struct stack *st, const struct icmp_error *e)
{
	struct tuple tuple = tuple_reversed(&e->tuple);
	struct socket *s = socket_find(st, PROTOCOL_TCP, &tuple);
	struct tcp *t = s ? s->tcp : NULL;

	if (!t || tcp_in(t, 1 << TCPS_CLOSED | 1 << TCPS_LISTEN | 1 << TCPS_TIME_WAIT)) {
		if (!t || t->state != TCPS_TIME_WAIT)
			count(st, e->tuple.source.version == 4 ? IcmpInErrors : Icmp6InErrors);
		stack_drop(st, NULL, "ICMP error for no connection");
		return;
	}
	/* RFC 5927, 4.1: SND.UNA =< SEG.SEQ < SND.NXT */
	if (!seq_in(seq_from(e->seq), t->snd.una, tcp_flight(t) + st->config.tcp_icmp_at_next) &&
	    !defect(st, DEFECT_TCP_ICMP_UNCHECKED)) {
		count(st, TcpExtOutOfWindowIcmps);
		stack_drop(st, NULL, "ICMP error about nothing in flight (RFC 5927, 4.1)");
		return;
	}
	if (e->severity != ICMP_TOO_BIG && tcp_auth_ignores_icmp(t)) {
		tcp_auth_icmp_dropped(t);
		stack_drop(st, NULL, "ICMP error for a connection with TCP-AO (RFC 5925, 7.8)");
		return;
	}
	uint32_t mss_before = tcp_send_mss(t);
	if (e->error == 0 && defect(st, DEFECT_TCP_QUENCH))
		tcp_congestion_set_window(t, tcp_send_mss(t));   /* what RFC 6633, 3 forbids */
	else if (e->severity != ICMP_TOO_BIG)
		unreachable(t, e);
	else if (ip_lower_path_mtu(st, &e->tuple.destination, e->info, e->quoted_total) || known_too_late(t))
		too_big(t, mss_before);
	tcp_leave(t);
}
