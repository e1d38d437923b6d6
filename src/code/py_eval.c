/* SPDX-License-Identifier: MIT
 *
 * py_eval.c - executes statements and evaluates expressions
 */
#include <assert.h>
#include <string.h>

#include "code/py.h"

typedef bool evaluator(struct py *py, const struct py_node *n, struct py_value *out);

static bool evaluate(struct py *py, const struct py_node *n, struct py_value *out);

/* ---- operators ---- */

/* Both round toward minus infinity, so the remainder has the sign of the divisor. What Python says of a division by
 * zero depends on its version. */
static bool divide(struct py *py, enum py_op op, py_int a, py_int b, py_int *out)
{
	if (b == 0)
		return py_decline(py, "a division by zero");
	if (b == -1) {
		*out = 0;
		return op == PY_MOD || !__builtin_sub_overflow((py_int)0, a, out);
	}
	py_int quotient = a / b, remainder = a % b;
	if (remainder && (remainder < 0) != (b < 0)) {
		remainder += b;
		quotient--;
	}
	*out = op == PY_MOD ? remainder : quotient;
	return true;
}

/* False: too many bits, or declined. */
static bool calculate(struct py *py, enum py_op op, py_int a, py_int b, py_int *out)
{
	switch (op) {
	case PY_OR:
		*out = a | b;
		return true;
	case PY_AND:
		*out = a & b;
		return true;
	case PY_ADD:
		return !__builtin_add_overflow(a, b, out);
	case PY_SUB:
		return !__builtin_sub_overflow(a, b, out);
	case PY_MUL:
		return !__builtin_mul_overflow(a, b, out);
	default:
		return divide(py, op, a, b, out);
	}
}

static bool apply(struct py *py, enum py_op op, const struct py_value *a, const struct py_value *b,
                  struct py_value *out)
{
	bool bits = op == PY_OR || op == PY_AND;
	py_int i = 0;

	if (op == PY_MOD && a->kind == PY_STR)
		return py_format(py, a, b, out);
	if (!py_is_integer(a) || !py_is_integer(b))
		return py_decline(py, "arithmetic with something that is no integer");
	if (!calculate(py, op, a->i, b->i, &i))
		return py->declined ? false : py_decline(py, "an integer of more than 127 bits");
	*out = bits && a->kind == PY_BOOL && b->kind == PY_BOOL ? py_from_bool(i) : py_from_int(i);
	return true;
}

static bool contains(struct py *py, const struct py_value *item, const struct py_value *all, bool *out)
{
	if (all->kind != PY_TUPLE)
		return py_decline(py, "'in' something that is no tuple");
	*out = false;
	for (size_t i = 0; i < all->size && !*out; i++)
		*out = py_equal(item, &all->items[i]);
	return true;
}

static bool compare_order(struct py *py, enum py_op op, const struct py_value *a, const struct py_value *b, bool *out)
{
	if (!py_is_integer(a) || !py_is_integer(b))
		return py_decline(py, "an order of values that are not integers");
	*out = op == PY_LT ? a->i < b->i : op == PY_LE ? a->i <= b->i : op == PY_GT ? a->i > b->i : a->i >= b->i;
	return true;
}

static bool compare(struct py *py, enum py_op op, const struct py_value *a, const struct py_value *b, bool *out)
{
	switch (op) {
	case PY_EQ:
	case PY_NE:
		*out = py_equal(a, b) == (op == PY_EQ);
		return true;
	case PY_IN:
	case PY_NOT_IN:
		if (!contains(py, a, b, out))
			return false;
		*out = *out == (op == PY_IN);
		return true;
	default:
		return compare_order(py, op, a, b, out);
	}
}

/* ---- expressions ---- */

static bool eval_const(struct py *py MAYBE_UNUSED, const struct py_node *n, struct py_value *out)
{
	*out = n->value;
	return true;
}

static bool eval_name(struct py *py, const struct py_node *n, struct py_value *out)
{
	const struct py_value *value = py_lookup(py, n->name);

	if (!value)
		return py_decline(py, "the name '%s'", n->name);
	*out = *value;
	return true;
}

static bool eval_negate(struct py *py, const struct py_node *n, struct py_value *out)
{
	const struct py_value zero = py_from_int(0);
	struct py_value v;

	return evaluate(py, n->a, &v) && apply(py, PY_SUB, &zero, &v, out);
}

static bool eval_binary(struct py *py, const struct py_node *n, struct py_value *out)
{
	struct py_value a, b;

	return evaluate(py, n->a, &a) && evaluate(py, n->b, &b) && apply(py, n->op, &a, &b, out);
}

static bool eval_not(struct py *py, const struct py_node *n, struct py_value *out)
{
	struct py_value v;

	if (!evaluate(py, n->a, &v))
		return false;
	*out = py_from_bool(!py_truth(&v));
	return true;
}

static bool eval_both(struct py *py, const struct py_node *n, struct py_value *out)
{
	return evaluate(py, n->a, out) && (py_truth(out) ? evaluate(py, n->b, out) : true);
}

static bool eval_either(struct py *py, const struct py_node *n, struct py_value *out)
{
	return evaluate(py, n->a, out) && (py_truth(out) ? true : evaluate(py, n->b, out));
}

static bool eval_compare(struct py *py, const struct py_node *n, struct py_value *out)
{
	struct py_value left, right;
	bool holds = true;

	if (!evaluate(py, n->a, &left))
		return false;
	for (const struct py_node *link = n->items; link && holds; link = link->next) {
		if (!evaluate(py, link->b, &right) || !compare(py, link->op, &left, &right, &holds))
			return false;
		left = right;
	}
	*out = py_from_bool(holds);
	return true;
}

static bool eval_call(struct py *py, const struct py_node *n, struct py_value *out MAYBE_UNUSED)
{
	return py_decline(py, "a call of '%s'", n->name);
}

static bool eval_items(struct py *py, const struct py_node *n, struct py_value **values)
{
	size_t i = 0;

	*values = arena_new_array(py->arena, struct py_value, n->count);
	for (const struct py_node *item = n->items; item; item = item->next)
		if (!evaluate(py, item, &(*values)[i++]))
			return false;
	return true;
}

static bool eval_tuple(struct py *py, const struct py_node *n, struct py_value *out)
{
	struct py_value *values;

	return eval_items(py, n, &values) && py_from_items(py, values, n->count, out);
}

/* ---- statements ---- */

static bool run_expression(struct py *py, const struct py_node *n, struct py_value *out)
{
	return evaluate(py, n->a, out);
}

static bool run_print(struct py *py, const struct py_node *n, struct py_value *out MAYBE_UNUSED)
{
	struct py_value *values;

	if (py_lookup(py, "print"))
		return py_decline(py, "a call of 'print', which was assigned to");
	if (!eval_items(py, n, &values))
		return false;
	for (size_t i = 0; i < n->count; i++) {
		if (i)
			buf_add_byte(py->output, ' ');
		py_add_str(py->output, &values[i]);
	}
	buf_add_byte(py->output, '\n');
	return true;
}

static bool run_assign(struct py *py, const struct py_node *n, struct py_value *out)
{
	if (!evaluate(py, n->a, out))
		return false;
	for (const struct py_node *target = n->items; target; target = target->next)
		py_assign(py, target->name, out);
	return true;
}

static bool run_augment(struct py *py, const struct py_node *n, struct py_value *out)
{
	const struct py_value *found = py_lookup(py, n->name);
	struct py_value b;

	if (!found)
		return py_decline(py, "the name '%s'", n->name);
	struct py_value a = *found;
	if (!evaluate(py, n->a, &b) || !apply(py, n->op, &a, &b, out))
		return false;
	py_assign(py, n->name, out);
	return true;
}

static bool raise_assertion(struct py *py, const struct py_value *message)
{
	struct buf text = BUF_INIT;

	py_add_str(&text, message);
	py_raise(py, text.length ? "AssertionError: %s" : "AssertionError%s", text.data);
	buf_free(&text);
	return false;
}

static bool run_assert(struct py *py, const struct py_node *n, struct py_value *out)
{
	if (n->a->kind == PY_N_TUPLE)                        /* Python prints a warning about it */
		return py_decline(py, "an assertion of a tuple");
	if (!evaluate(py, n->a, out))
		return false;
	if (py_truth(out))
		return true;
	if (!n->b)
		return py_raise(py, "AssertionError");
	return evaluate(py, n->b, out) && raise_assertion(py, out);
}

static bool run_pass(struct py *py MAYBE_UNUSED, const struct py_node *n MAYBE_UNUSED,
                     struct py_value *out MAYBE_UNUSED)
{
	return true;
}

static evaluator *const evaluators[] = {
	[PY_N_CONST] = eval_const, [PY_N_NAME] = eval_name, [PY_N_NEGATE] = eval_negate, [PY_N_BINARY] = eval_binary,
	[PY_N_NOT] = eval_not, [PY_N_BOTH] = eval_both, [PY_N_EITHER] = eval_either, [PY_N_COMPARE] = eval_compare,
	[PY_N_CALL] = eval_call, [PY_N_TUPLE] = eval_tuple,
	[PY_N_EXPRESSION] = run_expression, [PY_N_PRINT] = run_print, [PY_N_ASSIGN] = run_assign,
	[PY_N_AUGMENT] = run_augment, [PY_N_ASSERT] = run_assert, [PY_N_PASS] = run_pass,
};
static_assert(ARRAY_LEN(evaluators) == PY_NODES, "a kind of node cannot be evaluated");

static bool evaluate(struct py *py, const struct py_node *n, struct py_value *out)
{
	return evaluators[n->kind](py, n, out);
}

bool py_evaluate(struct py *py, const struct py_node *expression, struct py_value *out)
{
	return evaluate(py, expression, out);
}

bool py_run(struct py *py, const struct py_node *statements)
{
	struct py_value ignored;

	for (const struct py_node *n = statements; n; n = n->next) {
		py->stopped = n;
		if (!evaluate(py, n, &ignored))
			return false;
	}
	return true;
}
