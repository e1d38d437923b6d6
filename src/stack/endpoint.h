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

/* sockaddr <-> endpoint. 0, -EINVAL or -EAFNOSUPPORT. */
int endpoint_from_sockaddr(const struct socket *s, const struct sockaddr *address, socklen_t length,
                           struct endpoint *out);
void endpoint_to_sockaddr(const struct socket *s, const struct endpoint *e, struct sockaddr *address,
                          socklen_t *length);
/* As a destination, "any" means this host itself. */
void endpoint_any_is_loopback(const struct socket *s, struct endpoint *e);

#endif
