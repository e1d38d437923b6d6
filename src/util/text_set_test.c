/* SPDX-License-Identifier: MIT
 *
 * text_set_test.c - what is added twice is noticed, also when the set has grown
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

#include "util/text_set.h"

enum { TEXTS = 1000 };

static void texts_are_there_once(void **state)
{
	static char texts[TEXTS][8];
	struct text_set set = { 0 };

	(void)state;
	for (int i = 0; i < TEXTS; i++) {
		snprintf(texts[i], sizeof(texts[i]), "t%d", i);
		assert_true(text_set_add(&set, texts[i]));
	}
	for (int i = 0; i < TEXTS; i++)
		assert_false(text_set_add(&set, texts[i]));
	assert_int_equal(set.count, TEXTS);
	assert_int_equal(text_set_count(&set, "t7"), 3);
	assert_true(text_set_has(&set, "t7"));
	assert_false(text_set_has(&set, "t"));
	assert_int_equal(text_set_count(&set, "new"), 1);
	text_set_free(&set);
	assert_false(text_set_has(&set, "t7"));
	assert_true(text_set_add(&set, ""));
	assert_false(text_set_add(&set, ""));
	text_set_free(&set);
}

/* Published values of FNV-1a. */
static void hashes_are_those_of_the_algorithm(void **state)
{
	(void)state;
	assert_true(hash_bytes(HASH_START, "", 0) == HASH_START);
	assert_true(hash_bytes(HASH_START, "a", 1) == UINT64_C(0xaf63dc4c8601ec8c));
	assert_true(hash_bytes(HASH_START, "foobar", 6) == UINT64_C(0x85944171f73967e8));
	assert_true(hash_text(hash_text(HASH_START, "a"), "b") != hash_text(hash_text(HASH_START, "ab"), ""));
	assert_true(hash_text(HASH_START, NULL) != hash_text(HASH_START, ""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_are_there_once),
		cmocka_unit_test(hashes_are_those_of_the_algorithm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
