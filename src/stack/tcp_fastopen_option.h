/* SPDX-License-Identifier: MIT
 *
 * tcp_fastopen_option.h - the socket options of Fast Open
 */
#ifndef STACK_TCP_FASTOPEN_OPTION_H
#define STACK_TCP_FASTOPEN_OPTION_H

#include "stack/tcp.h"

/* setsockopt() and getsockopt() of TCP_FASTOPEN, _CONNECT, _KEY and _NO_COOKIE: 0, or minus the errno that Linux gives.
 * For other names *mine is false. */
int tcp_fast_open_set_option(struct tcp *t, int name, const void *value, socklen_t length, bool *mine);
int tcp_fast_open_get_option(const struct tcp *t, int name, void *value, socklen_t *length, bool *mine);

#endif
