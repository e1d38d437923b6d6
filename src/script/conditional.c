/* SPDX-License-Identifier: MIT
 *
 * conditional.c - parts of a script that count under a condition: #ifdef, #ifndef, #else, #endif
 *
 * One suite is played on several systems, and now and then a system needs lines of its own:
 *
 *     #ifdef Linux
 *     +0 setsockopt(3, SOL_TCP, TCP_QUICKACK, [1], 4) = 0
 *     #else
 *     +0 setsockopt(3, SOL_TCP, TCP_NODELAY, [1], 4) = 0
 *     #endif
 *
 * The rules:
 *
 * - The scanner decides, before the grammar sees a token. A part that does not count is never read as a script, so it
 *   may hold what only another program understands. Only comments and strings are recognised in it, since a directive
 *   inside them is none.
 * - A symbol is defined by -D, by a line --define, or because it names the system. The stack under test has the calls
 *   and constants of Linux on either target, so that `Linux` is defined on both, and no other name of a system is.
 * - Definitions count from where they stand: option lines that come later do not change what was decided before.
 * - Conditions may be nested. A directive may stand between any two tokens.
 * - Each directive is kept like a comment, together with the text that it drops, so that script_print() can give the
 *   whole script back.
 */
#include "script/parse.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "util/table.h"

enum directive {
	DIRECTIVE_IFDEF, DIRECTIVE_IFNDEF, DIRECTIVE_ELSE, DIRECTIVE_ENDIF,
	DIRECTIVE_IF, DIRECTIVE_ELIF,                        /* C has them, scripts do not */
	DIRECTIVES
};

static const char *const directive_name[DIRECTIVES] = { "#ifdef", "#ifndef", "#else", "#endif", "#if", "#elif" };

/* ---- symbols ---- */

/* While option lines are still being read there is no final configuration: one is made from those read so far. Its
 * errors are reported when the options take effect. */
static bool is_defined(struct parse *p, const char *symbol)
{
	struct config so_far;
	struct diags ignored;

	if (!strcmp(symbol, "Linux"))
		return true;
	if (p->options_ended)
		return config_definition(&p->script->config, symbol);
	diags_init(&ignored);
	config_init(&so_far, p->arena);
	for (const struct option_line *o = p->script->options; o; o = o->next)
		config_set(&so_far, o->name, o->value, p->source->name, o->loc, &ignored);
	if (p->apply)
		p->apply(&so_far, p->user, &ignored);
	diags_free(&ignored);
	return config_definition(&so_far, symbol);
}

/* Where a symbol is not defined its part is dropped silently, so a symbol that is almost the system's name is worth a
 * warning. */
static void suggest_system(struct parse *p, const struct loc *loc, const char *symbol)
{
	struct guess guess = { .wanted = symbol };
	const size_t underscores = strspn(symbol, "_");
	const bool macro = !strncasecmp(symbol + underscores, "linux", 5) && strspn(symbol + underscores + 5, "_") ==
	                   strlen(symbol + underscores + 5);

	guess_offer(&guess, "Linux");
	if (guess.nearest || macro)
		diag_warning(p->diags, *loc, "unknown symbol", "nobody defines '%s'; did you mean 'Linux'?", symbol);
}

/* ---- directives ---- */

static bool part_counts(const struct parse *p)
{
	return !p->condition || p->condition->counts;
}

/* Keep the text from where a part began to be dropped to the end of this directive, or the directive alone. */
static void keep(struct parse *p, const struct loc *loc, size_t length, bool counted)
{
	size_t from = counted ? p->at : p->dropped_at;
	struct loc all = *loc;

	if (!counted) {
		all.line = p->dropped_loc.line;
		all.column = p->dropped_loc.column;
	}
	parse_comment(p, &all, p->source->text + from, p->at + length - from);
}

static void open_condition(struct parse *p, const struct loc *loc, bool wanted, const char *symbol)
{
	struct condition *c = arena_new_object(p->arena, struct condition);
	bool outer = part_counts(p);

	if (!*symbol)
		diag_error(p->diags, DIAG_SEMANTIC, *loc,
		           wanted ? "#ifdef without a symbol" : "#ifndef without a symbol",
		           "a symbol of -D follows on the same line, or the name of a system: #ifdef Linux");
	*c = (struct condition){ .outer = p->condition, .loc = *loc, .outer_counts = outer };
	const bool defined = *symbol && is_defined(p, symbol);
	if (outer && *symbol && !defined)
		suggest_system(p, loc, symbol);
	c->counts = outer && defined == wanted;
	p->condition = c;
}

static void other_part(struct parse *p, const struct loc *loc)
{
	struct condition *c = p->condition;

	if (!c) {
		diag_error(p->diags, DIAG_SEMANTIC, *loc, "#else without #ifdef", NULL);
	} else if (c->has_else) {
		diag_error(p->diags, DIAG_SEMANTIC, *loc, "a second #else", "the #ifdef of line %d has one already",
		           c->loc.line);
	} else {
		c->has_else = true;
		c->counts = c->outer_counts && !c->counts;
	}
}

/* A directive of C that scripts lack is one mistake: the #else and the #endif that belong to it are taken as if it were
 * known, so that they are not reported as well. */
static void unknown_directive(struct parse *p, const struct loc *loc, enum directive directive)
{
	struct condition *c = p->condition;
	const bool begins = directive == DIRECTIVE_IF || !c;
	const bool counts = begins ? part_counts(p) : c->outer_counts && !c->unknown;

	if (counts)
		diag_syntax(p->diags, *loc, directive_name[directive], loc->line, "directives are #ifdef SYMBOL, "
		            "#ifndef SYMBOL, #else and #endif; -D gives a symbol its value");
	if (!begins) {
		c->counts = false;
		return;
	}
	p->condition = arena_new_object(p->arena, struct condition);
	*p->condition = (struct condition){
		.outer = c, .loc = *loc, .outer_counts = counts, .counts = counts, .unknown = true,
	};
}

static enum directive directive_of(const char *text, size_t *length)
{
	for (enum directive d = 0; d < DIRECTIVES; d++) {
		*length = strlen(directive_name[d]);
		if (!strncmp(text, directive_name[d], *length) && !isalnum((unsigned char)text[*length]))
			return d;
	}
	return DIRECTIVES;
}

bool parse_directive(struct parse *p, const struct loc *loc, const char *text, size_t length)
{
	bool counted = part_counts(p);
	size_t word;
	enum directive directive = directive_of(text, &word);
	const char *symbol = arena_strndup(p->arena, text + word + strspn(text + word, " \t"),
	                                   length - word - strspn(text + word, " \t"));

	switch (directive) {
	case DIRECTIVE_IFDEF: open_condition(p, loc, true, symbol); break;
	case DIRECTIVE_IFNDEF: open_condition(p, loc, false, symbol); break;
	case DIRECTIVE_ELSE: other_part(p, loc); break;
	case DIRECTIVE_IF:
	case DIRECTIVE_ELIF: unknown_directive(p, loc, directive); break;
	case DIRECTIVE_ENDIF:
		if (p->condition)
			p->condition = p->condition->outer;
		else
			diag_error(p->diags, DIAG_SEMANTIC, *loc, "#endif without #ifdef", NULL);
		break;
	default: break;
	}
	if (part_counts(p)) {
		keep(p, loc, length, counted);
	} else if (counted) {
		p->dropped_at = p->at;
		p->dropped_loc = *loc;
	}
	return part_counts(p);
}
