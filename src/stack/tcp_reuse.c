/* SPDX-License-Identifier: MIT
 *
 * tcp_reuse.c - a SYN for a connection in TIME-WAIT: does it open a new incarnation?
 *
 * TIME-WAIT keeps segments of an old connection out of a new one between the same ports. A SYN that is provably newer
 * than all of these may end it early (RFC 9293, 3.6.1, MAY-2; RFC 6191): its time-stamp shows it, or its number does.
 * With nobody to listen there is nothing to open, and the SYN is answered like any other that is not acceptable.
 */
#include "stack/tcp_reuse.h"

#include "stack/socket_table.h"

/* RFC 6191, 2, where the new SYN has a time-stamp; else RFC 1122, 4.2.2.13: a number greater than the last that the old
 * connection used. The last number is that of its FIN, one before RCV.NXT. */
static bool is_newer(const struct tcp *t, const struct tcp_segment *seg)
{
	const struct stack_config *c = &tcp_stack(t)->config;
	int32_t stamp = (int32_t)(seg->ts_value - t->agreed.ts_recent);
	bool beyond = c->tcp_time_wait_beyond_next || defect(tcp_stack(t), DEFECT_TCP_TIME_WAIT_SYN_LATE);
	bool ahead = seq_after(seg->seq, beyond ? t->rcv.nxt : seq_back(t->rcv.nxt, 1));

	if (!seg->has_stamp || !c->tcp_time_wait_reuse)
		return ahead;
	return !t->agreed.stamps || stamp > 0 || (stamp == 0 && ahead);
}

enum tcp_reuse tcp_may_reuse(const struct tcp *t, const struct tcp_segment *seg)
{
	struct stack *st = tcp_stack(t);

	if (t->state != TCPS_TIME_WAIT || (seg->flags & (TCP_SYN | TCP_RST | TCP_ACK)) != TCP_SYN)
		return TCP_REUSE_NO;
	for (struct socket *s = NULL; (s = socket_next_on_port(st, PROTOCOL_TCP, t->socket->local.port, s)); ) {
		if (!s->listening)
			continue;
		if (is_newer(t, seg) && !defect(st, DEFECT_TCP_TIME_WAIT_REFUSES))
			return TCP_REUSE_YES;
		/* RFC 6191, 2: dropped; other hosts let the first step acknowledge it. */
		return st->config.tcp_time_wait_reuse == 1 ? TCP_REUSE_DROP : TCP_REUSE_NO;
	}
	return TCP_REUSE_NO;
}

bool tcp_is_vain_request(const struct tcp *t, const struct tcp_segment *seg)
{
	return t->state == TCPS_TIME_WAIT && (seg->flags & (TCP_SYN | TCP_RST | TCP_ACK)) == TCP_SYN &&
	       tcp_stack(t)->config.tcp_remnants && is_newer(t, seg) &&
	       !defect(tcp_stack(t), DEFECT_TCP_TIME_WAIT_SYN_SKIPPED);
}
