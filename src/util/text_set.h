/* SPDX-License-Identifier: MIT
 *
 * text_set.h - a set of texts, and a hash of bytes
 */
#ifndef UTIL_TEXT_SET_H
#define UTIL_TEXT_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* FNV-1a, 64 bits: continue @hash (start with HASH_START) with some bytes. The same on every machine; no secret. */
#define HASH_START UINT64_C(0xcbf29ce484222325)
uint64_t hash_bytes(uint64_t hash, const void *data, size_t length);
/* With its end, so that "a", "b" is not "ab"; NULL is not "". */
uint64_t hash_text(uint64_t hash, const char *text);

struct text_slot {
	const char *text;                                    /* NULL: free */
	unsigned times;
};

/* Zeroed it is empty. Texts are borrowed. */
struct text_set {
	struct text_slot *slots;
	size_t count, room;
};

/* False: it was there already. */
bool text_set_add(struct text_set *set, const char *text);
/* The same, and how often it was added by now: 1 the first time. */
unsigned text_set_count(struct text_set *set, const char *text);
bool text_set_has(const struct text_set *set, const char *text);
void text_set_free(struct text_set *set);

#endif
