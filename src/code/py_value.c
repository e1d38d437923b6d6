/* SPDX-License-Identifier: MIT
 *
 * py_value.c - values: making, comparing and showing them, and the variables that hold them
 */
#include <string.h>

#include "code/py.h"

struct py_variable {
	struct py_variable *next;
	const char *name;
	struct py_value value;
};

bool (py_decline)(struct py *py, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	py->declined = arena_vprintf(py->arena, format, args);
	va_end(args);
	return false;
}

bool (py_wrong)(struct py *py, const char *at, size_t length, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	py->wrong = py->declined = arena_vprintf(py->arena, format, args);
	va_end(args);
	py->wrong_at = at;
	py->wrong_length = length;
	return false;
}

bool (py_raise)(struct py *py, const char *format, ...)
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

void py_each_name(const struct py *py, void (*offer)(void *context, const char *name), void *context)
{
	for (size_t i = 0; i < PY_BUCKETS; i++)
		for (const struct py_variable *v = py->variables[i]; v; v = v->next)
			offer(context, v->name);
}

struct py_value py_from_int(py_int i)
{
	return (struct py_value){ .kind = PY_INT, .weight = 1, .i = i };
}

struct py_value py_from_bool(bool b)
{
	return (struct py_value){ .kind = PY_BOOL, .weight = 1, .i = b };
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

bool py_truth(const struct py_value *v)
{
	switch (v->kind) {
	case PY_STR:
	case PY_TUPLE:
		return v->size > 0;
	default:
		return v->i != 0;
	}
}

bool py_equal(const struct py_value *a, const struct py_value *b)
{
	if (py_is_integer(a) && py_is_integer(b))
		return a->i == b->i;
	if (a->kind != b->kind || a->size != b->size)
		return false;
	if (a->kind == PY_STR)
		return !memcmp(a->text, b->text, a->size);
	for (size_t i = 0; i < a->size; i++)
		if (!py_equal(&a->items[i], &b->items[i]))
			return false;
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

static void add_tuple(struct buf *out, const struct py_value *v)
{
	buf_add_byte(out, '(');
	for (size_t i = 0; i < v->size; i++) {
		if (i)
			buf_puts(out, ", ");
		py_add_repr(out, &v->items[i]);
	}
	buf_puts(out, v->size == 1 ? ",)" : ")");
}

void py_add_repr(struct buf *out, const struct py_value *v)
{
	switch (v->kind) {
	case PY_BOOL:
		buf_puts(out, v->i ? "True" : "False");
		break;
	case PY_INT:
		py_add_integer(out, v->i, 10);
		break;
	case PY_STR:
		add_quoted(out, v);
		break;
	case PY_TUPLE:
		add_tuple(out, v);
		break;
	}
}

void py_add_str(struct buf *out, const struct py_value *v)
{
	if (v->kind == PY_STR)
		buf_add(out, v->text, v->size);
	else
		py_add_repr(out, v);
}
