/* SPDX-License-Identifier: MIT
 *
 * tcp_fastopen_hole.h - paths that drop what Fast Open needs (RFC 7413, 4.1.3.1)
 */
#ifndef STACK_TCP_FASTOPEN_HOLE_H
#define STACK_TCP_FASTOPEN_HOLE_H

#include "stack/tcp.h"

bool tcp_fast_open_is_blocked(const struct stack *st);   /* Fast Open is not used now */
bool tcp_fast_open_was_blocked(const struct stack *st);  /* a pause may be over, but its sign is not forgotten */
/* What happens to connections opened with it: */
void tcp_fast_open_timed_out(struct tcp *t, bool last);  /* the retransmission timer fired; the connection
                                                            ends if @last */
void tcp_fast_open_early_reset(struct tcp *t);           /* a RST came that is ahead of RCV.NXT */
void tcp_fast_open_late_fin(struct tcp *t);              /* after CLOSE, when ours was acknowledged, beyond RCV.NXT */
void tcp_fast_open_ended(struct tcp *t);                 /* called once: tcp_fast_open_over() */

#endif
