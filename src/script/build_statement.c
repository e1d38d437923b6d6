/* SPDX-License-Identifier: MIT
 *
 * build_statement.c - builders of statements, names and arithmetic
 *
 * What is built here is what is written. Whether a name has a value, and which, is asked when statements are unfolded.
 */
#include <inttypes.h>
#include <string.h>

#include "script/parse.h"
#include "util/table.h"

enum { BLOCK_DEPTH = 64 };

/* ---- the block being read ---- */

void build_statement(struct parse *p, struct statement *s)
{
	*p->last_statement = s;
	p->last_statement = &s->next;
}

static struct statement *new_statement(struct parse *p, struct loc loc, enum statement_kind kind)
{
	struct statement *s = arena_new_object(p->arena, struct statement);

	s->kind = kind;
	s->is = arena_new_object(p->arena, struct construct);
	s->is->loc = loc;
	return s;
}

void build_event_statement(struct parse *p)
{
	struct statement *s = arena_new_object(p->arena, struct statement);

	s->kind = STATEMENT_EVENT;
	s->event = p->event;
	build_statement(p, s);
}

void build_block(struct parse *p, struct loc loc)
{
	struct open_block *block = arena_new_object(p->arena, struct open_block);

	if (++p->depth == BLOCK_DEPTH + 1)
		diag_error(p->diags, DIAG_SEMANTIC, loc, "blocks are nested too deeply", "at most %d levels",
		           BLOCK_DEPTH);
	*block = (struct open_block){ p->block, new_statement(p, loc, STATEMENT_BLOCK), p->last_statement };
	p->block = block;
	p->last_statement = &block->block->is->first;
}

struct statement *build_block_end(struct parse *p, struct loc loc)
{
	struct open_block *block = p->block;

	block->block->is->end = loc;
	p->depth--;
	p->block = block->outer;
	p->last_statement = block->last;
	return block->block;
}

/* ---- statements ---- */

void build_include(struct parse *p, struct loc loc, struct loc path_loc, struct lexeme path)
{
	struct statement *s = new_statement(p, loc, STATEMENT_INCLUDE);

	s->is->include.path = path.text;
	s->is->include.first = p->include(p, path_loc, path.text);
	build_statement(p, s);
}

const struct macro *macro_find(const struct macro *macros, const char *name)
{
	while (macros && strcmp(macros->name, name))
		macros = macros->next;
	return macros;
}

struct macro *build_macro_name(struct parse *p, struct loc loc, struct lexeme name)
{
	const struct macro *other = macro_find(p->macros, name.text);
	struct macro *m = arena_new_object(p->arena, struct macro);

	if (other)
		diag_error(p->diags, DIAG_SEMANTIC, loc, "a second macro of this name", "%s:%d has '%s' already",
		           other->loc.source->name, other->loc.line, name.text);
	if (p->block)
		diag_error(p->diags, DIAG_SEMANTIC, loc, "a macro in a block",
		           "macros are defined outside of blocks, and used in them");
	*m = (struct macro){ .name = name.text, .loc = loc };
	return m;
}

static const struct expr *find_assignment(const struct expr *list, const char *name)
{
	while (list && strcmp(list->assign.name, name))
		list = list->next;
	return list;
}

/* A macro is not known inside its own body, so it cannot use itself. */
void build_macro(struct parse *p, struct macro *m, struct expr_list parameters)
{
	m->parameters = parameters.first;
	for (const struct expr *e = parameters.first; e; e = e->next)
		if (find_assignment(e->next, e->assign.name))
			diag_error(p->diags, DIAG_SEMANTIC, e->loc, "a parameter twice", "'%s'", e->assign.name);
}

void build_macro_end(struct parse *p, struct loc loc, struct macro *m, struct statement *block)
{
	struct statement *s = new_statement(p, loc, STATEMENT_MACRO);

	m->body = block;
	m->next = p->macros;
	p->macros = m;
	s->is->macro = m;
	build_statement(p, s);
}

/* The parameter that an argument unknown to the macro was probably meant for; NULL: none has a similar name. */
static const char *meant_parameter(const struct macro *macro, const struct expr *argument)
{
	struct guess guess = { .wanted = argument->assign.name };

	for (const struct expr *e = macro->parameters; e; e = e->next)
		guess_offer(&guess, e->assign.name);
	return find_assignment(macro->parameters, argument->assign.name) ? NULL : guess.nearest;
}

static void check_argument(struct parse *p, const struct macro *macro, const struct expr *argument)
{
	const char *name = argument->assign.name, *meant = meant_parameter(macro, argument);

	if (find_assignment(argument->next, argument->assign.name))
		diag_error(p->diags, DIAG_SEMANTIC, argument->loc, "a parameter twice", "'%s'", argument->assign.name);
	if (find_assignment(macro->parameters, argument->assign.name))
		return;
	if (meant)
		diag_error(p->diags, DIAG_SEMANTIC, argument->loc, "unknown parameter",
		           "'%s' of macro '%s'; did you mean '%s'?", name, macro->name, meant);
	else
		diag_error(p->diags, DIAG_SEMANTIC, argument->loc, "unknown parameter",
		           "'%s'; macro '%s' of %s:%d has none of this name", name, macro->name,
		           macro->loc.source->name, macro->loc.line);
}

/* A value under a name that is nearly the parameter's counts: that mistake has been reported already. */
static bool is_given(const struct macro *macro, const struct expr *arguments, const char *parameter)
{
	for (const struct expr *a = arguments; a; a = a->next) {
		const char *meant = meant_parameter(macro, a);
		if (!strcmp(meant ? meant : a->assign.name, parameter))
			return true;
	}
	return false;
}

void build_use(struct parse *p, struct loc loc, struct lexeme name, struct expr_list arguments)
{
	struct statement *s = new_statement(p, loc, STATEMENT_USE);
	const struct macro *macro = macro_find(p->macros, name.text);

	s->is->use.macro = macro;
	s->is->use.arguments = arguments.first;
	for (const struct expr *e = arguments.first; e; e = e->next)
		check_argument(p, macro, e);
	for (const struct expr *e = macro->parameters; e; e = e->next)
		if (e->assign.value->kind == EXPR_ELLIPSIS && !is_given(macro, arguments.first, e->assign.name))
			diag_error(p->diags, DIAG_SEMANTIC, loc, "a parameter has no value",
			           "'%s' of macro '%s' has no default: %s(%s=...)", e->assign.name, macro->name,
			           macro->name, e->assign.name);
	build_statement(p, s);
}

void build_repeat(struct parse *p, struct loc loc, struct expr *count, struct statement *block)
{
	struct statement *s = new_statement(p, loc, STATEMENT_REPEAT);

	s->is->loop.last = count;
	s->is->loop.block = block;
	build_statement(p, s);
}

void build_for(struct parse *p, struct loc loc, struct loc in, const struct lexeme words[2], struct expr *const ends[2],
               struct statement *block)
{
	struct statement *s = new_statement(p, loc, STATEMENT_FOR);

	if (strcmp(words[1].text, "in"))
		diag_error(p->diags, DIAG_SEMANTIC, in, "a loop without 'in'", "'%s': write: for $%s in FIRST..LAST {",
		           words[1].text, words[0].text);
	s->is->loop.name = words[0].text;
	s->is->loop.first = ends[0];
	s->is->loop.last = ends[1];
	s->is->loop.block = block;
	build_statement(p, s);
}

struct statement *build_if(struct parse *p, struct loc loc, struct expr *condition, struct statement *block,
                           struct statement *other)
{
	struct statement *s = new_statement(p, loc, STATEMENT_IF);

	s->is->choice.condition = condition;
	s->is->choice.block = block;
	s->is->choice.other = other;
	return s;
}

void build_group(struct parse *p, struct loc loc, bool either, struct statement *block)
{
	struct statement *s = new_statement(p, loc, STATEMENT_GROUP);

	s->is->group.either = either;
	s->is->group.block = block;
	build_statement(p, s);
}

void build_peer_port(struct parse *p, struct loc loc, struct lexeme word)
{
	if (strcmp(word.text, "port"))
		diag_error(p->diags, DIAG_SEMANTIC, loc, "a peer without 'port'",
		           "'%s': write: peer NAME ADDRESS port N", word.text);
}

void build_peer(struct parse *p, struct loc loc, struct expr *name, struct expr *address, struct expr *port)
{
	struct statement *s = new_statement(p, loc, STATEMENT_PEER);

	s->is->peer.name = name;
	s->is->peer.address = address;
	s->is->peer.port = port;
	build_statement(p, s);
}

/* ---- names and arithmetic ---- */

struct expr *build_name(struct parse *p, struct loc loc, struct lexeme name, bool dollar)
{
	struct expr *e = build_ellipsis(p, loc);

	e->kind = EXPR_NAME;
	e->name.text = name.text;
	e->name.dollar = dollar;
	p->named = true;
	return e;
}

struct expr *build_element(struct parse *p, struct loc loc, struct lexeme word, struct expr *index)
{
	struct expr *e = build_word(p, loc, word);

	if (index->kind == EXPR_INTEGER) {
		e->word = arena_printf(p->arena, "%s[%" PRId64 "]", word.text, index->integer.value);
		return e;
	}
	e->kind = EXPR_ELEMENT;
	e->depth = index->depth + 1;
	e->element.word = word.text;
	e->element.index = index;
	return e;
}

struct expr *build_arithmetic(struct parse *p, struct loc loc, enum arithmetic operation, struct expr *left,
                              struct expr *right)
{
	struct expr *e = build_or(p, loc, left, right ? right : left);

	if (e->kind != EXPR_OR)
		return e;                                    /* too deep; reported */
	e->kind = EXPR_ARITHMETIC;
	e->arithmetic.operation = operation;
	e->arithmetic.left = left;
	e->arithmetic.right = right;
	return e;
}

/* $( ) without a name in it is a plain number. */
struct expr *build_arithmetic_end(struct parse *p, struct loc loc, struct expr *e)
{
	e->loc = loc;
	p->named = true;
	return e;
}

struct number build_value(struct parse *p, struct loc loc, struct expr *e)
{
	const struct number_range range = { .loc = loc, .kind = NUMBER_VALUE, .expr = e };

	return (struct number){ 0, arena_copy(p->arena, &range, sizeof(range)) };
}
