/* SPDX-License-Identifier: MIT
 *
 * text_set.c - open addressing, at most half full
 */
#include "util/text_set.h"

#include <stdlib.h>
#include <string.h>

#include "util/checked.h"

enum { LEAST_ROOM = 64 };

uint64_t hash_bytes(uint64_t hash, const void *data, size_t length)
{
	const uint8_t *bytes = data;

	for (size_t i = 0; i < length; i++)
		hash = (hash ^ bytes[i]) * UINT64_C(0x100000001b3);
	return hash;
}

uint64_t hash_text(uint64_t hash, const char *text)
{
	static const uint8_t none = 1;

	return text ? hash_bytes(hash, text, strlen(text) + 1) : hash_bytes(hash, &none, sizeof(none));
}

/* Where @text is, or would be. */
static struct text_slot *place(struct text_slot *slots, size_t room, const char *text)
{
	size_t at = hash_text(HASH_START, text) & (room - 1);

	while (slots[at].text && strcmp(slots[at].text, text))
		at = (at + 1) & (room - 1);
	return &slots[at];
}

static void grow(struct text_set *set)
{
	size_t room = set->room ? 2 * set->room : LEAST_ROOM;
	struct text_slot *slots = checked_memory(calloc(room, sizeof(*slots)));

	for (size_t i = 0; i < set->room; i++)
		if (set->slots[i].text)
			*place(slots, room, set->slots[i].text) = set->slots[i];
	free(set->slots);
	set->slots = slots;
	set->room = room;
}

unsigned text_set_count(struct text_set *set, const char *text)
{
	struct text_slot *slot;

	if (2 * set->count >= set->room)
		grow(set);
	slot = place(set->slots, set->room, text);
	if (!slot->text) {
		slot->text = text;
		set->count++;
	}
	return ++slot->times;
}

bool text_set_add(struct text_set *set, const char *text)
{
	return text_set_count(set, text) == 1;
}

bool text_set_has(const struct text_set *set, const char *text)
{
	return set->room && place(set->slots, set->room, text)->text;
}

void text_set_free(struct text_set *set)
{
	free(set->slots);
	*set = (struct text_set){ 0 };
}
