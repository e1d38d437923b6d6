/* SPDX-License-Identifier: MIT
 *
 * tcp_statistics.c - counts and times of a connection
 */
#include "stack/tcp_statistics.h"

void tcp_count_start(struct tcp *t)
{
	vtime_t now = tcp_stack(t)->now;

	t->stats = (struct tcp_statistics){ .last_received = now, .last_ack_received = now, .last_sent = now };
}

void tcp_count_open(struct tcp *t)
{
	t->stats.last_sent = t->stats.last_ack_received = t->stats.last_data_received = tcp_stack(t)->now;
}

/* ---- receiving ---- */

void tcp_count_arrived(struct tcp *t)
{
	t->stats.segments_in++;
}

void tcp_count_ack_received(struct tcp *t)
{
	t->stats.last_ack_received = tcp_stack(t)->now;
}

void tcp_count_heard(struct tcp *t)
{
	t->stats.last_received = tcp_stack(t)->now;
	t->stats.keep_probes = 0;
}

void tcp_count_text(struct tcp *t)
{
	t->stats.data_segments_in++;
	t->stats.last_data_received = tcp_stack(t)->now;
}

void tcp_count_received(struct tcp *t, uint32_t bytes)
{
	t->stats.bytes_received += bytes;
}

void tcp_count_early(struct tcp *t)
{
	t->stats.out_of_order++;
}

void tcp_count_repeated(struct tcp *t)
{
	t->stats.duplicates++;
}

/* ---- sending ---- */

void tcp_count_segment_sent(struct tcp *t, bool acknowledges)
{
	t->stats.segments_out++;
	if (acknowledges)
		t->stats.last_ack_sent = tcp_stack(t)->now;
}

void tcp_count_sent(struct tcp *t, uint32_t text, bool again)
{
	t->stats.last_sent = tcp_stack(t)->now;
	t->stats.bytes_sent += text;
	t->stats.data_segments_out += text > 0;
	if (again) {
		t->stats.retransmits++;
		t->stats.bytes_retransmitted += text;
	}
}

void tcp_count_acked(struct tcp *t, uint32_t bytes)
{
	t->stats.bytes_acked += bytes;
}

void tcp_count_keep_probe(struct tcp *t)
{
	t->stats.keep_probes++;
}
