/* SPDX-License-Identifier: MIT
 *
 * ring.c - a queue of bytes that grows as needed
 *
 * The bytes lie in a block whose size is a power of two, from .head on and around its end, so nothing moves when bytes
 * are taken from the front. A block that is too small is replaced by one of twice the size; only then are bytes copied.
 * The block is kept when the queue is empty: a connection that has sent much will do so again.
 */
#include "stack/ring.h"

#include <string.h>

enum { RING_SMALLEST = 2048 };

void ring_free(struct stack *st, struct ring *r)
{
	memory_release(st, r->bytes);
	*r = (struct ring){ 0 };
}

bool ring_reserve(struct stack *st, struct ring *r, size_t more)
{
	size_t need = r->length + more, room = r->room ? r->room : RING_SMALLEST;

	if (more > SIZE_MAX / 2 - r->length)
		return false;
	if (need <= r->room)
		return true;
	while (room < need)
		room *= 2;
	uint8_t *bytes = memory_allocate(st, room);
	if (!bytes)
		return false;
	ring_copy(r, 0, bytes, r->length);
	memory_release(st, r->bytes);
	r->bytes = bytes;
	r->room = room;
	r->head = 0;
	return true;
}

uint8_t *ring_tail(struct ring *r, size_t *room)
{
	size_t at = (r->head + r->length) & (r->room - 1), spare = r->room - r->length;

	/* Free room may go on at the start of the block; who has more to write asks again. */
	*room = spare < r->room - at ? spare : r->room - at;
	return r->bytes + at;
}

void ring_grow(struct ring *r, size_t written)
{
	r->length += written;
}

/* At most two pieces: up to the end of the block, and from its start. */
bool ring_append(struct stack *st, struct ring *r, const uint8_t *bytes, size_t length)
{
	if (!ring_reserve(st, r, length))
		return false;
	while (length) {
		size_t room;
		uint8_t *to = ring_tail(r, &room);
		size_t n = length < room ? length : room;

		memcpy(to, bytes, n);
		ring_grow(r, n);
		bytes += n;
		length -= n;
	}
	return true;
}

const uint8_t *ring_piece(const struct ring *r, size_t offset, size_t *length)
{
	if (offset >= r->length) {
		*length = 0;
		return NULL;
	}
	size_t at = (r->head + offset) & (r->room - 1), left = r->length - offset;

	*length = left < r->room - at ? left : r->room - at;
	return r->bytes + at;
}

size_t ring_copy(const struct ring *r, size_t offset, uint8_t *to, size_t length)
{
	size_t copied = 0, n;

	while (copied < length) {
		const uint8_t *from = ring_piece(r, offset + copied, &n);
		if (!from)
			break;
		n = n < length - copied ? n : length - copied;
		memcpy(to + copied, from, n);
		copied += n;
	}
	return copied;
}

void ring_drop(struct ring *r, size_t length)
{
	if (length > r->length)
		length = r->length;
	r->length -= length;
	/* An empty queue begins at the start of the block, where the longest piece in one run is to be had. */
	r->head = r->length ? (r->head + length) & (r->room - 1) : 0;
}
