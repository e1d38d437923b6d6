/* SPDX-License-Identifier: MIT
 *
 * tcp_user.h - the calls of the user
 */
#ifndef STACK_TCP_USER_H
#define STACK_TCP_USER_H

#include "stack/tcp.h"

int tcp_set_option(struct socket *s, int level, int name, const void *value, socklen_t length);
int tcp_get_option(struct socket *s, int level, int name, void *value, socklen_t *length);
int tcp_info_bytes(const struct tcp *t, void *value, socklen_t *length);    /* struct tcp_info of Linux */
/* socket_ops.statistics */
size_t tcp_statistics_bytes(const struct socket *s, uint64_t back, uint8_t hops, uint8_t *bytes);
int tcp_ioctl(struct socket *s, unsigned long request, int *value);
int64_t tcp_user_receive(struct socket *s, struct msghdr *message, int flags);
int64_t tcp_user_send(struct socket *s, const struct msghdr *message, int flags);

#endif
