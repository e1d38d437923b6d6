/* SPDX-License-Identifier: MIT
 *
 * py_builtin.c - the built-in functions that code blocks call
 */
#include <math.h>
#include <string.h>

#include "code/py.h"

static bool arguments(struct py *py, const char *name)
{
	return py_decline(py, "these arguments of '%s'", name);
}

static bool builtin_abs(struct py *py, const struct py_value *args, size_t count, struct py_value *out)
{
	if (count != 1 || !py_is_number(&args[0]))
		return arguments(py, "abs");
	if (args[0].kind == PY_FLOAT)
		return py_from_float(py, fabs(args[0].f), out);
	py_int i = args[0].i;
	if (i < 0 && __builtin_sub_overflow((py_int)0, i, &i))
		return py_decline(py, "an integer of more than 127 bits");
	*out = py_from_int(i);
	return true;
}

/* Of equals the first, so a value replaces the best only if its order to it is @wanted. */
static bool extreme(struct py *py, const struct py_value *args, size_t count, int wanted, struct py_value *out)
{
	int order;

	if (count == 1 && args[0].kind == PY_TUPLE) {
		count = args[0].size;
		args = args[0].items;
	} else if (count == 1) {
		return arguments(py, wanted < 0 ? "min" : "max");
	}
	if (count == 0)
		return arguments(py, wanted < 0 ? "min" : "max");
	*out = args[0];
	for (size_t i = 1; i < count; i++) {
		if (!py_order(py, &args[i], out, &order))
			return false;
		if (order == wanted)
			*out = args[i];
	}
	return true;
}

static bool builtin_min(struct py *py, const struct py_value *args, size_t count, struct py_value *out)
{
	return extreme(py, args, count, -1, out);
}

static bool builtin_max(struct py *py, const struct py_value *args, size_t count, struct py_value *out)
{
	return extreme(py, args, count, 1, out);
}

static bool builtin_int(struct py *py, const struct py_value *args, size_t count, struct py_value *out)
{
	py_int i;

	if (count != 1 || !py_is_number(&args[0]))
		return arguments(py, "int");
	if (py_is_integer(&args[0]))
		i = args[0].i;
	else if (!py_truncate(py, args[0].f, &i))
		return false;
	*out = py_from_int(i);
	return true;
}

static bool builtin_float(struct py *py, const struct py_value *args, size_t count, struct py_value *out)
{
	if (count != 1 || !py_is_number(&args[0]))
		return arguments(py, "float");
	return py_from_float(py, py_to_float(&args[0]), out);
}

static bool builtin_bool(struct py *py, const struct py_value *args, size_t count, struct py_value *out)
{
	if (count != 1)
		return arguments(py, "bool");
	*out = py_from_bool(py_truth(&args[0]));
	return true;
}

static bool builtin_str(struct py *py, const struct py_value *args, size_t count, struct py_value *out)
{
	struct buf text = BUF_INIT;

	if (count != 1)
		return arguments(py, "str");
	bool good = py_add_str(py, &text, &args[0]) && py_from_text(py, text.data, text.length, out);
	buf_free(&text);
	return good;
}

static bool builtin_len(struct py *py, const struct py_value *args, size_t count, struct py_value *out)
{
	if (count != 1 || (args[0].kind != PY_STR && args[0].kind != PY_TUPLE))
		return arguments(py, "len");
	*out = py_from_int((py_int)args[0].size);
	return true;
}

/* To the nearest integer, halves to the even one. */
static bool builtin_round(struct py *py, const struct py_value *args, size_t count, struct py_value *out)
{
	py_int i;

	if (count != 1 || !py_is_number(&args[0]))
		return arguments(py, "round");
	if (py_is_integer(&args[0]))
		i = args[0].i;
	else if (!py_truncate(py, nearbyint(args[0].f), &i))
		return false;
	*out = py_from_int(i);
	return true;
}

/* Floats are added with more care in newer versions of Python than in older ones. */
static bool builtin_sum(struct py *py, const struct py_value *args, size_t count, struct py_value *out)
{
	py_int total = 0;

	if (count != 1 || args[0].kind != PY_TUPLE)
		return arguments(py, "sum");
	for (size_t i = 0; i < args[0].size; i++)
		if (!py_is_integer(&args[0].items[i]) || __builtin_add_overflow(total, args[0].items[i].i, &total))
			return arguments(py, "sum");
	*out = py_from_int(total);
	return true;
}

static bool builtin_print(struct py *py, const struct py_value *args, size_t count, struct py_value *out)
{
	for (size_t i = 0; i < count; i++) {
		if (i)
			buf_add_byte(py->output, ' ');
		if (!py_add_str(py, py->output, &args[i]))
			return false;
	}
	buf_add_byte(py->output, '\n');
	*out = (struct py_value){ .kind = PY_NONE, .weight = 1 };
	return true;
}

py_builtin *py_find_builtin(const char *name)
{
	static const struct {
		const char *name;
		py_builtin *function;
	} builtins[] = {
		{ "print", builtin_print }, { "abs", builtin_abs }, { "min", builtin_min }, { "max", builtin_max },
		{ "int", builtin_int }, { "float", builtin_float }, { "bool", builtin_bool }, { "str", builtin_str },
		{ "len", builtin_len }, { "round", builtin_round }, { "sum", builtin_sum },
	};

	for (size_t i = 0; i < ARRAY_LEN(builtins); i++)
		if (!strcmp(name, builtins[i].name))
			return builtins[i].function;
	return NULL;
}
