/* SPDX-License-Identifier: MIT
 *
 * names.c - which names have values where, and what stands for those that have none yet
 */
#include "script/names.h"

#include <string.h>

#include "script/resolve.h"
#include "script/signature.h"
#include "script/unknown_name.h"
#include "util/table.h"

/* ---- who gives values ---- */

static bool is_output(const struct call_spec *call, int index)
{
	enum shape shape = call->signature && index < CALL_ARGUMENTS ? call->signature->shapes[index] : SHAPE_NONE;

	return shape == SHAPE_OPTION_RESULT || shape == SHAPE_ADDRESS_OUT || shape == SHAPE_INT_REF_OUT ||
	       shape == SHAPE_OPTIONAL_INT_REF_OUT;
}

bool names_takes_value(const struct event *event, const struct open_name *name)
{
	if (!name->bare || name->place == NAME_OTHER)
		return false;
	if (name->place == NAME_PLAIN && name->index != PLAIN_SOURCE_PORT && name->index != PLAIN_DESTINATION_PORT)
		return false;
	if (event->kind == EVENT_PACKET)
		return event->packet->direction == DIRECTION_OUTBOUND;
	if (event->kind != EVENT_CALL)
		return false;
	if (name->place == NAME_RESULT)
		return event->call->signature && event->call->signature->result == RESULT_EXACT;
	return is_output(event->call, name->index);
}

/* ---- does each name have a value? ---- */

struct known {
	struct known *older;
	const char *name;
	const struct event *since;
};

struct name_checker {
	const struct script *script;
	struct diags *diags;
	struct arena *arena;
	struct known *known;
};

static const struct known *find_known(const struct name_checker *c, const char *name)
{
	const struct known *k = c->known;

	while (k && strcmp(k->name, name) != 0)
		k = k->older;
	return k;
}

static void learn(struct name_checker *c, const char *name, const struct event *since)
{
	const struct known known = { c->known, name, since };

	if (!find_known(c, name))
		c->known = arena_copy(c->arena, &known, sizeof(known));
}

static const char *nearest_to(const struct name_checker *c, const struct open_name *n)
{
	struct guess guess = { .wanted = n->name->name.text };

	unknown_name_offer(&guess, &c->script->config, n);
	for (const struct known *k = c->known; k; k = k->older)
		guess_offer(&guess, k->name);
	return guess.nearest;
}

static bool no_value(const struct name_checker *c, const struct event *e, const struct open_name *n)
{
	const char *name = n->name->name.text, *nearest = nearest_to(c, n);

	if (names_is_variable(name))
		return diag_error(c->diags, DIAG_SEMANTIC, n->name->loc, "a variable outside of 'let'",
		                  "write +0 let $NAME = $%s, and use that name", name);
	if (nearest)
		return diag_error(c->diags, DIAG_SEMANTIC, n->name->loc, "a name without value",
		                  "'%s'; did you mean '%s'?", name, nearest);
	if (e->kind == EVENT_CALL && n->place == NAME_RESULT)
		return diag_error(c->diags, DIAG_SEMANTIC, n->name->loc, "a descriptor without number",
		                  "'%s': descriptors have numbers that the script chooses", name);
	return diag_error(c->diags, DIAG_SEMANTIC, n->name->loc, "a name without value",
	                  "'%s': no line before gives it one, nor a macro or loop around it, nor --define or -D", name);
}

static void check_event(struct name_checker *c, const struct event *e)
{
	for (const struct open_name *n = e->names; n; n = n->next) {
		const char *name = n->name->name.text;
		const struct known *k = find_known(c, name);

		if (e->kind == EVENT_LET && names_is_variable(name))
			continue;
		if (!k && names_takes_value(e, n))
			learn(c, name, e);
		else if (!k)
			no_value(c, e, n);
		else if (k->since == e)
			diag_error(c->diags, DIAG_SEMANTIC, n->name->loc, "a name twice in one line",
			           "'%s' gets its value in this line, and has it from the next one on", name);
	}
	if (e->kind != EVENT_LET)
		return;
	if (config_definition(&c->script->config, e->let->name))
		diag_error(c->diags, DIAG_SEMANTIC, e->let->loc, "a name that is taken",
		           "'%s' is defined by --define or -D", e->let->name);
	learn(c, e->let->name, NULL);
}

void names_check(const struct script *s, struct diags *diags)
{
	struct name_checker c = { .script = s, .diags = diags, .arena = s->arena };

	for (const struct event *e = s->events; e; e = e->next) {
		if (!e->names && e->kind != EVENT_LET)
			continue;
		diags->via = e->via;
		check_event(&c, e);
	}
	diags->via = NULL;
}

/* ---- what stands for a value that is not known ---- */

static void open_number(const struct number_range **range, struct arena *arena)
{
	bool span = *range && (*range)->kind == NUMBER_SPAN && ((*range)->ends[0] || (*range)->ends[1]);

	bool set = *range && (*range)->kind == NUMBER_SET && (*range)->members;

	if (!*range || ((*range)->kind != NUMBER_VALUE && !span && !set))
		return;
	const struct number_range any = { .loc = (*range)->loc, .kind = NUMBER_ANY };
	*range = arena_copy(arena, &any, sizeof(any));
}

struct packet_spec *names_open_packet(const struct packet_spec *packet, struct arena *arena)
{
	struct packet_spec *p = arena_copy(arena, packet, sizeof(*p));
	const struct number_range **const ranges[] = {
		&p->ranges.seq_start, &p->ranges.seq_end, &p->ranges.length, &p->ranges.ack, &p->ranges.window,
		&p->ranges.urgent,
	};

	memset(p->plain, 0, sizeof(p->plain));
	for (size_t i = 0; i < ARRAY_LEN(ranges); i++)
		open_number(ranges[i], arena);
	for (struct field_spec **f = &p->fields; *f; f = &(*f)->next) {
		*f = arena_copy(arena, *f, sizeof(**f));
		open_number(&(*f)->number.range, arena);
	}
	for (struct tcp_option_spec **o = &p->options; *o; o = &(*o)->next) {
		*o = arena_copy(arena, *o, sizeof(**o));
		for (int i = 0; i < (*o)->value_count; i++)
			open_number(&(*o)->ranges[i], arena);
	}
	return p;
}

static struct expr *open_list(const struct expr *first, const struct expr *instead, struct arena *arena);

static struct expr *open_expr(const struct expr *e, const struct expr *instead, struct arena *arena)
{
	bool open = e->kind == EXPR_NAME || e->kind == EXPR_ARITHMETIC;
	struct expr *copy = arena_copy(arena, open ? instead : e, sizeof(*copy));
	struct expr **below[EXPR_CHILDREN];

	copy->loc = e->loc;
	if (copy->kind == EXPR_LIST) {
		copy->list.first = open_list(e->list.first, instead, arena);
		expr_settle_braces(copy);
	}
	for (size_t i = 0, n = expr_children(copy, below); i < n; i++)
		if (*below[i])
			*below[i] = open_expr(*below[i], instead, arena);
	expr_settle_port(copy);
	return copy;
}

static struct expr *open_list(const struct expr *first, const struct expr *instead, struct arena *arena)
{
	struct expr *list = NULL, **last = &list;

	for (; first; first = first->next) {
		*last = open_expr(first, instead, arena);
		(*last)->next = NULL;
		last = &(*last)->next;
	}
	return list;
}

struct call_spec *names_open_call(const struct call_spec *call, const struct expr *instead, struct arena *arena)
{
	struct call_spec *c = arena_copy(arena, call, sizeof(*c));

	c->arguments = open_list(call->arguments, instead, arena);
	c->result = open_list(call->result, instead, arena);
	return c;
}
