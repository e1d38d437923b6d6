/* SPDX-License-Identifier: MIT
 *
 * memory.c - counted allocations with a limit
 *
 * A host must not take more memory than its configuration allows, however hostile the packets are, and a test must be
 * able to let any single allocation fail. So every block goes through here, carries its size before it (release needs
 * no length), and is counted in bytes and in blocks: after stack_free() both must be 0, which the tests check. Memory
 * comes zeroed, because nearly every structure of the stack starts as zeros; for buffers that are written before they
 * are read there is a call without that cost.
 */
#include "stack/memory.h"

#include <stdalign.h>
#include <string.h>

#include "stack/host.h"

struct block {
	size_t size;
	alignas(max_align_t) unsigned char bytes[];
};

void *memory_allocate_unset(struct stack *st, size_t size)
{
	size_t limit = (size_t)st->config.memory_limit;

	if (size > limit || st->counts.memory > limit - size)
		return NULL;
	struct block *b = st->hooks.allocate(st->hooks.context, sizeof(*b) + size);
	if (!b)
		return NULL;
	b->size = size;
	st->counts.memory += size;
	st->counts.memory_blocks++;
	return b->bytes;
}

void *memory_allocate(struct stack *st, size_t size)
{
	void *memory = memory_allocate_unset(st, size);

	return memory ? memset(memory, 0, size) : NULL;
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
