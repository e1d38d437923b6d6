/* SPDX-License-Identifier: MIT
 *
 * tcp_output.h - what may be sent now
 */
#ifndef STACK_TCP_OUTPUT_H
#define STACK_TCP_OUTPUT_H

#include "stack/tcp.h"

/* Send what may be sent now, and an ACK if one is due. Ends each entry that may have changed that. */
void tcp_output(struct tcp *t);
/* The same, but also sends what waits for more text: TCP_NODELAY was set. */
void tcp_output_small_too(struct tcp *t);
/* A SEND that is still at work has filled a chunk. If half of the largest window was written without a push, the chunk
 * is pushed and everything goes that may; otherwise one burst of it goes without waiting for more, unless something
 * before it waits. */
void tcp_output_chunk(struct tcp *t);
/* Text that a segment has room for now: SACK blocks, the user time-out and AccECN come out of it (RFC 9293, 3.7.1). */
uint32_t tcp_segment_room(const struct tcp *t);
/* What loss recovery wants sent again. */
void tcp_retransmit(struct tcp *t);
void tcp_retransmit_timed_out(struct tcp *t);      /* the same after a time-out: not counted as a fast retransmission */

#endif
