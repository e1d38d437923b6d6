/* SPDX-License-Identifier: MIT
 *
 * py_correct.c - an assertion that failed: the values in it, and how it would have held
 */
#include <ctype.h>
#include <string.h>

#include "code/py.h"

/* What has been written so far, up to @at of the statement's text. */
struct corrector {
	struct py *py;
	struct buf *out;
	const char *at;
};

static void write_for(struct corrector *c, const struct py_node *n, const char *text)
{
	buf_add(c->out, c->at, (size_t)(n->text - c->at));
	buf_puts(c->out, text);
	c->at = n->text + n->length;
}

/* A name for what is looked at; constants are in capitals. */
static bool is_variable(const struct py_node *n)
{
	return n->kind == PY_N_NAME && islower((unsigned char)n->name[0]);
}

static bool names_variable(const struct py_node *n)
{
	if (!n)
		return false;
	if (is_variable(n))
		return true;
	for (const struct py_node *item = n->items; item; item = item->next)
		if (names_variable(item))
			return true;
	return names_variable(n->a) || names_variable(n->b);
}

static bool is_equation(const struct py_node *n)
{
	return n->kind == PY_N_COMPARE && n->items && !n->items->next && n->items->op == PY_EQ;
}

/* The side with the name stays; the other one becomes its value. */
static bool correct_equation(struct corrector *c, const struct py_node *n)
{
	const struct py_node *left = n->a, *right = n->items->b;
	bool swapped = !names_variable(left) && names_variable(right);
	struct py_value value;
	struct buf text = BUF_INIT;

	if (!py_evaluate(c->py, swapped ? right : left, &value))
		return false;
	py_add_repr(&text, &value);
	write_for(c, swapped ? left : right, text.data);
	buf_free(&text);
	return true;
}

static bool correct_test(struct corrector *c, const struct py_node *n)
{
	struct py_value value;

	if (n->kind == PY_N_BOTH)
		return correct_test(c, n->a) && correct_test(c, n->b);
	if (!n->text || !py_evaluate(c->py, n, &value))
		return false;
	if (py_truth(&value))
		return true;
	if (is_equation(n))
		return correct_equation(c, n);
	write_for(c, n, arena_printf(c->py->arena, "not (%.*s)", (int)n->length, n->text));
	return true;
}

const char *py_correct(struct py *py, const struct py_node *n)
{
	struct buf text = BUF_INIT;
	struct py quiet = *py;
	struct corrector c = { .py = &quiet, .out = &text, .at = n->text };
	const char *corrected = NULL;

	quiet.raised = quiet.declined = NULL;
	if (n->kind == PY_N_ASSERT && n->text && correct_test(&c, n->a)) {
		buf_add(&text, c.at, (size_t)(n->text + n->length - c.at));
		corrected = arena_strdup(py->arena, text.data);
	}
	buf_free(&text);
	return corrected;
}

/* ---- values ---- */

enum { NAMES_SHOWN = 8 };

struct names {
	const char *name[NAMES_SHOWN];
	size_t count;
};

static void collect_names(struct names *names, const struct py_node *n)
{
	if (!n)
		return;
	collect_names(names, n->a);
	for (const struct py_node *item = n->items; item; item = item->next)
		collect_names(names, item);
	collect_names(names, n->b);
	if (!is_variable(n) || names->count == NAMES_SHOWN)
		return;
	for (size_t i = 0; i < names->count; i++)
		if (!strcmp(names->name[i], n->name))
			return;
	names->name[names->count++] = n->name;
}

const char *py_values(struct py *py, const struct py_node *n)
{
	struct names names = { .count = 0 };
	struct buf text = BUF_INIT;

	if (n->kind != PY_N_ASSERT)
		return NULL;
	collect_names(&names, n->a);
	for (size_t i = 0; i < names.count; i++) {
		const struct py_value *value = py_lookup(py, names.name[i]);

		if (!value)
			continue;
		buf_printf(&text, "%s%s is ", text.length ? ", " : "", names.name[i]);
		py_add_repr(&text, value);
	}
	const char *values = text.length ? arena_strdup(py->arena, text.data) : NULL;
	buf_free(&text);
	return values;
}
