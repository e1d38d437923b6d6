/* SPDX-License-Identifier: MIT
 *
 * condition_check.c - names in the conditions of a script, and loops that never run
 *
 * A condition that asks for a target that nobody has is false on all of them, so what stands in its block is never
 * played, and the case is green. Words in conditions stand for themselves where they are no names, so only here, where
 * targets and profiles are known, a slip shows. A profile may be a file of the author's own: a name that is not known
 * is a warning, and only if a known one is nearly the same.
 */
#include "cli/condition_check.h"

#include <string.h>

#include "cli/target_kinds.h"
#include "script/config.h"
#include "script/statement.h"
#include "target/builtin/profile.h"
#include "util/table.h"

struct conditions {
	const struct script *script;
	struct diags *diags;
	const struct scope *scope;                           /* the innermost; NULL: none */
};

/* Names that a macro or a loop gives values to. */
struct scope {
	const struct scope *outer;
	const struct expr *parameters;                       /* of a macro; NULL: it is a loop */
	const char *name;                                    /* of the loop */
};

static bool is_in_scope(const struct conditions *c, const char *name)
{
	for (const struct scope *s = c->scope; s; s = s->outer) {
		if (s->name && !strcmp(s->name, name))
			return true;
		for (const struct expr *e = s->parameters; e; e = e->next)
			if (!strcmp(e->assign.name, name))
				return true;
	}
	return false;
}

/* The text of a word that stands for itself, as far as can be told before names have values; NULL: it does not. */
static const char *plain_word(const struct conditions *c, const struct expr *e)
{
	if (e->kind == EXPR_NAME && !e->name.dollar && !config_definition(&c->script->config, e->name.text) &&
	    !is_in_scope(c, e->name.text))
		return e->name.text;
	return e->kind == EXPR_WORD ? e->word : NULL;
}

static bool offer_targets(struct guess *guess)
{
	for (const struct target_kind *k = target_kinds; k->name; k++) {
		if (!strcmp(k->name, guess->wanted))
			return true;
		guess_offer(guess, k->name);
	}
	return false;
}

static bool offer_profiles(struct guess *guess)
{
	if (!strcmp(guess->wanted, "none"))
		return true;
	for (size_t i = 0; i < embedded_profile_count; i++) {
		if (!strcmp(embedded_profiles[i].name, guess->wanted))
			return true;
		guess_offer(guess, embedded_profiles[i].name);
	}
	return false;
}

static void check_target(struct conditions *c, const struct expr *e, const char *word)
{
	struct guess guess = { .wanted = word };

	if (offer_targets(&guess))
		return;
	diag_error(c->diags, DIAG_SEMANTIC, e->loc, "unknown target in a condition", "'%s'%s%s%s", word,
	           guess.nearest ? "; did you mean '" : ": 'protodrill run --help' names them all",
	           guess.nearest ? guess.nearest : "", guess.nearest ? "'?" : "");
}

static void check_profile(struct conditions *c, const struct expr *e, const char *word)
{
	struct guess guess = { .wanted = word };

	if (!offer_profiles(&guess) && guess.nearest)
		diag_warning(c->diags, e->loc, "unknown profile in a condition", "'%s'; did you mean '%s'?", word,
		             guess.nearest);
}

/* Was an error at @loc reported before? Conditions that are reached are checked when the script is read, too. */
static bool is_told(const struct conditions *c, const struct loc *loc)
{
	for (const struct diag *d = c->diags->first; d; d = d->next)
		if (d->kind != DIAG_WARNING && d->loc.source == loc->source && d->loc.line == loc->line &&
		    d->loc.column == loc->column)
			return true;
	return false;
}

/* "targt == kernel": nothing gives @name a value, and beside the name of a target or a profile it is a slip. */
static void check_name(struct conditions *c, const struct expr *e, const char *name, const char *value)
{
	static const char *const surroundings[] = { "target", "profile" };
	struct guess of_name = { .wanted = name }, of_value = { .wanted = value };

	if (!offer_targets(&of_value) && !offer_profiles(&of_value))
		return;
	for (size_t i = 0; i < ARRAY_LEN(surroundings); i++)
		guess_offer(&of_name, surroundings[i]);
	if (of_name.nearest && !is_told(c, &e->loc))
		diag_error(c->diags, DIAG_SEMANTIC, e->loc, "unknown name in a condition", "'%s'; did you mean '%s'?",
		           name, of_name.nearest);
}

static void check_comparison(struct conditions *c, const struct expr *left, const struct expr *right)
{
	const char *name = plain_word(c, left), *value = plain_word(c, right);

	if (!name || !value)
		return;
	if (!strcmp(value, "target") || !strcmp(value, "profile")) {
		const struct expr *named = right;
		const char *word = value;
		right = left;
		value = name;
		left = named;
		name = word;
	}
	if (!strcmp(name, "target"))
		check_target(c, right, value);
	else if (!strcmp(name, "profile"))
		check_profile(c, right, value);
	else
		check_name(c, left, name, value);
}

static void check_condition(struct conditions *c, const struct expr *e)
{
	if (!e || e->kind != EXPR_ARITHMETIC)
		return;
	const enum arithmetic operation = e->arithmetic.operation;
	if (e->arithmetic.right && (operation == ARITHMETIC_EQUAL || operation == ARITHMETIC_NOT_EQUAL)) {
		check_comparison(c, e->arithmetic.left, e->arithmetic.right);
		return;
	}
	check_condition(c, e->arithmetic.left);
	check_condition(c, e->arithmetic.right);
}

/* Bounds written as numbers, the first greater than the last, or no number of rounds: nobody writes that in order to
 * have none. */
static void check_loop(struct conditions *c, const struct expr *first, const struct expr *last)
{
	if (!first && last && last->kind == EXPR_INTEGER && last->integer.value < 1)
		diag_warning(c->diags, last->loc, "a loop that never runs", "how often is a number from 1 on");
	if (first && last && first->kind == EXPR_INTEGER && last->kind == EXPR_INTEGER &&
	    first->integer.value > last->integer.value)
		diag_warning(c->diags, first->loc, "a loop that never runs",
		             "a loop counts upwards: %lld..%lld; $(%lld+%lld-i) counts down",
		             (long long)last->integer.value, (long long)first->integer.value,
		             (long long)first->integer.value, (long long)last->integer.value);
}

static void check_statements(struct conditions *c, const struct statement *s);

static void check_within(struct conditions *c, struct scope scope, const struct statement *s)
{
	scope.outer = c->scope;
	c->scope = &scope;
	check_statements(c, s);
	c->scope = scope.outer;
}

static void check_construct(struct conditions *c, const struct statement *s)
{
	const struct construct *is = s->is;

	switch (s->kind) {
	case STATEMENT_BLOCK:
		check_statements(c, is->first);
		break;
	case STATEMENT_INCLUDE:
		check_statements(c, is->include.first);
		break;
	case STATEMENT_MACRO:
		check_within(c, (struct scope){ .parameters = is->macro->parameters }, is->macro->body);
		break;
	case STATEMENT_FOR:
		check_loop(c, is->loop.first, is->loop.last);
		check_within(c, (struct scope){ .name = is->loop.name }, is->loop.block);
		break;
	case STATEMENT_REPEAT:
		check_loop(c, is->loop.first, is->loop.last);
		check_statements(c, is->loop.block);
		break;
	case STATEMENT_GROUP:
		check_statements(c, is->group.block);
		break;
	case STATEMENT_IF:
		check_condition(c, is->choice.condition);
		check_statements(c, is->choice.block);
		check_statements(c, is->choice.other);
		break;
	default:
		break;
	}
}

static void check_statements(struct conditions *c, const struct statement *s)
{
	for (; s; s = s->next)
		if (s->kind != STATEMENT_EVENT)
			check_construct(c, s);
}

void condition_check(const struct script *script, struct diags *diags)
{
	struct conditions c = { .script = script, .diags = diags };

	check_statements(&c, script->statements);
}
