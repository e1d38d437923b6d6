/* SPDX-License-Identifier: MIT
 *
 * tcp_connect.h - active OPEN
 */
#ifndef STACK_TCP_CONNECT_H
#define STACK_TCP_CONNECT_H

#include "stack/tcp.h"

/* connect(); NULL for AF_UNSPEC. -EINPROGRESS when a SYN is on its way, else 0 or minus an errno. */
int tcp_user_connect(struct socket *s, const struct endpoint *remote);
/* How it stands with the connection that connect() has begun: -EINPROGRESS, 0, or minus the error that ended it. */
int tcp_user_connect_result(struct socket *s);

#endif
