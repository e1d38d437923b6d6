/* SPDX-License-Identifier: MIT
 *
 * shell_arithmetic.c - $((...)): C's integer operators
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "shell/internal.h"
#include "util/common.h"

enum { ARITHMETIC_DEPTH = 64 };

struct arithmetic {
	const char *at;
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

static void skip_blanks(struct arithmetic *a)
{
	a->at += strspn(a->at, " \t\n");
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
		value = expression(a, 1);
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
		a->good &= right != 0;
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
		int64_t right = expression(a, operators[i].level + 1);
		left = combine(a, operators[i].sign, left, right);
	}
	return left;
}

bool shell_arithmetic(const char *text, int64_t *value)
{
	struct arithmetic a = { .at = text, .good = true };

	*value = expression(&a, 1);
	skip_blanks(&a);
	return a.good && !*a.at;
}
