/* SPDX-License-Identifier: MIT
 *
 * diag_test.c - the queue, its limit, its order and the printed form
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/diag.h"

static const struct source source = { .name = "a.pkt", .text = "one\n\ttwo three\nlast", .length = 19 };

static struct loc at(int line, int column, int end_column)
{
	return (struct loc){ &source, line, column, line, end_column };
}

static void want(struct diags *d, const char *text)
{
	char *printed = NULL;
	size_t length;
	FILE *out = open_memstream(&printed, &length);

	assert_non_null(out);
	diags_print(d, out, false);
	fclose(out);
	assert_string_equal(printed, text);
	free(printed);
	diags_free(d);
	assert_null(d->first);
}

static void the_place_is_shown(void **state)
{
	struct diags d;

	(void)state;
	diags_init(&d);
	assert_false(diag_error(&d, DIAG_SEMANTIC, at(2, 2, 5), "no such thing", "%s is %d", "two", 2));
	assert_int_equal(d.errors, 1);
	want(&d, "a.pkt:2:2: error: no such thing: two is 2\n"
	         "    2 | \ttwo three\n"
	         "      | \t^~~\n");
}

static void order_is_that_of_the_text(void **state)
{
	struct diags d;

	(void)state;
	diags_init(&d);
	diag_warning(&d, at(3, 1, 2), "odd", NULL);
	assert_false(diag_syntax(&d, at(1, 2, 4), "ne", 1, NULL));
	assert_int_equal(d.errors, 1);
	want(&d, "a.pkt:1:2: error: syntax error at 'ne'\n"
	         "    1 | one\n"
	         "      |  ^~\n"
	         "a.pkt:3:1: warning: odd\n"
	         "    3 | last\n"
	         "      | ^\n");
}

static void errors_need_no_place_in_a_text(void **state)
{
	struct diags d;

	(void)state;
	diags_init(&d);
	diag_error(&d, DIAG_OPTION, (struct loc){ 0 }, "unknown option", "--foo");
	want(&d, "error: unknown option: --foo\n");
	diag_error(&d, DIAG_FILE, (struct loc){ .source = &source }, "cannot be read", NULL);
	want(&d, "a.pkt: error: cannot be read\n");
}

static void places_outside_the_text_are_survived(void **state)
{
	struct diags d;

	(void)state;
	diags_init(&d);
	diag_error(&d, DIAG_SYNTAX, at(9, 1, 2), "x", NULL);
	want(&d, "a.pkt:9:1: error: x\n");
	diag_error(&d, DIAG_SYNTAX, at(1, 50, 60), "x", NULL);
	want(&d, "a.pkt:1:50: error: x\n");
}

static void errors_past_the_limit_are_only_counted(void **state)
{
	struct diags d;
	int kept = 0;

	(void)state;
	diags_init(&d);
	d.limit = 3;
	for (int i = 0; i < 10; i++)
		diag_error(&d, DIAG_SEMANTIC, at(1, 1, 2), "again", NULL);
	for (const struct diag *g = d.first; g; g = g->next)
		kept++;
	assert_int_equal(kept, 3);
	assert_int_equal(d.errors, 10);
	diags_free(&d);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_place_is_shown),
		cmocka_unit_test(order_is_that_of_the_text),
		cmocka_unit_test(errors_need_no_place_in_a_text),
		cmocka_unit_test(places_outside_the_text_are_survived),
		cmocka_unit_test(errors_past_the_limit_are_only_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
