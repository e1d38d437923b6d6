/* SPDX-License-Identifier: MIT
 *
 * tcp_accecn.h - Accurate ECN feedback (RFC 9768): counters, the ACE field, the AccECN option
 */
#ifndef STACK_TCP_ACCECN_H
#define STACK_TCP_ACCECN_H

#include "stack/recovery.h"
#include "stack/tcp.h"

void tcp_accecn_start(struct tcp *t);
/* The first for any SYN of the handshake; the second for the SYN,ACK that agreed; the third when such a SYN,ACK comes
 * again. */
void tcp_accecn_take_syn(struct tcp *t, const struct tcp_segment *seg);
void tcp_accecn_take_answer(struct tcp *t, const struct tcp_segment *seg);
void tcp_accecn_answer_again(struct tcp *t, const struct tcp_segment *seg);

/* AE, CWR and ECE as a number (RFC 9768, 3.2.2). */
static inline unsigned tcp_accecn_ace(const struct tcp_segment *seg)
{
	return (unsigned)(seg->flags / TCP_ECE) & 7;
}

/* Has a segment of such a connection no AccECN option, and in ACE what is known? */
static inline bool tcp_accecn_unchanged(const struct tcp *t, const struct tcp_segment *seg)
{
	return seg->accecn_fields < 0 && tcp_accecn_ace(seg) == (t->accurate.peer_cep & 7);
}

/* The ACE field of a SYN,ACK, and that of other segments: the counter, or once the codepoint of the SYN,ACK. */
uint16_t tcp_accecn_synack_flags(struct tcp *t);
uint16_t tcp_accecn_flags(struct tcp *t, uint16_t flags, uint32_t length, bool fresh);
/* Must nothing be ECT? */
bool tcp_accecn_silent(const struct tcp *t);
/* In TIME-WAIT, on a host that keeps nothing of AccECN there: neither ACE nor option. */
bool tcp_accecn_forgotten(const struct tcp *t);
/* The FIN has come, but only a remnant waited for it (tcp_remnant.c). */
void tcp_accecn_forget(struct tcp *t);

/* Until the next call, with NULL, the ACE field of what leaves reflects the codepoint of this SYN, which is an
 * acceptable segment; on hosts that do so. */
void tcp_accecn_reflect(struct tcp *t, const struct tcp_segment *syn);

/* An acceptable segment came to a server: if it ends the handshake, it reports on the SYN,ACK. Returns how many packets
 * it reports as marked. */
uint32_t tcp_accecn_end_handshake(struct tcp *t, const struct tcp_segment *seg);
/* An acceptable segment came: its mark is counted, whatever variant of ECN was agreed on. */
void tcp_accecn_count(struct tcp *t, const struct tcp_segment *seg);
/* The same with AccECN: also asks for an ACK where one is due (3.2.2.5.1). */
void tcp_accecn_receive(struct tcp *t, const struct tcp_segment *seg);
/* The number of segments that an ACK reports as marked for the first time. */
uint32_t tcp_accecn_read_ack(struct tcp *t, const struct tcp_segment *seg, const struct tcp_ack *a);

/* Octets of the shortest option that tells what has changed. */
size_t tcp_accecn_least(const struct tcp *t);
/* Octets of the option beside new text, if it is due and fits into @room octets; not aligned. */
size_t tcp_accecn_bytes(const struct tcp *t, size_t room);
/* The option, if it is due and fits into @room octets. What follows it in a segment without SYN is to be aligned. */
void tcp_accecn_write(struct tcp *t, struct tcp_header *h, size_t *used, size_t room);
/* Text that came before. Are ACKs with the option lost (3.2.3.2.2)? Its mark counts on hosts that do so; if it is
 * @heard all the same, that is left to tcp_accecn_receive(). */
void tcp_accecn_came_again(struct tcp *t, const struct tcp_segment *seg, bool heard);
/* Says whether the next text leaves in one burst with the text before it. */
void tcp_accecn_join(struct tcp *t, bool joined);
/* Several segments are about to be cut at once: if the option is due, all of them keep room for it until they have
 * left. */
void tcp_accecn_keep_room(struct tcp *t, bool keeps);
/* The most octets that the option takes in the next segment. */
uint32_t tcp_accecn_room(const struct tcp *t);

#endif
