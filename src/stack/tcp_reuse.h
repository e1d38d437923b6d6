/* SPDX-License-Identifier: MIT
 *
 * tcp_reuse.h - a SYN for a connection in TIME-WAIT: does it open a new incarnation?
 */
#ifndef STACK_TCP_REUSE_H
#define STACK_TCP_REUSE_H

#include "stack/tcp.h"

enum tcp_reuse { TCP_REUSE_NO, TCP_REUSE_YES, TCP_REUSE_DROP };

/* RFC 9293, 3.6.1, MAY-2: what comes of @seg if @t is in TIME-WAIT. */
enum tcp_reuse tcp_may_reuse(const struct tcp *t, const struct tcp_segment *seg);
/* Would @seg open a new incarnation of a connection in TIME-WAIT, if only somebody listened? Each is answered. */
bool tcp_is_vain_request(const struct tcp *t, const struct tcp_segment *seg);

#endif
