/* SPDX-License-Identifier: MIT
 *
 * shell_arithmetic.c - $((...)): C's integer operators, also those that assign to variables (POSIX, XCU 2.6.4)
 */
#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "shell/internal.h"
#include "util/common.h"

enum { ARITHMETIC_DEPTH = 64 };

struct arithmetic {
	struct shell_run *run;                               /* whose variables; NULL: there are none */
	const char *at;
	int idle;                                            /* within what C would not evaluate */
	int depth;
	bool good;
};

static const struct {
	const char *sign;
	int level;
} operators[] = {
	{ "||", 1 }, { "&&", 2 }, { "|", 3 }, { "^", 4 }, { "&", 5 }, { "==", 6 }, { "!=", 6 }, { "<=", 7 },
	{ ">=", 7 }, { "<<", 8 }, { ">>", 8 }, { "<", 7 }, { ">", 7 }, { "+", 9 }, { "-", 9 }, { "*", 10 }, { "/",
	  10 }, { "%", 10 },
};

static int64_t expression(struct arithmetic *a, int level);
static int64_t conditional(struct arithmetic *a);
static int64_t combine(struct arithmetic *a, const char *sign, int64_t left, int64_t right);

static void skip_blanks(struct arithmetic *a)
{
	a->at += strspn(a->at, " \t\n");
}

static int64_t evaluate(struct arithmetic *a, const char *text)
{
	const char *back = a->at;

	a->at = text;
	int64_t value = conditional(a);
	skip_blanks(a);
	a->good &= !*a->at;
	a->at = back;
	return value;
}

/* The operator in front of the '=' of an assignment, "" for '=' alone, or NULL: what follows is none. */
static const char *assignment(struct arithmetic *a)
{
	static const char *const signs[] = { "<<", ">>", "+", "-", "*", "/", "%", "&", "^", "|", "" };

	skip_blanks(a);
	for (size_t i = 0; i < ARRAY_LEN(signs); i++) {
		size_t length = strlen(signs[i]);
		if (strncmp(a->at, signs[i], length) || a->at[length] != '=' || (!length && a->at[1] == '='))
			continue;
		a->at += length + 1;
		return signs[i];
	}
	return NULL;
}

/* A variable that is not set, or is empty, is 0; what is in it may be an expression. */
static int64_t variable(struct arithmetic *a)
{
	size_t length = shell_name_length(a->at);
	const char *name = arena_strndup(a->run->arena, a->at, length);

	a->at += length;
	const char *sign = assignment(a), *text = shell_variable(a->run, name);
	int64_t value = (!sign || *sign) && text && *text ? evaluate(a, text) : 0;
	if (!sign)
		return value;
	int64_t right = conditional(a);
	value = *sign ? combine(a, sign, value, right) : right;
	if (a->good && !a->idle)
		shell_assign(a->run, name, arena_printf(a->run->arena, "%" PRId64, value));
	return value;
}

static int64_t operand(struct arithmetic *a)
{
	int64_t value = 0;
	char *end;

	skip_blanks(a);
	if (++a->depth > ARITHMETIC_DEPTH) {
		a->good = false;
	} else if (*a->at == '(') {
		a->at++;
		value = conditional(a);
		skip_blanks(a);
		a->good &= *a->at == ')';
		a->at += *a->at == ')';
	} else if (*a->at && strchr("-+!~", *a->at)) {
		char sign = *a->at++;

		value = operand(a);
		if (sign == '-')
			value = (int64_t)(0 - (uint64_t)value);
		else
			value = sign == '!' ? !value : sign == '~' ? ~value : value;
	} else if (a->run && shell_name_length(a->at)) {
		value = variable(a);
	} else {
		a->good &= isdigit((unsigned char)*a->at) != 0;
		value = strtoll(a->at, &end, 0);
		a->at = end;
	}
	a->depth--;
	return value;
}

/* Additions wrap, as they do in a shell; shifts take the low bits of their count. */
static int64_t combine(struct arithmetic *a, const char *sign, int64_t left, int64_t right)
{
	const uint64_t l = (uint64_t)left, r = (uint64_t)right;
	bool twice = sign[1];

	if (strchr("/%", *sign) && (right == 0 || right == -1)) {
		a->good &= right != 0 || a->idle;
		return *sign == '/' ? (int64_t)(0 - l) : 0;
	}
	switch (*sign) {
	case '|': return twice ? left || right : left | right;
	case '&': return twice ? left && right : left & right;
	case '^': return left ^ right;
	case '=': return left == right;
	case '!': return left != right;
	case '<': return !twice ? left < right : sign[1] == '=' ? left <= right : (int64_t)(l << (r & 63));
	case '>': return !twice ? left > right : sign[1] == '=' ? left >= right : left >> (r & 63);
	case '+': return (int64_t)(l + r);
	case '-': return (int64_t)(l - r);
	case '*': return (int64_t)(l * r);
	case '/': return left / right;
	default:  return left % right;
	}
}

/* Index of the operator at the present place that binds at least as tightly as @level, or -1. */
static int next_operator(struct arithmetic *a, int level)
{
	skip_blanks(a);
	for (size_t i = 0; i < ARRAY_LEN(operators); i++)
		if (!strncmp(a->at, operators[i].sign, strlen(operators[i].sign)))
			return operators[i].level >= level ? (int)i : -1;
	return -1;
}

static int64_t expression(struct arithmetic *a, int level)
{
	int64_t left = operand(a);
	int i;

	while (a->good && (i = next_operator(a, level)) >= 0) {
		a->at += strlen(operators[i].sign);
		const bool settled = (operators[i].level == 1 && left) || (operators[i].level == 2 && !left);
		a->idle += settled;
		int64_t right = expression(a, operators[i].level + 1);
		a->idle -= settled;
		left = combine(a, operators[i].sign, left, right);
	}
	return left;
}

/* C: the lowest of all but assignment, and only one of both is evaluated. */
static int64_t conditional(struct arithmetic *a)
{
	int64_t value = expression(a, 1), others[2] = { 0 };

	skip_blanks(a);
	if (*a->at != '?')
		return value;
	for (int i = 0; i < 2 && a->good; i++) {
		const bool other = i == 0 ? !value : value;
		skip_blanks(a);
		a->good &= *a->at == "?:"[i];
		a->at += *a->at != '\0';
		a->idle += other;
		others[i] = conditional(a);
		a->idle -= other;
	}
	return value ? others[0] : others[1];
}

bool shell_arithmetic(struct shell_run *run, const char *text, int64_t *value)
{
	struct arithmetic a = { .run = run, .at = text, .good = true };

	*value = conditional(&a);
	skip_blanks(&a);
	return a.good && !*a.at;
}
