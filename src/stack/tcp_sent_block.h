/* SPDX-License-Identifier: MIT
 *
 * tcp_sent_block.h - blocks of SACK, held against the scoreboard: which are believed, what they cover
 */
#ifndef STACK_TCP_SENT_BLOCK_H
#define STACK_TCP_SENT_BLOCK_H

#include <stdbool.h>

struct rxq_range;
struct sent_segment;
struct tcp;
struct tcp_segment;

/* Is @block of @seg to be believed? */
bool tcp_sent_block_is_sound(const struct tcp *t, const struct tcp_segment *seg, const struct rxq_range *block);
/* Does a block that is believed cover all of @s? */
bool tcp_sent_is_selected(const struct tcp *t, const struct tcp_segment *seg, const struct sent_segment *s);
/* Count what the blocks of @seg join. Before anything of @seg is taken into account. */
void tcp_sent_count_merges(struct tcp *t, const struct tcp_segment *seg);

#endif
