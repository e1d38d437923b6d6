/* SPDX-License-Identifier: MIT
 *
 * table.c - linear look-up in name tables; edit distance for suggestions
 */
#include "util/table.h"

#include <ctype.h>
#include <string.h>

enum { LONGEST_GUESS = 64 };

bool table_value(const struct name_value *table, size_t count, const char *name, int64_t *value)
{
	for (size_t i = 0; i < count; i++) {
		if (!strcmp(table[i].name, name)) {
			*value = table[i].value;
			return true;
		}
	}
	return false;
}

const char *table_name(const struct name_value *table, size_t count, int64_t value)
{
	for (size_t i = 0; i < count; i++)
		if (table[i].value == value)
			return table[i].name;
	return NULL;
}

static size_t min3(size_t a, size_t b, size_t c)
{
	size_t least = a < b ? a : b;

	return least < c ? least : c;
}

/* Levenshtein distance, one row at a time; both texts at most LONGEST_GUESS long. */
static size_t edit_distance(const char *a, size_t a_length, const char *b, size_t b_length)
{
	size_t row[LONGEST_GUESS + 1];

	for (size_t j = 0; j <= b_length; j++)
		row[j] = j;
	for (size_t i = 1; i <= a_length; i++) {
		size_t diagonal = row[0];
		row[0] = i;
		for (size_t j = 1; j <= b_length; j++) {
			size_t change = tolower((unsigned char)a[i - 1]) != tolower((unsigned char)b[j - 1]);
			size_t above = row[j];
			row[j] = min3(above + 1, row[j - 1] + 1, diagonal + change);
			diagonal = above;
		}
	}
	return row[b_length];
}

void guess_offer(struct guess *g, const char *candidate)
{
	size_t length = strlen(g->wanted), other = strlen(candidate);

	if (!length || length > LONGEST_GUESS || other > LONGEST_GUESS)
		return;
	size_t distance = edit_distance(g->wanted, length, candidate, other);
	size_t allowed = (length > other ? length : other) / 3;
	if (distance <= (allowed ? allowed : 1) && (!g->nearest || distance < g->distance)) {
		g->nearest = candidate;
		g->distance = distance;
	}
}

void guess_offer_table(struct guess *g, const struct name_value *table, size_t count)
{
	for (size_t i = 0; i < count; i++)
		guess_offer(g, table[i].name);
}
