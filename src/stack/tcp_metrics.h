/* SPDX-License-Identifier: MIT
 *
 * tcp_metrics.h - knowledge of a peer that outlives the connection
 */
#ifndef STACK_TCP_METRICS_H
#define STACK_TCP_METRICS_H

#include "stack/tcp.h"

/* What is known about the peer at one address, from one address of ours. Its cookie is empty when none is known. */
struct tcp_metrics {
	struct tcp_metrics *next;
	struct ip_address local, remote;
	uint16_t mss;                                        /* of its last SYN,ACK; 0: not known */
	struct fast_open_cookie cookie;
	bool ask_experimental;                               /* the last request in the standard form had no answer */
	vtime_t rtt;                                         /* of connections that ended well; 0: not known */
};

/* NULL: nothing is known. The entry is valid until the next call that adds or forgets one. */
const struct tcp_metrics *tcp_metrics_find(const struct stack *st, const struct ip_address *local,
                                           const struct ip_address *remote);
/* The entry to write to, made if there is none; the least recently used one makes room. NULL: no memory. */
struct tcp_metrics *tcp_metrics_enter(struct stack *st, const struct ip_address *local,
                                      const struct ip_address *remote);
/* Forget what is known about @remote, or everything (NULL). Was there anything? */
bool tcp_metrics_forget(struct stack *st, const struct ip_address *remote);

/* The smoothed round trip of connections before (RFC 9040, 6.2); 0: nothing is known. */
vtime_t tcp_metrics_rtt(const struct tcp *t);
/* Both sides have closed @t, or its user has and only a remnant is left: keep its round trip. */
void tcp_metrics_save(const struct tcp *t);

#endif
