/* SPDX-License-Identifier: MIT
 *
 * arena.c - a list of blocks; each allocation takes the next bytes of the newest
 */
#include "util/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/checked.h"

enum { BLOCK_BYTES = 16 * 1024 };

struct block {
	struct block *older;
	size_t used, size;
	alignas(max_align_t) unsigned char bytes[];
};

struct arena {
	struct block *newest;
};

struct arena *arena_new(void)
{
	return checked_memory(calloc(1, sizeof(struct arena)));
}

void arena_free(struct arena *a)
{
	if (!a)
		return;
	for (struct block *b = a->newest, *older; b; b = older) {
		older = b->older;
		free(b);
	}
	free(a);
}

static struct block *add_block(struct arena *a, size_t at_least)
{
	size_t size = at_least > BLOCK_BYTES ? at_least : BLOCK_BYTES;
	struct block *b = checked_memory(malloc(sizeof(*b) + size));

	b->used = 0;
	b->size = size;
	b->older = a->newest;
	a->newest = b;
	return b;
}

/* Not zeroed: most arenas are small, and zeroing a whole block would cost more than the case that needs a corner of
 * it. */
static void *take(struct arena *a, size_t size)
{
	const size_t align = alignof(max_align_t);
	size_t rounded = size > SIZE_MAX / 2 ? SIZE_MAX / 2 : (size + align) / align * align;
	struct block *b = a->newest;

	if (!b || b->size - b->used < rounded)
		b = add_block(a, rounded);
	void *memory = b->bytes + b->used;
	b->used += rounded;
	return memory;
}

void *arena_alloc(struct arena *a, size_t size)
{
	void *memory = take(a, size);

	return memset(memory, 0, size);
}

void *arena_copy(struct arena *a, const void *data, size_t size)
{
	void *copy = take(a, size);

	if (size)
		memcpy(copy, data, size);
	return copy;
}

void *arena_grow(struct arena *a, void *list, size_t count, size_t *room, size_t size)
{
	if (count < *room)
		return list;
	*room = *room ? 2 * *room : 16;
	void *grown = arena_alloc(a, *room * size);
	if (count)
		memcpy(grown, list, count * size);
	return grown;
}

char *arena_strndup(struct arena *a, const char *text, size_t length)
{
	char *copy = take(a, length + 1);

	memcpy(copy, text, length);
	copy[length] = '\0';
	return copy;
}

char *arena_strdup(struct arena *a, const char *text)
{
	return arena_strndup(a, text, strlen(text));
}

char *arena_vprintf(struct arena *a, const char *format, va_list args)
{
	va_list again;

	va_copy(again, args);
	int length = vsnprintf(NULL, 0, format, args);
	char *text = take(a, length < 0 ? 1 : (size_t)length + 1);
	*text = '\0';
	if (length > 0)
		vsnprintf(text, (size_t)length + 1, format, again);
	va_end(again);
	return text;
}

char *arena_printf(struct arena *a, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	char *text = arena_vprintf(a, format, args);
	va_end(args);
	return text;
}
