/* SPDX-License-Identifier: MIT
 *
 * build.c - builders of option lines, events, times and system calls
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "script/parse.h"
#include "script/seconds.h"

/* ---- option lines ---- */

void build_option(struct parse *p, struct loc loc, struct lexeme name, const struct lexeme *value,
                  const char *spelling)
{
	struct option_line *o = arena_new_object(p->arena, struct option_line);

	if (p->outer)
		diag_error(p->diags, DIAG_SEMANTIC, loc, "an option line in an included file",
		           "option lines stand in the script itself");
	*o = (struct option_line){ NULL, loc, name.text, value ? value->text : NULL, spelling };
	*p->last_option = o;
	p->last_option = &o->next;
	p->option = o;
}

void build_option_end(struct parse *p, struct loc loc)
{
	p->option->loc = loc;
}

/* A quoted value keeps its quotes, so that the symbol stands for a token of that kind. */
struct lexeme build_definition(struct parse *p, struct lexeme symbol, char quote, struct lexeme value)
{
	const char marks[] = { quote, 0 };
	char *text = arena_printf(p->arena, "%s=%s%s%s", symbol.text, marks, value.text, marks);

	return (struct lexeme){ .text = text, .length = strlen(text) };
}

const char *build_quoted(struct parse *p, struct lexeme text)
{
	return arena_printf(p->arena, "\"%s\"", text.text);
}

struct ranked {
	const struct definition *definition;
	size_t rank;                                         /* 0: the newest */
};

static int by_symbol_and_rank(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;
	int order = strcmp(x->definition->symbol, y->definition->symbol);

	return order ? order : (x->rank > y->rank) - (x->rank < y->rank);
}

/* The newest definition of each symbol, sorted, since every word of the script is looked up. */
static void index_definitions(struct parse *p)
{
	size_t count = 0, i = 0;

	for (const struct definition *d = p->script->config.definitions; d; d = d->next)
		count++;
	struct ranked *all = arena_new_array(p->arena, struct ranked, count);
	for (const struct definition *d = p->script->config.definitions; d; d = d->next, i++)
		all[i] = (struct ranked){ d, i };
	if (count)
		qsort(all, count, sizeof(*all), by_symbol_and_rank);

	p->definitions = arena_new_array(p->arena, const struct definition *, count);
	for (i = 0; i < count; i++)
		if (!i || strcmp(all[i - 1].definition->symbol, all[i].definition->symbol))
			p->definitions[p->definition_count++] = all[i].definition;
}

static uint64_t address_seed(const struct script *s)
{
	uint64_t hash = 14695981039346656037u;                       /* FNV-1a: one address for one text */

	for (size_t i = 0; i < s->source.length; i++)
		hash = (hash ^ (unsigned char)s->source.text[i]) * 1099511628211u;
	return hash;
}

void build_options_end(struct parse *p)
{
	struct script *s = p->script;

	if (p->options_ended)
		return;
	p->options_ended = true;
	for (const struct option_line *o = s->options; o; o = o->next)
		config_set(&s->config, o->name, o->value, s->source.name, o->loc, p->diags);
	if (p->apply)
		p->apply(&s->config, p->user, p->diags);
	config_derive(&s->config, address_seed(s), s->source.name, p->diags);
	index_definitions(p);
}

/* ---- commands and events ---- */

static struct command_spec *new_command(struct parse *p, struct loc loc, struct lexeme text)
{
	struct command_spec *c = arena_new_object(p->arena, struct command_spec);

	*c = (struct command_spec){ .loc = loc, .text = text.text };
	return c;
}

/* A command without a time belongs to the script itself: in a file that it includes this is an error, and NULL. */
static struct command_spec *own_command(struct parse *p, struct loc loc, struct lexeme text, const char *misplaced)
{
	if (!p->outer)
		return new_command(p, loc, text);
	diag_error(p->diags, DIAG_SEMANTIC, loc, misplaced,
	           "write a time before it, such as +0, or move it to the script itself");
	return NULL;
}

void build_init(struct parse *p, struct loc loc, struct lexeme text)
{
	struct command_spec *command = own_command(p, loc, text, "an init command in an included file");

	if (command)
		p->script->init = command;
}

void build_cleanup(struct parse *p, struct loc loc, struct lexeme text)
{
	struct command_spec *command = own_command(p, loc, text, "a clean-up command in an included file");

	if (command)
		p->script->cleanup = command;
}

struct instant build_seconds(struct parse *p, struct loc loc, struct lexeme text)
{
	return (struct instant){ seconds_read(text.text, loc, p->diags), NULL };
}

struct time_spec build_time(struct parse *p, struct loc loc, enum time_kind kind, struct instant start,
                            struct instant end)
{
	if (!start.value && !end.value)
		seconds_in_order(start.at, end.at, loc, p->diags);
	return (struct time_spec){ kind, loc, start.at, end.at, start.value, end.value };
}

void build_event_time(struct parse *p, struct time_spec time)
{
	p->time = time;
	p->named = time.start_value || time.end_value;
	p->packet = NULL;
	p->call = NULL;
}

static void check_time_kind(struct parse *p, const struct event *e)
{
	const struct time_spec *t = &e->time;

	if (e->kind == EVENT_PACKET && e->packet->direction == DIRECTION_OUTBOUND)
		return;
	if (t->kind == TIME_ANY)
		diag_error(p->diags, DIAG_SEMANTIC, t->loc,
		           "event time <star> can only be used with outbound packets", "write a time, such as +0");
	if (t->kind == TIME_ABSOLUTE_RANGE || t->kind == TIME_RELATIVE_RANGE)
		diag_error(p->diags, DIAG_SEMANTIC, t->loc,
		           "event time range can only be used with outbound packets", "write one time, such as +0");
}

static struct event *add_event(struct parse *p, enum event_kind kind)
{
	struct event *e = arena_new_object(p->arena, struct event);

	e->kind = kind;
	e->time = p->time;
	p->event = e;
	return e;
}

void build_event_end(struct parse *p, struct loc loc)
{
	p->event->loc = loc;
	p->event->named = p->named;
	build_event_statement(p);
}

void build_packet_event(struct parse *p)
{
	struct event *e = add_event(p, EVENT_PACKET);

	e->packet = p->packet;
	p->packet = NULL;
	check_time_kind(p, e);
}

void build_call_event(struct parse *p)
{
	struct event *e = add_event(p, EVENT_CALL);

	if (p->note.length)
		p->call->note = arena_strndup(p->arena, p->note.data, p->note.length);
	e->call = p->call;
	check_time_kind(p, e);
}

void build_command_event(struct parse *p, struct loc loc, struct lexeme text)
{
	struct event *e = add_event(p, EVENT_COMMAND);

	e->command = new_command(p, loc, text);
	check_time_kind(p, e);
}

void build_let_event(struct parse *p, struct loc loc, struct lexeme word, struct lexeme name, struct expr *value)
{
	struct event *e = add_event(p, EVENT_LET);
	const struct let_spec let = { loc, name.text, value };

	if (strcmp(word.text, "let") != 0)
		diag_error(p->diags, DIAG_SEMANTIC, loc, "a name without 'let'", "'%s': write let $%s = ...", word.text,
		           name.text);
	e->let = arena_copy(p->arena, &let, sizeof(let));
	check_time_kind(p, e);
}

void build_code_event(struct parse *p, struct loc loc, struct lexeme text)
{
	struct event *e = add_event(p, EVENT_CODE);
	struct code_spec *c = arena_new_object(p->arena, struct code_spec);

	*c = (struct code_spec){ loc, text.text };
	e->code = c;
	check_time_kind(p, e);
}

/* ---- system calls ---- */

/* If the start of a call is relative, so is its end. */
void build_call(struct parse *p, struct loc loc, struct lexeme name, const struct instant *end)
{
	struct call_spec *c = arena_new_object(p->arena, struct call_spec);

	c->loc = loc;
	c->name = name.text;
	c->blocking = end != NULL;
	if (end) {
		c->end = end->at;
		c->end_value = end->value;
		if (!end->value && !p->time.start_value)
			seconds_of_call(p->time.start, c->end, p->time.loc, p->diags);
	}
	p->call = c;
	buf_clear(&p->note);
}

void build_call_result(struct parse *p, struct expr_list arguments, struct expr *result)
{
	p->call->arguments = arguments.first;
	p->call->argument_count = arguments.count;
	p->call->result = result;
}

void build_errno(struct parse *p, struct loc loc, struct lexeme word)
{
	p->call->errno_word = word.text;
	p->call->errno_loc = loc;
}

enum { LAST_ERRNO = 133 };                               /* EHWPOISON */

/* The errno that strerror() says @text of, or 0. */
static int errno_of_meaning(const char *text)
{
	for (int number = 1; number <= LAST_ERRNO; number++)
		if (constant_errno_name(number) && !strcasecmp(strerror(number), text))
			return number;
	return 0;
}

void build_note_alone(struct parse *p, struct loc loc)
{
	int64_t number = 0;

	/* It is a comment that nobody reads; one that is an errno, or its meaning, was meant to be compared. */
	if (p->note.length < 2)
		return;
	if (p->note.data[0] != 'E' || !constant_value(p->note.data, &number))
		number = errno_of_meaning(p->note.data);
	if (number)
		diag_warning(p->diags, loc, "an errno that is not compared",
		             "in parentheses it is a comment; write it in front of them: -1 %s (%s)",
		             constant_errno_name((int)number), strerror((int)number));
}

void build_note_word(struct parse *p, struct lexeme word)
{
	if (p->note.length)
		buf_add_byte(&p->note, ' ');
	buf_puts(&p->note, word.text);
}
