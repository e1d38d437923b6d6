/* SPDX-License-Identifier: MIT
 *
 * print.c - a script as canonical text: one event a line, blanks and numbers in one way
 *
 * Parsing the text again gives the same tree. Comments stay, as do single blank lines. Definitions are
 * already in the tree, so what is printed no longer depends on them.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "script/print.h"
#include "script/statement.h"

/* ---- times ---- */

static vtime_t read_back(const char *text)
{
	return vtime_us((int64_t)(strtod(text, NULL) * 1e6));
}

/* Reading truncates, so the shortest text might come back a microsecond early: half a microsecond is added. */
void seconds_print(struct buf *out, vtime_t t)
{
	char text[48];
	int64_t us = t.ns / 1000;
	int length = snprintf(text, sizeof(text), "%" PRId64 ".%06" PRId64, us / 1000000, us % 1000000);

	if (read_back(text).ns != t.ns) {
		snprintf(text, sizeof(text), "%" PRId64 ".%06" PRId64 "5", us / 1000000, us % 1000000);
		buf_puts(out, text);
		return;
	}
	while (text[length - 1] == '0')
		length--;
	if (text[length - 1] == '.')
		length--;
	buf_add(out, text, (size_t)length);
}

static void print_instant(struct buf *out, vtime_t at, const struct expr *value)
{
	if (value)
		expr_print(out, value);
	else
		seconds_print(out, at);
}

void time_spec_print(struct buf *out, const struct time_spec *t)
{
	bool relative = t->kind == TIME_RELATIVE || t->kind == TIME_RELATIVE_RANGE;

	if (t->kind == TIME_ANY) {
		buf_add_byte(out, '*');
		return;
	}
	if (relative)
		buf_add_byte(out, '+');
	print_instant(out, t->start, t->start_value);
	if (t->kind != TIME_ABSOLUTE_RANGE && t->kind != TIME_RELATIVE_RANGE)
		return;
	buf_puts(out, relative ? "~+" : "~");
	print_instant(out, t->end, t->end_value);
}

/* ---- events ---- */

static void print_code(struct buf *out, const char *text)
{
	size_t length = strlen(text);

	buf_puts(out, " %{");
	if (length && *text != '\n')
		buf_add_byte(out, ' ');
	buf_puts(out, text);
	buf_puts(out, length && text[length - 1] == '\n' ? "}%" : " }%");
}

void event_print(struct buf *out, const struct event *e)
{
	time_spec_print(out, &e->time);
	switch (e->kind) {
	case EVENT_PACKET:
		buf_add_byte(out, ' ');
		packet_spec_print(out, e->packet);
		break;
	case EVENT_CALL:
		if (e->call->blocking) {
			buf_puts(out, "...");
			print_instant(out, e->call->end, e->call->end_value);
		}
		buf_add_byte(out, ' ');
		call_spec_print(out, e->call);
		break;
	case EVENT_COMMAND:
		buf_printf(out, " `%s`", e->command->text);
		break;
	case EVENT_LET:
		buf_printf(out, " let $%s = ", e->let->name);
		expr_print(out, e->let->value);
		break;
	case EVENT_CODE:
		print_code(out, e->code->text);
		break;
	}
}

/* ---- lines, with the comments and single blank lines of the source between them ---- */

struct printer {
	struct buf *out;
	const struct comment *comment;                       /* the next to be printed */
	int last_line;                                       /* of the source: where what has been printed ended */
	bool started, after_line_comment;
};

static void begin_line(struct printer *pr, const struct loc *loc)
{
	if (pr->started)
		buf_puts(pr->out, loc->line > pr->last_line + 1 ? "\n\n" : "\n");
	pr->started = true;
	pr->after_line_comment = false;
	pr->last_line = loc->end_line;
}

static bool is_before(const struct loc *a, const struct loc *b)
{
	return a->line < b->line || (a->line == b->line && a->column < b->column);
}

/* Comments before @place, NULL: all that are left. One inside or behind a line of the script is printed behind that
 * line. */
static void print_comments(struct printer *pr, const struct loc *place)
{
	for (; pr->comment && (!place || is_before(&pr->comment->loc, place)); pr->comment = pr->comment->next) {
		const struct comment *c = pr->comment;

		if (c->own_line || !pr->started || pr->after_line_comment)
			begin_line(pr, &c->loc);
		else
			buf_add_byte(pr->out, ' ');
		buf_puts(pr->out, c->text);
		pr->after_line_comment = c->text[1] == '/' || *c->text == '#';
		pr->last_line = c->loc.end_line;
	}
}

/* Is there a directive between the tokens at @loc? Then its place matters, and the text is printed as it is. */
static bool has_directive(const struct printer *pr, const struct loc *loc)
{
	const struct loc end = { .line = loc->end_line, .column = loc->end_column };

	for (const struct comment *c = pr->comment; c && is_before(&c->loc, &end); c = c->next)
		if (*c->text == '#')
			return true;
	return false;
}

/* An event as the author wrote it, with the comments in it. */
static void print_as_written(struct printer *pr, const struct loc *loc)
{
	const struct loc behind = { .line = loc->end_line, .column = loc->end_column };
	const char *text = loc->source->text, *end;
	int line = 1;

	for (; line < loc->line; line++)
		text = strchr(text, '\n') + 1;
	end = text;
	for (; line < loc->end_line; line++)
		end = strchr(end, '\n') + 1;
	buf_add(pr->out, text + loc->column - 1, (size_t)(end + loc->end_column - (text + loc->column)));
	while (pr->comment && is_before(&pr->comment->loc, &behind))
		pr->comment = pr->comment->next;
}

static void print_statements(struct printer *pr, const struct statement *first);

static void begin_item(struct printer *pr, const struct loc *loc)
{
	print_comments(pr, loc);
	begin_line(pr, loc);
}

/* ---- statements ---- */

static void print_arguments(struct buf *out, const struct expr *first)
{
	buf_add_byte(out, '(');
	for (const struct expr *e = first; e; e = e->next) {
		buf_puts(out, e->assign.name);
		if (e->assign.value->kind != EXPR_ELLIPSIS)
			member_print(out, "=", e->assign.value);
		buf_puts(out, e->next ? ", " : "");
	}
	buf_add_byte(out, ')');
}

static void print_block(struct printer *pr, const struct statement *block)
{
	const struct loc end = block->is->end;

	buf_puts(pr->out, " {");
	pr->last_line = block->is->loc.line;
	print_statements(pr, block->is->first);
	begin_item(pr, &end);
	buf_add_byte(pr->out, '}');
}

static void print_loop(struct printer *pr, const struct statement *s)
{
	if (s->is->loop.name) {
		buf_printf(pr->out, "for $%s in ", s->is->loop.name);
		expr_print(pr->out, s->is->loop.first);
		buf_puts(pr->out, "..");
	} else {
		buf_puts(pr->out, "repeat ");
	}
	expr_print(pr->out, s->is->loop.last);
	print_block(pr, s->is->loop.block);
}

static void print_choice(struct printer *pr, const struct statement *s)
{
	const struct statement *other = s->is->choice.other;

	buf_puts(pr->out, "if ");
	condition_print(pr->out, s->is->choice.condition);
	print_block(pr, s->is->choice.block);
	if (!other)
		return;
	buf_puts(pr->out, " else");
	if (other->kind == STATEMENT_BLOCK) {
		print_block(pr, other);
	} else {
		buf_add_byte(pr->out, ' ');
		print_choice(pr, other);
	}
}

static void print_peer(struct buf *out, const struct statement *s)
{
	buf_puts(out, "peer ");
	expr_print(out, s->is->peer.name);
	if (s->is->peer.address)
		buf_printf(out, " %s", s->is->peer.address->string.text);
	if (s->is->peer.port) {
		buf_puts(out, " port ");
		expr_print(out, s->is->peer.port);
	}
}

static void print_statements(struct printer *pr, const struct statement *first)
{
	for (const struct statement *s = first; s; s = s->next) {
		begin_item(pr, s->kind == STATEMENT_EVENT ? &s->event->loc : &s->is->loc);
		switch (s->kind) {
		case STATEMENT_EVENT:
			if (has_directive(pr, &s->event->loc))
				print_as_written(pr, &s->event->loc);
			else
				event_print(pr->out, s->event);
			break;
		case STATEMENT_INCLUDE:
			buf_printf(pr->out, "include \"%s\"", s->is->include.path);
			break;
		case STATEMENT_MACRO:
			buf_printf(pr->out, "macro %s", s->is->macro->name);
			print_arguments(pr->out, s->is->macro->parameters);
			print_block(pr, s->is->macro->body);
			break;
		case STATEMENT_USE:
			buf_puts(pr->out, s->is->use.macro->name);
			print_arguments(pr->out, s->is->use.arguments);
			break;
		case STATEMENT_REPEAT:
		case STATEMENT_FOR:
			print_loop(pr, s);
			break;
		case STATEMENT_GROUP:
			buf_puts(pr->out, s->is->group.either ? "either" : "unordered");
			print_block(pr, s->is->group.block);
			break;
		case STATEMENT_PEER:
			print_peer(pr->out, s);
			break;
		default:
			print_choice(pr, s);
			break;
		}
	}
}

void script_print(struct buf *out, const struct script *s)
{
	struct printer pr = { .out = out, .comment = s->comments };

	for (const struct option_line *o = s->options; o; o = o->next) {
		begin_item(&pr, &o->loc);
		buf_printf(out, "--%s%s%s", o->name, o->value ? "=" : "", o->value ? o->spelling : "");
	}
	if (s->init) {
		begin_item(&pr, &s->init->loc);
		buf_printf(out, "`%s`", s->init->text);
	}
	print_statements(&pr, s->statements);
	if (s->cleanup) {
		begin_item(&pr, &s->cleanup->loc);
		buf_printf(out, "`%s`", s->cleanup->text);
	}
	print_comments(&pr, NULL);
	if (pr.started)
		buf_add_byte(out, '\n');
}
