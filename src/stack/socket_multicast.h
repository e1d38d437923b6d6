/* SPDX-License-Identifier: MIT
 *
 * socket_multicast.h - inside the stack: groups of a socket, and where its multicast goes out
 */
#ifndef STACK_SOCKET_MULTICAST_H
#define STACK_SOCKET_MULTICAST_H

#include <stdbool.h>
#include <sys/socket.h>

#include "wire/header.h"

struct socket;

/* As setsockopt() and getsockopt(), for the table of socket_option.c: 0 or minus an errno. */
int set_membership(struct socket *s, int name, const void *value, socklen_t length);
int set_multicast_address(struct socket *s, int name, const void *value, socklen_t length);
int get_multicast_address(struct socket *s, int name, void *value, socklen_t *length);
int set_multicast_interface(struct socket *s, int name, const void *value, socklen_t length);
int get_multicast_interface(struct socket *s, int name, void *value, socklen_t *length);
/* Does this very socket want what @source sends to the group? */
bool multicast_takes(const struct socket *s, const struct ip_address *group, const struct ip_address *source);
/* Leaves all groups, when the socket is released. */
void multicast_leave_all(struct socket *s);

#endif
