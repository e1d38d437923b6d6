/* SPDX-License-Identifier: MIT
 *
 * tcp_statistics.h - how much, how often, and when last: for TCP_INFO, keep-alive and the restart after idle
 */
#ifndef STACK_TCP_STATISTICS_H
#define STACK_TCP_STATISTICS_H

#include "stack/tcp.h"

void tcp_count_start(struct tcp *t);                     /* the times begin now */
void tcp_count_open(struct tcp *t);                      /* ESTABLISHED: times of data begin */
void tcp_count_arrived(struct tcp *t);                   /* a segment, whatever it is worth */
void tcp_count_ack_received(struct tcp *t);
void tcp_count_heard(struct tcp *t);                     /* an acceptable segment: the peer is alive */
void tcp_count_text(struct tcp *t);                      /* a segment with text that is taken */
void tcp_count_received(struct tcp *t, uint32_t bytes);  /* text for the user */
void tcp_count_early(struct tcp *t);                     /* text that came out of order */
void tcp_count_repeated(struct tcp *t);                  /* text that came twice */
void tcp_count_segment_sent(struct tcp *t, bool acknowledges);
/* Something with a sequence number goes out; @again: it, or part of it, went out before. */
void tcp_count_sent(struct tcp *t, uint32_t text, bool again);
void tcp_count_acked(struct tcp *t, uint32_t bytes);
void tcp_count_keep_probe(struct tcp *t);

#endif
