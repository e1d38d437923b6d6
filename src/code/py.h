/* SPDX-License-Identifier: MIT
 *
 * py.h - the part of Python that code blocks are written in (private to src/code)
 *
 * Nearly every block asserts something about a few numbers: 444 of 493 published ones need no more than statements of
 * one line, comparisons, and/or/not, whole-number arithmetic, tuples, `%`-formatting, assignments and print. That much
 * is done here, so that a script starts no process, and in virtual time needs no program of the machine.
 *
 *	text -> tokens (py_lex.c) -> statements (py_parse.c) -> effects (py_eval.c, py_format.c)
 *
 * Three rules:
 * - Whatever is not certain to be what python3 would do is *declined*, and then python3 runs the code of the whole
 *   script. Rare constructs are declined as well: floats and "/", shifts, powers, "is", conditional expressions, all
 *   functions but print, attributes, subscripts, suites.
 * - A text that no Python would accept is *wrong*: also declined, but with a place and a way out, so that the check
 *   of a script can report it before it is played (code_check.c).
 * - An exception that Python would raise is *raised* in Python's words. If these differ between versions of Python,
 *   it is declined.
 *
 * Integers have 127 bits, more than any value of a socket; larger ones are declined.
 *
 * All functions that return bool return false after py_decline(), py_wrong() or py_raise().
 */
#ifndef CODE_PY_H
#define CODE_PY_H

#include <stdbool.h>
#include <stddef.h>

#include "util/arena.h"
#include "util/buf.h"

/* Values. Texts and items live in the arena and never change. */

enum py_kind { PY_BOOL, PY_INT, PY_STR, PY_TUPLE };

typedef __int128 py_int;

struct py_value {
	enum py_kind kind;
	size_t size;                                         /* of a str: bytes, all ASCII; of a tuple: items */
	size_t weight;                                       /* bytes and items in all, for PY_MAX_WEIGHT */
	union {
		py_int i;                                    /* PY_INT; PY_BOOL: 0 or 1 */
		const char *text;                            /* NUL-terminated */
		const struct py_value *items;
	};
};

enum { PY_MAX_WEIGHT = 1 << 16, PY_MAX_DEPTH = 40 };

/* The interpreter: names, output, and what stopped it. */

enum { PY_BUCKETS = 256 };

struct py_variable;

struct py {
	struct arena *arena;
	struct buf *output;
	struct py_variable *variables[PY_BUCKETS];
	const char *declined;                                /* the construct, or NULL */
	const char *wrong;                                   /* why no Python would accept it, or NULL */
	const char *wrong_at;                                /* where in the text; NULL: nowhere in particular */
	size_t wrong_length;
	const char *raised;                                  /* "AssertionError: 12", or NULL */
	const struct py_node *stopped;                       /* the statement that declined or raised; NULL: none ran */
};

bool py_decline(struct py *py, const char *format, ...) PRINTF_LIKE(2, 3);
bool py_wrong(struct py *py, const char *at, size_t length, const char *format, ...) PRINTF_LIKE(4, 5);
bool py_raise(struct py *py, const char *format, ...) PRINTF_LIKE(2, 3);
#define py_decline(...) always_false(py_decline(__VA_ARGS__))
#define py_wrong(...) always_false(py_wrong(__VA_ARGS__))
#define py_raise(...) always_false(py_raise(__VA_ARGS__))

void py_assign(struct py *py, const char *name, const struct py_value *value);
const struct py_value *py_lookup(const struct py *py, const char *name);
/* Offer @offer every name that has a value. */
void py_each_name(const struct py *py, void (*offer)(void *context, const char *name), void *context);

/* py_value.c */
struct py_value py_from_int(py_int i);
struct py_value py_from_bool(bool b);
bool py_from_text(struct py *py, const char *text, size_t length, struct py_value *out);
bool py_from_items(struct py *py, const struct py_value *items, size_t count, struct py_value *out);
bool py_is_integer(const struct py_value *v);                /* int or bool */
bool py_truth(const struct py_value *v);
bool py_equal(const struct py_value *a, const struct py_value *b);
void py_add_integer(struct buf *out, py_int i, unsigned base);
void py_add_str(struct buf *out, const struct py_value *v);
void py_add_repr(struct buf *out, const struct py_value *v);

/* py_format.c: the operator % of a str */
bool py_format(struct py *py, const struct py_value *format, const struct py_value *values, struct py_value *out);

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
	const char *number, *number_end;                     /* the last number, with those before it if nothing but a
	                                                        comma stands between them; NULL: none came */
};

bool py_lex_start(struct py_lexer *lexer, struct py *py, const char *text);
bool py_lex_next(struct py_lexer *lexer);

/* Operators */

enum py_op {
	PY_OP_NONE, PY_OR, PY_AND, PY_ADD, PY_SUB, PY_MUL, PY_FLOORDIV, PY_MOD,
	PY_EQ, PY_NE, PY_LT, PY_LE, PY_GT, PY_GE, PY_IN, PY_NOT_IN,
};

/* Expressions and statements */

enum py_node_kind {
	PY_N_CONST, PY_N_NAME, PY_N_NEGATE, PY_N_BINARY, PY_N_NOT, PY_N_BOTH, PY_N_EITHER, PY_N_COMPARE, PY_N_CALL,
	PY_N_TUPLE,
	PY_N_EXPRESSION, PY_N_PRINT, PY_N_ASSIGN, PY_N_AUGMENT, PY_N_ASSERT, PY_N_PASS,
	PY_NODES,
};

/* Children by kind: NEGATE, NOT: a. BINARY, BOTH, EITHER: a op b. COMPARE: a, then a chain of COMPARE nodes
 * over `next`, each with op and operand b. CALL: name(items...), which is python3's. TUPLE, PRINT: items.
 * EXPRESSION: a. ASSIGN: items (names) = a. AUGMENT: name op= a. ASSERT: a, b (or NULL). */
struct py_node {
	enum py_node_kind kind;
	enum py_op op;
	int depth;
	size_t count;
	const char *name;
	struct py_node *a, *b;
	struct py_node *items;                               /* linked by `next` */
	struct py_node *next;
	struct py_value value;
	const char *text;                                    /* of a statement, a name,
	                                                        a comparison and its sides, and what */
	size_t length;                                       /* "and" joins: where it stands,
	                                                        and its length; else NULL */
};

/* The statements of @text, linked by `next`; false: declined. NULL statements are an empty text. */
bool py_parse(struct py *py, const char *text, struct py_node **statements);
bool py_run(struct py *py, const struct py_node *statements);
bool py_evaluate(struct py *py, const struct py_node *expression, struct py_value *out);

/* py_correct.c: the assertion @n, which has just failed, as it would hold: with the values that its equations have, and
 * "not (...)" around other tests. In @py's arena; NULL: it is none, or cannot be evaluated to its end. */
const char *py_correct(struct py *py, const struct py_node *n);

/* The names that the test of assertion @n looks at, with their values: "tcpi_unacked is 2, sent is 3". In @py's arena;
 * NULL: there are none. */
const char *py_values(struct py *py, const struct py_node *n);

#endif
