/* SPDX-License-Identifier: MIT
 *
 * tcp_statistics.h - how much, how often, and when last: for TCP_INFO, keep-alive and the restart after idle
 */
#ifndef STACK_TCP_STATISTICS_H
#define STACK_TCP_STATISTICS_H

#include "stack/tcp.h"

void tcp_count_start(struct tcp *t);                     /* all times count from now */
void tcp_count_open(struct tcp *t);                      /* ESTABLISHED: the times of data count from now */
/* the SYN of a passive open; @has_text: it had text, which was taken */
static inline void tcp_count_request(struct tcp *t, bool has_text)
{
	t->stats.segments_in = 1;
	t->stats.data_segments_in = has_text;
}

/* In TIME-WAIT a host may have let go of all that its user could look at. */
static inline bool tcp_counts_no_more(const struct tcp *t)
{
	return t->state == TCPS_TIME_WAIT && tcp_stack(t)->config.tcp_remnants &&
	       !defect(tcp_stack(t), DEFECT_TCP_TIME_WAIT_COUNTED);
}

/* any segment, acceptable or not. Before a passive open is complete, only the SYN and the last one count. */
static inline void tcp_count_arrived(struct tcp *t, bool has_text)
{
	if (t->state == TCPS_SYN_RECEIVED && t->place.passive)
		tcp_count_request(t, false);
	if (tcp_counts_no_more(t))
		return;
	t->stats.segments_in++;
	t->stats.data_segments_in += has_text;
}

static inline void tcp_count_ack_received(struct tcp *t)
{
	t->stats.last_ack_received = tcp_stack(t)->now;
}

/* the peer is alive: it sent an acceptable segment, or news (tcp_alive_by_news) */
static inline void tcp_count_heard(struct tcp *t)
{
	t->stats.last_received = tcp_stack(t)->now;
	t->stats.keep_probes = 0;
}

/* a segment with text that is taken */
static inline void tcp_count_text(struct tcp *t)
{
	t->stats.texts_taken++;
}

static inline void tcp_count_text_in_order(struct tcp *t)
{
	t->stats.last_data_received = t->stats.last_received = tcp_stack(t)->now;
}

/* ... and the flow label that it had */
static inline void tcp_count_label(struct tcp *t, uint32_t flow_label)
{
	t->stats.last_data_label = flow_label;
}

/* text for the user */
static inline void tcp_count_received(struct tcp *t, uint32_t bytes)
{
	t->stats.bytes_received += bytes;
}

void tcp_count_early(struct tcp *t);                     /* text that came out of order */
void tcp_count_repeated(struct tcp *t);                  /* text that came twice */
/* The SYN,ACKs of a passive open come before there is a connection. */
static inline void tcp_count_segment_sent(struct tcp *t, uint16_t flags)
{
	if (tcp_counts_no_more(t))
		return;
	t->stats.segments_out += !(flags & TCP_SYN && t->place.passive);
	if (flags & TCP_ACK)
		t->stats.last_ack_sent = tcp_stack(t)->now;
}

/* Something with a sequence number goes out; @again: it, or part of it, went out before. */
static inline void tcp_count_sent(struct tcp *t, uint32_t text, bool again)
{
	if (text)
		t->stats.last_sent = tcp_stack(t)->now;
	t->stats.bytes_sent += text;
	t->stats.data_segments_out += text > 0;
	if (again) {
		t->stats.retransmits++;
		t->stats.bytes_retransmitted += text;
	}
}

static inline void tcp_count_acked(struct tcp *t, uint32_t bytes)
{
	t->stats.bytes_acked += bytes;
}

void tcp_count_keep_probe(struct tcp *t);

#endif
