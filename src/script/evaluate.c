/* SPDX-License-Identifier: MIT
 *
 * evaluate.c - the values of expressions
 *
 * Expressions are evaluated when a call runs, so nothing here reports: what is wrong goes into an
 * evaluation_error, and the caller decides whether that is a diagnostic or a failed call.
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "script/ast.h"
#include "util/suite.h"

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

/* The grammar nests long chains of | to the left: this walks down that side in a loop, so that no text can exhaust the
 * stack. The leftmost error is the one that is reported. */
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

static bool expand_text(const struct expr *e, struct arena *arena, uint8_t **bytes, size_t *length,
                        struct evaluation_error *error)
{
	/* One byte more, for a NUL, so that the result can serve as a path. */
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

static bool decode_hex(const struct expr *e, struct arena *arena, uint8_t **bytes, size_t *length,
                       struct evaluation_error *error)
{
	uint8_t *out = arena_alloc(arena, e->string.length + 1);
	size_t digits = 0;

	for (size_t i = 0; i < e->string.length; i++) {
		int digit = hex_digit(e->string.text[i]);
		if (isspace((unsigned char)e->string.text[i]))
			continue;
		if (digit < 0)
			return fail(error, e, "'%c' is no hexadecimal digit", e->string.text[i]);
		out[digits / 2] = (uint8_t)(digits % 2 ? out[digits / 2] << 4 | digit : digit);
		digits++;
	}
	if (digits % 2)
		return fail(error, e, "an odd number of hexadecimal digits: %zu", digits);
	*bytes = out;
	*length = digits / 2;
	return true;
}

enum { FILE_BYTES_MOST = 1 << 24 };

/* Of a file of the script's collection. What a link leads to counts: what is sent and received is shown in reports, and
 * may not be a secret of the machine. */
static bool read_file(const struct expr *e, struct arena *arena, uint8_t **bytes, size_t *length,
                      struct evaluation_error *error)
{
	const char *script = e->loc.source->name, *slash = strrchr(script, '/');
	struct buf all = BUF_INIT;
	struct stat info;
	uint8_t *name;

	if (!expand_text(e, arena, &name, length, error))
		return false;
	if (*name == '/' || strstr((const char *)name, ".."))
		return fail(error, e, "a file beside the script or below: '%s'", (const char *)name);
	const char *path = arena_printf(arena, "%.*s%s", slash ? (int)(slash + 1 - script) : 0, script,
	                                (const char *)name);
	const char *folder = slash ? arena_strndup(arena, script, (size_t)(slash + 1 - script)) : ".";
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	const bool opened = fd >= 0 && !fstat(fd, &info), file = opened && S_ISREG(info.st_mode);
	bool good = file && suite_owns(folder, path, arena);
	if (opened && !good)
		fail(error, e, file ? "'%s' leads out of the collection of the script" : "'%s' is not a file",
		     (const char *)name);
	else if (!(good = good && buf_read_fd(&all, fd)))
		fail(error, e, "cannot read '%s': %s", (const char *)name, strerror(errno));
	else if (all.length > FILE_BYTES_MOST)
		good = fail(error, e, "'%s' is too large: %zu bytes", (const char *)name, all.length);
	else
		*bytes = arena_copy(arena, all.data ? all.data : "", all.length);
	*length = all.length;
	if (fd >= 0)
		close(fd);
	buf_free(&all);
	return good;
}

bool expr_string(const struct expr *e, struct arena *arena, uint8_t **bytes, size_t *length,
                 struct evaluation_error *error)
{
	if (e->kind != EXPR_STRING)
		return expr_bad_type(e, "string", error);
	if (e->string.contents == CONTENTS_HEX)
		return decode_hex(e, arena, bytes, length, error);
	if (e->string.contents == CONTENTS_FILE)
		return read_file(e, arena, bytes, length, error);
	return expand_text(e, arena, bytes, length, error);
}

bool expr_contents(const struct expr *e, struct arena *arena, size_t length, uint8_t **bytes,
                   struct evaluation_error *error)
{
	size_t own;

	if (!expr_string(e, arena, bytes, &own, error))
		return false;
	if (e->string.contents != CONTENTS_PATTERN)
		return own == length || fail(error, e, "%zu bytes are written, and %zu are wanted", own, length);
	if (!own)
		return fail(error, e, "a pattern of nothing");
	uint8_t *all = arena_alloc(arena, length + 1);
	for (size_t i = 0; i < length; i++)
		all[i] = (*bytes)[i % own];
	*bytes = all;
	return true;
}
