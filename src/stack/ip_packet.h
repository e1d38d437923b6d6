/* SPDX-License-Identifier: MIT
 *
 * ip_packet.h - inside the stack: a packet for this host, as IP hands it up
 */
#ifndef STACK_IP_PACKET_H
#define STACK_IP_PACKET_H

#include "stack/charge.h"
#include "wire/packet.h"

/* A whole packet for this host, headers taken off, extension headers skipped, fragments put together. */
struct ip_packet {
	struct ip_address source, destination;
	uint8_t protocol, tos, ttl;
	uint32_t flow_label;
	uint16_t tunnel;                                     /* of TCP within UDP: the peer's port of UDP; 0: none */
	bool group;                                          /* destination is multicast or broadcast */
	bool reassembled;                                    /* from fragments ... */
	uint16_t largest_fragment;                           /* ... of which the longest had so much, headers too */
	uint8_t option_length;
	const uint8_t *options;                              /* IPv4 options as received */
	const uint8_t *payload;
	size_t length;
	const uint8_t *whole;                                /* from the IP header on, for quoting in errors */
	size_t whole_length, header_length;
	struct charge charge;                                /* of the buffer in which it waits */
};

#endif
