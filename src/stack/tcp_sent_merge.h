/* SPDX-License-Identifier: MIT
 *
 * tcp_sent_merge.h - what Linux' scoreboard joins and cuts when blocks arrive, as its counters tell
 */
#ifndef STACK_TCP_SENT_MERGE_H
#define STACK_TCP_SENT_MERGE_H

struct tcp;
struct tcp_segment;

/* Count what the blocks of @seg join. Before anything of @seg is taken into account. */
void tcp_sent_count_merges(struct tcp *t, const struct tcp_segment *seg);

#endif
