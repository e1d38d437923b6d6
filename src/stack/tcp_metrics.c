/* SPDX-License-Identifier: MIT
 *
 * tcp_metrics.c - knowledge of a peer that outlives the connection
 *
 * A client that opens a connection for the second time may know more than its own configuration tells it: the cookie
 * that the peer handed out, the largest segment that the peer takes, and in which form the peer understands the option
 * (RFC 7413, 4.1.3). RFC 9040, 6 names what else could be shared. Of that the smoothed round trip is kept here, as it
 * was watched on Linux: the longest one counts at once, a shorter one takes an eighth of the difference away, and a
 * connection that ends while its time-out is backed off, or that measured nothing, makes it unknown. A connection whose
 * handshake measured less, or nothing, begins with the RTO that follows from it.
 *
 * An entry belongs to a pair of addresses, without ports: RFC 7413, 4.1.3 asks for it by the server's address, and a
 * cookie is good for the client's address alone, so a host with several keeps one for each. The cache is a list with
 * the most recently used entry first. It is bounded, and when it is full the last one is dropped: peers can push each
 * other out, but never make the list grow.
 */
#include "stack/tcp_metrics.h"

#include "stack/ip_address.h"

static struct tcp_metrics **place_of(const struct stack *st, const struct ip_address *local,
                                     const struct ip_address *remote)
{
	struct tcp_metrics **at = &st->tcp->metrics;

	while (*at && !(ip_address_equal(&(*at)->remote, remote) && ip_address_equal(&(*at)->local, local)))
		at = &(*at)->next;
	return at;
}

const struct tcp_metrics *tcp_metrics_find(const struct stack *st, const struct ip_address *local,
                                           const struct ip_address *remote)
{
	return *place_of(st, local, remote);
}

static void forget_last(struct stack *st)
{
	struct tcp_metrics **at = &st->tcp->metrics;
	int64_t count = 1;

	while (*at && count++ < st->config.tcp_metrics_entries)
		at = &(*at)->next;
	for (struct tcp_metrics *m; (m = *at); ) {
		*at = m->next;
		memory_release(st, m);
	}
}

struct tcp_metrics *tcp_metrics_enter(struct stack *st, const struct ip_address *local, const struct ip_address *remote)
{
	struct tcp_metrics **at = place_of(st, local, remote), *m = *at;

	if (m) {
		*at = m->next;
	} else {
		forget_last(st);
		m = memory_allocate(st, sizeof(*m));
		if (!m)
			return NULL;
		m->local = *local;
		m->remote = *remote;
	}
	m->next = st->tcp->metrics;
	st->tcp->metrics = m;
	return m;
}

bool tcp_metrics_forget(struct stack *st, const struct ip_address *remote)
{
	bool found = false;

	for (struct tcp_metrics **at = &st->tcp->metrics, *m; (m = *at); ) {
		if (remote && !ip_address_equal(&m->remote, remote)) {
			at = &m->next;
			continue;
		}
		*at = m->next;
		memory_release(st, m);
		found = true;
	}
	return found;
}

vtime_t tcp_metrics_rtt(const struct tcp *t)
{
	const struct socket *s = t->socket;
	const struct tcp_metrics *m = tcp_metrics_find(s->stack, &s->local.ip, &s->remote.ip);

	if (!m || s->stack->config.tcp_no_metrics_save || defect(s->stack, DEFECT_TCP_RTT_FORGOTTEN))
		return vtime_ns(0);
	return m->rtt;
}

void tcp_metrics_save(const struct tcp *t)
{
	const struct socket *s = t->socket;
	const struct tcp_retransmission *x = &t->rtx;

	if (s->stack->config.tcp_no_metrics_save)
		return;
	struct tcp_metrics *m = tcp_metrics_enter(s->stack, &s->local.ip, &s->remote.ip);
	if (!m)
		return;
	if (x->backoff || !x->measured)
		m->rtt = vtime_ns(0);
	else if (vtime_before(m->rtt, x->srtt) || defect(s->stack, DEFECT_TCP_RTT_OF_LAST))
		m->rtt = x->srtt;
	else
		m->rtt.ns -= (m->rtt.ns - x->srtt.ns) / 8;
}
