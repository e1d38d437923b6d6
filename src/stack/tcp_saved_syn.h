/* SPDX-License-Identifier: MIT
 *
 * tcp_saved_syn.h - inside the stack: the headers of the SYN that began a connection, for its user
 */
#ifndef STACK_TCP_SAVED_SYN_H
#define STACK_TCP_SAVED_SYN_H

#include "stack/tcp.h"

/* The child of a listener with TCP_SAVE_SYN keeps the headers of @seg; without memory it keeps none. */
void tcp_saved_syn_keep(struct tcp *child, const struct tcp_segment *seg);
void tcp_saved_syn_free(struct tcp *t);
/* getsockopt(TCP_SAVED_SYN): the headers from that of IP on, once; afterwards, and where none were kept, no octet.
 * -EINVAL with the length that it takes: there is too little room. */
int tcp_saved_syn_read(struct tcp *t, void *value, socklen_t *length);

#endif
