/* SPDX-License-Identifier: MIT
 *
 * tcp_accecn.h - Accurate ECN feedback (RFC 9768): counters, the ACE field, the AccECN option
 */
#ifndef STACK_TCP_ACCECN_H
#define STACK_TCP_ACCECN_H

#include "stack/recovery.h"
#include "stack/tcp.h"

void tcp_accecn_start(struct tcp *t);
/* Any SYN of the handshake; the SYN,ACK that agreed; such a SYN,ACK once more. */
void tcp_accecn_take_syn(struct tcp *t, const struct tcp_segment *seg);
void tcp_accecn_take_answer(struct tcp *t, const struct tcp_segment *seg);
void tcp_accecn_answer_again(struct tcp *t, const struct tcp_segment *seg);

/* The three flags as a number (RFC 9768, 3.2.2). */
static inline unsigned tcp_accecn_ace(const struct tcp_segment *seg)
{
	return (unsigned)(seg->flags / TCP_ECE) & 7;
}

/* The code of a SYN,ACK, and of the other segments: the counter, or once the codepoint of the SYN,ACK. */
uint16_t tcp_accecn_synack_flags(struct tcp *t);
uint16_t tcp_accecn_flags(struct tcp *t, uint16_t flags, uint32_t length, bool fresh);
/* Must nothing be ECT? */
bool tcp_accecn_silent(const struct tcp *t);
/* In TIME-WAIT, on a host that keeps nothing of AccECN there: neither ACE nor option. */
bool tcp_accecn_forgotten(const struct tcp *t);

/* An acceptable segment came to a server: if it ends the handshake, what does it say of the SYN,ACK? Returns the
 * packets that it says were marked. */
uint32_t tcp_accecn_end_handshake(struct tcp *t, const struct tcp_segment *seg);
/* An acceptable segment came: its mark is counted, whatever variant of ECN was agreed on. */
void tcp_accecn_count(struct tcp *t, const struct tcp_segment *seg);
/* The same with AccECN: counts its mark, and asks for an ACK where one is due (3.2.2.5.1). */
void tcp_accecn_receive(struct tcp *t, const struct tcp_segment *seg);
/* Segments of which an ACK says for the first time that they were marked. */
uint32_t tcp_accecn_read_ack(struct tcp *t, const struct tcp_segment *seg, const struct tcp_ack *a);

/* The option, if it is due and fits into @room octets. */
void tcp_accecn_write(struct tcp *t, struct tcp_header *h, size_t *used, size_t room);
/* A segment came outside of the window: its mark, on hosts that count it, and whether ACKs with the option are lost
 * (3.2.3.2.2). */
void tcp_accecn_came_again(struct tcp *t, const struct tcp_segment *seg);
/* The next text goes in one burst with what went before it; or not. */
void tcp_accecn_join(struct tcp *t, bool joined);
/* Several segments are cut at once: if the option is due now, all of them keep room for it, until they have left. */
void tcp_accecn_keep_room(struct tcp *t, bool keeps);
/* Octets that it takes at most in the next segment. */
uint32_t tcp_accecn_room(const struct tcp *t);

#endif
