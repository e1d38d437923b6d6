/* SPDX-License-Identifier: MIT
 *
 * version.c - comparing version numbers part by part
 */
#include "util/version.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "util/common.h"

enum { LONGEST_PART = 9 };

static const struct comparison {
	const char *sign;
	bool less, equal, greater;                           /* which outcomes it allows */
} comparisons[] = {
	{ ">=", false, true, true },
	{ "<=", true, true, false },
	{ ">", false, false, true },
	{ "<", true, false, false },
	{ "=", false, true, false },
};

static const char *skip_blanks(const char *text)
{
	return text + strspn(text, " \t");
}

/* The comparison that *at begins with, which is passed over. NULL: there is none. */
static const struct comparison *take_comparison(const char **at)
{
	for (size_t i = 0; i < ARRAY_LEN(comparisons); i++) {
		if (!strncmp(*at, comparisons[i].sign, strlen(comparisons[i].sign))) {
			*at = skip_blanks(*at + strlen(comparisons[i].sign));
			return &comparisons[i];
		}
	}
	return NULL;
}

/* The next number of a version; *at goes behind it and its dot. */
static bool take_part(const char **at, long *part)
{
	size_t digits = strspn(*at, "0123456789");

	if (!digits || digits > LONGEST_PART)
		return false;
	*part = strtol(*at, NULL, 10);
	*at += digits;
	if (**at == '.' && isdigit((unsigned char)(*at)[1]))
		++*at;
	return true;
}

/* Below 0, 0, above 0: @version against the number at *at, which is passed over. */
static int compare(const char *version, const char **at)
{
	long wanted, have;
	int result = 0;

	while (take_part(at, &wanted)) {
		if (!take_part(&version, &have))
			have = 0;
		if (!result)
			result = (have > wanted) - (have < wanted);
	}
	return result;
}

const char *version_range_problem(const char *range)
{
	long part;

	range = skip_blanks(range);
	if (!*range)
		return "it is empty";
	while (*range) {
		if (!take_comparison(&range))
			return "want >=, <=, >, < or = before each version";
		if (!take_part(&range, &part))
			return "want a version such as 6.1 behind the sign";
		while (take_part(&range, &part))
			;
		if (*range && *range != ' ' && *range != '\t')
			return "want blanks between the conditions, and versions of numbers and dots";
		range = skip_blanks(range);
	}
	return NULL;
}

bool version_in_range(const char *version, const char *range)
{
	bool inside = true;

	for (range = skip_blanks(range); *range; range = skip_blanks(range)) {
		const struct comparison *c = take_comparison(&range);
		const int order = compare(version, &range);
		inside = inside && (order < 0 ? c->less : order > 0 ? c->greater : c->equal);
	}
	return inside;
}
