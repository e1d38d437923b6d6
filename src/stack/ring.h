/* SPDX-License-Identifier: MIT
 *
 * ring.h - a queue of bytes that grows as needed: send and receive buffers
 *
 * A zeroed struct ring is empty and holds no memory. The limits are the caller's.
 */
#ifndef STACK_RING_H
#define STACK_RING_H

#include <stdbool.h>

#include "stack/memory.h"
#include "util/common.h"

#include <stdint.h>

struct ring {
	uint8_t *bytes;
	size_t room, head, length;                           /* room: a power of two, or 0 */
};

void ring_free(struct stack *st, struct ring *r);
/* Room for @more bytes behind what is there. False: no memory, and nothing changed. */
bool ring_reserve(struct stack *st, struct ring *r, size_t more);
/* Where the next bytes go, after ring_reserve(): up to *room bytes in a row. */
uint8_t *ring_tail(struct ring *r, size_t *room);
void ring_grow(struct ring *r, size_t written);          /* ring_tail() was filled with so many */
/* Append all of @bytes or nothing. */
bool ring_append(struct stack *st, struct ring *r, const uint8_t *bytes, size_t length);
/* Copies up to @length bytes from @offset on; returns how many there were. */
size_t ring_copy(const struct ring *r, size_t offset, uint8_t *to, size_t length);
/* The bytes from @offset on that lie in a row. */
const uint8_t *ring_piece(const struct ring *r, size_t offset, size_t *length);
void ring_drop(struct ring *r, size_t length);           /* from the front; at most what is there */

#endif
