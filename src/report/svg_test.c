/* SPDX-License-Identifier: MIT
 *
 * svg_test.c - texts cut to fit, durations, round ticks
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "report/svg.h"

static void texts_are_cut(void **state)
{
	static const struct {
		const char *text;
		size_t columns;
		const char *want;
	} rows[] = {
		{ "", 3, "" },
		{ "abc", 3, "abc" },
		{ "abcd", 3, "ab\xe2\x80\xa6" },
		{ "<&>", 3, "&lt;&amp;&gt;" },
		{ "<<<<", 3, "&lt;&lt;\xe2\x80\xa6" },
		{ "a\nb\tc", 9, "a b c" },
		{ "\xc3\xa4\xc3\xb6\xc3\xbc", 3, "\xc3\xa4\xc3\xb6\xc3\xbc" },
		{ "\xc3\xa4\xc3\xb6\xc3\xbc\xc3\xa4", 3, "\xc3\xa4\xc3\xb6\xe2\x80\xa6" },
		{ "\xe6\xbc\xa2\xe5\xad\x97", 4, "\xe6\xbc\xa2\xe5\xad\x97" },
		{ "\xe6\xbc\xa2\xe5\xad\x97", 3, "\xe6\xbc\xa2\xe2\x80\xa6" },
		{ "\xff\xff", 2, "\xef\xbf\xbd\xef\xbf\xbd" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct buf out = BUF_INIT;

		svg_fit(&out, rows[i].text, rows[i].columns);
		assert_string_equal(out.data, rows[i].want);
		buf_free(&out);
	}
}

static void lines_break_between_words(void **state)
{
	(void)state;
	assert_int_equal(svg_line_break("one two", 7), 7);
	assert_int_equal(svg_line_break("one two three", 9), 7);
	assert_int_equal(svg_line_break("one twentytwentytwenty", 12), 12);  /* rather inside a word than after half a
	                                                                        line */
	assert_int_equal(svg_columns("\xe6\xbc\xa2" "a\xc3\xa4"), 4);
}

static void durations(void **state)
{
	static const struct {
		double ns;
		const char *want;
	} rows[] = {
		{ 0, "0 ns" },          { 7, "7 ns" },           { 1000, "1 \xc2\xb5s" }, { 20000000, "20 ms" },
		{ 200400000, "200 ms" },
		{ 1500000000, "1.5 s" }, { 60000000000, "60 s" }, { 300000000000, "5 min" }, { 7200000000000, "2 h" },
		{ 172800000000000, "2 d" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct buf out = BUF_INIT;

		svg_duration(&out, rows[i].ns);
		assert_string_equal(out.data, rows[i].want);
		buf_free(&out);
	}
}

static void ticks_are_round(void **state)
{
	static const struct {
		double range;
		int count;
		double least, want;
	} rows[] = {
		{ 10, 5, 0, 2 }, { 10, 10, 0, 1 }, { 1000, 5, 0, 200 }, { 0.07, 7, 0, 0.01 }, { 3, 10, 1, 1 },
		{ 65535, 6, 1, 20000 }, { 4294967296.0, 5, 1, 1e9 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_float_equal(svg_tick_step(rows[i].range, rows[i].count, rows[i].least), rows[i].want,
		                   rows[i].want * 1e-9);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_are_cut),
		cmocka_unit_test(lines_break_between_words),
		cmocka_unit_test(durations),
		cmocka_unit_test(ticks_are_round),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
