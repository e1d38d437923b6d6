/* SPDX-License-Identifier: MIT
 *
 * shard.c - cutting a plan into parts
 */
#include "suite/shard.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "util/checked.h"
#include "util/text_set.h"

/* ---- the command line ---- */

static bool read_number(const char **text, size_t *out)
{
	size_t digits = strspn(*text, "0123456789"), value = 0;

	if (!digits || **text == '0')
		return false;
	for (size_t i = 0; i < digits && value <= SHARD_MOST; i++)
		value = value * 10 + (size_t)((*text)[i] - '0');
	*text += digits;
	*out = value;
	return value <= SHARD_MOST;
}

bool shard_read(const char *text, struct shard *out, struct buf *problem)
{
	const char *rest = text;
	struct shard read;

	if (!read_number(&rest, &read.number) || *rest++ != '/' || !read_number(&rest, &read.count) || *rest)
		buf_printf(problem, "bad --shard: %s: want I/N, numbers from 1 to %d: part I of N, like 2/7", text,
		           SHARD_MOST);
	else if (read.number > read.count)
		buf_printf(problem, "bad --shard: %s: there is no part %zu of %zu: want one from 1 to %zu", text,
		           read.number, read.count, read.count);
	else
		*out = read;
	return !problem->length;
}

/* ---- the cut ---- */

struct placed {
	const char *class, *id;
	uint64_t hash;
	size_t index;
};

/* FNV-1a, with a last step that spreads the effect of the last bytes over all bits, since ids often differ only in a
 * number. */
static uint64_t hash_of(const char *id)
{
	uint64_t hash = hash_bytes(HASH_START, id, strlen(id));

	hash = (hash ^ hash >> 32) * 0x9e3779b97f4a7c15;
	return hash ^ hash >> 29;
}

static int compare(const void *left, const void *right)
{
	const struct placed *a = left, *b = right;
	int order = strcmp(a->class, b->class);

	if (!order)
		order = (a->hash > b->hash) - (a->hash < b->hash);
	if (!order)
		order = strcmp(a->id, b->id);
	return order ? order : (a->index > b->index) - (a->index < b->index);
}

static int compare_indices(const void *left, const void *right)
{
	const size_t *a = left, *b = right;

	return (*a > *b) - (*a < *b);
}

/* @left items are left over and dealt out one to a part, beginning with part @first and going round. How many of them
 * do the first @part parts get? */
static size_t left_over_before(size_t part, size_t first, size_t left, size_t parts)
{
	size_t end = first + left, taken = part < end ? part : end;

	taken = taken > first ? taken - first : 0;
	if (end > parts)
		taken += part < end - parts ? part : end - parts;
	return taken;
}

size_t shard_choose(struct shard shard, const struct shard_item *items, size_t count, size_t *chosen)
{
	struct placed *sorted = checked_memory(calloc(count + 1, sizeof(*sorted)));
	size_t parts = shard.count ? shard.count : 1, part = shard.count ? shard.number - 1 : 0;
	size_t first = 0, found = 0;

	for (size_t i = 0; i < count; i++)
		sorted[i] = (struct placed){ items[i].class, items[i].id, hash_of(items[i].id), i };
	qsort(sorted, count, sizeof(*sorted), compare);
	for (size_t start = 0, length; start < count; start += length) {
		for (length = 1; start + length < count; length++)
			if (strcmp(sorted[start].class, sorted[start + length].class))
				break;
		size_t each = length / parts, left = length % parts;
		size_t from = part * each + left_over_before(part, first, left, parts);
		size_t to = (part + 1) * each + left_over_before(part + 1, first, left, parts);
		for (size_t i = from; i < to; i++)
			chosen[found++] = sorted[start + i].index;
		first = (first + left) % parts;
	}
	free(sorted);
	qsort(chosen, found, sizeof(*chosen), compare_indices);
	return found;
}

void shard_cut(struct shard shard, struct suite_plan *plan)
{
	struct shard_item *items = checked_memory(calloc(plan->count + 1, sizeof(*items)));
	size_t *chosen = checked_memory(calloc(plan->count + 1, sizeof(*chosen)));

	for (size_t i = 0; i < plan->count; i++)
		items[i] = (struct shard_item){ plan->cases[i].target, plan->cases[i].id };
	plan->count = shard_choose(shard, items, plan->count, chosen);
	for (size_t i = 0; i < plan->count; i++)
		plan->cases[i] = plan->cases[chosen[i]];
	free(chosen);
	free(items);
}
