/* SPDX-License-Identifier: MIT
 *
 * table.c - linear look-up in name tables; edit distance for suggestions
 */
#include "util/table.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

enum { LONGEST_GUESS = 64, SHORTEST_ABBREVIATION = 4 };

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

static bool same_letter(char a, char b)
{
	return tolower((unsigned char)a) == tolower((unsigned char)b);
}

/* How many letters must be changed, added, dropped or swapped with their neighbour to turn @a into @b. Both texts are
 * at most LONGEST_GUESS long; three rows of the table are enough. Counting stops above @most: once two neighbouring
 * rows have no entry within it, no later row will have one. */
static size_t edit_distance(const char *a, size_t a_length, const char *b, size_t b_length, size_t most)
{
	size_t rows[3][LONGEST_GUESS + 1], *before = rows[0], *above = rows[1], *row = rows[2], least_above = 0;

	for (size_t j = 0; j <= b_length; j++)
		above[j] = j;
	for (size_t i = 1; i <= a_length; i++) {
		size_t least = row[0] = i;
		for (size_t j = 1; j <= b_length; j++) {
			row[j] = min3(above[j] + 1, row[j - 1] + 1, above[j - 1] + !same_letter(a[i - 1], b[j - 1]));
			if (i > 1 && j > 1 && same_letter(a[i - 1], b[j - 2]) && same_letter(a[i - 2], b[j - 1]) &&
			    before[j - 2] + 1 < row[j])
				row[j] = before[j - 2] + 1;
			least = row[j] < least ? row[j] : least;
		}
		if (least > most && least_above > most)
			return least;
		least_above = least;
		size_t *oldest = before;
		before = above;
		above = row;
		row = oldest;
	}
	return above[b_length];
}

void guess_offer(struct guess *g, const char *candidate)
{
	size_t length = strlen(g->wanted), other = strlen(candidate);

	if (!length || length > LONGEST_GUESS || other > LONGEST_GUESS)
		return;
	size_t third = (length > other ? length : other) / 3, most = third ? third : 1;
	size_t least = length > other ? length - other : other - length;
	bool abbreviates = length >= SHORTEST_ABBREVIATION && other > length &&
	                   !strncasecmp(g->wanted, candidate, length);
	/* The lengths alone rule out most of a long table. */
	if ((!abbreviates && least > most) || (g->nearest && least >= g->distance))
		return;
	size_t distance = edit_distance(g->wanted, length, candidate, other, abbreviates ? LONGEST_GUESS : most);
	if ((abbreviates || distance <= most) && (!g->nearest || distance < g->distance)) {
		g->nearest = candidate;
		g->distance = distance;
	}
}

void guess_offer_table(struct guess *g, const struct name_value *table, size_t count)
{
	for (size_t i = 0; i < count; i++)
		guess_offer(g, table[i].name);
}
