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
	t->stats.last_sent = t->stats.last_received = tcp_stack(t)->now;
	t->stats.last_ack_received = t->stats.last_data_received = tcp_stack(t)->now;
}

void tcp_count_early(struct tcp *t)
{
	t->stats.out_of_order++;
}

void tcp_count_repeated(struct tcp *t)
{
	t->stats.duplicates++;
}

void tcp_count_keep_probe(struct tcp *t)
{
	t->stats.keep_probes++;
}
