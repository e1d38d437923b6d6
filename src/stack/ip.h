/* SPDX-License-Identifier: MIT
 *
 * ip.h - inside the stack: what IP hands up, and what it is asked to send
 */
#ifndef STACK_IP_H
#define STACK_IP_H

#include "stack/stack.h"

struct icmp_error;

/* A whole packet for this host, headers taken off, extension headers skipped, fragments put together. */
struct ip_packet {
	struct ip_address source, destination;
	uint8_t protocol, tos, ttl;
	uint32_t flow_label;
	bool group;                                          /* destination is multicast or broadcast */
	bool reassembled;                                    /* from fragments */
	uint8_t option_length;
	const uint8_t *options;                              /* IPv4 options as received */
	const uint8_t *payload;
	size_t length;
	const uint8_t *whole;                                /* from the IP header on, for quoting in errors */
	size_t whole_length, header_length;
};

/* The sum over pseudo-header and payload, 0 if right. */
uint16_t ip_payload_checksum(const struct ip_packet *p);

enum ip_fragmentation {
	IP_FRAGMENT_BY_CONFIG,                               /* as ip_pmtu_discovery says */
	IP_FRAGMENT_NEVER,                                   /* set DF; -EMSGSIZE when larger than the path MTU */
	IP_FRAGMENT_AS_NEEDED,                               /* set DF while it fits, fragment when it does not */
	IP_FRAGMENT_ALLOWED,                                 /* DF clear */
	IP_FRAGMENT_PROBE,                                   /* set DF; the interface's MTU counts, not the path's */
};

struct ip_send {
	struct ip_address source;                            /* version 0: chosen by ip_output() */
	struct ip_address destination;
	uint8_t protocol, tos;
	uint8_t ttl;                                         /* 0: the default of the host, unless .host_only */
	bool host_only;                                      /* a TTL of 0: to members on this host, not to the link */
	uint32_t flow_label;
	enum ip_fragmentation fragmentation;
	bool loop_group;                                     /* members on this host get multicast too */
	uint8_t option_length;                               /* IPv4 */
	const uint8_t *options;
	const uint8_t *payload;                              /* transport header and data, checksum done */
	size_t length;
};

/* 0, -EMSGSIZE, -ENETUNREACH, -EINVAL or -ENOBUFS. */
int ip_output(struct stack *st, const struct ip_send *s);
/* The address that this host would use towards @destination; false when there is none. */
bool ip_source_for(const struct stack *st, const struct ip_address *destination, struct ip_address *source);
/* The route with the longest prefix, or NULL (then the interface's values count). */
const struct stack_route *ip_route(const struct stack *st, const struct ip_address *destination);
/* MTU of the interface or the route, without what path MTU discovery learnt. */
uint32_t ip_link_mtu(const struct stack *st, const struct ip_address *destination);
/* Lower the path MTU (RFC 1191, RFC 8201); @mtu 0: the next plateau under @packet_length. True if lowered. */
bool ip_lower_path_mtu(struct stack *st, const struct ip_address *destination, uint32_t mtu, size_t packet_length);
/* Are the first @bits bits the same, in addresses of one version? */
bool ip_prefix_equal(const struct ip_address *a, const struct ip_address *b, int bits);
bool ip_is_multicast(const struct ip_address *a);
bool ip_is_broadcast(const struct stack *st, const struct ip_address *a);
bool ip_is_unspecified(const struct ip_address *a);
bool ip_is_loopback(const struct ip_address *a);
/* Can it be the source of a packet: one host's address? (RFC 1122, 3.2.1.3; RFC 4443, 2.4 (e.6)) */
bool ip_is_single_host(const struct stack *st, const struct ip_address *a);
/* ::ffff:a.b.c.d, both ways. */
bool ip_is_mapped(const struct ip_address *a);
struct ip_address ip_mapped(const struct ip_address *ipv4);
struct ip_address ip_unmapped(const struct ip_address *mapped);

/* A packet has arrived. */
void ip_input(struct stack *st, const uint8_t *bytes, size_t length);
/* What the transport of @protocol does with an ICMP error; false: no such transport. */
bool ip_transport_error(struct stack *st, const struct icmp_error *e);
/* The options of a reply to @p (RFC 1122, 3.2.2.6). Sends to the first hop of a reversed route: *destination
 * changes. Returns the bytes in @out, a multiple of 4. */
size_t ip_reply_options(const struct stack *st, const struct ip_packet *p, struct ip_address *destination,
                        uint8_t out[IPV4_OPTION_BYTES]);
/* Walk IPv4 options. Returns the offset of a malformed one, or -1; *source_routed: a route is not at its end. */
int ip_check_options(const uint8_t *options, size_t length, bool *source_routed);
void stack_drop(struct stack *st, const struct ip_packet *p, const char *reason);    /* p may be NULL */

/* ---- ICMP ---- */

/* What an error message means to a transport (RFC 1122, 4.2.3.9; RFC 5461). */
enum icmp_severity { ICMP_SOFT, ICMP_HARD, ICMP_TOO_BIG };

/* An error about a packet that this host has sent. ICMP_TOO_BIG is not acted upon before the transport has checked the
 * error: it calls ip_lower_path_mtu() with .info and .quoted_total. */
struct icmp_error {
	struct tuple tuple;                                  /* of the quoted packet: source is this host */
	uint8_t protocol;                                    /* of the quoted packet */
	struct ip_address offender;                          /* who sent the error */
	uint8_t type, code;                                  /* as received, ICMP or ICMPv6 */
	uint32_t info;                                       /* MTU or pointer */
	enum icmp_severity severity;
	int error;                                           /* errno for the user */
	uint32_t seq;                                        /* quoted TCP sequence number */
	size_t quoted_total;                                 /* IPv4: total length in the quoted header */
	const uint8_t *quoted;                               /* its transport header, at least 8 bytes */
	size_t quoted_length;
};


/* Put the checksum into an ICMP message that is to be sent as @s says. */
void icmp_finish(uint8_t *message, const struct ip_send *s);
/* Errors that this host sends; all rules against storms are inside (RFC 1122, 3.2.2; RFC 4443, 2.4). */
void icmp_send_unreachable_port(struct stack *st, const struct ip_packet *about);
void icmp_send_unreachable_protocol(struct stack *st, const struct ip_packet *about, uint32_t pointer);
void icmp_send_time_exceeded(struct stack *st, const struct ip_packet *about);       /* of reassembly */
void icmp_send_parameter_problem(struct stack *st, const struct ip_packet *about, uint8_t code, uint32_t pointer);

#endif
