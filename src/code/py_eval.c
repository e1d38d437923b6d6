/* SPDX-License-Identifier: MIT
 *
 * py_eval.c - what statements do and what expressions are worth
 */
#include <assert.h>
#include <string.h>

#include "code/py.h"

typedef bool evaluator(struct py *py, const struct py_node *n, struct py_value *out);
typedef bool binary_operator(struct py *py, const struct py_value *a, const struct py_value *b, struct py_value *out);

static bool evaluate(struct py *py, const struct py_node *n, struct py_value *out);

static bool big(struct py *py)
{
	return py_decline(py, "an integer of more than 127 bits");
}

static bool both_integers(const struct py_value *a, const struct py_value *b)
{
	return py_is_integer(a) && py_is_integer(b);
}

static bool both_numbers(const struct py_value *a, const struct py_value *b)
{
	return py_is_number(a) && py_is_number(b);
}

static bool operand_error(struct py *py, const char *op)
{
	return py_decline(py, "'%s' of these operands", op);
}

static bool concatenate(struct py *py, const struct py_value *a, const struct py_value *b, struct py_value *out)
{
	const char *text = arena_printf(py->arena, "%s%s", a->text, b->text);

	return py_from_text(py, text, a->size + b->size, out);
}

static bool add(struct py *py, const struct py_value *a, const struct py_value *b, struct py_value *out)
{
	py_int i;

	if (a->kind == PY_STR && b->kind == PY_STR)
		return concatenate(py, a, b, out);
	if (!both_numbers(a, b))
		return operand_error(py, "+");
	if (!both_integers(a, b))
		return py_from_float(py, py_to_float(a) + py_to_float(b), out);
	if (__builtin_add_overflow(a->i, b->i, &i))
		return big(py);
	*out = py_from_int(i);
	return true;
}

static bool subtract(struct py *py, const struct py_value *a, const struct py_value *b, struct py_value *out)
{
	py_int i;

	if (!both_numbers(a, b))
		return operand_error(py, "-");
	if (!both_integers(a, b))
		return py_from_float(py, py_to_float(a) - py_to_float(b), out);
	if (__builtin_sub_overflow(a->i, b->i, &i))
		return big(py);
	*out = py_from_int(i);
	return true;
}

static bool repeat(struct py *py, const struct py_value *text, py_int times, struct py_value *out)
{
	struct buf all = BUF_INIT;

	if (times > PY_MAX_WEIGHT || (py_int)text->size * times > PY_MAX_WEIGHT)
		return py_decline(py, "a very long string");
	for (py_int i = 0; i < times; i++)
		buf_add(&all, text->text, text->size);
	bool good = py_from_text(py, all.data, all.length, out);
	buf_free(&all);
	return good;
}

static bool multiply(struct py *py, const struct py_value *a, const struct py_value *b, struct py_value *out)
{
	py_int i;

	if (a->kind == PY_STR && py_is_integer(b))
		return repeat(py, a, b->i, out);
	if (b->kind == PY_STR && py_is_integer(a))
		return repeat(py, b, a->i, out);
	if (!both_numbers(a, b))
		return operand_error(py, "*");
	if (!both_integers(a, b))
		return py_from_float(py, py_to_float(a) * py_to_float(b), out);
	if (__builtin_mul_overflow(a->i, b->i, &i))
		return big(py);
	*out = py_from_int(i);
	return true;
}

/* Only this one of the divisions has the same words in all versions of Python, and only for integers. */
static bool divide(struct py *py, const struct py_value *a, const struct py_value *b, struct py_value *out)
{
	const py_int exact = (py_int)1 << 53;

	if (!both_numbers(a, b))
		return operand_error(py, "/");
	if (both_integers(a, b) && b->i == 0)
		return py_raise(py, "ZeroDivisionError: division by zero");
	if (py_to_float(b) == 0)
		return py_decline(py, "a division by zero");
	if (both_integers(a, b) && (a->i > exact || a->i < -exact || b->i > exact || b->i < -exact))
		return py_decline(py, "'/' of large integers");
	return py_from_float(py, py_to_float(a) / py_to_float(b), out);
}

/* Both round toward minus infinity, so the remainder has the sign of the divisor. */
static bool divide_integers(struct py *py, const struct py_value *a, const struct py_value *b, py_int *quotient,
                            py_int *remainder)
{
	if (!both_integers(a, b))
		return py_decline(py, "'//' or '%%' of these operands");
	if (b->i == 0)
		return py_decline(py, "a division by zero");
	if (b->i == -1) {
		*remainder = 0;
		return __builtin_sub_overflow((py_int)0, a->i, quotient) ? big(py) : true;
	}
	*quotient = a->i / b->i;
	*remainder = a->i % b->i;
	if (*remainder && (*remainder < 0) != (b->i < 0)) {
		*remainder += b->i;
		--*quotient;
	}
	return true;
}

static bool floor_divide(struct py *py, const struct py_value *a, const struct py_value *b, struct py_value *out)
{
	py_int quotient, remainder;

	if (!divide_integers(py, a, b, &quotient, &remainder))
		return false;
	*out = py_from_int(quotient);
	return true;
}

static bool modulo(struct py *py, const struct py_value *a, const struct py_value *b, struct py_value *out)
{
	py_int quotient, remainder;

	if (a->kind == PY_STR)
		return py_format(py, a, b, out);
	if (!divide_integers(py, a, b, &quotient, &remainder))
		return false;
	*out = py_from_int(remainder);
	return true;
}

static bool power(struct py *py, const struct py_value *a, const struct py_value *b, struct py_value *out)
{
	py_int i = 1;

	if (!both_integers(a, b) || b->i < 0)
		return operand_error(py, "**");
	if (b->i > 127 && (a->i > 1 || a->i < -1))
		return big(py);
	for (py_int n = b->i > 127 ? b->i & 1 : b->i; n > 0; n--)
		if (__builtin_mul_overflow(i, a->i, &i))
			return big(py);
	*out = py_from_int(a->i == 0 && b->i > 0 ? 0 : i);
	return true;
}

static bool shift_left(struct py *py, const struct py_value *a, const struct py_value *b, struct py_value *out)
{
	py_int i;

	if (!both_integers(a, b) || b->i < 0)
		return operand_error(py, "<<");
	if (b->i > 125 || __builtin_mul_overflow(a->i, (py_int)1 << b->i, &i))
		return big(py);
	*out = py_from_int(i);
	return true;
}

static bool shift_right(struct py *py, const struct py_value *a, const struct py_value *b, struct py_value *out)
{
	if (!both_integers(a, b) || b->i < 0)
		return operand_error(py, ">>");
	*out = py_from_int(a->i >> (b->i > 127 ? 127 : b->i));
	return true;
}

/* Two bools stay bools. */
static bool bits(const struct py_value *a, const struct py_value *b, py_int i, struct py_value *out)
{
	*out = a->kind == PY_BOOL && b->kind == PY_BOOL ? py_from_bool(i) : py_from_int(i);
	return true;
}

static bool bit_or(struct py *py, const struct py_value *a, const struct py_value *b, struct py_value *out)
{
	return both_integers(a, b) ? bits(a, b, a->i | b->i, out) : operand_error(py, "|");
}

static bool bit_xor(struct py *py, const struct py_value *a, const struct py_value *b, struct py_value *out)
{
	return both_integers(a, b) ? bits(a, b, a->i ^ b->i, out) : operand_error(py, "^");
}

static bool bit_and(struct py *py, const struct py_value *a, const struct py_value *b, struct py_value *out)
{
	return both_integers(a, b) ? bits(a, b, a->i & b->i, out) : operand_error(py, "&");
}

static binary_operator *const binary_operators[] = {
	[PY_OR] = bit_or, [PY_XOR] = bit_xor, [PY_AND] = bit_and, [PY_SHL] = shift_left, [PY_SHR] = shift_right,
	[PY_ADD] = add, [PY_SUB] = subtract, [PY_MUL] = multiply, [PY_DIV] = divide, [PY_FLOORDIV] = floor_divide,
	[PY_MOD] = modulo, [PY_POW] = power,
};

static bool is_ordered(enum py_op op, int order)
{
	switch (op) {
	case PY_LT:
		return order < 0;
	case PY_LE:
		return order <= 0;
	case PY_GT:
		return order > 0;
	default:
		return order >= 0;
	}
}

/* Identity is only certain for None, True and False. */
static bool identical(struct py *py, const struct py_value *a, const struct py_value *b, bool *out)
{
	bool singles = a->kind == PY_NONE || a->kind == PY_BOOL || b->kind == PY_NONE || b->kind == PY_BOOL;

	if (!singles)
		return py_decline(py, "'is' of these operands");
	*out = a->kind == b->kind && (a->kind == PY_NONE || a->i == b->i);
	return true;
}

static bool contains(struct py *py, const struct py_value *all, const struct py_value *wanted, bool *out)
{
	if (all->kind == PY_STR && wanted->kind == PY_STR) {
		*out = strstr(all->text, wanted->text) != NULL;
		return true;
	}
	if (all->kind != PY_TUPLE)
		return operand_error(py, "in");
	*out = false;
	for (size_t i = 0; i < all->size && !*out; i++)
		if (!py_equal(py, &all->items[i], wanted, out))
			return false;
	return true;
}

static bool compare(struct py *py, enum py_op op, const struct py_value *a, const struct py_value *b, bool *out)
{
	const bool negated = op == PY_NE || op == PY_IS_NOT || op == PY_NOT_IN;
	bool good;
	int order;

	if (op == PY_EQ || op == PY_NE)
		good = py_equal(py, a, b, out);
	else if (op == PY_IS || op == PY_IS_NOT)
		good = identical(py, a, b, out);
	else if (op == PY_IN || op == PY_NOT_IN)
		good = contains(py, b, a, out);
	else if ((good = py_order(py, a, b, &order)))
		*out = is_ordered(op, order);
	if (good && negated)
		*out = !*out;
	return good;
}

static bool eval_const(struct py *py MAYBE_UNUSED, const struct py_node *n, struct py_value *out)
{
	*out = n->value;
	return true;
}

/* The words about an unknown name depend on the version of Python ("Did you mean..."). */
static bool eval_name(struct py *py, const struct py_node *n, struct py_value *out)
{
	const struct py_value *value = py_lookup(py, n->name);

	if (!value)
		return py_decline(py, "the name '%s'", n->name);
	*out = *value;
	return true;
}

static bool eval_unary(struct py *py, const struct py_node *n, struct py_value *out)
{
	struct py_value v;

	if (!evaluate(py, n->a, &v))
		return false;
	if (!py_is_number(&v) || (n->op == PY_INVERT && v.kind != PY_INT))
		return py_decline(py, "a sign before such an operand");
	if (v.kind == PY_FLOAT)
		return py_from_float(py, n->op == PY_NEGATE ? -v.f : v.f, out);
	py_int i = n->op == PY_INVERT ? ~v.i : v.i;
	if (n->op == PY_NEGATE && __builtin_sub_overflow((py_int)0, v.i, &i))
		return big(py);
	*out = py_from_int(i);
	return true;
}

static bool eval_binary(struct py *py, const struct py_node *n, struct py_value *out)
{
	struct py_value a, b;

	return evaluate(py, n->a, &a) && evaluate(py, n->b, &b) && binary_operators[n->op](py, &a, &b, out);
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

static bool eval_if(struct py *py, const struct py_node *n, struct py_value *out)
{
	struct py_value condition;

	return evaluate(py, n->b, &condition) && evaluate(py, py_truth(&condition) ? n->a : n->c, out);
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

static bool eval_call(struct py *py, const struct py_node *n, struct py_value *out)
{
	py_builtin *function = py_find_builtin(n->name);
	struct py_value *values;

	if (!function || py_lookup(py, n->name))
		return py_decline(py, "a call of '%s'", n->name);
	return eval_items(py, n, &values) && function(py, values, n->count, out);
}

static bool run_expression(struct py *py, const struct py_node *n, struct py_value *out)
{
	return evaluate(py, n->a, out);
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
	if (!evaluate(py, n->a, &b) || !binary_operators[n->op](py, &a, &b, out))
		return false;
	py_assign(py, n->name, out);
	return true;
}

static bool raise_assertion(struct py *py, const struct py_value *message)
{
	struct buf text = BUF_INIT;

	if (py_add_str(py, &text, message))
		py_raise(py, text.length ? "AssertionError: %s" : "AssertionError%s", text.data);
	buf_free(&text);
	return false;
}

static bool run_assert(struct py *py, const struct py_node *n, struct py_value *out)
{
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
	[PY_N_CONST] = eval_const, [PY_N_NAME] = eval_name, [PY_N_UNARY] = eval_unary, [PY_N_BINARY] = eval_binary,
	[PY_N_NOT] = eval_not, [PY_N_BOTH] = eval_both, [PY_N_EITHER] = eval_either, [PY_N_COMPARE] = eval_compare,
	[PY_N_IF] = eval_if, [PY_N_CALL] = eval_call, [PY_N_TUPLE] = eval_tuple,
	[PY_N_EXPRESSION] = run_expression, [PY_N_ASSIGN] = run_assign, [PY_N_AUGMENT] = run_augment,
	[PY_N_ASSERT] = run_assert, [PY_N_PASS] = run_pass,
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
