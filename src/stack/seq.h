/* SPDX-License-Identifier: MIT
 *
 * seq.h - TCP sequence numbers: modulo 2^32, compared across the wrap (RFC 9293, 3.4)
 */
#ifndef STACK_SEQ_H
#define STACK_SEQ_H

#include <stdbool.h>
#include <stdint.h>

typedef struct {
	uint32_t value;
} seq_t;

static inline seq_t seq_from(uint32_t value) { return (seq_t){ value }; }
static inline seq_t seq_add(seq_t a, uint32_t n) { return (seq_t){ a.value + n }; }
static inline seq_t seq_back(seq_t a, uint32_t n) { return (seq_t){ a.value - n }; }
/* a - b; negative when a is before b. */
static inline int32_t seq_diff(seq_t a, seq_t b) { return (int32_t)(a.value - b.value); }
static inline bool seq_equal(seq_t a, seq_t b) { return a.value == b.value; }
static inline bool seq_before(seq_t a, seq_t b) { return seq_diff(a, b) < 0; }
static inline bool seq_before_or_at(seq_t a, seq_t b) { return seq_diff(a, b) <= 0; }
static inline bool seq_after(seq_t a, seq_t b) { return seq_diff(a, b) > 0; }
static inline bool seq_after_or_at(seq_t a, seq_t b) { return seq_diff(a, b) >= 0; }
static inline seq_t seq_max(seq_t a, seq_t b) { return seq_before(a, b) ? b : a; }
static inline seq_t seq_min(seq_t a, seq_t b) { return seq_before(a, b) ? a : b; }

/* Is @s one of the @length numbers from @start on? */
static inline bool seq_in(seq_t s, seq_t start, uint32_t length)
{
	return s.value - start.value < length;
}

#endif
