/* SPDX-License-Identifier: MIT
 *
 * py_parse.c - simple statements and expressions, by descent and precedence climbing
 *
 * What the grammar here does not know is declined under the name of the token where it stopped. Texts that
 * are legal but make Python print a warning (on stderr, and not in every version) are declined as well.
 */
#include <string.h>

#include "code/py.h"

struct parser {
	struct py_lexer lexer;
	struct py *py;
	int depth;
};

static const struct binary {
	const char *text;
	enum py_op op;
	int precedence;
} binaries[] = {
	{ "|", PY_OR, 1 }, { "^", PY_XOR, 2 }, { "&", PY_AND, 3 }, { "<<", PY_SHL, 4 }, { ">>", PY_SHR, 4 },
	{ "+", PY_ADD, 5 }, { "-", PY_SUB, 5 }, { "*", PY_MUL, 6 }, { "/", PY_DIV, 6 }, { "//", PY_FLOORDIV, 6 },
	{ "%", PY_MOD, 6 }, { "**", PY_POW, 0 },             /* ** has a rule of its own; here for **= */
};

static const struct {
	const char *text;
	enum py_op op;
} unaries[] = { { "-", PY_NEGATE }, { "+", PY_PLUS }, { "~", PY_INVERT } }, comparisons[] = {
	{ "==", PY_EQ }, { "!=", PY_NE }, { "<", PY_LT }, { "<=", PY_LE }, { ">", PY_GT }, { ">=", PY_GE },
};

static bool parse_test(struct parser *p, struct py_node **out);
static bool parse_unary(struct parser *p, struct py_node **out);

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

static bool unexpected(struct parser *p)
{
	const struct py_token *t = &p->lexer.token;

	if (t->kind == PY_NAME || t->kind == PY_KEYWORD || t->kind == PY_OPERATOR)
		return py_decline(p->py, "'%s'", t->text);
	return py_decline(p->py, "%s where it stands", t->text);
}

static bool expect_operator(struct parser *p, const char *text)
{
	return at_operator(p, text) ? advance(p) : unexpected(p);
}

static struct py_node *new_node(struct parser *p, enum py_node_kind kind)
{
	struct py_node *n = arena_new_object(p->py->arena, struct py_node);

	n->kind = kind;
	return n;
}

/* The tree is walked by recursion: bound its depth, whatever shape the text has. */
static bool built(struct parser *p, struct py_node *n, struct py_node **out)
{
	const struct py_node *const children[] = { n->a, n->b, n->c };

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
		return unexpected(p);
	if (n->count == 1 && !comma) {
		*out = n->items;
		return true;
	}
	return built(p, n, out);
}

static bool parse_parentheses(struct parser *p, struct py_node **out)
{
	return advance(p) && parse_expressions(p, true, out) && expect_operator(p, ")");
}

static bool parse_call(struct parser *p, const char *name, struct py_node **out)
{
	struct py_node *n = new_node(p, PY_N_CALL);
	bool comma;

	n->name = name;
	if (!advance(p))
		return false;
	if (at_operator(p, ","))
		return unexpected(p);
	return parse_items(p, &n->items, &n->count, &comma) && expect_operator(p, ")") && built(p, n, out);
}

static bool parse_name(struct parser *p, struct py_node **out)
{
	const char *name = p->lexer.token.text;

	if (!advance(p))
		return false;
	if (at_operator(p, "("))
		return parse_call(p, name, out);
	struct py_node *n = new_node(p, PY_N_NAME);
	n->name = name;
	return built(p, n, out);
}

static bool parse_literal(struct parser *p, struct py_node **out)
{
	struct py_node *n = new_node(p, PY_N_CONST);
	const struct py_token *t = &p->lexer.token;

	n->value = t->value;
	if (!advance(p))
		return false;
	while (t->kind == PY_LITERAL && t->value.kind == PY_STR && n->value.kind == PY_STR) {
		const char *joined = arena_printf(p->py->arena, "%s%s", n->value.text, t->value.text);

		if (!py_from_text(p->py, joined, strlen(joined), &n->value) || !advance(p))
			return false;
	}
	return built(p, n, out);
}

static bool parse_keyword_constant(struct parser *p, struct py_node **out)
{
	struct py_node *n = new_node(p, PY_N_CONST);

	if (at_keyword(p, "True") || at_keyword(p, "False"))
		n->value = py_from_bool(at_keyword(p, "True"));
	else if (at_keyword(p, "None"))
		n->value = (struct py_value){ .kind = PY_NONE, .weight = 1 };
	else
		return unexpected(p);
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
		good = parse_parentheses(p, out);
	else
		good = parse_keyword_constant(p, out);
	return good && (at_operator(p, "(") ? unexpected(p) : true);
}

/* -a ** -b is -(a ** (-b)) */
static bool parse_power(struct parser *p, struct py_node **out)
{
	struct py_node *exponent;

	if (!parse_atom(p, out))
		return false;
	if (!at_operator(p, "**"))
		return true;
	return advance(p) && parse_unary(p, &exponent) && build_binary(p, PY_N_BINARY, PY_POW, exponent, out);
}

static enum py_op unary_op(const struct parser *p)
{
	for (size_t i = 0; i < ARRAY_LEN(unaries); i++)
		if (at_operator(p, unaries[i].text))
			return unaries[i].op;
	return PY_OP_NONE;
}

static bool parse_signed(struct parser *p, enum py_op op, struct py_node **out)
{
	struct py_node *n = new_node(p, PY_N_UNARY);

	n->op = op;
	return advance(p) && parse_unary(p, &n->a) && built(p, n, out);
}

static bool parse_unary(struct parser *p, struct py_node **out)
{
	enum py_op op = unary_op(p);

	if (++p->depth > PY_MAX_DEPTH)
		return py_decline(p->py, "a deeply nested expression");
	bool good = op == PY_OP_NONE ? parse_power(p, out) : parse_signed(p, op, out);
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

/* The comparison operator here, consumed; PY_OP_NONE if there is none. False: declined. */
/* @n stands from @start to where the token before the current one ends. */
static void set_place(const struct parser *p, struct py_node *n, const char *start)
{
	n->text = start;
	n->length = (size_t)(p->lexer.before - start);
}

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
	if (at_keyword(p, "not")) {
		*op = PY_NOT_IN;
		return advance(p) && (at_keyword(p, "in") ? advance(p) : unexpected(p));
	}
	if (!at_keyword(p, "is"))
		return true;
	*op = PY_IS;
	if (!advance(p) || !at_keyword(p, "not"))
		return !p->py->declined;
	*op = PY_IS_NOT;
	return advance(p);
}

static bool is_identity_of_literal(const struct py_node *n)
{
	return n->kind == PY_N_TUPLE || (n->kind == PY_N_CONST && n->value.kind != PY_NONE && n->value.kind != PY_BOOL);
}

static bool parse_comparison(struct parser *p, struct py_node **out)
{
	struct py_node *chain = new_node(p, PY_N_COMPARE), **last = &chain->items, *left;
	const char *start = p->lexer.start;
	enum py_op op;

	if (!parse_binary(p, 1, &chain->a))
		return false;
	left = chain->a;
	set_place(p, left, start);
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
		if ((op == PY_IS || op == PY_IS_NOT) && (is_identity_of_literal(left) || is_identity_of_literal(link->b)))
			return py_decline(p->py, "'is' with a literal");
		left = link->b;
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

static bool parse_conditional(struct parser *p, struct py_node **out)
{
	if (!parse_or(p, out) || !at_keyword(p, "if"))
		return !p->py->declined;
	struct py_node *n = new_node(p, PY_N_IF);
	n->a = *out;
	if (!advance(p) || !parse_or(p, &n->b))
		return false;
	if (!at_keyword(p, "else"))
		return unexpected(p);
	return advance(p) && parse_test(p, &n->c) && built(p, n, out);
}

static bool parse_test(struct parser *p, struct py_node **out)
{
	if (++p->depth > PY_MAX_DEPTH)
		return py_decline(p->py, "a deeply nested expression");
	bool good = parse_conditional(p, out);
	p->depth--;
	return good;
}

/* The generated program's own names, which its exception hook needs, and keywords to be. */
static bool may_assign(struct parser *p, const struct py_node *target)
{
	if (target->kind != PY_N_NAME)
		return py_decline(p->py, "an assignment to something that is not a name");
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
	if (n->a->kind == PY_N_TUPLE)
		return py_decline(p->py, "an assertion of a tuple");
	if (at_operator(p, ",") && (!advance(p) || !parse_test(p, &n->b)))
		return false;
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
	struct py_node *n = new_node(p, PY_N_EXPRESSION);
	n->a = expression;
	return built(p, n, out);
}

/* One line: statements between semicolons, the last of which may be followed by one. */
static bool parse_line(struct parser *p, struct py_node ***last)
{
	for (;;) {
		const char *start = p->lexer.start;
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
			return unexpected(p);
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
