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

/* As setsockopt() and getsockopt(), for the table of socket_option.c: SO_BINDTODEVICE: "" for none, or a name. */
int set_device(struct socket *s, int name, const void *value, socklen_t length);
int get_device(struct socket *s, int name, void *value, socklen_t *length);
/* May the socket have the packet that is in ip_input()? */
bool device_takes(const struct socket *s);
/* Say of a packet of the socket by which interface alone it may go. */
void device_fill_send(const struct socket *s, struct ip_send *send);

#endif
