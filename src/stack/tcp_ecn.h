/* SPDX-License-Identifier: MIT
 *
 * tcp_ecn.h - Explicit Congestion Notification of a connection: negotiation, marking and feedback
 */
#ifndef STACK_TCP_ECN_H
#define STACK_TCP_ECN_H

#include "stack/recovery.h"
#include "stack/tcp.h"

/* The codepoints of the IP header (RFC 3168, 5). */
enum ip_ecn { IP_ECN_NOT_ECT, IP_ECN_ECT1, IP_ECN_ECT0, IP_ECN_CE, IP_ECN_MASK = 3 };

void tcp_ecn_start(struct tcp *t);                       /* a connection begins: nothing is agreed on */
void tcp_ecn_offer(struct tcp *t);                       /* an active open: what its SYN asks for */
/* A SYN came, the first or another one of the same connection (RFC 3168, 6.1.1; RFC 9768, 3.1.2). False: one asked for
 * classic ECN and the other for AccECN; the connection must be reset (3.1.5). */
bool tcp_ecn_take_syn(struct tcp *t, const struct tcp_segment *seg);
/* In SYN-SENT: did this SYN,ACK, which agrees on classic ECN, come as CE (RFC 5562, 3.2)? Then the ACK that the caller
 * sends has ECE, and the state stays. */
bool tcp_ecn_answer_marked(struct tcp *t, const struct tcp_segment *seg);
/* Does this ACK say that our SYN,ACK came as CE? Then the caller sends it again; it will not be ECT. */
bool tcp_ecn_answer_was_marked(struct tcp *t, const struct tcp_segment *seg);
/* The SYN,ACK that answers ours. */
void tcp_ecn_take_answer(struct tcp *t, const struct tcp_segment *seg);
/* A cookie came back: @agreed is what it remembers of classic ECN; the ACE field shows AccECN. */
void tcp_ecn_take_cookie(struct tcp *t, const struct tcp_segment *seg, bool agreed);

/* An acceptable segment came, not trimmed. */
enum step_result tcp_step_ecn(struct tcp *t, struct tcp_segment *seg);
/* A segment inside the window is dropped because of its ACK: some hosts have counted its mark by then. */
void tcp_ecn_refused(struct tcp *t, const struct tcp_segment *seg);
/* A SYN opened the connection with its text (RFC 7413), and was answered: some hosts count its mark. */
void tcp_ecn_opened(struct tcp *t, const struct tcp_segment *seg);
/* TCPI_OPT_ECN_SEEN: a packet came with another codepoint than Not-ECT; with classic ECN it must have had text. */
bool tcp_ecn_seen(const struct tcp *t);
/* Reads the flags of an ACK into the fields of @a about marks. Call after .acked and .flight are set. */
void tcp_ecn_read_ack(struct tcp *t, const struct tcp_segment *seg, struct tcp_ack *a);
/* The window has been reduced, for whatever reason. */
void tcp_ecn_reduced(struct tcp *t);
/* It is what it was again, because nothing had been lost: there is no reduction to tell of. */
void tcp_ecn_restored(struct tcp *t);

/* AE, CWR and ECE of a segment that leaves now with these other @flags. @length: octets of text; @fresh: they go out
 * for the first time, and not as a probe. */
uint16_t tcp_ecn_flags(struct tcp *t, uint16_t flags, uint32_t length, bool fresh);
/* The codepoint of its packet. */
uint8_t tcp_ecn_codepoint(const struct tcp *t, uint16_t flags, uint32_t length, bool fresh);

#endif
