/* SPDX-License-Identifier: MIT
 *
 * constant.c - symbolic constants: from name to value and back
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "script/ast.h"
#include "script/constant_table.h"

static int compare_name(const void *name, const void *entry)
{
	return strcmp(name, ((const struct name_value *)entry)->name);
}

bool constant_value(const char *name, int64_t *value)
{
	const struct name_value *found = bsearch(name, constant_table, constant_table_size, sizeof(*found),
	                                         compare_name);

	if (!found)
		return false;
	*value = found->value;
	return true;
}

void constants_visit(void (*visit)(void *context, const char *name, int64_t value), void *context)
{
	for (size_t i = 0; i < constant_table_size; i++)
		visit(context, constant_table[i].name, constant_table[i].value);
}

/* The one constant that ends with "_" and @name, as in SHUT_WR; NULL: none does, or several do. */
static const char *constant_by_end(const char *name)
{
	size_t wanted = strlen(name);
	const char *found = NULL;

	for (size_t i = 0; i < constant_table_size; i++) {
		const char *candidate = constant_table[i].name;
		size_t length = strlen(candidate);

		if (length <= wanted || candidate[length - wanted - 1] != '_' ||
		    strcmp(candidate + length - wanted, name))
			continue;
		if (found)
			return NULL;
		found = candidate;
	}
	return found;
}

const char *constant_guess(const char *name)
{
	struct guess guess = { .wanted = name };

	guess_offer_table(&guess, constant_table, constant_table_size);
	return guess.nearest ? guess.nearest : constant_by_end(name);
}

/* ENOTSUP is a second name of EOPNOTSUPP, the one the protocols' documents use. Other second names come
 * later in the alphabet than the usual one. */
static bool is_errno_name(const char *name)
{
	return name[0] == 'E' && strncmp(name, "EPOLL", 5) && strcmp(name, "ENOTSUP");
}

const char *constant_errno_name(int number)
{
	for (size_t i = 0; i < constant_table_size; i++)
		if (constant_table[i].value == number && is_errno_name(constant_table[i].name))
			return constant_table[i].name;
	return NULL;
}

static const char *flag_name(const char *prefix, uint64_t bit)
{
	size_t length = strlen(prefix);

	for (size_t i = 0; i < constant_table_size; i++)
		if (!strncmp(constant_table[i].name, prefix, length) && (uint64_t)constant_table[i].value == bit)
			return constant_table[i].name;
	return NULL;
}

void constant_print_flags(struct buf *out, const char *prefix, uint64_t value)
{
	const char *separator = "";
	uint64_t rest = 0;

	for (int i = 0; i < 64; i++) {
		uint64_t bit = value & (UINT64_C(1) << i);
		const char *name = bit ? flag_name(prefix, bit) : NULL;
		if (name) {
			buf_printf(out, "%s%s", separator, name);
			separator = "|";
		} else {
			rest |= bit;
		}
	}
	if (rest)
		buf_printf(out, "%s0x%" PRIx64, separator, rest);
	else if (!value)
		buf_puts(out, "0");
}

/* ---- differentiated services ---- */

/* RFC 2474, 2597, 3246, 5865 and 8622. */
static const struct name_value dscps[] = {
	{ "cs0", 0 }, { "cs1", 8 }, { "cs2", 16 }, { "cs3", 24 }, { "cs4", 32 }, { "cs5", 40 }, { "cs6", 48 },
	{ "cs7", 56 },
	{ "af11", 10 }, { "af12", 12 }, { "af13", 14 }, { "af21", 18 }, { "af22", 20 }, { "af23", 22 },
	{ "af31", 26 }, { "af32", 28 }, { "af33", 30 }, { "af41", 34 }, { "af42", 36 }, { "af43", 38 },
	{ "ef", 46 }, { "voice-admit", 44 }, { "le", 1 },
};

const char *dscp_name(int64_t value)
{
	return table_name(dscps, ARRAY_LEN(dscps), value);
}

bool dscp_value(const char *name, int64_t *value)
{
	return table_value(dscps, ARRAY_LEN(dscps), name, value);
}

const char *dscp_guess(const char *name)
{
	struct guess guess = { .wanted = name };

	guess_offer_table(&guess, dscps, ARRAY_LEN(dscps));
	return guess.nearest;
}
