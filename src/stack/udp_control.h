/* SPDX-License-Identifier: MIT
 *
 * udp_control.h - inside the stack: a datagram that is to leave, and what control messages say about it
 */
#ifndef STACK_UDP_CONTROL_H
#define STACK_UDP_CONTROL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "stack/endpoint.h"
#include "stack/ip_output.h"
#include "stack/ip_packet.h"
#include "stack/socket_notice.h"

struct socket;

/* All about a datagram but its text. */
struct udp_outgoing {
	struct endpoint remote;
	struct ip_send send;                                 /* .options may be out of date: own_options */
	size_t segment;                                      /* UDP_SEGMENT; 0: one datagram */
	bool own_options;                                    /* those below instead of the socket's */
	uint8_t options[IPV4_OPTION_BYTES];
	struct datagram_notice notice;
};

/* Read the control messages of one call, each of which overrules what stands in *o; the stamps are the socket's at
 * first. @o has its remote address. 0 or minus an errno; then *o is no good any more. */
int udp_take_controls(const struct socket *s, const struct msghdr *message, struct udp_outgoing *o);

#endif
