/* SPDX-License-Identifier: MIT
 *
 * tcp_input.h - the steps of SEGMENT ARRIVES (RFC 9293, 3.10.7)
 */
#ifndef STACK_TCP_INPUT_H
#define STACK_TCP_INPUT_H

#include "stack/icmp_error.h"
#include "stack/tcp.h"

void tcp_segment_arrives(struct stack *st, const struct ip_packet *p);
/* RFC 5927: the quoted sequence number must be in flight. */
void tcp_icmp_error(struct stack *st, const struct icmp_error *e);

/* In order, with the window as it was, and without options but an agreed time-stamp. */
bool tcp_is_predicted(const struct tcp *t, const struct tcp_segment *seg);

/* All of its text, or its FIN, came before, but the peer could not know that: nothing beyond its end has been
 * acknowledged. A host that goes by the window as last advertised finds such a segment acceptable, and reads its
 * ACK. */
bool tcp_is_old_unknown(const struct tcp *t, const struct tcp_segment *seg);
bool tcp_is_old_reset(const struct tcp *t, const struct tcp_segment *seg);
enum step_result tcp_step_ack_acceptable(struct tcp *t, struct tcp_segment *seg);
enum step_result tcp_step_answer_marked(struct tcp *t, struct tcp_segment *seg);
enum step_result tcp_step_ack(struct tcp *t, struct tcp_segment *seg);
enum step_result tcp_step_urgent(struct tcp *t, struct tcp_segment *seg);
enum step_result tcp_step_text(struct tcp *t, struct tcp_segment *seg);
enum step_result tcp_step_fin(struct tcp *t, struct tcp_segment *seg);
/* Keep text and FIN of a SYN until the connection is open (RFC 9293, 3.10.7.2, 3.10.7.3; 3.4: not delivered before).
 * RCV.NXT must be behind the SYN, and the window offered. */
void tcp_keep_syn_text(struct tcp *t, const struct tcp_segment *seg);
/* SEG_NEXT: a SYN,ACK opened the connection, and the steps from URG on follow. */
enum step_result tcp_syn_sent_input(struct tcp *t, struct tcp_segment *seg);
/* Our SYN or what follows is acknowledged up to @ack. */
void tcp_advance(struct tcp *t, seq_t ack);

#endif
