/* SPDX-License-Identifier: MIT
 *
 * step_view.c - one event of a case as a screen of text
 */
#include "report/step_view.h"

#include <inttypes.h>
#include <string.h>

#include "report/moment.h"
#include "util/printable.h"
#include "util/utf8.h"

enum { LINES_AROUND = 3, CELLS = 2, NAME_COLUMNS = 15, VALUE_COLUMNS = 18 };

/* ---- lines ---- */

enum paint { PLAIN, BOLD, FAINT, GREEN, RED };

/* Append @line, cut to the width of the screen, with its colour and an end. */
static void add_line(struct buf *out, const struct step_style *style, enum paint paint, struct buf *line)
{
	static const char *const codes[] = { "", "\033[1m", "\033[2m", "\033[32m", "\033[1;31m" };
	const bool coloured = style->colour && paint != PLAIN;
	size_t columns = 0, at = 0;

	printable_buf(line, "");
	while (line->length && line->data[line->length - 1] == ' ')
		line->data[--line->length] = '\0';
	for (size_t n; at < line->length && (!style->columns || columns < style->columns); at += n ? n : 1, columns++)
		n = utf8_length(line->data + at);
	buf_puts(out, coloured ? codes[paint] : "");
	buf_add(out, line->data, at);
	buf_puts(out, coloured ? "\033[0m\n" : "\n");
	buf_clear(line);
}

/* ---- the script ---- */

static void add_script(struct buf *out, const struct result *r, int wanted, const struct step_style *style)
{
	struct buf line = BUF_INIT;
	int number = 1;

	for (const char *at = r->script ? r->script : ""; wanted && *at; number++) {
		size_t length = strcspn(at, "\n");

		if (number >= wanted - LINES_AROUND && number <= wanted + LINES_AROUND) {
			buf_printf(&line, "%s %4d  ", number == wanted ? ">" : " ", number);
			buf_add(&line, at, length);
			for (size_t i = 0; i < line.length; i++)
				line.data[i] = line.data[i] == '\t' ? ' ' : line.data[i];
			add_line(out, style, number == wanted ? BOLD : FAINT, &line);
		}
		at += length + (at[length] == '\n');
	}
	buf_free(&line);
}

/* ---- what happened ---- */

static void add_texts(struct buf *out, const char *const *texts, size_t count, const struct step_style *style)
{
	struct buf line = BUF_INIT;

	for (size_t i = 0; i < count; i++) {
		for (const char *at = texts[i] ? texts[i] : ""; *at;) {
			size_t length = strcspn(at, "\n");
			buf_printf(&line, "      %.*s", (int)length, at);
			add_line(out, style, RED, &line);
			at += length + (at[length] == '\n');
		}
	}
	buf_free(&line);
}

static void add_event(struct buf *out, const struct result_event *e, const struct step_style *style)
{
	struct buf line = BUF_INIT;

	buf_printf(&line, "  %-6s %s", e->sign ? e->sign : "", e->text ? e->text : "");
	add_line(out, style, e->status == RESULT_FAILED ? RED : GREEN, &line);
	if (e->observed && strcmp(e->observed, e->expected ? e->expected : "")) {
		buf_printf(&line, "  came   %s", e->observed);
		add_line(out, style, PLAIN, &line);
	}
	if (e->kind == ENTRY_CALL && e->live) {
		buf_printf(&line, "  live   %s", e->live);
		add_line(out, style, FAINT, &line);
	}
	if (e->way) {
		buf_printf(&line, "  way    %s", e->way);
		add_line(out, style, FAINT, &line);
	}
	if (e->status == RESULT_FAILED)
		add_texts(out, (const char *[]){ e->message, e->explanation }, 2, style);
	buf_free(&line);
}

static void add_happened(struct buf *out, const struct result *r, size_t event, const struct step_style *style)
{
	struct buf line = BUF_INIT;
	size_t first, end;

	moment_span(r, event, &first, &end);
	for (size_t i = first; i < end; i++) {
		if (i == event) {
			add_event(out, &r->events[i], style);
			continue;
		}
		buf_printf(&line, "  |      %s", r->events[i].text);
		add_line(out, style, PLAIN, &line);
	}
	buf_free(&line);
}

/* ---- the state of things ---- */

static void add_connection(struct buf *out, const struct moment *m, const struct moment_connection *c,
                           const struct step_style *style)
{
	struct buf line = BUF_INIT;

	buf_printf(&line, "%s  %s", c->name, c->state ? c->state : "");
	add_line(out, style, c->changed ? GREEN : BOLD, &line);
	for (const struct moment_variable *v = c->variables; v;) {
		bool changed = false;
		for (int cell = 0; cell < CELLS && v; cell++, v = v->next) {
			buf_printf(&line, "  %s %-*s %-*s", v->changed ? "*" : " ", NAME_COLUMNS, v->name,
			           VALUE_COLUMNS, v->value);
			changed = changed || v->changed;
		}
		add_line(out, style, changed ? GREEN : PLAIN, &line);
	}
	for (const struct moment_timer *t = c->timers; t; t = t->next) {
		buf_printf(&line, "    %-*s at %.6f, in %.6f s", NAME_COLUMNS, t->name, vtime_to_s(t->due),
		           vtime_to_s(vtime_sub(t->due, m->at)));
		add_line(out, style, PLAIN, &line);
	}
	buf_free(&line);
}

static void add_flights(struct buf *out, const struct moment *m, const struct step_style *style)
{
	struct buf line = BUF_INIT;
	uint32_t octets = 0;

	for (const struct moment_flight *f = m->flights; f; f = f->next)
		octets += f->end - f->start;
	if (m->flights) {
		buf_printf(&line, "sent, and not acknowledged: %" PRIu32, octets);
		add_line(out, style, BOLD, &line);
	}
	for (const struct moment_flight *f = m->flights; f; f = f->next) {
		buf_printf(&line, "    %" PRIu32 ":%" PRIu32 "(%" PRIu32 ")  sent at %.6f%s", f->start, f->end,
		           f->end - f->start, vtime_to_s(f->sent), f->times > 1 ? ", " : "");
		if (f->times > 1)
			buf_printf(&line, "for the %d%s time", f->times,
			           f->times == 2 ? "nd" : f->times == 3 ? "rd" : "th");
		buf_puts(&line, f->selected ? ", selected" : "");
		add_line(out, style, f->times > 1 ? GREEN : PLAIN, &line);
	}
	buf_free(&line);
}

/* The last sample, which is all that a target without a trace tells. */
static void add_sample(struct buf *out, const struct result *r, vtime_t at, const struct step_style *style)
{
	const struct result_sample *last = NULL;
	struct buf line = BUF_INIT;

	for (size_t i = 0; i < r->sample_count; i++)
		if (!vtime_before(at, r->samples[i].at))
			last = &r->samples[i];
	if (!last)
		return;
	buf_printf(&line, "socket %d", last->fd);
	add_line(out, style, BOLD, &line);
#define X(member, tcpi, key, heading) \
	buf_printf(&line, "    %-*s %" PRId64, NAME_COLUMNS, key, last->values.member); \
	add_line(out, style, PLAIN, &line);
	SAMPLED_VARIABLES(X)
#undef X
	buf_free(&line);
}

void step_view(struct buf *out, const struct result *r, size_t event, const struct step_style *style)
{
	struct arena *arena = arena_new();
	struct buf line = BUF_INIT;
	struct moment m;
	size_t number = 0, all = 0;

	moment_of(r, event, arena, &m);
	for (size_t i = 0; i < r->event_count; i++) {
		all += moment_stops_at(&r->events[i]);
		number = i == event ? all : number;
	}
	buf_printf(&line, "%s  event %zu of %zu  %.6f s  %s", r->id ? r->id : "", number, all, vtime_to_s(m.at),
	           verdict_name[r->verdict]);
	add_line(out, style, BOLD, &line);
	buf_puts(out, "\n");
	add_script(out, r, r->events[event].line, style);
	buf_puts(out, "\n");
	add_happened(out, r, event, style);
	buf_puts(out, "\n");
	add_flights(out, &m, style);
	for (const struct moment_connection *c = m.connections; c; c = c->next)
		if (!c->state || strcmp(c->state, "CLOSED"))
			add_connection(out, &m, c, style);
	if (!m.connections)
		add_sample(out, r, m.at, style);
	buf_free(&line);
	arena_free(arena);
}
