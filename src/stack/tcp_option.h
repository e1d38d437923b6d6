/* SPDX-License-Identifier: MIT
 *
 * tcp_option.h - options of segments: what is offered, agreed on and written
 */
#ifndef STACK_TCP_OPTION_H
#define STACK_TCP_OPTION_H

#include "stack/tcp.h"

/* What a cookie remembers of a SYN's options; tcp_cookie.c. */
struct tcp_cookie {
	uint16_t mss;
	bool scale, sack, stamps, ecn;                       /* .ecn: the classic variant was agreed on */
	uint8_t shift;
};

/* Octets that blocks of SACK and AccECN take in @room octets of the options of the next segment with text. */
uint32_t tcp_text_options(const struct tcp *t, uint32_t room);

/* False: malformed beyond use. */
bool tcp_read_options(struct stack *st, struct tcp_segment *seg, const struct tcp_header *h);
void tcp_write_options(struct tcp *t, struct tcp_header *h);

void tcp_agree_start(struct tcp *t);                   /* nothing is agreed on yet; call when the addresses are known */
void tcp_offer_options(struct tcp *t);                   /* what this host offers in its SYN */
/* What the peer takes is known from an earlier connection, until its SYN,ACK comes. */
void tcp_expect_size(struct tcp *t, uint16_t mss);
/* Agree on what a SYN offers (RFC 9293, 3.7.1; RFC 7323, 2.2, 3.2; RFC 2018, 2), as far as we offered it. */
void tcp_agree_options(struct tcp *t, const struct tcp_segment *seg);
/* The same for an answer with a cookie: only what time-stamps can remember. Our time-stamp is @stamp then. */
void tcp_agree_with_cookie(struct tcp *t, const struct tcp_segment *seg, uint32_t stamp);
/* ... and for a cookie that came back with @seg. */
void tcp_agree_by_cookie(struct tcp *t, const struct tcp_cookie *cookie, const struct tcp_segment *seg);
/* Both ends sign: what is offered, or agreed on, must leave room for that. */
void tcp_agree_on_room(struct tcp *t, bool asks);         /* @asks: our SYN, rather than the answer to one */
/* How many SACK blocks fit beside the other options of a segment with text. */
uint32_t tcp_sack_room(const struct tcp *t);
uint32_t tcp_sack_blocks(const struct tcp *t);           /* what there is to report, as far as it fits */
void tcp_take_stamp(struct tcp *t, const struct tcp_segment *seg);         /* TS.Recent <- TSval (RFC 7323, 4.3) */
void tcp_keep_stamp(struct tcp *t, uint32_t stamp, vtime_t at);              /* of a connection that is replaced */

/* The peer's user time-out, from its option. */
void tcp_take_user_timeout(struct tcp *t, const struct tcp_segment *seg);
void tcp_tell_user_timeout(struct tcp *t);               /* the next segment says ours (RFC 5482, 3) */

#endif
