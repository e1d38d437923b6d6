/* SPDX-License-Identifier: MIT
 *
 * line_diff_test.c - texts that differ in all ways
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include "report/line_diff.h"
#include "util/buf.h"

/* "=a -b +c": one word stands for a line. */
static void diff_is(const char *old_text, const char *new_text, const char *expected)
{
	struct buf out = BUF_INIT;
	size_t count;
	struct line_diff *lines = line_diff(old_text, new_text, &count);

	for (size_t i = 0; i < count; i++)
		buf_printf(&out, "%s%c%.*s", i ? " " : "", "=-+"[lines[i].kind], (int)lines[i].length, lines[i].text);
	assert_string_equal(out.data, expected);
	free(lines);
	buf_free(&out);
}

static void kinds_of_changes(void **state)
{
	(void)state;
	diff_is("", "", "");
	diff_is("a\nb\n", "a\nb\n", "=a =b");
	diff_is("a\nb", "a\nb\n", "=a =b");
	diff_is("", "a\nb\n", "+a +b");
	diff_is("a\nb\n", "", "-a -b");
	diff_is("a\nb\nc\n", "a\nx\nc\n", "=a -b +x =c");
	diff_is("a\nb\nc\nd\n", "b\nc\ne\nd\n", "-a =b =c +e =d");
	diff_is("a\na\na\n", "a\na\n", "=a =a -a");
	diff_is("a\n\nb\n", "a\nb\n", "=a - =b");
	diff_is("a\nb\nc\nd\n", "c\nd\na\nb\n", "-a -b =c =d +a +b");
}

static void numbers_of_lines(void **state)
{
	size_t count;
	struct line_diff *lines = line_diff("a\nb\nc\n", "a\nx\ny\nc\n", &count);
	static const int expected[][2] = { { 1, 1 }, { 2, 0 }, { 0, 2 }, { 0, 3 }, { 3, 4 } };

	(void)state;
	assert_int_equal(count, 5);
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(lines[i].old_line, expected[i][0]);
		assert_int_equal(lines[i].new_line, expected[i][1]);
	}
	free(lines);
}

/* A long text in which a line is added at the beginning, one is removed in the middle, and the last one changes. */
static void few_changes_of_many_lines(void **state)
{
	struct buf old = BUF_INIT, new = BUF_INIT;
	enum { LINES = 20000 };
	size_t count, kinds[3] = { 0 };

	(void)state;
	buf_puts(&new, "first\n");
	for (int i = 0; i < LINES; i++) {
		buf_printf(&old, "%d\n", i);
		if (i != LINES / 2)
			buf_printf(&new, "%d\n", i);
	}
	buf_puts(&old, "a\n");
	buf_puts(&new, "b\n");
	struct line_diff *lines = line_diff(old.data, new.data, &count);
	for (size_t i = 0; i < count; i++)
		kinds[lines[i].kind]++;
	assert_int_equal(kinds[LINE_SAME], LINES - 1);
	assert_int_equal(kinds[LINE_GONE], 2);
	assert_int_equal(kinds[LINE_NEW], 2);
	free(lines);
	buf_free(&old);
	buf_free(&new);
}

/* Too many lines to compare each with each: what is the same at the ends is still kept. */
static void many_lines(void **state)
{
	struct buf old = BUF_INIT, new = BUF_INIT;
	enum { LINES = 5000 };
	size_t count;

	(void)state;
	for (int i = 0; i < LINES; i++) {
		buf_printf(&old, "old %d\n", i % (LINES - 1) ? i : 0);
		buf_printf(&new, "%s %d\n", i % (LINES - 1) ? "new" : "old", i % (LINES - 1) ? i : 0);
	}
	struct line_diff *lines = line_diff(old.data, new.data, &count);
	assert_int_equal(count, 2 * LINES - 2);
	assert_int_equal(lines[0].kind, LINE_SAME);
	assert_int_equal(lines[1].kind, LINE_GONE);
	assert_int_equal(lines[count - 2].kind, LINE_NEW);
	assert_int_equal(lines[count - 1].kind, LINE_SAME);
	free(lines);
	buf_free(&old);
	buf_free(&new);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kinds_of_changes),
		cmocka_unit_test(numbers_of_lines),
		cmocka_unit_test(many_lines), cmocka_unit_test(few_changes_of_many_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
