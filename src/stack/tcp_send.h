/* SPDX-License-Identifier: MIT
 *
 * tcp_send.h - one segment is written: data, SYN, ACK, RST, probes
 */
#ifndef STACK_TCP_SEND_H
#define STACK_TCP_SEND_H

#include "stack/ip_output.h"
#include "stack/tcp.h"

struct ip_send;                                          /* ip_output.h */
struct tcp_signer;                                       /* tcp_auth.h */

struct tcp_piece {
	seq_t seq;
	uint16_t flags;
	bool probe;                                          /* window probe: sending goes on at the same place */
	bool ends_burst;                                     /* the next text must not join it (MSG_EOR) */
	bool probes_path;                                    /* path MTU probe, larger than others (RFC 4821) */
	bool joined;                                         /* leaves in one burst with the one before it */
	bool goes_on;                                        /* ... and with the one behind it */
	size_t offset;                                       /* in the send queue */
	uint32_t length;
	bool crosses;        /* the SYN,ACK of a simultaneous open: has our SYN, but does not count as its repetition */
};

/* Record and send @p. The cursor moves behind it, unless it is a probe. */
void tcp_segment_send(struct tcp *t, const struct tcp_piece *p);
void tcp_send_ack(struct tcp *t);
void tcp_send_syn(struct tcp *t);                        /* SYN, or SYN and ACK */
void tcp_send_crossing_answer(struct tcp *t);      /* simultaneous open: the peer's SYN came before an answer to ours */
/* A SYN with the first @text octets of the send queue (RFC 7413, 4.2.2). */
void tcp_send_syn_text(struct tcp *t, uint32_t text);
void tcp_send_probe(struct tcp *t, seq_t seq);           /* an ACK with this sequence number and no text */
void tcp_send_window_probe(struct tcp *t);
void tcp_send_reset(struct tcp *t);
/* Answer a segment that belongs to no connection (RFC 9293, 3.10.7.1). */
void tcp_reset_segment(struct stack *st, const struct tcp_segment *seg);
/* The same for a segment of @t, which signs it with TCP-AO if that has such a signature. */
void tcp_reset_signed(struct tcp *t, const struct tcp_segment *seg);
/* An ACK because of RFC 5961, within its limit. */
void tcp_challenge(struct tcp *t, const char *reason);
/* Write header @h in front of the text, which is in its place; sign the segment, add the checksum, and send it. */
int tcp_emit(struct stack *st, struct ip_send *send, struct tcp_header *h, size_t text_length,
             const struct tcp_signer *signer);

#endif
