/* SPDX-License-Identifier: MIT
 *
 * tcp_isn.h - numbers that strangers must not guess: initial sequence numbers and time-stamps
 */
#ifndef STACK_TCP_ISN_H
#define STACK_TCP_ISN_H

#include "stack/tcp.h"

/* Initial send sequence number and time-stamp offset for these addresses (RFC 6528; RFC 7323, 7.1). */
seq_t tcp_initial_sequence(struct stack *st, const struct endpoint *local, const struct endpoint *remote);
/* ... of a connection that follows on one with the same addresses, which ended at @old: @iss, or another number. */
seq_t tcp_sequence_after(struct stack *st, seq_t iss, seq_t old);
uint32_t tcp_stamp_offset(struct stack *st, const struct endpoint *local, const struct endpoint *remote);
uint32_t tcp_stamp_at(const struct tcp *t, vtime_t time);
uint32_t tcp_stamp_now(const struct tcp *t);             /* value of the time-stamp clock, offset added */

#endif
