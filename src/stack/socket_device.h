/* SPDX-License-Identifier: MIT
 *
 * socket_device.h - inside the stack: sockets that are bound to an interface
 */
#ifndef STACK_SOCKET_DEVICE_H
#define STACK_SOCKET_DEVICE_H

#include <stdbool.h>
#include <sys/socket.h>

struct ip_send;
struct socket;

/* setsockopt() and getsockopt() of SO_BINDTODEVICE, for the table of socket_option.c: "" for none, or a name. */
int set_device(struct socket *s, int name, const void *value, socklen_t length);
int get_device(struct socket *s, int name, void *value, socklen_t *length);
/* May the socket have the packet that is in ip_input()? */
bool device_takes(const struct socket *s);
/* Sets the interface by which alone a packet of the socket may leave. */
void device_fill_send(const struct socket *s, struct ip_send *send);

#endif
