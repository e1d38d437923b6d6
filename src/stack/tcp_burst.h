/* SPDX-License-Identifier: MIT
 *
 * tcp_burst.h - how many segments leave at once, and when a short burst waits to become longer
 */
#ifndef STACK_TCP_BURST_H
#define STACK_TCP_BURST_H

#include "stack/tcp.h"

/* The most segments in one burst, at least 1. */
uint32_t tcp_burst_most(const struct tcp *t);
/* As if nothing were urgent: so much text is put together before it is cut. */
uint32_t tcp_burst_size(const struct tcp *t);
/* Is the congestion window full of what is in flight? If more than one burst has left since @nxt, the others still wait
 * in the queue of the device at this moment, so that it is not yet. */
bool tcp_burst_fills_window(const struct tcp *t, seq_t nxt);
/* The same for retransmissions, which may be the whole congestion window. */
uint32_t tcp_burst_again(const struct tcp *t);

/* What a short burst waits for: an ACK that makes more room; an ACK, during which the user may write more. */
enum tcp_burst_wait { TCP_BURST_GOES, TCP_BURST_WAITS_FOR_ROOM, TCP_BURST_WAITS_FOR_TEXT };

/* Is the text at @cursor held back until the next ACK? @usable: octets that both windows have room for there; @room:
 * octets of text in a full segment. */
enum tcp_burst_wait tcp_burst_waits(const struct tcp *t, seq_t cursor, int32_t usable, uint32_t room);

#endif
