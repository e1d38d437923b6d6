/* SPDX-License-Identifier: MIT
 *
 * endpoint.h - inside the stack: one end of a connection, and struct sockaddr
 */
#ifndef STACK_ENDPOINT_H
#define STACK_ENDPOINT_H

#include <stdint.h>
#include <sys/socket.h>

#include "stack/stack.h"

struct socket;

struct endpoint {
	struct ip_address ip;                                /* version 0: any address of any family */
	uint16_t port;                                       /* 0: none */
};

/* A user's address for socket @s, and back. 0, -EINVAL, -EAFNOSUPPORT, or -ENETUNREACH for an IPv4 address on a socket
 * that is IPV6_V6ONLY. On the way back *length is the room, then the length of the whole address, even if cut. */
int endpoint_from_sockaddr(const struct socket *s, const struct sockaddr *address, socklen_t length,
                           struct endpoint *out);
void endpoint_to_sockaddr(const struct socket *s, const struct endpoint *e, struct sockaddr *address,
                          socklen_t *length);
/* As a destination, "any" means this host itself. */
void endpoint_any_is_loopback(const struct socket *s, struct endpoint *e);

#endif
