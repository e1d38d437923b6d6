/* SPDX-License-Identifier: MIT
 *
 * unfold.c - from statements to the list of events that is played
 *
 * The walk is a simple recursion, as deep as blocks and macros are nested in the text: a macro knows only those that
 * were defined before it, so that none can come back to itself. What a loop can make of a few lines has a limit.
 */
#include <inttypes.h>
#include <string.h>

#include "script/parse.h"
#include "script/resolve.h"

enum { EVENTS_MAX = 100000, ROUNDS_MAX = 1000000 };

struct unfolding {
	struct resolver resolver;
	struct script *script;
	struct event **last;
	const struct via *via;
	const struct event_group *group;
	int events, rounds;                                  /* of all blocks and loops */
	bool overflow;                                       /* and this has been reported */
};

static void walk(struct unfolding *u, const struct statement *first);

static bool room_for(struct unfolding *u, struct loc loc)
{
	if (u->events < EVENTS_MAX && u->rounds < ROUNDS_MAX)
		return true;
	if (!u->overflow)
		diag_error(u->resolver.diags, DIAG_SEMANTIC, loc, "the script gets too long",
		           "its loops and macros come to more than %d events, or to more than %d rounds", EVENTS_MAX,
		           ROUNDS_MAX);
	u->overflow = true;
	return false;
}

/* `let` cannot give a new value to a name of a loop or macro around it. */
static void check_let(struct unfolding *u, const struct let_spec *let)
{
	for (const struct binding *b = u->resolver.bindings; b; b = b->outer)
		if (!strcmp(b->name, let->name))
			diag_error(u->resolver.diags, DIAG_SEMANTIC, let->loc, "a name that is taken",
			           "'%s' is one of the macro or loop around it", let->name);
	if (trait_find(let->name))
		diag_error(u->resolver.diags, DIAG_SEMANTIC, let->loc, "a name that is taken",
		           "'%s' is a trait of the stack", let->name);
}

/* A line that stands for one event, and has no names, is played as the parser made it. */
static void add_event(struct unfolding *u, struct event *event)
{
	if (u->via && !room_for(u, event->loc))
		return;
	u->events += u->via != NULL;
	if (event->kind == EVENT_LET)
		check_let(u, event->let);
	if (event->named || (event->kind == EVENT_COMMAND && u->resolver.bindings))
		event = resolve_event(&u->resolver, event);
	else if (u->via)
		event = arena_copy(u->resolver.arena, event, sizeof(*event));
	event->via = u->via;
	event->group = u->group;
	event->next = NULL;
	event->index = u->script->event_count++;
	*u->last = event;
	u->last = &event->next;
}

/* ---- statements that contain others ---- */

/* Walk @block as part of @statement, with the names of @bindings. */
static void walk_within(struct unfolding *u, const struct statement *statement, const struct statement *block,
                        const struct binding *bindings, const char *text)
{
	const struct via via = { u->via, statement->is->loc, text }, *outer = u->via;
	const struct binding *before = u->resolver.bindings;

	u->via = arena_copy(u->resolver.arena, &via, sizeof(via));
	u->resolver.diags->via = u->via;
	u->resolver.bindings = bindings;
	walk(u, block);
	u->resolver.bindings = before;
	u->resolver.diags->via = outer;
	u->via = outer;
}

static const struct binding *bind(struct unfolding *u, const struct binding *outer, const char *name,
                                  const struct expr *value)
{
	const struct binding b = { outer, name, value };

	return arena_copy(u->resolver.arena, &b, sizeof(b));
}

static const char *text_of(struct unfolding *u, struct buf *text)
{
	const char *copy = arena_strndup(u->resolver.arena, text->data, text->length);

	buf_free(text);
	return copy;
}

/* Does a parameter lack a value? That has been reported; what the body would come to is not an error of its own. */
static bool lacks_value(const struct statement *s)
{
	for (const struct expr *p = s->is->use.macro->parameters; p; p = p->next) {
		const struct expr *a = s->is->use.arguments;
		while (a && strcmp(a->assign.name, p->assign.name) != 0)
			a = a->next;
		if (!a && p->assign.value->kind == EXPR_ELLIPSIS)
			return true;
	}
	return false;
}

/* The body of a macro knows its parameters, and none of the names where it is used. */
static void unfold_use(struct unfolding *u, const struct statement *s)
{
	const struct macro *macro = s->is->use.macro;
	const struct binding *bindings = NULL;
	struct buf text = BUF_INIT;

	if (lacks_value(s))
		return;
	buf_printf(&text, "%s(", macro->name);
	for (const struct expr *p = macro->parameters; p; p = p->next) {
		const struct expr *value = p->assign.value;
		for (const struct expr *a = s->is->use.arguments; a; a = a->next)
			if (!strcmp(a->assign.name, p->assign.name))
				value = a->assign.value;
		value = resolve_expr(&u->resolver, value);
		buf_printf(&text, "%s%s=", bindings ? ", " : "", p->assign.name);
		expr_print(&text, value);
		bindings = bind(u, bindings, p->assign.name, value);
	}
	buf_puts(&text, ")");
	u->rounds++;                                         /* each macro may double what the one before doubled */
	if (room_for(u, s->is->loc))
		walk_within(u, s, macro->body->is->first, bindings, text_of(u, &text));
	buf_free(&text);
}

static void unfold_loop(struct unfolding *u, const struct statement *s)
{
	const struct binding *bindings = u->resolver.bindings;
	int64_t first = 1, last;

	if ((s->is->loop.first && !resolve_number(&u->resolver, s->is->loop.first, &first)) ||
	    !resolve_number(&u->resolver, s->is->loop.last, &last))
		return;
	for (int64_t i = first; i <= last && room_for(u, s->is->loc); i++, u->rounds++) {
		struct buf text = BUF_INIT;
		const struct expr *end = s->is->loop.last;
		struct expr value = { .kind = EXPR_INTEGER, .loc = end->loc, .integer.value = i };

		if (s->is->loop.name)
			buf_printf(&text, "$%s = %" PRId64, s->is->loop.name, i);
		else
			buf_printf(&text, "round %" PRId64 " of %" PRId64, i, last);
		walk_within(u, s, s->is->loop.block->is->first,
		            s->is->loop.name ? bind(u, bindings, s->is->loop.name,
		                                arena_copy(u->resolver.arena, &value, sizeof(value)))
		                         : bindings,
		            text_of(u, &text));
		if (i == INT64_MAX)
			break;
	}
}

static void unfold_group(struct unfolding *u, const struct statement *s)
{
	const struct event_group group = { s->is->loc, s->is->group.either };

	if (u->group)
		diag_error(u->resolver.diags, DIAG_SEMANTIC, s->is->loc, "a block in a block",
		           "the one around it, of line %d, answers for all that is in it", u->group->loc.line);
	u->group = arena_copy(u->resolver.arena, &group, sizeof(group));
	int before = u->script->event_count;
	walk(u, s->is->group.block->is->first);
	u->group = NULL;
	int count = u->script->event_count - before;
	if (count < 1 || count > GROUP_LINES)
		diag_error(u->resolver.diags, DIAG_SEMANTIC, s->is->loc, "a block of so many lines",
		           "it comes to %d, 1 to %d are allowed", count, GROUP_LINES);
}

static void unfold_choice(struct unfolding *u, const struct statement *s)
{
	int64_t holds;

	if (!resolve_number(&u->resolver, s->is->choice.condition, &holds))
		return;
	const struct statement *chosen = holds ? s->is->choice.block : s->is->choice.other;
	if (chosen && chosen->kind == STATEMENT_IF)
		unfold_choice(u, chosen);
	else if (chosen)
		walk(u, chosen->is->first);
}

/* A peer without a port is given one of its own; 0 is not a port that can be asked for. */
static void add_peer(struct unfolding *u, const struct statement *s)
{
	struct peer *peer = arena_new_object(u->resolver.arena, struct peer), **last = &u->script->peers;
	const struct expr *name, *address = s->is->peer.address;
	int64_t port = 0;

	u->resolver.at = (struct open_name){ .place = NAME_OTHER };
	name = resolve_connection(&u->resolver, s->is->peer.name);
	if (!name || (s->is->peer.port && !resolve_number(&u->resolver, s->is->peer.port, &port)))
		return;
	if (s->is->peer.port && (port < 1 || port > UINT16_MAX))
		diag_error(u->resolver.diags, DIAG_SEMANTIC, s->is->peer.port->loc, "port out of range",
		           "%" PRId64 " is written, 1 to %d is allowed", port, UINT16_MAX);
	if (address && !ip_address_parse(address->string.text, &peer->address))
		diag_error(u->resolver.diags, DIAG_SEMANTIC, address->loc, "invalid address", "'%.64s'",
		           address->string.text);
	peer->loc = name->loc;
	peer->name = name->word;
	peer->port = (uint16_t)port;
	for (; *last; last = &(*last)->next)
		if (!strcmp((*last)->name, peer->name))
			diag_error(u->resolver.diags, DIAG_SEMANTIC, peer->loc, "a second peer of this name",
			           "'%s' stands in line %d already", peer->name, (*last)->loc.line);
	*last = peer;
}

static void walk(struct unfolding *u, const struct statement *first)
{
	for (const struct statement *s = first; s && !u->overflow; s = s->next) {
		switch (s->kind) {
		case STATEMENT_EVENT:   add_event(u, s->event); break;
		case STATEMENT_INCLUDE:
			walk_within(u, s, s->is->include.first, u->resolver.bindings,
			            arena_printf(u->resolver.arena, "include \"%s\"", s->is->include.path));
			break;
		case STATEMENT_USE:     unfold_use(u, s); break;
		case STATEMENT_REPEAT:
		case STATEMENT_FOR:     unfold_loop(u, s); break;
		case STATEMENT_IF:      unfold_choice(u, s); break;
		case STATEMENT_PEER:    add_peer(u, s); break;
		case STATEMENT_GROUP:   unfold_group(u, s); break;
		case STATEMENT_BLOCK:
		case STATEMENT_MACRO:   break;
		}
	}
}

/* A script with errors is not played, but everything in it is checked. */
void unfold(struct parse *p)
{
	struct unfolding u = {
		.resolver = { .config = &p->script->config, .arena = p->arena, .diags = p->diags },
		.script = p->script, .last = &p->script->events,
	};

	walk(&u, p->script->statements);
}
