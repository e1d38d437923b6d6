/* SPDX-License-Identifier: MIT
 *
 * ip_packet.h - inside the stack: a packet for this host, as IP hands it up
 */
#ifndef STACK_IP_PACKET_H
#define STACK_IP_PACKET_H

#include "stack/charge.h"
#include "wire/packet.h"

/* Extension headers of IPv6 that a user may ask for: IPV6_RECVHOPOPTS and its relatives. */
enum header_kind { HEADER_HOP_BY_HOP, HEADER_DESTINATION, HEADER_ROUTING, HEADER_KINDS };

struct header_bytes {
	const uint8_t *bytes;                                /* NULL: the packet has none */
	size_t size;
};

/* A whole packet for this host: reassembled, IP and extension headers taken off. */
struct ip_packet {
	struct ip_address source, destination;
	uint8_t protocol, tos, ttl;
	uint32_t flow_label;
	uint16_t tunnel;                                     /* TCP within UDP: the peer's UDP port; 0: none */
	bool group;                                          /* destination is multicast or broadcast */
	bool reassembled;                                    /* from fragments ... */
	uint16_t largest_fragment;                 /* ... the longest of which had this many octets, headers included */
	uint8_t option_length;
	const uint8_t *options;                              /* IPv4 options as received */
	struct header_bytes headers[HEADER_KINDS];           /* of each kind the last one */
	const uint8_t *payload;
	size_t length;
	const uint8_t *whole;                                /* from the IP header on, for quoting in errors */
	size_t whole_length, header_length;
	struct charge charge;                                /* its charge to the receive buffer */
};

#endif
