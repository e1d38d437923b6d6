/* SPDX-License-Identifier: MIT
 *
 * random.h - the stack's own randomness: a seeded generator and a keyed hash
 */
#ifndef STACK_RANDOM_H
#define STACK_RANDOM_H

#include <stddef.h>
#include <stdint.h>

struct random {
	uint64_t state[4];
};

void random_seed(struct random *r, uint64_t seed);
uint64_t random_u64(struct random *r);
/* From 0 to @bound - 1, evenly; 0 when @bound is 0. */
uint64_t random_below(struct random *r, uint64_t bound);

/* SipHash-2-4: a pseudo-random function of @bytes under @key; F() of RFC 6528, 3. */
uint64_t keyed_hash(const uint64_t key[2], const void *bytes, size_t length);

#endif
