/* SPDX-License-Identifier: MIT
 *
 * py_value.c - values: making, comparing and showing them, and the variables that hold them
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "code/py.h"

struct py_variable {
	struct py_variable *next;
	const char *name;
	struct py_value value;
};

/* Integers that a double holds exactly. */
#define EXACT ((py_int)1 << 53)

bool py_decline(struct py *py, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	py->declined = arena_vprintf(py->arena, format, args);
	va_end(args);
	return false;
}

bool py_raise(struct py *py, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	py->raised = arena_vprintf(py->arena, format, args);
	va_end(args);
	return false;
}

static size_t bucket(const char *name)
{
	size_t hash = 5381;

	for (; *name; name++)
		hash = hash * 33 + (unsigned char)*name;
	return hash % PY_BUCKETS;
}

static struct py_variable *find(const struct py *py, const char *name)
{
	struct py_variable *v = py->variables[bucket(name)];

	while (v && strcmp(v->name, name))
		v = v->next;
	return v;
}

void py_assign(struct py *py, const char *name, const struct py_value *value)
{
	struct py_variable *v = find(py, name);

	if (!v) {
		struct py_variable **head = &py->variables[bucket(name)];

		v = arena_new_object(py->arena, struct py_variable);
		v->name = name;
		v->next = *head;
		*head = v;
	}
	v->value = *value;
}

const struct py_value *py_lookup(const struct py *py, const char *name)
{
	const struct py_variable *v = find(py, name);

	return v ? &v->value : NULL;
}

struct py_value py_from_int(py_int i)
{
	return (struct py_value){ .kind = PY_INT, .weight = 1, .i = i };
}

struct py_value py_from_bool(bool b)
{
	return (struct py_value){ .kind = PY_BOOL, .weight = 1, .i = b };
}

bool py_from_float(struct py *py, double f, struct py_value *out)
{
	if (!isfinite(f))
		return py_decline(py, "a float that is not finite");
	*out = (struct py_value){ .kind = PY_FLOAT, .weight = 1, .f = f };
	return true;
}

bool py_from_text(struct py *py, const char *text, size_t length, struct py_value *out)
{
	if (length > PY_MAX_WEIGHT)
		return py_decline(py, "a very long string");
	*out = (struct py_value){ .kind = PY_STR, .size = length, .weight = 1 + length,
	                          .text = arena_strndup(py->arena, text, length) };
	return true;
}

bool py_from_items(struct py *py, const struct py_value *items, size_t count, struct py_value *out)
{
	size_t weight = 1;

	for (size_t i = 0; i < count; i++)
		weight += items[i].weight;
	if (weight > PY_MAX_WEIGHT)
		return py_decline(py, "a very large tuple");
	*out = (struct py_value){ .kind = PY_TUPLE, .size = count, .weight = weight,
	                          .items = arena_copy(py->arena, items, count * sizeof(*items)) };
	return true;
}

bool py_is_integer(const struct py_value *v)
{
	return v->kind == PY_INT || v->kind == PY_BOOL;
}

bool py_is_number(const struct py_value *v)
{
	return py_is_integer(v) || v->kind == PY_FLOAT;
}

double py_to_float(const struct py_value *v)
{
	return v->kind == PY_FLOAT ? v->f : (double)v->i;
}

bool py_truncate(struct py *py, double f, py_int *out)
{
	if (!(fabs(f) < 1e38))
		return py_decline(py, "an integer of more than 127 bits");
	*out = (py_int)f;
	return true;
}

bool py_truth(const struct py_value *v)
{
	switch (v->kind) {
	case PY_NONE:
		return false;
	case PY_FLOAT:
		return v->f != 0;
	case PY_STR:
	case PY_TUPLE:
		return v->size > 0;
	default:
		return v->i != 0;
	}
}

static int sign_of(int difference)
{
	return (difference > 0) - (difference < 0);
}

/* Python compares an int with a float exactly; a double holds the int exactly or it is declined. */
static bool order_numbers(struct py *py, const struct py_value *a, const struct py_value *b, int *out)
{
	if (py_is_integer(a) && py_is_integer(b)) {
		*out = (a->i > b->i) - (a->i < b->i);
		return true;
	}
	if ((py_is_integer(a) && (a->i > EXACT || a->i < -EXACT)) || (py_is_integer(b) && (b->i > EXACT || b->i < -EXACT)))
		return py_decline(py, "a large integer compared with a float");
	double x = py_to_float(a), y = py_to_float(b);
	*out = (x > y) - (x < y);
	return true;
}

static int order_texts(const struct py_value *a, const struct py_value *b)
{
	size_t common = a->size < b->size ? a->size : b->size;
	int difference = memcmp(a->text, b->text, common);

	return difference ? sign_of(difference) : (a->size > b->size) - (a->size < b->size);
}

bool py_order(struct py *py, const struct py_value *a, const struct py_value *b, int *out)
{
	if (py_is_number(a) && py_is_number(b))
		return order_numbers(py, a, b, out);
	if (a->kind == PY_STR && b->kind == PY_STR) {
		*out = order_texts(a, b);
		return true;
	}
	return py_decline(py, "an order of values that are not two numbers or two strings");
}

static bool equal_tuples(struct py *py, const struct py_value *a, const struct py_value *b, bool *out)
{
	*out = a->size == b->size;
	for (size_t i = 0; *out && i < a->size; i++)
		if (!py_equal(py, &a->items[i], &b->items[i], out))
			return false;
	return true;
}

bool py_equal(struct py *py, const struct py_value *a, const struct py_value *b, bool *out)
{
	int order = 1;

	if (py_is_number(a) && py_is_number(b)) {
		if (!order_numbers(py, a, b, &order))
			return false;
		*out = order == 0;
		return true;
	}
	*out = false;
	if (a->kind != b->kind)
		return true;
	if (a->kind == PY_TUPLE)
		return equal_tuples(py, a, b, out);
	*out = a->kind == PY_NONE || order_texts(a, b) == 0;
	return true;
}

void py_add_integer(struct buf *out, py_int i, unsigned base)
{
	char digits[136], *at = digits + sizeof(digits);
	unsigned __int128 rest = i < 0 ? -(unsigned __int128)i : (unsigned __int128)i;

	do
		*--at = "0123456789abcdef"[rest % base];
	while (rest /= base);
	if (i < 0)
		*--at = '-';
	buf_add(out, at, (size_t)(digits + sizeof(digits) - at));
}

/* The fewest digits that read back as @f: "D.DDDe+XX" in @text. */
static bool shortest(struct py *py, double f, char *text, size_t room)
{
	int exponent;

	for (int digits = 0; digits < 16; digits++) {
		snprintf(text, room, "%.*e", digits, f);
		if (strtod(text, NULL) == f)
			return true;
	}
	/* Below a power of two the doubles are closer than above: the nearest short text may not be the one
	 * that reads back. Rare enough to let Python find it. */
	if (fabs(frexp(f, &exponent)) == 0.5)
		return py_decline(py, "the digits of a power of two");
	snprintf(text, room, "%.16e", f);
	return true;
}

static bool add_float(struct py *py, struct buf *out, double f)
{
	char text[64];

	if (!shortest(py, f, text, sizeof(text)))
		return false;
	char *e = strchr(text, 'e');
	int exponent = atoi(e + 1);
	if (exponent < -4 || exponent >= 16) {
		buf_puts(out, text);
		return true;
	}
	int digits = (int)(e - text) - (text[0] == '-');
	int decimals = (digits > 1 ? digits - 2 : 0) - exponent;
	buf_printf(out, "%.*f", decimals > 1 ? decimals : 1, f);
	return true;
}

static void add_quoted(struct buf *out, const struct py_value *v)
{
	static const char escaped[] = "\\\n\r\t", letters[] = "\\nrt";
	char quote = strchr(v->text, '\'') && !strchr(v->text, '"') ? '"' : '\'';

	buf_add_byte(out, quote);
	for (const char *p = v->text; *p; p++) {
		const char *known = strchr(escaped, *p);

		if (known)
			buf_printf(out, "\\%c", letters[known - escaped]);
		else if (*p == quote)
			buf_printf(out, "\\%c", quote);
		else if (*p < ' ' || *p == 127)
			buf_printf(out, "\\x%02x", (unsigned)*p);
		else
			buf_add_byte(out, *p);
	}
	buf_add_byte(out, quote);
}

static bool add_tuple(struct py *py, struct buf *out, const struct py_value *v)
{
	buf_add_byte(out, '(');
	for (size_t i = 0; i < v->size; i++) {
		if (i)
			buf_puts(out, ", ");
		if (!py_add_repr(py, out, &v->items[i]))
			return false;
	}
	buf_puts(out, v->size == 1 ? ",)" : ")");
	return true;
}

bool py_add_repr(struct py *py, struct buf *out, const struct py_value *v)
{
	switch (v->kind) {
	case PY_NONE:
		buf_puts(out, "None");
		return true;
	case PY_BOOL:
		buf_puts(out, v->i ? "True" : "False");
		return true;
	case PY_INT:
		py_add_integer(out, v->i, 10);
		return true;
	case PY_FLOAT:
		return add_float(py, out, v->f);
	case PY_STR:
		add_quoted(out, v);
		return true;
	default:
		return add_tuple(py, out, v);
	}
}

bool py_add_str(struct py *py, struct buf *out, const struct py_value *v)
{
	if (v->kind != PY_STR)
		return py_add_repr(py, out, v);
	buf_add(out, v->text, v->size);
	return true;
}
