/* SPDX-License-Identifier: MIT
 *
 * py_correct.c - an assertion that did not hold, as it would have held
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

/* Does it name what is looked at? Constants are in capitals. */
static bool names_variable(const struct py_node *n)
{
	if (!n)
		return false;
	if (n->kind == PY_N_NAME && islower((unsigned char)n->name[0]))
		return true;
	for (const struct py_node *item = n->items; item; item = item->next)
		if (names_variable(item))
			return true;
	return names_variable(n->a) || names_variable(n->b) || names_variable(n->c);
}

static bool is_equation(const struct py_node *n)
{
	return n->kind == PY_N_COMPARE && n->items && !n->items->next && n->items->op == PY_EQ;
}

/* The side that is looked at stays; the other one becomes its value. */
static bool correct_equation(struct corrector *c, const struct py_node *n)
{
	const struct py_node *left = n->a, *right = n->items->b;
	bool swapped = !names_variable(left) && names_variable(right);
	struct py_value value;
	struct buf text = BUF_INIT;

	bool good = py_evaluate(c->py, swapped ? right : left, &value) && py_add_repr(c->py, &text, &value);
	if (good)
		write_for(c, swapped ? left : right, text.data);
	buf_free(&text);
	return good;
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
	struct buf text = BUF_INIT, ignored = BUF_INIT;
	struct py quiet = *py;
	struct corrector c = { .py = &quiet, .out = &text, .at = n->text };
	const char *corrected = NULL;

	quiet.output = &ignored;
	quiet.raised = quiet.declined = NULL;
	if (n->kind == PY_N_ASSERT && n->text && correct_test(&c, n->a)) {
		buf_add(&text, c.at, (size_t)(n->text + n->length - c.at));
		corrected = arena_strdup(py->arena, text.data);
	}
	buf_free(&text);
	buf_free(&ignored);
	return corrected;
}
