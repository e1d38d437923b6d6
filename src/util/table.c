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

/* How many letters of @a stand nowhere in @b: at least so many must be changed. Letters count as equal where they are
 * equal in their last five bits, as upper and lower case are. */
static size_t strange_letters(const char *a, const char *b)
{
	uint32_t there = 0;
	size_t count = 0;

	for (; *b; b++)
		there |= UINT32_C(1) << (*b & 31);
	for (; *a; a++)
		count += !(there & UINT32_C(1) << (*a & 31));
	return count;
}

/* How many letters must be changed, added, dropped or swapped with their neighbour to turn @a into @b; something above
 * @most if they are more than that. Both texts are at most LONGEST_GUESS long; three rows of the table are enough, and
 * of each the entries near the diagonal: every step away from it is a letter added or dropped. Counting stops once two
 * neighbouring rows have no entry within @most, since then no later row will have one. */
static size_t edit_distance(const char *a, size_t a_length, const char *b, size_t b_length, size_t most)
{
	size_t rows[3][LONGEST_GUESS + 2] = { 0 }, *before = rows[0], *above = rows[1], *row = rows[2], least_above = 0;

	for (size_t j = 0; j <= b_length; j++)
		above[j] = j;
	for (size_t i = 1; i <= a_length; i++) {
		size_t first = i > most ? i - most : 1, last = i + most < b_length ? i + most : b_length;
		size_t least = row[first - 1] = first == 1 ? i : most + 1;
		for (size_t j = first; j <= last; j++) {
			row[j] = min3(above[j] + 1, row[j - 1] + 1, above[j - 1] + !same_letter(a[i - 1], b[j - 1]));
			if (i > 1 && j > 1 && same_letter(a[i - 1], b[j - 2]) && same_letter(a[i - 2], b[j - 1]) &&
			    before[j - 2] + 1 < row[j])
				row[j] = before[j - 2] + 1;
			least = row[j] < least ? row[j] : least;
		}
		if (least > most && least_above > most)
			return least;
		row[last + 1] = most + 1;                    /* what the next row finds beside its last entry */
		least_above = least;
		size_t *oldest = before;
		before = above;
		above = row;
		row = oldest;
	}
	return above[b_length];
}

bool is_spelt_alike(const char *a, const char *b)
{
	size_t letters = 0;

	while (*a || *b) {
		if (*a && !isalnum((unsigned char)*a))
			a++;
		else if (*b && !isalnum((unsigned char)*b))
			b++;
		else if (!same_letter(*a++, *b++))
			return false;
		else
			letters++;
	}
	return letters;
}

void guess_offer(struct guess *g, const char *candidate)
{
	size_t length = strlen(g->wanted), other = strlen(candidate);

	if (!length || length > LONGEST_GUESS || other > LONGEST_GUESS)
		return;
	if (is_spelt_alike(g->wanted, candidate)) {
		g->nearest = g->nearest && !g->distance ? g->nearest : candidate;
		g->distance = 0;
		return;
	}
	size_t third = (length > other ? length : other) / 3, most = third ? third : 1;
	size_t least = length > other ? length - other : other - length;
	bool abbreviates = length >= SHORTEST_ABBREVIATION && other > length &&
	                   !strncasecmp(g->wanted, candidate, length);
	/* The lengths alone rule out most of a long table. */
	if ((!abbreviates && least > most) || (g->nearest && least >= g->distance))
		return;
	/* Only what is nearer than the nearest so far is of interest. */
	if (abbreviates)
		most = LONGEST_GUESS;
	if (g->nearest && g->distance <= most)
		most = g->distance - 1;
	if (strange_letters(g->wanted, candidate) > most || strange_letters(candidate, g->wanted) > most)
		return;
	size_t distance = edit_distance(g->wanted, length, candidate, other, most);
	if (distance <= most) {
		g->nearest = candidate;
		g->distance = distance;
	}
}

void guess_offer_table(struct guess *g, const struct name_value *table, size_t count)
{
	for (size_t i = 0; i < count; i++)
		guess_offer(g, table[i].name);
}
