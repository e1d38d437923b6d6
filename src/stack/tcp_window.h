/* SPDX-License-Identifier: MIT
 *
 * tcp_window.h - the receive window: how much we offer, and when to say so
 */
#ifndef STACK_TCP_WINDOW_H
#define STACK_TCP_WINDOW_H

#include "stack/tcp.h"

uint32_t tcp_window(const struct tcp *t);                /* RCV.WND: the window that the peer still has */
uint32_t tcp_window_honoured(const struct tcp *t);       /* ... or was once told (RFC 7323, 2.4) */
uint32_t tcp_window_last(const struct tcp *t);           /* what the last ACK said */
void tcp_window_full(struct tcp *t);                     /* text was dropped: the next ACK shuts the window */
bool tcp_window_holds(const struct tcp *t);              /* an ACK now would offer as much as the last one */
void tcp_window_start(struct tcp *t);
/* The peer has been told of @window bytes from RCV.NXT on. */
void tcp_window_told(struct tcp *t, uint32_t window);
/* Choose the window for a segment that leaves now and remember it; the value of the header's field. */
uint16_t tcp_offer_window(struct tcp *t, bool syn);
uint8_t tcp_choose_shift(const struct tcp *t);
/* The user has read: is that worth a window update (RFC 9293, 3.8.6.2.2, MUST-39)? */
bool tcp_window_update_due(const struct tcp *t);
/* The round trip of a receiver: by the echo of our time-stamp in a segment of an open connection, or, without
 * time-stamps, when text came in order, before that is acknowledged. */
void tcp_measure_by_echo(struct tcp *t, const struct tcp_segment *seg);
void tcp_measure_by_window(struct tcp *t);

#endif
