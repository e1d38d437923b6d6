/* SPDX-License-Identifier: MIT
 *
 * trait_file_test.c - files of traits: what they say, what is wrong with them, and that what is written can be read
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "suite/trait_file.h"

static struct traits *parse(const char *text, struct arena *arena, struct diags *diags)
{
	diags_init(diags);
	return trait_file_parse("t.yaml", text, strlen(text), arena, diags);
}

static void what_is_said_counts(void **state)
{
	struct arena *arena = arena_new();
	struct diags diags;
	const struct traits *traits = parse("stack: lwIP 2.1.3\nhas: {sack: false, ecn: true}\n"
	                                    "chose:\n  initial_rto: 3\n  delayed_ack: 0.25\n", arena, &diags);

	(void)state;
	assert_int_equal(diags.errors, 0);
	assert_string_equal(traits->stack, "lwIP 2.1.3");
	assert_string_equal(trait_value(traits, "initial_rto"), "3");
	assert_string_equal(trait_value(traits, "delayed_ack"), "0.25");
	assert_false(trait_there(traits, "sack"));
	assert_true(trait_there(traits, "ecn"));
	/* What is not said has the same value as everywhere. */
	assert_true(trait_there(traits, "timestamps"));
	assert_string_equal(trait_value(traits, "default_ttl"), trait_value(NULL, "default_ttl"));
	assert_null(trait_value(traits, "sacks"));
	diags_free(&diags);
	arena_free(arena);
}

static void mistakes_are_named(void **state)
{
	static const struct {
		const char *text;
		int line, column;
		const char *headline, *detail;
	} rows[] = {
		{ "has: {sack: false}\n", 1, 1, "missing key", "'stack'" },
		{ "stack: x\nhas: {sakc: false}\n", 2, 7, "unknown trait",
		  "'sakc'; did you mean 'sack'? 'protodrill traits --list' names them all" },
		{ "stack: x\nhas: {sack: maybe}\n", 2, 13, "bad value", "'maybe' for sack: want true or false" },
		{ "stack: x\nchose: {initial_rto: 3 s}\n", 2, 22, "bad value",
		  "'3 s' for initial_rto: want seconds from 0 to 100000" },
		{ "stack: x\nchose: {default_ttl: 256}\n", 2, 22, "bad value",
		  "'256' for default_ttl: want a whole number from 0 to 255" },
		{ "stack: x\nchose: {default_ttl: 1.5}\n", 2, 22, "bad value",
		  "'1.5' for default_ttl: want a whole number from 0 to 255" },
		{ "stack: x\nchose: {sack: true}\n", 2, 9, "bad file of traits", "'sack' belongs below 'has'" },
		{ "stack: x\nhas: {initial_rto: 1}\n", 2, 7, "bad file of traits",
		  "'initial_rto' belongs below 'chose'" },
		{ "stack: x\nhas: {sack: true, sack: false}\n", 2, 19, "repeated key", "'sack'" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct arena *arena = arena_new();
		struct diags diags;
		assert_null(parse(rows[i].text, arena, &diags));
		assert_int_equal(diags.errors, 1);
		if (strcmp(diags.first->headline, rows[i].headline) || strcmp(diags.first->detail, rows[i].detail))
			fail_msg("%s%s: %s", rows[i].text, diags.first->headline, diags.first->detail);
		assert_int_equal(diags.first->loc.line, rows[i].line);
		assert_int_equal(diags.first->loc.column, rows[i].column);
		diags_free(&diags);
		arena_free(arena);
	}
}

static void what_is_written_can_be_read(void **state)
{
	struct arena *arena = arena_new();
	struct traits *traits = traits_new(arena);
	struct buf text = BUF_INIT, again = BUF_INIT;
	struct diags diags;

	(void)state;
	traits->stack = "a \"quoted\" \\ name: with # all";
	for (size_t i = 0; i < trait_count; i++)
		traits->values[i] = i % 3 == 1 ? NULL : traits_known[i].otherwise;
	trait_file_print(&text, traits);
	const struct traits *read = parse(text.data, arena, &diags);
	assert_int_equal(diags.errors, 0);
	assert_string_equal(read->stack, traits->stack);
	trait_file_print(&again, read);
	assert_string_equal(again.data, text.data);
	for (size_t i = 0; i < trait_count; i++)
		assert_true(!read->values[i] == !traits->values[i]);
	buf_free(&text);
	buf_free(&again);
	diags_free(&diags);
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_said_counts),
		cmocka_unit_test(mistakes_are_named),
		cmocka_unit_test(what_is_written_can_be_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
