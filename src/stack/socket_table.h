/* SPDX-License-Identifier: MIT
 *
 * socket_table.h - inside the stack: all sockets of a host, their ports, and who gets a packet
 */
#ifndef STACK_SOCKET_TABLE_H
#define STACK_SOCKET_TABLE_H

#include "stack/sock.h"

/* A new socket, in no table yet. NULL: no memory, or too many sockets. */
struct socket *socket_new(struct stack *st, int domain, int type, uint8_t protocol);
/* A child of @listener for an incoming connection: options inherited, addresses set, hashed. NULL: no memory. */
struct socket *socket_new_child(struct socket *listener, const struct endpoint *local, const struct endpoint *remote);
/* Take the socket out of all tables and release it. */
void socket_free(struct socket *s);
/* Release every socket of the host. Descriptors are not touched: they are released next. */
void sockets_free_all(struct stack *st);

/* Check the local port, or choose one if it is 0 and @choose_port, and enter the table of ports. s->local and s->remote
 * are set. 0 or -EADDRINUSE. */
int socket_hash(struct socket *s, bool choose_port);
void socket_unhash(struct socket *s);

/* The socket that should get a packet with this tuple (source: the peer): the best match, or NULL. */
struct socket *socket_find(struct stack *st, uint8_t protocol, const struct tuple *t);
/* First socket of @protocol after @previous (NULL: from the start) bound to @port. */
struct socket *socket_next_on_port(struct stack *st, uint8_t protocol, uint16_t port, struct socket *previous);
/* How well a packet with this tuple fits the socket: a score; -1: not at all. */
int socket_match(const struct socket *s, const struct tuple *t);
/* Another socket with the same local and remote endpoint, or NULL. */
struct socket *socket_find_same(const struct socket *s);

#endif
