/* SPDX-License-Identifier: MIT
 *
 * edit.c - edits of the text of a script, and the comments that tell of them
 */
#include "report/observed/edit.h"

#include <stdlib.h>
#include <string.h>

const char EDIT_MARK[] = "// observed: ", EDIT_GONE[] = "; gone:";
static const char WAS[] = "; was:", BELOW[] = "//\t";      /* before an old text, and before each of its lines */

/* ---- edits ---- */

/* @text in the place of the bytes from @at to @end. */
struct edit {
	size_t at, end, order;
	const char *text;
};

void edit_replace(struct correction *c, size_t at, size_t end, const char *text)
{
	if (c->count == c->room) {
		struct edit *larger = arena_new_array(c->arena, struct edit, 2 * c->room + 8);
		if (c->count)
			memcpy(larger, c->edits, c->count * sizeof(*larger));
		c->edits = larger;
		c->room = 2 * c->room + 8;
	}
	c->edits[c->count] = (struct edit){ at, end, c->count, text };
	c->count++;
}

static int by_place(const void *a, const void *b)
{
	const struct edit *x = a, *y = b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return x->order < y->order ? -1 : 1;
}

/* ---- places ---- */

static const size_t *find_lines(const struct source *source, struct arena *arena)
{
	size_t lines = 1;

	for (size_t i = 0; i < source->length; i++)
		lines += source->text[i] == '\n';
	size_t *start = arena_new_array(arena, size_t, lines);
	lines = 1;
	for (size_t i = 0; i < source->length; i++)
		if (source->text[i] == '\n')
			start[lines++] = i + 1;
	return start;
}

void edit_begin(struct correction *c, const struct record *record, const struct source *original)
{
	*c = (struct correction){
		.record = record, .source = &record->script->source, .original = original, .arena = arena_new(),
	};
	c->line_start = find_lines(c->source, c->arena);
}

void edit_finish(struct correction *c, struct buf *out)
{
	size_t at = 0;

	if (c->count)
		qsort(c->edits, c->count, sizeof(*c->edits), by_place);
	for (size_t i = 0; i < c->count; i++) {
		const struct edit *edit = &c->edits[i];
		if (edit->at < at)
			continue;
		buf_add(out, c->source->text + at, edit->at - at);
		buf_puts(out, edit->text);
		at = edit->end;
	}
	buf_add(out, c->source->text + at, c->source->length - at);
	arena_free(c->arena);
}

static size_t place(const struct correction *c, int line, int column)
{
	return c->line_start[line - 1] + (size_t)column - 1;
}

size_t edit_start_of(const struct correction *c, const struct loc *loc)
{
	return place(c, loc->line, loc->column);
}

static bool is_blank(char ch)
{
	return ch == ' ' || ch == '\t' || ch == '\r';
}

size_t edit_skip_blanks(const struct correction *c, size_t at)
{
	while (at < c->source->length && is_blank(c->source->text[at]))
		at++;
	return at;
}

bool edit_starts(const struct correction *c, size_t at, const char *text)
{
	size_t length = strlen(text);

	return c->source->length - at >= length && !memcmp(c->source->text + at, text, length);
}

/* By how much the line at @at changes the number of open conditions. */
static int opens(const struct correction *c, size_t at)
{
	at = edit_skip_blanks(c, at);
	return edit_starts(c, at, "#ifdef") + edit_starts(c, at, "#ifndef") - edit_starts(c, at, "#endif");
}

/* An event may end inside of a condition that began inside of it. The rest of that condition does not count here, and
 * could not stand alone. */
size_t edit_end_of(const struct correction *c, const struct loc *loc)
{
	const char *text = c->source->text;
	size_t end = place(c, loc->end_line, loc->end_column), at = end;
	int open = 0;

	for (int line = loc->line + 1; line <= loc->end_line; line++)
		open += opens(c, c->line_start[line - 1]);
	while (open > 0 && at < c->source->length) {
		at += strcspn(text + at, "\n");
		at += at < c->source->length;
		open += opens(c, at);
		if (open == 0)
			end = at + strcspn(text + at, "\n");
	}
	return end;
}

const char *edit_cut(const struct correction *c, size_t at, size_t end)
{
	return arena_strndup(c->arena, c->source->text + at, end - at);
}

const char *edit_keep(const struct correction *c, struct buf *text)
{
	const char *kept = arena_strdup(c->arena, text->data);

	buf_free(text);
	return kept;
}

/* ---- comments ---- */

const char *edit_comment(const struct correction *c, const char *indent, const char *reason, const char *word,
                         const char *old)
{
	struct buf text = BUF_INIT;
	bool below = strchr(old, '\n');

	buf_printf(&text, "%s%.*s%s%c", EDIT_MARK, (int)strcspn(reason, "\n"), reason, word, below ? '\n' : ' ');
	for (const char *line = old; below && *line;) {
		size_t length = strcspn(line, "\n");
		buf_printf(&text, "%s%s%.*s", indent, BELOW, (int)length, line);
		line += length + (line[length] == '\n');
		if (*line)
			buf_add_byte(&text, '\n');
	}
	if (!below)
		buf_puts(&text, old);
	return edit_keep(c, &text);
}

/* Where the blanks before @at begin; @at if something else stands on its line. */
static size_t indent_start(const struct correction *c, size_t at)
{
	size_t line = at;

	while (line && is_blank(c->source->text[line - 1]))
		line--;
	return line && c->source->text[line - 1] != '\n' ? at : line;
}

void edit_line_before(struct correction *c, size_t at, const char *text)
{
	size_t line = indent_start(c, at);

	if (line && c->source->text[line - 1] != '\n')
		edit_replace(c, at, at, arena_printf(c->arena, "\n%s\n", text));
	else
		edit_replace(c, line, line, arena_printf(c->arena, "%s%s\n", edit_cut(c, line, at), text));
}

const char *edit_indent(const struct correction *c, size_t at)
{
	return edit_cut(c, indent_start(c, at), at);
}

/* The comment that an earlier round has put above line @line. */
static bool find_comment(const struct correction *c, int line, size_t *at, size_t *end)
{
	size_t start;

	if (!c->original)
		return false;
	do {
		if (--line < 1)
			return false;
		start = edit_skip_blanks(c, c->line_start[line - 1]);
	} while (edit_starts(c, start, BELOW));
	*at = start;
	*end = start + strcspn(c->source->text + start, "\n");
	const char *text = edit_cut(c, *at, *end);
	return edit_starts(c, start, EDIT_MARK) && !strstr(text, EDIT_GONE) && !strstr(c->original->text, text);
}

void edit_note(struct correction *c, const struct loc *loc, const char *reason)
{
	size_t at = edit_start_of(c, loc), from, to;

	if (!find_comment(c, loc->line, &from, &to)) {
		const char *old = edit_cut(c, at, edit_end_of(c, loc));
		edit_line_before(c, at, edit_comment(c, edit_indent(c, at), reason, WAS, old));
		return;
	}
	const char *text = edit_cut(c, from, to), *was = strstr(text, WAS);
	const char *reasons = arena_strndup(c->arena, text, was ? (size_t)(was - text) : strlen(text));
	if (!strstr(reasons, reason))
		edit_replace(c, from + strlen(reasons), from + strlen(reasons), arena_printf(c->arena, ", %s", reason));
}

/* ---- lines that go, lines that come ---- */

/* May a comment stand before @at to the end of the line? */
static bool ends_line(const struct correction *c, size_t at)
{
	size_t rest = edit_skip_blanks(c, at);

	return rest == c->source->length || c->source->text[rest] == '\n' || edit_starts(c, rest, "//");
}

void edit_remove(struct correction *c, const struct loc *loc, const char *reason)
{
	size_t at = edit_start_of(c, loc), end = edit_end_of(c, loc), from, to;
	const char *newline = ends_line(c, end) ? "" : "\n";

	if (!find_comment(c, loc->line, &from, &to)) {
		const char *text = edit_comment(c, edit_indent(c, at), reason, EDIT_GONE, edit_cut(c, at, end));
		edit_replace(c, at, end, arena_printf(c->arena, "%s%s", text, newline));
		return;
	}
	/* The text that is removed was written by an earlier round: what the author wrote is in its comment, and is
	 * kept. */
	const char *text = edit_cut(c, from, to), *was = strstr(text, WAS);
	size_t line = c->line_start[loc->line - 1];
	if (was) {
		edit_replace(c, from, from + (size_t)(was - text) + strlen(WAS),
			     arena_printf(c->arena, "%s%s%s", EDIT_MARK, reason, EDIT_GONE));
		edit_replace(c, line - 1, end, newline);
	} else {
		size_t rest = edit_skip_blanks(c, end);
		edit_replace(c, indent_start(c, from),
			     rest + (rest < c->source->length && c->source->text[rest] == '\n'), "");
	}
}

bool edit_was_reason(const struct correction *c, const struct loc *loc, const char *reason)
{
	size_t from, to;

	return find_comment(c, loc->line, &from, &to) && strstr(edit_cut(c, from, to), reason);
}
