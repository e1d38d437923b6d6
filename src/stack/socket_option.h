/* SPDX-License-Identifier: MIT
 *
 * socket_option.h - inside the stack: options that need more than a field, for the table in socket_option.c
 */
#ifndef STACK_SOCKET_OPTION_H
#define STACK_SOCKET_OPTION_H

#include "stack/sock.h"

/* As setsockopt() and getsockopt(): 0 or minus an errno. */
int set_membership(struct socket *s, int name, const void *value, socklen_t length);
int set_multicast_address(struct socket *s, int name, const void *value, socklen_t length);
int get_multicast_address(struct socket *s, int name, void *value, socklen_t *length);
int set_multicast_interface(struct socket *s, int name, const void *value, socklen_t length);
int get_multicast_interface(struct socket *s, int name, void *value, socklen_t *length);

#endif
