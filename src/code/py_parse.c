/* SPDX-License-Identifier: MIT
 *
 * py_parse.c - simple statements and expressions, by descent and precedence climbing
 *
 * A construct that the grammar here does not know is declined by the name of the token where it stopped, unless no
 * Python could go on there: then it is wrong. Legal texts that make Python print a warning (on stderr, and not in every
 * version) are declined as well.
 */
#include <string.h>

#include "code/py.h"
#include "util/table.h"

struct parser {
	struct py_lexer lexer;
	struct py *py;
	int depth;
	const char *statement;                               /* the word that the statement begins with, or NULL */
	const char *statement_at;
};

static const struct binary {
	const char *text;
	enum py_op op;
	int precedence;
} binaries[] = {
	{ "|", PY_OR, 1 }, { "&", PY_AND, 2 }, { "+", PY_ADD, 3 }, { "-", PY_SUB, 3 }, { "*", PY_MUL, 4 },
	{ "//", PY_FLOORDIV, 4 }, { "%", PY_MOD, 4 },
};

static const struct {
	const char *text;
	enum py_op op;
} comparisons[] = {
	{ "==", PY_EQ }, { "!=", PY_NE }, { "<", PY_LT }, { "<=", PY_LE }, { ">", PY_GT }, { ">=", PY_GE },
};

static bool parse_test(struct parser *p, struct py_node **out);

static bool advance(struct parser *p)
{
	return py_lex_next(&p->lexer);
}

static bool at_kind(const struct parser *p, enum py_token_kind kind, const char *text)
{
	return p->lexer.token.kind == kind && !strcmp(p->lexer.token.text, text);
}

static bool at_operator(const struct parser *p, const char *text)
{
	return at_kind(p, PY_OPERATOR, text);
}

static bool at_keyword(const struct parser *p, const char *text)
{
	return at_kind(p, PY_KEYWORD, text);
}

/* ---- what cannot go on ---- */

static const char *where(const struct parser *p)
{
	return p->lexer.token.kind == PY_END || p->lexer.token.kind == PY_NEWLINE ? p->lexer.before : p->lexer.start;
}

static size_t token_length(const struct parser *p)
{
	bool end = p->lexer.token.kind == PY_END || p->lexer.token.kind == PY_NEWLINE;

	return end || p->lexer.at < p->lexer.start ? 1 : (size_t)(p->lexer.at - p->lexer.start);
}

/* The token as messages show it. */
static const char *shown(const struct parser *p)
{
	const struct py_token *t = &p->lexer.token;

	if (t->kind == PY_END)
		return "the block ends";
	if (t->kind == PY_NEWLINE)
		return "the line ends";
	return arena_printf(p->py->arena, "'%.*s' stands", (int)token_length(p), p->lexer.start);
}

/* Declined, under the token's name: Python may know what to do with it. */
static bool unexpected(struct parser *p)
{
	return py_decline(p->py, "'%.*s'", (int)token_length(p), where(p));
}

/* Reports the token after a complete expression, if it is no operator. */
static bool cannot_follow(struct parser *p, const char *wanted)
{
	const struct py_token *t = &p->lexer.token;
	const char *word = p->statement && p->lexer.before == p->statement_at + strlen(p->statement) ? p->statement
	                                                                                             : "";
	struct guess guess = { .wanted = word };

	if (t->kind == PY_KEYWORD && (!strcmp(t->text, "if") || !strcmp(t->text, "for") || !strcmp(t->text, "is") ||
	                              !strcmp(t->text, "async") || !strcmp(t->text, "else")))
		return unexpected(p);
	if (at_operator(p, "="))
		return py_wrong(p->py, where(p), 1, "'=' assigns and cannot stand here; did you mean '=='?");
	if (!strcmp(word, "print"))
		return py_wrong(p->py, p->statement_at, strlen(word), "print is a function: write 'print(...)'");
	guess_offer(&guess, "assert");
	guess_offer(&guess, "print");
	if (guess.nearest)
		return py_wrong(p->py, p->statement_at, strlen(word), "'%s' is no statement; did you mean '%s'?", word,
		                guess.nearest);
	/* Words that begin a statement of their own in Python. */
	if (!strcmp(word, "match") || !strcmp(word, "type"))
		return py_decline(p->py, "'%s'", word);
	return py_wrong(p->py, where(p), token_length(p), "%s where Python wants %s", shown(p), wanted);
}

/* Reports a token where an operand should begin. "*" may stand there: print(*values). */
static bool no_operand(struct parser *p)
{
	const struct py_token *t = &p->lexer.token;

	if (t->kind == PY_KEYWORD || at_operator(p, "*") || at_operator(p, "+"))
		return unexpected(p);
	return py_wrong(p->py, where(p), token_length(p), "%s where Python wants a value", shown(p));
}

/* ---- building ---- */

static bool expect_operator(struct parser *p, const char *text)
{
	return at_operator(p, text) ? advance(p) : cannot_follow(p, "')'");
}

static struct py_node *new_node(struct parser *p, enum py_node_kind kind)
{
	struct py_node *n = arena_new_object(p->py->arena, struct py_node);

	n->kind = kind;
	return n;
}

/* The tree is walked by recursion, so its depth is limited, whatever the text is like. */
static bool built(struct parser *p, struct py_node *n, struct py_node **out)
{
	const struct py_node *const children[] = { n->a, n->b };

	for (size_t i = 0; i < ARRAY_LEN(children); i++)
		if (children[i] && children[i]->depth > n->depth)
			n->depth = children[i]->depth;
	for (const struct py_node *item = n->items; item; item = item->next)
		if (item->depth > n->depth)
			n->depth = item->depth;
	if (++n->depth > PY_MAX_DEPTH)
		return py_decline(p->py, "a deeply nested expression");
	*out = n;
	return true;
}

static bool build_binary(struct parser *p, enum py_node_kind kind, enum py_op op, struct py_node *b,
                         struct py_node **out)
{
	struct py_node *n = new_node(p, kind);

	n->op = op;
	n->a = *out;
	n->b = b;
	return built(p, n, out);
}

/* Comma-separated expressions up to (not including) a token that cannot start one. */
static bool parse_items(struct parser *p, struct py_node **first, size_t *count, bool *trailing_comma)
{
	struct py_node **last = first;

	*trailing_comma = false;
	while (!at_operator(p, ")") && !at_operator(p, "=") && !at_operator(p, ";") &&
	       p->lexer.token.kind != PY_NEWLINE && p->lexer.token.kind != PY_END) {
		if (!parse_test(p, last))
			return false;
		last = &(*last)->next;
		++*count;
		*trailing_comma = at_operator(p, ",");
		if (!*trailing_comma)
			break;
		if (!advance(p))
			return false;
	}
	return true;
}

/* One expression, or a tuple of several. */
static bool parse_expressions(struct parser *p, bool may_be_empty, struct py_node **out)
{
	struct py_node *n = new_node(p, PY_N_TUPLE);
	bool comma;

	if (!parse_items(p, &n->items, &n->count, &comma))
		return false;
	if (n->count == 0 && !may_be_empty)
		return no_operand(p);
	if (n->count == 1 && !comma) {
		*out = n->items;
		return true;
	}
	return built(p, n, out);
}

static bool parse_call(struct parser *p, const char *name, struct py_node **out)
{
	struct py_node *n = new_node(p, PY_N_CALL);
	bool comma;

	n->name = name;
	if (!advance(p))
		return false;
	if (at_operator(p, ","))
		return no_operand(p);
	if (!parse_items(p, &n->items, &n->count, &comma))
		return false;
	if (at_operator(p, "="))
		return py_decline(p->py, "an argument with a name");
	return expect_operator(p, ")") && built(p, n, out);
}

static bool parse_name(struct parser *p, struct py_node **out)
{
	const char *name = p->lexer.token.text, *start = p->lexer.start;

	if (!advance(p))
		return false;
	if (at_operator(p, "(")) {
		if (!parse_call(p, name, out))
			return false;
	} else {
		struct py_node *n = new_node(p, PY_N_NAME);

		n->name = name;
		if (!built(p, n, out))
			return false;
	}
	(*out)->text = start;
	(*out)->length = strlen(name);
	return true;
}

static bool parse_literal(struct parser *p, struct py_node **out)
{
	struct py_node *n = new_node(p, PY_N_CONST);
	const struct py_token *t = &p->lexer.token;

	n->value = t->value;
	if (!advance(p))
		return false;
	if (t->kind == PY_LITERAL && t->value.kind == PY_STR && n->value.kind == PY_STR)
		return py_decline(p->py, "strings side by side");
	return built(p, n, out);
}

static bool parse_keyword_constant(struct parser *p, struct py_node **out)
{
	struct py_node *n = new_node(p, PY_N_CONST);

	if (!at_keyword(p, "True") && !at_keyword(p, "False"))
		return no_operand(p);
	n->value = py_from_bool(at_keyword(p, "True"));
	return advance(p) && built(p, n, out);
}

static bool parse_atom(struct parser *p, struct py_node **out)
{
	bool good;

	if (p->lexer.token.kind == PY_NAME)
		good = parse_name(p, out);
	else if (p->lexer.token.kind == PY_LITERAL)
		good = parse_literal(p, out);
	else if (at_operator(p, "("))
		good = advance(p) && parse_expressions(p, true, out) && expect_operator(p, ")");
	else
		good = parse_keyword_constant(p, out);
	return good && (at_operator(p, "(") ? unexpected(p) : true);
}

static bool parse_unary(struct parser *p, struct py_node **out)
{
	struct py_node *n;

	/* Before a number only: what Python says of other values differs from what it says of "-". */
	if (at_operator(p, "+")) {
		if (!advance(p))
			return false;
		return p->lexer.token.kind == PY_LITERAL && p->lexer.token.value.kind == PY_INT
		       ? parse_atom(p, out) : py_decline(p->py, "'+'");
	}
	if (!at_operator(p, "-"))
		return parse_atom(p, out);
	if (++p->depth > PY_MAX_DEPTH)
		return py_decline(p->py, "a deeply nested expression");
	n = new_node(p, PY_N_NEGATE);
	bool good = advance(p) && parse_unary(p, &n->a) && built(p, n, out);
	p->depth--;
	return good;
}

static const struct binary *binary_at(const struct parser *p)
{
	for (size_t i = 0; i < ARRAY_LEN(binaries); i++)
		if (at_operator(p, binaries[i].text))
			return &binaries[i];
	return NULL;
}

static bool parse_binary(struct parser *p, int precedence, struct py_node **out)
{
	const struct binary *b;
	struct py_node *right;

	if (!parse_unary(p, out))
		return false;
	while ((b = binary_at(p)) && b->precedence >= precedence)
		if (!advance(p) || !parse_binary(p, b->precedence + 1, &right) ||
		    !build_binary(p, PY_N_BINARY, b->op, right, out))
			return false;
	return true;
}

/* @n stands from @start to where the token before the current one ends. */
static void set_place(const struct parser *p, struct py_node *n, const char *start)
{
	n->text = start;
	n->length = (size_t)(p->lexer.before - start);
}

/* The comparison operator here, consumed; PY_OP_NONE if there is none. False: declined. */
static bool take_comparison(struct parser *p, enum py_op *op)
{
	*op = PY_OP_NONE;
	for (size_t i = 0; i < ARRAY_LEN(comparisons); i++)
		if (at_operator(p, comparisons[i].text))
			*op = comparisons[i].op;
	if (at_keyword(p, "in"))
		*op = PY_IN;
	if (*op != PY_OP_NONE)
		return advance(p);
	if (!at_keyword(p, "not"))
		return true;
	*op = PY_NOT_IN;
	return advance(p) && (at_keyword(p, "in") ? advance(p) : cannot_follow(p, "'in' after this 'not'"));
}

static bool parse_comparison(struct parser *p, struct py_node **out)
{
	struct py_node *chain = new_node(p, PY_N_COMPARE), **last = &chain->items;
	const char *start = p->lexer.start;
	enum py_op op;

	if (!parse_binary(p, 1, &chain->a))
		return false;
	set_place(p, chain->a, start);
	for (;;) {
		if (!take_comparison(p, &op))
			return false;
		if (op == PY_OP_NONE)
			break;
		struct py_node *link = new_node(p, PY_N_COMPARE);
		link->op = op;
		const char *side = p->lexer.start;
		if (!parse_binary(p, 1, &link->b))
			return false;
		set_place(p, link->b, side);
		if (!built(p, link, last))
			return false;
		last = &link->next;
	}
	if (chain->items) {
		set_place(p, chain, start);
		return built(p, chain, out);
	}
	*out = chain->a;
	return true;
}

static bool parse_not(struct parser *p, struct py_node **out)
{
	if (!at_keyword(p, "not"))
		return parse_comparison(p, out);
	struct py_node *n = new_node(p, PY_N_NOT);
	if (++p->depth > PY_MAX_DEPTH)
		return py_decline(p->py, "a deeply nested expression");
	bool good = advance(p) && parse_not(p, &n->a) && built(p, n, out);
	p->depth--;
	return good;
}

static bool parse_and(struct parser *p, struct py_node **out)
{
	const char *start = p->lexer.start;
	struct py_node *right;

	if (!parse_not(p, out))
		return false;
	set_place(p, *out, start);
	while (at_keyword(p, "and")) {
		if (!advance(p))
			return false;
		start = p->lexer.start;
		if (!parse_not(p, &right))
			return false;
		set_place(p, right, start);
		if (!build_binary(p, PY_N_BOTH, PY_OP_NONE, right, out))
			return false;
	}
	return true;
}

static bool parse_or(struct parser *p, struct py_node **out)
{
	struct py_node *right;

	if (!parse_and(p, out))
		return false;
	while (at_keyword(p, "or"))
		if (!advance(p) || !parse_and(p, &right) || !build_binary(p, PY_N_EITHER, PY_OP_NONE, right, out))
			return false;
	return true;
}

static bool parse_test(struct parser *p, struct py_node **out)
{
	if (++p->depth > PY_MAX_DEPTH)
		return py_decline(p->py, "a deeply nested expression");
	bool good = parse_or(p, out);
	p->depth--;
	return good;
}

/* Names of the generated program that its exception hook needs must not be assigned. */
static bool may_assign(struct parser *p, const struct py_node *target)
{
	if (target->kind == PY_N_TUPLE)
		return py_decline(p->py, "an assignment to several names");
	if (target->kind != PY_N_NAME)
		return py_wrong(p->py, where(p), token_length(p), "only a name can be assigned to; did you mean '=='?");
	if (*target->name == '_' || !strcmp(target->name, "sys") || !strcmp(target->name, "traceback"))
		return py_decline(p->py, "an assignment to '%s'", target->name);
	return true;
}

/* a = b = value, @first already read. */
static bool parse_assignment(struct parser *p, struct py_node *first, struct py_node **out)
{
	struct py_node *n = new_node(p, PY_N_ASSIGN), **last = &n->items;

	for (n->a = first; at_operator(p, "="); last = &(*last)->next) {
		if (!may_assign(p, n->a) || !advance(p))
			return false;
		*last = n->a;
		if (!parse_expressions(p, false, &n->a))
			return false;
	}
	return built(p, n, out);
}

static bool parse_augmented(struct parser *p, struct py_node *target, struct py_node **out)
{
	const char *text = p->lexer.token.text;
	size_t length = strlen(text) - 1;
	struct py_node *n = new_node(p, PY_N_AUGMENT);

	if (!may_assign(p, target))
		return false;
	n->name = target->name;
	n->text = target->text;
	for (size_t i = 0; i < ARRAY_LEN(binaries); i++)
		if (strlen(binaries[i].text) == length && !strncmp(binaries[i].text, text, length))
			n->op = binaries[i].op;
	return advance(p) && parse_expressions(p, false, &n->a) && built(p, n, out);
}

static bool at_augmented(const struct parser *p)
{
	const struct py_token *t = &p->lexer.token;

	if (t->kind != PY_OPERATOR || t->text[strlen(t->text) - 1] != '=')
		return false;
	for (size_t i = 0; i < ARRAY_LEN(comparisons); i++)
		if (!strcmp(t->text, comparisons[i].text))
			return false;
	return strcmp(t->text, "=") != 0;
}

static bool parse_assert(struct parser *p, struct py_node **out)
{
	struct py_node *n = new_node(p, PY_N_ASSERT);

	if (!advance(p))
		return false;
	const char *start = p->lexer.start;
	if (!parse_test(p, &n->a))
		return false;
	set_place(p, n->a, start);
	if (at_operator(p, ",") && (!advance(p) || !parse_test(p, &n->b)))
		return false;
	return at_operator(p, "=") ? cannot_follow(p, "the end of the statement") : built(p, n, out);
}

/* print(...) is a statement here: its value, None, is python3's. */
static bool parse_expression_statement(struct parser *p, struct py_node *expression, struct py_node **out)
{
	struct py_node *n = new_node(p, PY_N_EXPRESSION);

	if (expression->kind == PY_N_CALL && !strcmp(expression->name, "print")) {
		n->kind = PY_N_PRINT;
		n->items = expression->items;
		n->count = expression->count;
	} else {
		n->a = expression;
	}
	return built(p, n, out);
}

static bool parse_simple_statement(struct parser *p, struct py_node **out)
{
	struct py_node *expression;

	if (at_keyword(p, "assert"))
		return parse_assert(p, out);
	if (at_keyword(p, "pass"))
		return advance(p) && built(p, new_node(p, PY_N_PASS), out);
	if (!parse_expressions(p, false, &expression))
		return false;
	if (at_operator(p, "="))
		return parse_assignment(p, expression, out);
	if (at_augmented(p))
		return parse_augmented(p, expression, out);
	return parse_expression_statement(p, expression, out);
}

/* One line: statements between semicolons, the last of which may be followed by one. */
static bool parse_line(struct parser *p, struct py_node ***last)
{
	for (;;) {
		const char *start = p->lexer.start;
		bool word = p->lexer.token.kind == PY_NAME || p->lexer.token.kind == PY_KEYWORD;
		p->statement = word ? p->lexer.token.text : NULL;
		p->statement_at = start;
		if (!parse_simple_statement(p, *last))
			return false;
		set_place(p, **last, start);
		*last = &(**last)->next;
		bool semicolon = at_operator(p, ";");
		if (semicolon && !advance(p))
			return false;
		if (p->lexer.token.kind == PY_NEWLINE)
			return advance(p);
		if (p->lexer.token.kind == PY_END)
			return true;
		if (!semicolon)
			return cannot_follow(p, "the end of the statement");
	}
}

bool py_parse(struct py *py, const char *text, struct py_node **statements)
{
	struct parser p = { .py = py };
	struct py_node **last = statements;

	*statements = NULL;
	if (!py_lex_start(&p.lexer, py, text))
		return false;
	while (p.lexer.token.kind != PY_END)
		if (!parse_line(&p, &last))
			return false;
	return true;
}
