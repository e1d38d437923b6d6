/* SPDX-License-Identifier: MIT
 *
 * tcp_receive_limit.h - how far the receive window may open: what the buffer allows, and what the peer has earned
 */
#ifndef STACK_TCP_RECEIVE_LIMIT_H
#define STACK_TCP_RECEIVE_LIMIT_H

#include "stack/tcp.h"

void tcp_receive_limit_start(struct tcp *t);
void tcp_receive_limit_open(struct tcp *t);              /* the connection has been opened */
/* A segment was taken: learn how much of its memory is text. Call before tcp_rcv_see_size(). @told: the window of the
 * last ACK. */
void tcp_receive_limit_see(struct tcp *t, const struct tcp_segment *seg, uint32_t told);
/* ... the window opens further, as far as the memory allows that is @free for text. */
bool tcp_receive_limit_grow(struct tcp *t, const struct tcp_segment *seg, uint32_t free);
void tcp_receive_limit_early(struct tcp *t);             /* text came out of order: it may need a larger buffer */
void tcp_receive_limit_pressed(struct tcp *t);           /* the buffer was too full for a segment */
void tcp_receive_limit_clamp(struct tcp *t, uint32_t told);      /* TCP_WINDOW_CLAMP was set */
/* SO_RCVLOWAT was set: the buffer grows so as to hold that much; the option is cut to half of the largest buffer. */
void tcp_receive_limit_low_water(struct tcp *t);
/* The user took text up to .rcv.read, and may need a larger buffer. */
void tcp_receive_limit_read(struct tcp *t);

uint32_t tcp_receive_room(const struct tcp *t);         /* window that the buffer allows when it is empty */
uint32_t tcp_receive_room_first(const struct tcp *t);   /* the same of a SYN: nothing is kept back yet */
uint32_t tcp_receive_free(const struct tcp *t);          /* window that the free memory allows */
bool tcp_receive_short(const struct tcp *t);             /* less than half of the window is free: the user is behind */
uint32_t tcp_advertised_mss(const struct tcp *t);        /* text of a segment as large as we offered */

#endif
