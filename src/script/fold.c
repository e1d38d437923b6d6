/* SPDX-License-Identifier: MIT
 *
 * fold.c - what arithmetic comes to once its sides have values
 */
#include "script/fold.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

const struct expr *fold_leaf(struct resolver *r, const struct expr *at, enum expr_kind kind)
{
	struct expr *e = arena_new_object(r->arena, struct expr);

	e->kind = kind;
	e->loc = at->loc;
	return e;
}

const struct expr *fold_integer(struct resolver *r, const struct expr *at, int64_t value)
{
	struct expr *e = (struct expr *)fold_leaf(r, at, EXPR_INTEGER);

	e->integer.value = value;
	return e;
}

const struct expr *fold_word(struct resolver *r, const struct expr *at, const char *word)
{
	struct expr *e = (struct expr *)fold_leaf(r, at, EXPR_WORD);

	e->word = word;
	return e;
}

const struct expr *fold_refuse(struct resolver *r, const struct expr *e, const char *headline, const char *detail)
{
	diag_error(r->diags, DIAG_SEMANTIC, e->loc, headline, "%s", detail);
	return fold_integer(r, e, 0);
}

/* ---- numbers ---- */

static bool add_up(enum arithmetic operation, int64_t a, int64_t b, int64_t *out)
{
	switch (operation) {
	case ARITHMETIC_ADD:       return !__builtin_add_overflow(a, b, out);
	case ARITHMETIC_SUBTRACT:  return !__builtin_sub_overflow(a, b, out);
	case ARITHMETIC_MULTIPLY:  return !__builtin_mul_overflow(a, b, out);
	case ARITHMETIC_NEGATE:    return !__builtin_sub_overflow(0, a, out);
	default: break;
	}
	if (!b || (a == INT64_MIN && b == -1))
		return false;
	*out = operation == ARITHMETIC_DIVIDE ? a / b : a % b;
	return true;
}

bool fold_is_comparison(enum arithmetic operation)
{
	return operation >= ARITHMETIC_EQUAL && operation <= ARITHMETIC_AT_LEAST;
}

/* @order: less than, equal to or more than zero, as in strcmp(). */
static bool holds(enum arithmetic operation, int order)
{
	switch (operation) {
	case ARITHMETIC_EQUAL:     return !order;
	case ARITHMETIC_NOT_EQUAL: return order;
	case ARITHMETIC_LESS:      return order < 0;
	case ARITHMETIC_AT_MOST:   return order <= 0;
	case ARITHMETIC_MORE:      return order > 0;
	default:                   return order >= 0;
	}
}

static const struct expr *fold_numbers(struct resolver *r, const struct expr *e, int64_t a, int64_t b)
{
	enum arithmetic operation = e->arithmetic.operation;
	int64_t value;

	if (fold_is_comparison(operation))
		return fold_integer(r, e, holds(operation, (a > b) - (a < b)));
	switch (operation) {
	case ARITHMETIC_OR:  return fold_integer(r, e, a || b);
	case ARITHMETIC_AND: return fold_integer(r, e, a && b);
	case ARITHMETIC_NOT: return fold_integer(r, e, !a);
	default: break;
	}
	if (add_up(operation, a, b, &value))
		return fold_integer(r, e, value);
	if ((operation == ARITHMETIC_DIVIDE || operation == ARITHMETIC_REMAINDER) && !b)
		return fold_refuse(r, e, "division by zero", "what stands behind the sign is 0 here");
	return fold_refuse(r, e, "the number gets too large", "numbers have 64 bits");
}

/* ---- words and versions ---- */

const char *fold_word_of(struct resolver *r, const struct expr *e)
{
	if (e->kind == EXPR_INTEGER)
		return arena_printf(r->arena, "%" PRId64, e->integer.value);
	if (e->kind == EXPR_NAME && !e->name.dollar)
		return e->name.text;
	return e->kind == EXPR_WORD ? e->word : e->kind == EXPR_STRING ? e->string.text : NULL;
}

const struct expr *fold_unfit(struct resolver *r, const struct expr *e, const char *headline)
{
	const char *word = fold_word_of(r, e);

	return fold_refuse(r, e, headline,
	                   word ? arena_printf(r->arena, "this is '%s'", word) : "this is something else");
}

bool fold_is_version(const char *text)
{
	return *text >= '0' && *text <= '9';
}

/* 6.1 is less than 6.1.7, and 6.9 is less than 6.10; what follows the numbers ("-amd64") does not count. */
static int compare_versions(const char *a, const char *b)
{
	while (fold_is_version(a) || fold_is_version(b)) {
		char *a_end = (char *)a, *b_end = (char *)b;
		long x = fold_is_version(a) ? strtol(a, &a_end, 10) : 0;
		long y = fold_is_version(b) ? strtol(b, &b_end, 10) : 0;
		if (x != y)
			return x < y ? -1 : 1;
		a = a_end + (*a_end == '.');
		b = b_end + (*b_end == '.');
	}
	return 0;
}

static bool is_word(const struct expr *e)
{
	return e->kind == EXPR_WORD || e->kind == EXPR_STRING;
}

static const struct expr *fold_words(struct resolver *r, const struct expr *e, const char *a, const char *b)
{
	enum arithmetic operation = e->arithmetic.operation;

	if (fold_is_version(a) && fold_is_version(b))
		return fold_integer(r, e, holds(operation, compare_versions(a, b)));
	if (operation == ARITHMETIC_EQUAL || operation == ARITHMETIC_NOT_EQUAL)
		return fold_integer(r, e, holds(operation, strcmp(a, b)));
	return fold_refuse(r, e, "words have no order", "compare them with == or !=");
}

/* ---- fractions ---- */

/* Fractions are for times, which count microseconds: anything finer is dropped. */
static const struct expr *fold_fractions(struct resolver *r, const struct expr *e, const char *a, const char *b)
{
	enum arithmetic operation = e->arithmetic.operation;
	double x = strtod(a, NULL), y = b ? strtod(b, NULL) : 0, value;

	switch (operation) {
	case ARITHMETIC_ADD:      value = x + y; break;
	case ARITHMETIC_SUBTRACT: value = x - y; break;
	case ARITHMETIC_MULTIPLY: value = x * y; break;
	case ARITHMETIC_DIVIDE:   value = x / y; break;
	case ARITHMETIC_NEGATE:   value = -x; break;
	default:
		return fold_refuse(r, e, "a whole number is wanted here",
		                   "fractions can only be added, subtracted, multiplied and divided");
	}
	if (operation == ARITHMETIC_DIVIDE && y == 0)
		return fold_refuse(r, e, "division by zero", "what stands behind the sign is 0 here");
	return fold_word(r, e, arena_printf(r->arena, "%.6f", value));
}

/* Is @e a word that is a fraction, such as 0.02? */
static bool is_fraction(const struct expr *e)
{
	char *end;

	/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): an expression that is a word has one */
	return e && e->kind == EXPR_WORD && fold_is_version(e->word + (*e->word == '-')) &&
	       (strtod(e->word, &end), !*end);
}

/* ---- all of them ---- */

const struct expr *fold_arithmetic(struct resolver *r, const struct expr *e, const struct expr *left,
                                   const struct expr *right)
{
	bool words = right && fold_is_comparison(e->arithmetic.operation) && (is_word(left) || is_word(right));

	if (left->kind == EXPR_INTEGER && (!right || right->kind == EXPR_INTEGER))
		return fold_numbers(r, e, left->integer.value, right ? right->integer.value : 0);
	if (words && fold_word_of(r, left) && fold_word_of(r, right))
		return fold_words(r, e, fold_word_of(r, left), fold_word_of(r, right));
	if ((is_fraction(left) || left->kind == EXPR_INTEGER) &&
	    (!right || is_fraction(right) || right->kind == EXPR_INTEGER))
		return fold_fractions(r, e, fold_word_of(r, left), right ? fold_word_of(r, right) : NULL);
	for (int i = 0; i < 2; i++) {
		const struct expr *side = i ? right : left;
		if (side && side->kind != EXPR_INTEGER && side->kind != EXPR_NAME && side->kind != EXPR_ARITHMETIC)
			return fold_unfit(r, side, "a number is wanted here");
	}
	struct expr *copy = arena_copy(r->arena, e, sizeof(*copy));
	copy->arithmetic.left = (struct expr *)left;
	copy->arithmetic.right = (struct expr *)right;
	return copy;
}
