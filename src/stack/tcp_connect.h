/* SPDX-License-Identifier: MIT
 *
 * tcp_connect.h - active OPEN
 */
#ifndef STACK_TCP_CONNECT_H
#define STACK_TCP_CONNECT_H

#include "stack/tcp.h"

/* connect(); NULL for AF_UNSPEC. -EINPROGRESS when a SYN is on its way, else 0 or minus an errno. */
int tcp_user_connect(struct socket *s, const struct endpoint *remote);
/* As struct socket_ops says. */
bool tcp_gives_way(const struct socket *s);
/* The state of the connection that connect() has begun: -EINPROGRESS, 0, or minus the error that ended it. */
int tcp_user_connect_result(struct socket *s);
/* Is it still connected for connect() and listen(), though nothing may be left of its connection (Linux)? */
bool tcp_told_lasts(const struct tcp *t);
/* SEND that opens the connection: MSG_FASTOPEN, or TCP_FASTOPEN_CONNECT after a connect() that returned at once.
 * @remote NULL: no address was given. Returns the octets of @message in the SYN;
 * -EINPROGRESS: none, but the SYN was sent; 0: the connection is open already, send as usual; else minus an errno. */
int64_t tcp_connect_with(struct socket *s, const struct endpoint *remote, const struct msghdr *message, int flags);

#endif
