/* SPDX-License-Identifier: MIT
 *
 * protocol.h - inside the stack: a protocol above IP, as a row of operations
 *
 * stack.c has the list of rows. IP finds the receiver of a packet or of an ICMP error in it, socket() the protocol of a
 * new socket, and a new host what to initialize: none of them names a protocol.
 */
#ifndef STACK_PROTOCOL_H
#define STACK_PROTOCOL_H

#include "stack/icmp_error.h"
#include "stack/ip_packet.h"
#include "stack/stack.h"

struct socket_ops;

struct protocol {
	uint8_t number;                                      /* in IP's header */
	uint8_t version;                                     /* of IP; 0: both */
	int socket_type;                                     /* SOCK_STREAM, SOCK_DGRAM; 0: no sockets */
	const struct socket_ops *socket_ops;
	void (*input)(struct stack *st, const struct ip_packet *p);
	/* An ICMP error about a packet of ours; NULL: the protocol takes none. */
	void (*error)(struct stack *st, const struct icmp_error *e);
	/* What the protocol keeps for the host as a whole; both may be NULL. 0 or -ENOMEM. When a host cannot be made,
	 * host_free() is called for all protocols, also for those whose host_new() was not reached. */
	int (*host_new)(struct stack *st);
	void (*host_free)(struct stack *st);
	/* Forget what was learnt about a peer, or about all (NULL), and say whether there was anything; may be NULL. */
	bool (*forget_peer)(struct stack *st, const struct ip_address *address);
};

#endif
