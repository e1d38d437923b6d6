/* SPDX-License-Identifier: MIT
 *
 * tcp_metrics.c - knowledge of a peer that outlives the connection
 *
 * A client that opens a connection for the second time may know more than its own configuration tells it: the cookie
 * that the peer handed out, the largest segment that the peer takes, and in which form the peer understands the option
 * (RFC 7413, 4.1.3). RFC 2140 and RFC 9040, 3 name what else could be shared; that is not kept here yet.
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
