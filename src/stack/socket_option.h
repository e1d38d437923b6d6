/* SPDX-License-Identifier: MIT
 *
 * socket_option.h - inside the stack: what setsockopt() can set on any socket
 *
 * struct socket_options is what a user has said about a socket, nothing that the stack has found out. It holds no
 * pointers: a child gets its listener's by assignment.
 */
#ifndef STACK_SOCKET_OPTION_H
#define STACK_SOCKET_OPTION_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "stack/stack.h"

enum { IP_OPTION_ROOM = 40 };

struct socket;

/* What setsockopt() can set and a child inherits from its listener. Copied by assignment. */
struct socket_options {
	bool reuse_address, reuse_port, keep_alive, broadcast, oob_inline, no_check, dont_route, time_stamp;
	bool time_stamp_ns, report_drops;                    /* SO_TIMESTAMPNS (with .time_stamp), SO_RXQ_OVFL */
	bool zero_copy, free_bind;                           /* SO_ZEROCOPY, IP_FREEBIND */
	int time_stamping;                                   /* SO_TIMESTAMPING: SOF_TIMESTAMPING_* */
	bool linger;
	int linger_s;
	int receive_buffer, send_buffer;                     /* bytes of user data; TCP may move them */
	bool receive_buffer_locked, send_buffer_locked;      /* set by the user */
	uint64_t max_pacing_rate;                            /* bytes a second; UINT64_MAX: no limit */
	int receive_low_water, priority, mark;
	vtime_t receive_timeout, send_timeout;               /* VTIME_NEVER: none */
	uint8_t tos, traffic_class;
	int16_t ttl, hop_limit, multicast_ttl, multicast_hops;                /* -1: the host's default */
	bool multicast_loop;
	int pmtu_discovery, pmtu_discovery6;                 /* enum ip_pmtu_discovery */
	bool v6only, receive_errors, receive_errors6;        /* IP_RECVERR, IPV6_RECVERR */
	bool packet_info, packet_info6, receive_ttl, receive_hop_limit, receive_tos, receive_class, receive_options;
	bool receive_destination;
	bool auto_label_chosen, auto_label;                  /* IPV6_AUTOFLOWLABEL: set by the user; to what */
	uint8_t minimum_ttl, minimum_hops;                   /* IP_MINTTL, IPV6_MINHOPCOUNT: RFC 5082 */
	bool dont_fragment;                                  /* IPV6_DONTFRAG: RFC 3542, 11.2; UDP alone */
	struct ip_address multicast_source;                  /* IP_MULTICAST_IF; version 0: not set */
	int multicast_interface;                             /* IPV6_MULTICAST_IF: STACK_INTERFACE, or 0 */
	uint32_t flow_label;
	uint8_t option_length;                               /* IP_OPTIONS */
	bool options_received;                               /* a source route from the peer, not the user's options */
	uint8_t options[IP_OPTION_ROOM];
};

void socket_options_init(const struct stack *st, struct socket_options *o);
int socket_set_option(struct socket *s, int level, int name, const void *value, socklen_t length);
int socket_get_option(struct socket *s, int level, int name, void *value, socklen_t *length);

#endif
