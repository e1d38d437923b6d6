/* SPDX-License-Identifier: MIT
 *
 * table.h - names and their values, with a suggestion for an unknown name
 */
#ifndef UTIL_TABLE_H
#define UTIL_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct name_value {
	const char *name;
	int64_t value;
};

/* Look @name up in @count entries of @table (any order). */
bool table_value(const struct name_value *table, size_t count, const char *name, int64_t *value);
/* The first name of @value, or NULL. */
const char *table_name(const struct name_value *table, size_t count, int64_t value);

/* Do @a and @b have the same letters and digits? Case, and whatever else stands between them, is ignored. False for
 * texts that have none. */
bool is_spelt_alike(const char *a, const char *b);

/* Finds the spelling nearest to @wanted. Start with .wanted set, offer each candidate, read .nearest:
 * NULL when no candidate is near enough to be meant (a third of its letters wrong, case ignored);
 * one that is_spelt_alike() is nearest of all. */
struct guess {
	const char *wanted;
	const char *nearest;
	size_t distance;
};

void guess_offer(struct guess *g, const char *candidate);
void guess_offer_table(struct guess *g, const struct name_value *table, size_t count);

#endif
