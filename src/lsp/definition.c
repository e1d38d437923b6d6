/* SPDX-License-Identifier: MIT
 *
 * definition.c - where a word of a script gets its meaning
 */
#include "lsp/definition.h"

#include <string.h>

#include "script/statement.h"

/* Hands over each definition of a script: macros with their parameters, names of loops, `let`. */
struct walk {
	void (*define)(struct walk *w, const char *name, bool dollar, const struct loc *loc);
	const struct script *script;
	const char *wanted;                                  /* of definition_find(): without its "$" */
	bool dollar;
	int line;
	struct loc *place;
	bool found;
	void (*visit)(void *context, const char *word);      /* of definition_visit() */
	void *context;
};

static void walk_macro(struct walk *w, const struct macro *m);

static void walk_statements(struct walk *w, const struct statement *s)
{
	for (; s; s = s->next) {
		switch (s->kind) {
		case STATEMENT_EVENT:
			if (s->event->kind == EVENT_LET)
				w->define(w, s->event->let->name, true, &s->event->let->loc);
			break;
		case STATEMENT_BLOCK:
			walk_statements(w, s->is->first);
			break;
		case STATEMENT_INCLUDE:
			walk_statements(w, s->is->include.first);
			break;
		case STATEMENT_MACRO:
			walk_macro(w, s->is->macro);
			break;
		case STATEMENT_FOR:
			w->define(w, s->is->loop.name, true, &s->is->loc);
			walk_statements(w, s->is->loop.block);
			break;
		case STATEMENT_REPEAT:
			walk_statements(w, s->is->loop.block);
			break;
		case STATEMENT_IF:
			walk_statements(w, s->is->choice.block);
			walk_statements(w, s->is->choice.other);
			break;
		default:
			break;
		}
	}
}

static void walk_macro(struct walk *w, const struct macro *m)
{
	w->define(w, m->name, false, &m->loc);
	for (const struct expr *p = m->parameters; p; p = p->next)
		if (p->kind == EXPR_ASSIGN)
			w->define(w, p->assign.name, true, &p->loc);
	walk_statements(w, m->body);
}

static void compare(struct walk *w, const char *name, bool dollar, const struct loc *loc)
{
	bool here = loc->source == &w->script->source;

	if (dollar != w->dollar || strcmp(name, w->wanted) || (w->found && here && loc->line > w->line))
		return;
	*w->place = *loc;
	w->found = true;
}

bool definition_find(const struct script *script, const char *word, int line, struct loc *place)
{
	struct walk w = { .define = compare, .script = script, .line = line, .place = place };

	w.dollar = *word == '$';
	w.wanted = word + w.dollar;
	walk_statements(&w, script->statements);
	return w.found;
}

const char *definition_include(const struct script *script, int line)
{
	for (const struct statement *s = script->statements; s; s = s->next) {
		if (s->kind != STATEMENT_INCLUDE || s->is->loc.source != &script->source || s->is->loc.line != line)
			continue;
		const char *path = s->is->include.path, *slash = strrchr(script->source.name, '/');
		if (*path == '/' || !slash)
			return path;
		return arena_printf(script->arena, "%.*s/%s", (int)(slash - script->source.name), script->source.name,
		                    path);
	}
	return NULL;
}

static void hand_over(struct walk *w, const char *name, bool dollar, const struct loc *loc)
{
	(void)loc;
	w->visit(w->context, dollar ? arena_printf(w->script->arena, "$%s", name) : name);
}

void definition_visit(const struct script *script, void (*visit)(void *context, const char *word), void *context)
{
	struct walk w = { .define = hand_over, .script = script, .visit = visit, .context = context };

	walk_statements(&w, script->statements);
}
