/* SPDX-License-Identifier: MIT
 *
 * tcp_sent_block.h - blocks of SACK, held against the scoreboard: which are believed, what they cover
 */
#ifndef STACK_TCP_SENT_BLOCK_H
#define STACK_TCP_SENT_BLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rxq_range;
struct sent_segment;
struct tcp;
struct tcp_segment;

/* Is @block of @seg to be believed? */
bool tcp_sent_block_is_sound(const struct tcp *t, const struct tcp_segment *seg, const struct rxq_range *block);
/* Does a block that is believed cover all of @s? */
bool tcp_sent_is_selected(const struct tcp *t, const struct tcp_segment *seg, const struct sent_segment *s);
/* Count the blocks of @seg that are not believed. */
void tcp_sent_count_unsound(const struct tcp *t, const struct tcp_segment *seg);
/* Count what the blocks of @seg join. Before anything of @seg is taken into account. */
void tcp_sent_count_merges(struct tcp *t, const struct tcp_segment *seg);
/* Of the @segments of a D-SACK, how many went out again? */
uint32_t tcp_sent_duplicates_again(const struct tcp *t, uint32_t segments);
/* Do segment @i and those that left with it join what is before them, if both are selected? Their sizes must agree. */
bool tcp_sent_joins(const struct tcp *t, size_t i);

#endif
