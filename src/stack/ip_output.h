/* SPDX-License-Identifier: MIT
 *
 * ip_output.h - inside the stack: packets that leave
 */
#ifndef STACK_IP_OUTPUT_H
#define STACK_IP_OUTPUT_H

#include "stack/stack.h"

enum ip_fragmentation {
	IP_FRAGMENT_BY_CONFIG,                               /* as ip_pmtu_discovery says */
	IP_FRAGMENT_NEVER,                                   /* set DF; -EMSGSIZE when larger than the path MTU */
	IP_FRAGMENT_AS_NEEDED,                               /* set DF while it fits, fragment when it does not */
	IP_FRAGMENT_ALLOWED,                                 /* DF clear */
	IP_FRAGMENT_LINK_NEVER,                              /* DF clear; -EMSGSIZE beyond the interface's MTU */
	IP_FRAGMENT_LINK_ALLOWED,                            /* DF clear; the interface's MTU counts, not the path's */
	IP_FRAGMENT_PROBE,                                   /* set DF; the interface's MTU counts, not the path's */
};

struct ip_send {
	struct ip_address source;                            /* version 0: chosen by ip_output() */
	struct ip_address destination;
	uint8_t protocol, tos;
	uint8_t ttl;                               /* 0: the default of the host, unless .host_only or .zero_ttl */
	bool zero_ttl;                                       /* the user wants a hop limit of 0 */
	bool host_only;                                  /* a TTL of 0: only to members on this host, not to the link */
	uint32_t flow_label;
	enum ip_fragmentation fragmentation;
	uint32_t largest;                                    /* largest fragment that the user wants; 0: any */
	uint16_t tunnel;                                     /* TCP within UDP: the peer's UDP port; 0: none */
	bool only_link, only_loopback;                       /* leave by this interface or not at all */
	bool loop_group;                                     /* members on this host get the multicast, too */
	uint8_t option_length;                               /* IPv4 */
	const uint8_t *options;
	const uint8_t *payload;                              /* transport header and data, checksum filled in */
	size_t length;
	uint16_t segment;                                    /* to ourselves: UDP datagrams in one, this long each */
};

/* 0, -EMSGSIZE, -ENETUNREACH, -EINVAL or -ENOBUFS. */
int ip_output(struct stack *st, const struct ip_send *s);

#endif
