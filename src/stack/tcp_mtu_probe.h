/* SPDX-License-Identifier: MIT
 *
 * tcp_mtu_probe.h - how large segments may be, found out by sending larger ones (RFC 4821)
 */
#ifndef STACK_TCP_MTU_PROBE_H
#define STACK_TCP_MTU_PROBE_H

#include "stack/tcp.h"

void tcp_mtu_start(struct tcp *t);
void tcp_mtu_synchronized(struct tcp *t); /* The path is known to take less than was thought. */
void tcp_mtu_lowered(struct tcp *t);
               /* our SYN was answered */
/* The octets of text that a probe would have now; 0: no probe may go. @cursor: where it would start. */
uint32_t tcp_mtu_probe_due(struct tcp *t, seq_t cursor);
void tcp_mtu_probe_sent(struct tcp *t, seq_t start, seq_t end);
void tcp_mtu_acked(struct tcp *t);                       /* SND.UNA has moved */
/* Losses are about to be repaired. True: the probe was lost, which does not show congestion. */
bool tcp_mtu_probe_lost(struct tcp *t);
void tcp_mtu_sent_again(struct tcp *t, seq_t start);     /* the segment at @start goes out once more */
/* The retransmission timer fired: the path may silently drop what is too large for it (RFC 4821, 7.7). */
void tcp_mtu_timed_out(struct tcp *t);

#endif
