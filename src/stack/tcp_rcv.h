/* SPDX-License-Identifier: MIT
 *
 * tcp_rcv.h - the receive sequence space: the only door to writing it
 */
#ifndef STACK_TCP_RCV_H
#define STACK_TCP_RCV_H

#include "stack/tcp.h"

bool tcp_rcv_new(struct tcp *t);                         /* false: no memory */
void tcp_rcv_clear(struct tcp *t);                  /* nothing has been received yet; the memory for early text stays */
void tcp_rcv_free(struct tcp *t);
/* The peer's SYN: IRS, and RCV.NXT behind it. */
void tcp_rcv_start(struct tcp *t, seq_t irs);
/* Is there room for text that begins at @at? If the buffer is full, packets are copied together and early text is given
 * up for it. *@pressed: that was necessary. */
bool tcp_rcv_make_room(struct tcp *t, seq_t at, bool *pressed);
/* Takes text at RCV.NXT, for the user. False: no memory, and nothing changed. @charge: that of its packet, whose
 * text began at @first. */
bool tcp_rcv_take(struct tcp *t, const uint8_t *text, uint32_t length, seq_t first, struct charge charge);
/* Takes text beyond RCV.NXT; false: the packet is not kept. *@again (may be NULL): the first range that was there
 * already, or an empty one. */
bool tcp_rcv_keep(struct tcp *t, seq_t at, const uint8_t *text, uint32_t length, struct charge charge,
                  struct rxq_range *again);
/* Move the early text that is now in order to the user's buffer. */
void tcp_rcv_drain(struct tcp *t);
/* The size of a full-sized segment (SHLD-19), as far as the receiver can know it. */
uint32_t tcp_full_segment(const struct tcp *t);
void tcp_rcv_expect_size(struct tcp *t, uint32_t text);      /* the first guess: the size of our own segments */
void tcp_rcv_see_size(struct tcp *t, uint32_t length, bool pushed);    /* a segment had this much text */

/* The peer's FIN has this number; text before it may be missing. Of several the lowest counts, unless text comes to lie
 * there. @bare: it came without text. */
void tcp_rcv_fin_at(struct tcp *t, seq_t seq, bool bare);
void tcp_rcv_fin(struct tcp *t);                         /* RCV.NXT moves over the FIN */
/* RCV.UP <- max(RCV.UP, SEG.UP) (RFC 9293, 3.10.7.4, sixth step). False: it does not advance. */
bool tcp_rcv_urgent(struct tcp *t, seq_t up);
void tcp_rcv_urgent_taken(struct tcp *t);                /* the octet was read with MSG_OOB */
void tcp_rcv_read(struct tcp *t, size_t length);         /* the user has taken this many octets */

#endif
