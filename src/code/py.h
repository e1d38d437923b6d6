/* SPDX-License-Identifier: MIT
 *
 * py.h - the part of Python that code blocks are written in (private to src/code)
 *
 * Text -> tokens (py_lex.c) -> statements (py_parse.c) -> effects (py_eval.c, py_builtin.c, py_format.c).
 * The rule of the house: whatever is not surely what python3 would do is declined, and python3 then runs
 * the whole script's code. Integers have 127 bits; what needs more, or a float that is not finite, or an
 * error whose wording differs between Python versions, is declined too.
 *
 * All functions that return bool return false after py_decline() or py_raise().
 */
#ifndef CODE_PY_H
#define CODE_PY_H

#include <stdbool.h>
#include <stddef.h>

#include "util/arena.h"
#include "util/buf.h"

/* Values. Texts and items live in the arena and never change. */

enum py_kind { PY_NONE, PY_BOOL, PY_INT, PY_FLOAT, PY_STR, PY_TUPLE };

typedef __int128 py_int;

struct py_value {
	enum py_kind kind;
	size_t size;                                         /* of a str: bytes, all ASCII; of a tuple: items */
	size_t weight;                                       /* bytes and items all told, for PY_MAX_WEIGHT */
	union {
		py_int i;                                    /* PY_INT; PY_BOOL: 0 or 1 */
		double f;
		const char *text;                            /* NUL-terminated */
		const struct py_value *items;
	};
};

enum { PY_MAX_WEIGHT = 1 << 16, PY_MAX_DEPTH = 100 };

/* The interpreter: names, output, and what stopped it. */

enum { PY_BUCKETS = 256 };

struct py_variable;

struct py {
	struct arena *arena;
	struct buf *output;
	struct py_variable *variables[PY_BUCKETS];
	const char *declined;                                /* the construct, or NULL */
	const char *raised;                                  /* "AssertionError: 12", or NULL */
	const struct py_node *stopped;                       /* the statement that declined or raised; NULL: none ran */
};

bool py_decline(struct py *py, const char *format, ...) PRINTF_LIKE(2, 3);
bool py_raise(struct py *py, const char *format, ...) PRINTF_LIKE(2, 3);

void py_assign(struct py *py, const char *name, const struct py_value *value);
const struct py_value *py_lookup(const struct py *py, const char *name);

/* py_value.c */
struct py_value py_from_int(py_int i);
struct py_value py_from_bool(bool b);
bool py_from_float(struct py *py, double f, struct py_value *out);
bool py_from_text(struct py *py, const char *text, size_t length, struct py_value *out);
bool py_from_items(struct py *py, const struct py_value *items, size_t count, struct py_value *out);
bool py_is_integer(const struct py_value *v);                /* int or bool */
bool py_is_number(const struct py_value *v);
double py_to_float(const struct py_value *v);                /* of a number */
bool py_truncate(struct py *py, double f, py_int *out);      /* toward zero */
bool py_truth(const struct py_value *v);
bool py_equal(struct py *py, const struct py_value *a, const struct py_value *b, bool *out);
bool py_order(struct py *py, const struct py_value *a, const struct py_value *b, int *out);     /* -1, 0, 1 */
void py_add_integer(struct buf *out, py_int i, unsigned base);
bool py_add_str(struct py *py, struct buf *out, const struct py_value *v);
bool py_add_repr(struct py *py, struct buf *out, const struct py_value *v);

/* py_format.c: the operator % of a str */
bool py_format(struct py *py, const struct py_value *format, const struct py_value *values, struct py_value *out);

/* py_builtin.c: NULL if there is no such function here */
typedef bool py_builtin(struct py *py, const struct py_value *args, size_t count, struct py_value *out);
py_builtin *py_find_builtin(const char *name);

/* Tokens */

enum py_token_kind { PY_END, PY_NEWLINE, PY_NAME, PY_KEYWORD, PY_LITERAL, PY_OPERATOR };

struct py_token {
	enum py_token_kind kind;
	const char *text;                                    /* of a name, keyword or operator */
	struct py_value value;                               /* of a literal */
};

struct py_lexer {
	struct py *py;
	const char *at;
	int open;                                            /* brackets, inside which a line end means nothing */
	bool line_start;
	struct py_token token;                               /* the current one */
	const char *start, *before;                          /* where it starts, and where the one before it ended */
};

bool py_lex_start(struct py_lexer *lexer, struct py *py, const char *text);
bool py_lex_next(struct py_lexer *lexer);

/* Operators */

enum py_op {
	PY_OP_NONE, PY_OR, PY_XOR, PY_AND, PY_SHL, PY_SHR, PY_ADD, PY_SUB, PY_MUL, PY_DIV, PY_FLOORDIV, PY_MOD, PY_POW,
	PY_NEGATE, PY_PLUS, PY_INVERT,
	PY_EQ, PY_NE, PY_LT, PY_LE, PY_GT, PY_GE, PY_IS, PY_IS_NOT, PY_IN, PY_NOT_IN,
};

/* Expressions and statements */

enum py_node_kind {
	PY_N_CONST, PY_N_NAME, PY_N_UNARY, PY_N_BINARY, PY_N_NOT, PY_N_BOTH, PY_N_EITHER, PY_N_COMPARE, PY_N_IF,
	PY_N_CALL, PY_N_TUPLE,
	PY_N_EXPRESSION, PY_N_ASSIGN, PY_N_AUGMENT, PY_N_ASSERT, PY_N_PASS,
	PY_NODES,
};

/* Children by kind: UNARY, NOT: a. BINARY, BOTH, EITHER: a op b. COMPARE: a, then a chain of COMPARE nodes
 * over `next`, each with op and operand b. IF: a if b else c. CALL: name(items...). TUPLE: items.
 * EXPRESSION: a. ASSIGN: items (names) = a. AUGMENT: name op= a. ASSERT: a, b (or NULL). */
struct py_node {
	enum py_node_kind kind;
	enum py_op op;
	int depth;
	size_t count;
	const char *name;
	struct py_node *a, *b, *c;
	struct py_node *items;                               /* linked by `next` */
	struct py_node *next;
	struct py_value value;
	const char *text;                                    /* of a statement, a comparison and its sides, and what "and" joins: */
	size_t length;                                       /* where it stands, and its length; else NULL */
};

/* The statements of @text, linked by `next`; false: declined. NULL statements are an empty text. */
bool py_parse(struct py *py, const char *text, struct py_node **statements);
bool py_run(struct py *py, const struct py_node *statements);
bool py_evaluate(struct py *py, const struct py_node *expression, struct py_value *out);

/* py_correct.c: the assertion @n, which has just failed, as it would hold: with the values that its equations have, and
 * "not (...)" around other tests. In @py's arena; NULL: it is none, or cannot be evaluated to its end. */
const char *py_correct(struct py *py, const struct py_node *n);

#endif
