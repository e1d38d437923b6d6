/* SPDX-License-Identifier: MIT
 *
 * socket_option.h - inside the stack: what setsockopt() can set on any socket
 *
 * struct socket_options is what the user has said about a socket, and nothing that the stack has found out. It holds no
 * pointers, so a child gets its listener's options by assignment.
 */
#ifndef STACK_SOCKET_OPTION_H
#define STACK_SOCKET_OPTION_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "stack/ip_packet.h"
#include "stack/stack.h"

enum { IP_OPTION_ROOM = 40 };

struct socket;

/* What a user may set about the cards, processors, filters and clocks of a machine. This host has none of them, so most
 * values are just kept and read back. */
struct machine_options {
	bool receive_mark, receive_priority;                 /* SO_RCVMARK, SO_RCVPRIORITY */
	bool receive_label;                                  /* IP_PASSSEC: no packet here has one */
	bool error_extension, error_extension6;              /* IP_RECVERR_RFC4884, IPV6_RECVERR_RFC4884 */
	bool label_of_address;                               /* IPV6_FLOWINFO_SEND: no address here has a label */
	bool debug, wifi_status, no_frame_checksum, prefer_busy_poll, filter_locked;
	bool keeps_way;                                      /* SO_TXREHASH: a time-out changes no flow label */
	bool select_error_queue;                             /* an entry in the error queue raises POLLPRI, too */
	int busy_poll_us, incoming_cpu;
	int bound_interface;                                 /* SO_BINDTODEVICE, SO_BINDTOIFINDEX; 0: none */
	int transmit_clock;                                  /* SO_TXTIME */
	uint32_t transmit_flags;
};

/* What setsockopt() can set and a child inherits from its listener. Copied by assignment. */
struct socket_options {
	bool reuse_address, reuse_port, keep_alive, broadcast, oob_inline, no_check, dont_route, time_stamp;
	bool time_stamp_ns, report_drops;                    /* SO_TIMESTAMPNS (with .time_stamp), SO_RXQ_OVFL */
	bool zero_copy, free_bind, transparent;              /* SO_ZEROCOPY, IP_FREEBIND, IP_TRANSPARENT */
	bool time_stamp_new;                                 /* in the form of SO_TIMESTAMP_NEW and its like */
	bool group_all, group_all6;                          /* IP_MULTICAST_ALL, IPV6_MULTICAST_ALL */
	int time_stamping;                                   /* SO_TIMESTAMPING: SOF_TIMESTAMPING_* */
	bool linger;
	int linger_s;
	int receive_buffer, send_buffer;                     /* sizes in bytes; TCP may change them */
	bool receive_buffer_locked, send_buffer_locked;      /* set by the user */
	bool was_paced;                                      /* once, if only for a moment (tcp_pacing_stays) */
	uint64_t max_pacing_rate;                            /* bytes a second; UINT64_MAX: no limit */
	int receive_low_water, priority, mark;
	vtime_t receive_timeout, send_timeout;               /* VTIME_NEVER: none */
	uint8_t tos, traffic_class;
	int16_t ttl, hop_limit, multicast_ttl, multicast_hops;                /* -1: the host's default */
	bool multicast_loop;
	int pmtu_discovery, pmtu_discovery6;                 /* enum ip_pmtu_discovery */
	bool v6only, receive_errors, receive_errors6;        /* IP_RECVERR, IPV6_RECVERR */
	bool packet_info, packet_info6, receive_ttl, receive_hop_limit, receive_tos, receive_class, receive_options;
	bool receive_destination, receive_destination6, receive_flow, receive_fragment_size, receive_fragment_size6;
	bool return_options;                                 /* IP_RETOPTS */
	bool receive_headers[HEADER_KINDS], receive_path_mtu;
	int address_preferences;                             /* IPV6_ADDR_PREFERENCES: RFC 5014 */
	bool packet_info_old, receive_hop_limit_old;         /* as before RFC 3542: IPV6_2292PKTINFO, _2292HOPLIMIT */
	bool bind_address_no_port;
	uint32_t port_range;                                 /* IP_LOCAL_PORT_RANGE: first, and last << 16; 0: open */
	int sending_interface;                               /* IP_UNICAST_IF, IPV6_UNICAST_IF */
	uint32_t largest_fragment6;                          /* IPV6_MTU as it was set; 0: as the path says */
	bool auto_label_chosen, auto_label;         /* IPV6_AUTOFLOWLABEL: whether the user has set it, and its value */
	uint8_t minimum_ttl, minimum_hops;                   /* IP_MINTTL, IPV6_MINHOPCOUNT: RFC 5082 */
	bool dont_fragment;                                  /* IPV6_DONTFRAG: RFC 3542, 11.2; UDP alone */
	struct ip_address multicast_source;                  /* IP_MULTICAST_IF; version 0: not set */
	int multicast_interface;                             /* IPV6_MULTICAST_IF: STACK_INTERFACE, or 0 */
	uint32_t flow_label;
	uint8_t option_length;                               /* IP_OPTIONS */
	bool options_received;                      /* these options are a source route from the peer, not the user's */
	uint8_t options[IP_OPTION_ROOM];
	struct machine_options machine;
};

/* @domain: AF_INET or AF_INET6. */
void socket_options_init(const struct stack *st, int domain, struct socket_options *o);
int socket_set_option(struct socket *s, int level, int name, const void *value, socklen_t length);
int socket_get_option(struct socket *s, int level, int name, void *value, socklen_t *length);

#endif
