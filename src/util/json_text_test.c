/* SPDX-License-Identifier: MIT
 *
 * json_text_test.c - how deep a text of JSON may be
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "util/json_text.h"

/* @count arrays nested in each other, around @inner. */
static json_t *read_nested(int count, const char *inner, struct buf *problem)
{
	struct buf text = BUF_INIT;

	buf_add_repeated(&text, '[', (size_t)count);
	buf_puts(&text, inner);
	buf_add_repeated(&text, ']', (size_t)count);
	json_t *json = json_text_read(text.data, text.length, problem);
	buf_free(&text);
	return json;
}

static void what_is_nested_too_deeply_is_refused(void **state)
{
	struct buf problem = BUF_INIT;

	(void)state;
	json_t *json = read_nested(JSON_TEXT_DEPTH, "1", &problem);
	assert_non_null(json);
	json_decref(json);
	assert_string_equal(problem.data, "");
	assert_null(read_nested(JSON_TEXT_DEPTH, "{}", &problem));
	assert_string_equal(problem.data, "arrays and objects are 65 deep within each other, and may be 64");
	buf_clear(&problem);
	assert_null(read_nested(1000000, "", &problem));
	assert_non_null(strstr(problem.data, "1000000 deep"));
	buf_free(&problem);
}

static void brackets_in_strings_nest_nothing(void **state)
{
	struct buf problem = BUF_INIT, text = BUF_INIT;

	(void)state;
	buf_puts(&text, "\"\\\"");
	buf_add_repeated(&text, '[', 1000);
	buf_puts(&text, "\\\\\"");
	json_t *json = read_nested(JSON_TEXT_DEPTH, text.data, &problem);
	assert_non_null(json);
	json_decref(json);
	buf_free(&text);
	buf_free(&problem);
}

static void what_is_no_json_is_told(void **state)
{
	static const char *const texts[] = { "", "{", "[1,]", "nul", "\"", "\"\\", "]]]]", "{\"a\":1} 2" };
	struct buf problem = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		assert_null(json_text_read(texts[i], strlen(texts[i]), &problem));
		assert_true(problem.length > 0);
		buf_clear(&problem);
	}
	buf_free(&problem);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_nested_too_deeply_is_refused),
		cmocka_unit_test(brackets_in_strings_nest_nothing),
		cmocka_unit_test(what_is_no_json_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
