/* SPDX-License-Identifier: MIT
 *
 * tcp_auth_option.h - the socket options for keys of signed segments
 */
#ifndef STACK_TCP_AUTH_OPTION_H
#define STACK_TCP_AUTH_OPTION_H

#include <sys/socket.h>

#include "stack/tcp.h"

/* setsockopt() of TCP_MD5SIG, TCP_MD5SIG_EXT, TCP_AO_ADD_KEY, TCP_AO_DEL_KEY and TCP_AO_INFO, getsockopt() of
 * TCP_AO_INFO: 0, or minus the errno. For other names *mine is false. */
int tcp_auth_set_option(struct tcp *t, int name, const void *value, socklen_t length, bool *mine);
int tcp_auth_get_option(const struct tcp *t, int name, void *value, socklen_t *length, bool *mine);

#endif
