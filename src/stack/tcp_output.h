/* SPDX-License-Identifier: MIT
 *
 * tcp_output.h - what may be sent now
 */
#ifndef STACK_TCP_OUTPUT_H
#define STACK_TCP_OUTPUT_H

#include "stack/tcp.h"

/* Send what may be sent now, and an ACK if one is due: the end of each entry that may have changed that. */
void tcp_output(struct tcp *t);
/* The same, and what waits for more goes as well: TCP_NODELAY was set. */
void tcp_output_small_too(struct tcp *t);
/* A SEND that is still at work has filled a chunk. If half of the largest window was written without a push, it is
 * pushed and all goes that may; else a burst of it goes and waits for no others, unless something before it waits. */
void tcp_output_chunk(struct tcp *t);
/* What loss recovery wants sent again. */
void tcp_retransmit(struct tcp *t);
void tcp_retransmit_timed_out(struct tcp *t);            /* the same, by the timer: not counted as fast */

#endif
