/* SPDX-License-Identifier: MIT
 *
 * evaluate_test.c - values and errors of expressions
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "script/ast.h"

static struct expr integer(int64_t value)
{
	return (struct expr){ .kind = EXPR_INTEGER, .integer.value = value };
}

static struct expr word(const char *name)
{
	return (struct expr){ .kind = EXPR_WORD, .word = name };
}

static struct expr either(struct expr *left, struct expr *right)
{
	return (struct expr){ .kind = EXPR_OR, .pair = { left, right } };
}

static void integers_symbols_and_or(void **state)
{
	struct evaluation_error error;
	struct expr a = integer(0x10), b = word("POLLIN"), c = word("POLLOUT"), ab = either(&a, &b),
		    abc = either(&ab, &c);
	int64_t value;

	(void)state;
	assert_true(expr_int64(&abc, &value, &error));
	assert_int_equal(value, 0x15);
}

static void leftmost_error_of_or_is_told(void **state)
{
	struct evaluation_error error;
	struct expr one = integer(1), text = { .kind = EXPR_STRING }, x = word("NOPE_X"), y = word("NOPE_Y");
	struct expr bad_left = either(&text, &y), bad_right = either(&one, &text), both = either(&x, &y);
	int64_t value;

	(void)state;
	assert_false(expr_int64(&bad_left, &value, &error));
	assert_string_equal(error.text, "left hand side of | not an integer");
	assert_false(expr_int64(&bad_right, &value, &error));
	assert_string_equal(error.text, "right hand side of | not an integer");
	assert_false(expr_int64(&both, &value, &error));
	assert_string_equal(error.text, "unknown symbol: 'NOPE_X'");
}

static void ranges(void **state)
{
	static const struct { int64_t value; const char *error32, *error8; } rows[] = {
		{ 0, NULL, NULL }, { 255, NULL, NULL }, { -128, NULL, NULL },
		{ 256, NULL, "Value out of range for 8-bit integer: 256" },
		{ -129, NULL, "Value out of range for 8-bit integer: -129" },
		{ UINT32_MAX, NULL, "Value out of range for 8-bit integer: 4294967295" },
		{ INT32_MIN, NULL, "Value out of range for 8-bit integer: -2147483648" },
		{ INT64_C(1) << 32, "Value out of range for 32-bit integer: 4294967296",
		  "Value out of range for 8-bit integer: 4294967296" },
		{ INT32_MIN - INT64_C(1), "Value out of range for 32-bit integer: -2147483649",
		  "Value out of range for 8-bit integer: -2147483649" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct evaluation_error error = { .text = "" };
		struct expr e = integer(rows[i].value);
		int32_t v32 = 0;
		uint8_t v8 = 0;

		assert_int_equal(expr_int32(&e, &v32, &error), !rows[i].error32);
		assert_string_equal(error.text, rows[i].error32 ? rows[i].error32 : "");
		if (!rows[i].error32)
			assert_int_equal((uint32_t)v32, (uint32_t)rows[i].value);
		error.text[0] = 0;
		assert_int_equal(expr_uint8(&e, &v8, &error), !rows[i].error8);
		assert_string_equal(error.text, rows[i].error8 ? rows[i].error8 : "");
		if (!rows[i].error8)
			assert_int_equal(v8, (uint8_t)rows[i].value);
	}
}

static void only_integers_are_literals(void **state)
{
	struct evaluation_error error;
	struct expr seven = integer(7), symbol = word("AF_INET"), dots = { .kind = EXPR_ELLIPSIS };
	struct expr address = { .kind = EXPR_SOCKADDR, .sockaddr.family = "AF_INET6" };
	int64_t value;

	(void)state;
	assert_true(expr_literal(&seven, &value, &error));
	assert_int_equal(value, 7);
	assert_false(expr_literal(&symbol, &value, &error));
	assert_string_equal(error.text, "Bad type; actual: word expected: integer");
	assert_false(expr_literal(&dots, &value, &error));
	assert_string_equal(error.text, "Bad type; actual: ellipsis expected: integer");
	assert_false(expr_int64(&address, &value, &error));
	assert_string_equal(error.text, "Bad type; actual: sockaddr_in6 expected: integer");
}

static void strings(void **state)
{
	static const struct { const char *text, *bytes; size_t length; const char *error; } rows[] = {
		{ "", "", 0, NULL },
		{ "cubic", "cubic", 5, NULL },
		{ "\\f\\n\\r\\t\\v\\\"\\\\", "\f\n\r\t\v\"\\", 7, NULL },
		{ "a\\x00\\xfFb", "a\0\377b", 4, NULL },
		{ "\\q", NULL, 0, "unsupported escape code: 'q'" },
		{ "\\", NULL, 0, "unsupported escape code: ''" },
		{ "\\x1", NULL, 0, "invalid hex escape (\\xhh): '\\x1'" },
		{ "\\xg0z", NULL, 0, "invalid hex escape (\\xhh): '\\xg0z'" },
	};
	struct arena *arena = arena_new();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct evaluation_error error = { .text = "" };
		struct expr e = { .kind = EXPR_STRING, .string = { rows[i].text, strlen(rows[i].text) } };
		uint8_t *bytes;
		size_t length;

		assert_int_equal(expr_string(&e, arena, &bytes, &length, &error), !rows[i].error);
		if (rows[i].error) {
			assert_string_equal(error.text, rows[i].error);
			continue;
		}
		assert_int_equal(length, rows[i].length);
		assert_memory_equal(bytes, rows[i].bytes, length);
		assert_int_equal(bytes[length], 0);
	}
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(integers_symbols_and_or), cmocka_unit_test(leftmost_error_of_or_is_told),
		cmocka_unit_test(ranges), cmocka_unit_test(only_integers_are_literals), cmocka_unit_test(strings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
