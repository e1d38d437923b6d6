/* SPDX-License-Identifier: MIT
 *
 * memory.c - counted allocations with a limit
 */
#include "stack/memory.h"

#include <stdalign.h>
#include <string.h>

#include "stack/host.h"

struct block {
	size_t size;
	alignas(max_align_t) unsigned char bytes[];
};

void *memory_allocate(struct stack *st, size_t size)
{
	size_t limit = (size_t)st->config.memory_limit;

	if (size > limit || st->counts.memory > limit - size)
		return NULL;
	struct block *b = st->hooks.allocate(st->hooks.context, sizeof(*b) + size);
	if (!b)
		return NULL;
	memset(b, 0, sizeof(*b) + size);
	b->size = size;
	st->counts.memory += size;
	st->counts.memory_blocks++;
	return b->bytes;
}

void memory_release(struct stack *st, void *memory)
{
	if (!memory)
		return;
	struct block *b = OWNER_OF(memory, struct block, bytes);
	st->counts.memory -= b->size;
	st->counts.memory_blocks--;
	st->hooks.release(st->hooks.context, b);
}
