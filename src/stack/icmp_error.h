/* SPDX-License-Identifier: MIT
 *
 * icmp_error.h - inside the stack: an ICMP error that has arrived, as transports and sockets see it
 */
#ifndef STACK_ICMP_ERROR_H
#define STACK_ICMP_ERROR_H

#include "wire/packet.h"

/* What an error message means to a transport (RFC 1122, 4.2.3.9; RFC 5461). */
enum icmp_severity { ICMP_SOFT, ICMP_HARD, ICMP_TOO_BIG };

/* An error about a packet that this host has sent. ICMP_TOO_BIG is not acted upon before the transport has checked the
 * error: it calls ip_lower_path_mtu() with .info and .quoted_total. */
struct icmp_error {
	struct tuple tuple;                                  /* of the quoted packet: source is this host */
	uint8_t protocol;                                    /* of the quoted packet */
	struct ip_address offender;                          /* who sent the error */
	uint8_t type, code;                                  /* as received, of ICMP or ICMPv6 */
	uint32_t info;                                       /* MTU or pointer */
	enum icmp_severity severity;
	int error;                                           /* errno for the user */
	uint32_t seq;                                        /* quoted TCP sequence number */
	size_t quoted_total;                                 /* IPv4: total length in the quoted header */
	const uint8_t *quoted;                               /* its transport header, at least 8 bytes */
	size_t quoted_length;
};

#endif
