/* SPDX-License-Identifier: MIT
 *
 * table_test.c - look-up and suggestions
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "util/common.h"
#include "util/table.h"

static const struct name_value table[] = {
	{ "SOCK_STREAM", 1 }, { "SOCK_DGRAM", 2 }, { "setsockopt", -3 }, { "also_one", 1 }, { "fd", 5 },
	{ "writev", 6 }, { "write", 7 },
};

static void names_and_values(void **state)
{
	int64_t value = 99;

	(void)state;
	assert_true(table_value(table, ARRAY_LEN(table), "setsockopt", &value));
	assert_int_equal(value, -3);
	assert_false(table_value(table, ARRAY_LEN(table), "SETSOCKOPT", &value));
	assert_false(table_value(table, 2, "setsockopt", &value));
	assert_int_equal(value, -3);
	assert_string_equal(table_name(table, ARRAY_LEN(table), 1), "SOCK_STREAM");
	assert_null(table_name(table, ARRAY_LEN(table), 4));
}

static void guesses(void **state)
{
	static const struct {
		const char *wanted, *nearest;
	} rows[] = {
		{ "setsokopt", "setsockopt" }, { "sock_stream", "SOCK_STREAM" }, { "SOCK_DGARM", "SOCK_DGRAM" },
		{ "f", "fd" },                 { "unlike", NULL },               { "", NULL },
		{ "wriet", "write" },          { "df", "fd" },                   { "rwiet", NULL },
		{ "setso", "setsockopt" },     { "set", NULL },                  { "sets", "setsockopt" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct guess g = { .wanted = rows[i].wanted };
		guess_offer_table(&g, table, ARRAY_LEN(table));
		assert_string_equal(g.nearest ? g.nearest : "(none)", rows[i].nearest ? rows[i].nearest : "(none)");
	}
}

/* "MUST-3" is as few changes away, but hardly what was meant. */
static void what_is_spelt_alike_is_nearest(void **state)
{
	static const char *const names[] = { "RFC9293:MUST-3", "RFC9293:MUST-13", "RFC9293:MUST-1" };
	struct guess g = { .wanted = "rfc9293 must13" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		guess_offer(&g, names[i]);
	assert_string_equal(g.nearest, names[1]);
	assert_true(is_spelt_alike("a-b", "AB_"));
	assert_false(is_spelt_alike("a-b", "a-bc"));
	assert_false(is_spelt_alike("abc", "ab"));
	assert_false(is_spelt_alike("-", "--"));
}

static void very_long_names_are_no_guess(void **state)
{
	char longest[200];
	struct guess g = { .wanted = longest };

	(void)state;
	memset(longest, 'a', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	guess_offer(&g, longest);
	assert_null(g.nearest);
	g.wanted = "fd";
	guess_offer(&g, longest);
	assert_null(g.nearest);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_and_values),
		cmocka_unit_test(guesses),
		cmocka_unit_test(what_is_spelt_alike_is_nearest),
		cmocka_unit_test(very_long_names_are_no_guess),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
