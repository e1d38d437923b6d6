/* SPDX-License-Identifier: MIT
 *
 * printable_test.c - what a terminal would obey is written out, all other text stays
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "util/printable.h"

static void texts(void **state)
{
	static const struct {
		const char *text, *keep, *printed;
	} rows[] = {
		{ "", "", "" },
		{ "a b\\n", "", "a b\\n" },
		{ "x\nPASS\r\t", "", "x\\nPASS\\r\\t" },
		{ "x\n\ty\r", "\n\t", "x\n\ty\\r" },
		{ "\033[2K\a\b\x7f", "", "\\x1b[2K\\x07\\x08\\x7f" },
		{ "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80", "", "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80" },
		{ "\xc2\x9b" "2K\xc2\x85", "", "\\u009b2K\\u0085" },
		{ "\x9b" "2K\xff\xc3", "", "\\x9b2K\\xff\\xc3" },
		{ "\xe2\x80\xae" "abc\xe2\x81\xa6\xe2\x80\xa8", "", "\\u202eabc\\u2066\\u2028" },
		{ "\xc0\x8a\xed\xa0\x80", "", "\\xc0\\x8a\\xed\\xa0\\x80" },
	};
	struct arena *arena = arena_new();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct buf out = BUF_INIT, in_place = BUF_INIT;

		printable_add(&out, rows[i].text, rows[i].keep);
		assert_string_equal(out.data, rows[i].printed);
		buf_puts(&in_place, rows[i].text);
		printable_buf(&in_place, rows[i].keep);
		assert_string_equal(in_place.data, rows[i].printed);
		if (!*rows[i].keep)
			assert_string_equal(printable(arena, rows[i].text), rows[i].printed);
		buf_free(&out);
		buf_free(&in_place);
	}
	assert_null(printable(arena, NULL));
	assert_ptr_equal(printable(arena, rows[1].text), rows[1].text);
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(texts) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
