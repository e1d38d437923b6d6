/* SPDX-License-Identifier: MIT
 *
 * evaluate.c - the values of expressions (language reference, sections 2.4, 16.1 and 17)
 *
 * Expressions are evaluated when a call runs, so nothing here reports: what is wrong goes into an
 * evaluation_error, and the caller decides whether that is a diagnostic or a failed call.
 */
#include <ctype.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "script/ast.h"

static bool fail(struct evaluation_error *error, const struct expr *e, const char *format, ...) PRINTF_LIKE(3, 4);
#define fail(...) always_false(fail(__VA_ARGS__))

static bool (fail)(struct evaluation_error *error, const struct expr *e, const char *format, ...)
{
	va_list args;

	error->loc = e->loc;
	va_start(args, format);
	vsnprintf(error->text, sizeof(error->text), format, args);
	va_end(args);
	return false;
}

static const char *kind_name(const struct expr *e)
{
	if (e->kind == EXPR_SOCKADDR && e->sockaddr.family && !strcmp(e->sockaddr.family, "AF_INET6"))
		return "sockaddr_in6";
	return expr_kind_name[e->kind];
}

bool expr_bad_type(const struct expr *e, const char *expected, struct evaluation_error *error)
{
	return fail(error, e, "Bad type; actual: %s expected: %s", kind_name(e), expected);
}

static bool is_integer_kind(const struct expr *e)
{
	return e->kind == EXPR_INTEGER || e->kind == EXPR_WORD || e->kind == EXPR_OR;
}

static bool leaf_value(const struct expr *e, int64_t *out, struct evaluation_error *error)
{
	if (e->kind == EXPR_INTEGER) {
		*out = e->integer.value;
		return true;
	}
	if (e->kind != EXPR_WORD)
		return expr_bad_type(e, "integer", error);
	return constant_value(e->word, out) || fail(error, e, "unknown symbol: '%s'", e->word);
}

/* The grammar nests long chains of | to the left: walk that side, so that no text can exhaust the stack.
 * The leftmost error is the one that stays. */
bool expr_int64(const struct expr *e, int64_t *out, struct evaluation_error *error)
{
	int64_t sum = 0, value = 0;
	bool ok = true;

	for (; e->kind == EXPR_OR; e = e->pair.left) {
		if (!is_integer_kind(e->pair.right))
			ok = fail(error, e->pair.right, "right hand side of | not an integer");
		else if (!expr_int64(e->pair.right, &value, error))
			ok = false;
		sum |= value;
		if (!is_integer_kind(e->pair.left))
			return fail(error, e->pair.left, "left hand side of | not an integer");
	}
	if (!leaf_value(e, &value, error) || !ok)
		return false;
	*out = sum | value;
	return true;
}

bool expr_int32(const struct expr *e, int32_t *out, struct evaluation_error *error)
{
	int64_t value;

	if (!expr_int64(e, &value, error))
		return false;
	if (value < INT32_MIN || value > UINT32_MAX)
		return fail(error, e, "Value out of range for 32-bit integer: %" PRId64, value);
	*out = (int32_t)(uint32_t)value;
	return true;
}

bool expr_uint8(const struct expr *e, uint8_t *out, struct evaluation_error *error)
{
	int64_t value;

	if (!expr_int64(e, &value, error))
		return false;
	if (value < INT8_MIN || value > UINT8_MAX)
		return fail(error, e, "Value out of range for 8-bit integer: %" PRId64, value);
	*out = (uint8_t)value;
	return true;
}

bool expr_literal(const struct expr *e, int64_t *out, struct evaluation_error *error)
{
	if (e->kind != EXPR_INTEGER)
		return expr_bad_type(e, "integer", error);
	*out = e->integer.value;
	return true;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)tolower((unsigned char)c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The escape after a backslash at @text[*at]; *at moves past it. */
static bool expand_escape(const struct expr *e, size_t *at, uint8_t *out, struct evaluation_error *error)
{
	static const char letters[] = "fnrtv\"\\", values[] = "\f\n\r\t\v\"\\";
	const char *text = e->string.text;
	size_t left = e->string.length - *at;
	const char *known = left && text[*at] ? strchr(letters, text[*at]) : NULL;

	if (known) {
		*out = (uint8_t)values[known - letters];
		*at += 1;
		return true;
	}
	if (!left || text[*at] != 'x')
		return fail(error, e, "unsupported escape code: '%.*s'", left ? 1 : 0, text + *at);
	int high = left > 1 ? hex_digit(text[*at + 1]) : -1;
	int low = left > 2 ? hex_digit(text[*at + 2]) : -1;
	if (high < 0 || low < 0)
		return fail(error, e, "invalid hex escape (\\xhh): '\\x%.*s'",
		            (int)(left - 1 < 40 ? left - 1 : 40), text + *at + 1);
	*out = (uint8_t)(high << 4 | low);
	*at += 3;
	return true;
}

bool expr_string(const struct expr *e, struct arena *arena, uint8_t **bytes, size_t *length,
                 struct evaluation_error *error)
{
	if (e->kind != EXPR_STRING)
		return expr_bad_type(e, "string", error);
	/* One byte more: a NUL, so that the result can serve as a path. */
	uint8_t *out = arena_alloc(arena, e->string.length + 1);
	size_t used = 0, at = 0;
	while (at < e->string.length) {
		char c = e->string.text[at++];
		if (c != '\\')
			out[used++] = (uint8_t)c;
		else if (!expand_escape(e, &at, &out[used++], error))
			return false;
	}
	*bytes = out;
	*length = used;
	return true;
}
