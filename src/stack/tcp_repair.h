/* SPDX-License-Identifier: MIT
 *
 * tcp_repair.h - inside the stack: TCP_REPAIR and TCP_ZEROCOPY_RECEIVE, which this host does without
 */
#ifndef STACK_TCP_REPAIR_H
#define STACK_TCP_REPAIR_H

#include <stdbool.h>
#include <sys/socket.h>

#include "stack/tcp.h"

/* setsockopt() and getsockopt() of TCP_REPAIR, _REPAIR_QUEUE, _REPAIR_OPTIONS, _REPAIR_WINDOW, TCP_QUEUE_SEQ and
 * TCP_ZEROCOPY_RECEIVE: 0, minus an errno or STACK_CANNOT. *mine: it is one of these. */
int tcp_repair_set_option(struct tcp *t, int name, const void *value, socklen_t length, bool *mine);
int tcp_repair_get_option(const struct tcp *t, int name, void *value, socklen_t *length, bool *mine);

#endif
