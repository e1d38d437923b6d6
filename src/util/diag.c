/* SPDX-License-Identifier: MIT
 *
 * diag.c - the queue of diagnostics and its print form
 */
#include "util/diag.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/checked.h"
#include "util/printable.h"

enum { DEFAULT_LIMIT = 100, SHOWN_COLUMNS = 160 };

void diags_init(struct diags *d)
{
	*d = (struct diags){ .limit = DEFAULT_LIMIT };
	d->last = &d->first;
}

void diags_free(struct diags *d)
{
	for (struct diag *g = d->first, *next; g; g = next) {
		next = g->next;
		free(g->headline);
		free(g->detail);
		free(g->token);
		free(g);
	}
	diags_init(d);
}

static char *text_of(const char *format, va_list args)
{
	struct buf b = BUF_INIT;

	buf_vprintf(&b, format, args);
	char *text = checked_memory(strdup(b.data));
	buf_free(&b);
	return text;
}

static void enqueue(struct diags *d, const struct diag *model, const char *format, va_list args)
{
	if (model->kind != DIAG_WARNING && d->errors++ >= d->limit)
		return;
	struct diag *g = checked_memory(malloc(sizeof(*g)));
	*g = *model;
	g->next = NULL;
	g->via = d->via;
	g->number = d->count++;
	g->headline = checked_memory(strdup(model->headline));
	g->detail = format ? text_of(format, args) : NULL;
	g->token = model->token ? checked_memory(strdup(model->token)) : NULL;
	*d->last = g;
	d->last = &g->next;
	d->newest = g;
}

bool (diag_error)(struct diags *d, enum diag_kind kind, struct loc loc, const char *headline,
                  const char *detail_format, ...)
{
	va_list args;

	va_start(args, detail_format);
	enqueue(d, &(struct diag){ .kind = kind, .loc = loc, .headline = (char *)headline }, detail_format, args);
	va_end(args);
	return false;
}

void diag_warning(struct diags *d, struct loc loc, const char *headline, const char *detail_format, ...)
{
	va_list args;

	va_start(args, detail_format);
	enqueue(d, &(struct diag){ .kind = DIAG_WARNING, .loc = loc, .headline = (char *)headline }, detail_format,
	        args);
	va_end(args);
}

bool diag_syntax(struct diags *d, struct loc loc, const char *token, int token_line, const char *detail_format, ...)
{
	va_list args;

	va_start(args, detail_format);
	enqueue(d,
	        &(struct diag){
			.kind = DIAG_SYNTAX, .loc = loc, .headline = "syntax error", .token = (char *)token,
			.token_line = token_line },
	        detail_format, args);
	va_end(args);
	return false;
}

bool diags_has_error(const struct diags *d, struct loc loc)
{
	for (const struct diag *g = d->first; g; g = g->next)
		if (g->kind != DIAG_WARNING && g->loc.source == loc.source && g->loc.line == loc.line &&
		    g->loc.column == loc.column)
			return true;
	return false;
}

/* Beyond the limit nothing is kept, and there is nothing to mark. */
void diag_of_dialect(struct diags *d)
{
	d->dialect_errors++;
	if (d->errors <= d->limit)
		d->newest->dialect = true;
}

void diags_excuse(struct diags *d)
{
	for (struct diag *g = d->first; g; g = g->next)
		if (g->dialect)
			g->kind = DIAG_WARNING;
	d->errors -= d->dialect_errors;
	d->dialect_errors = 0;
}

/* The text of line @line of @source; *length without the newline. NULL if there is no such line. */
static const char *line_text(const struct source *source, int line, size_t *length)
{
	const char *at = source->text ? source->text : "", *end = at + source->length;

	for (int n = 1; n < line; n++) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		if (!newline)
			return NULL;
		at = newline + 1;
	}
	const char *stop = memchr(at, '\n', (size_t)(end - at));
	*length = (size_t)((stop ? stop : end) - at);
	return at;
}

/* A byte for a byte, so that the caret below finds its place. */
static void print_text(const char *text, size_t length, FILE *out)
{
	bool ok;

	for (size_t at = 0, n; at < length; at += n) {
		n = printable_next(text + at, "\t", &ok);
		if (ok && at + n <= length)
			fwrite(text + at, 1, n, out);
		else
			fprintf(out, "%.*s", (int)(n < length - at ? n : length - at), "????");
	}
}

static void print_excerpt(const struct loc *loc, FILE *out, const char *red, const char *plain)
{
	size_t length, start = 0;
	const char *line = line_text(loc->source, loc->line, &length);
	size_t column = loc->column > 0 ? (size_t)loc->column - 1 : 0;

	if (!line || column > length)
		return;
	if (column > SHOWN_COLUMNS / 2)
		start = column - SHOWN_COLUMNS / 2;
	size_t shown = length - start > SHOWN_COLUMNS ? SHOWN_COLUMNS : length - start;
	size_t width = loc->end_line == loc->line && loc->end_column > loc->column
	                       ? (size_t)(loc->end_column - loc->column)
	                       : 1;

	fprintf(out, "%5d | ", loc->line);
	print_text(line + start, shown, out);
	fputs("\n      | ", out);
	for (size_t i = start; i < column; i++)
		if (((unsigned char)line[i] & 0xc0) != 0x80)     /* the further bytes of a character take no room */
			fputc(line[i] == '\t' ? '\t' : ' ', out);
	fprintf(out, "%s^", red);
	for (size_t i = 1; i < width && column + i < start + shown; i++)
		fputc('~', out);
	fprintf(out, "%s\n", plain);
}

/* The way to the place, from the inside out. */
static void print_way(const struct via *via, FILE *out)
{
	struct buf text = BUF_INIT;

	for (; via; via = via->outer) {
		buf_puts(&text, "      | in ");
		printable_add(&text, via->text, "");
		buf_puts(&text, ", ");
		printable_add(&text, via->loc.source->name, "");
		buf_printf(&text, ":%d:%d\n", via->loc.line, via->loc.column);
	}
	fputs(text.data, out);
	buf_free(&text);
}

static void print_one(const struct diag *g, FILE *out, bool colour, const char *program)
{
	const char *red = colour ? (g->kind == DIAG_WARNING ? "\033[1;35m" : "\033[1;31m") : "";
	const char *plain = colour ? "\033[0m" : "";
	const char *word = g->kind == DIAG_WARNING ? "warning" : "error";
	struct buf text = BUF_INIT;

	if (g->loc.source) {
		printable_add(&text, g->loc.source->name, "");
		if (g->loc.line > 0)
			buf_printf(&text, ":%d:%d", g->loc.line, g->loc.column);
		buf_puts(&text, ": ");
	} else if (program) {
		buf_printf(&text, "%s: ", program);
	}
	if (g->loc.source || !program || g->kind == DIAG_WARNING)
		buf_printf(&text, "%s%s:%s ", red, word, plain);
	printable_add(&text, g->headline, "");
	if (g->token && g->token_line > g->loc.line) {
		if (g->loc.column == g->loc.end_column)
			buf_puts(&text, " at the end of the line");
	} else if (g->token) {
		buf_puts(&text, *g->token ? " at '" : " at the end of the script");
		printable_add(&text, g->token, "");
		buf_puts(&text, *g->token ? "'" : "");
	}
	if (g->detail) {
		buf_puts(&text, ": ");
		printable_add(&text, g->detail, "");
	}
	fprintf(out, "%s\n", text.data);
	buf_free(&text);
	if (g->loc.source && g->loc.line > 0)
		print_excerpt(&g->loc, out, red, plain);
	print_way(g->via, out);
}

static int by_place(const void *a, const void *b)
{
	const struct diag *x = *(const struct diag *const *)a, *y = *(const struct diag *const *)b;
	int lines = (x->loc.line > y->loc.line) - (x->loc.line < y->loc.line);

	if (x->loc.source != y->loc.source || !x->loc.source)
		lines = 0;
	else if (!lines)
		lines = (x->loc.column > y->loc.column) - (x->loc.column < y->loc.column);
	return lines ? lines : x->number - y->number;
}

void diags_print(const struct diags *d, FILE *out, bool colour)
{
	diags_print_for(NULL, d, out, colour);
}

void diags_print_for(const char *program, const struct diags *d, FILE *out, bool colour)
{
	size_t count = (size_t)d->count;
	const struct diag **sorted = checked_memory(calloc(count + 1, sizeof(*sorted)));
	size_t n = 0;
	for (const struct diag *g = d->first; g; g = g->next)
		sorted[n++] = g;
	qsort(sorted, count, sizeof(*sorted), by_place);
	for (size_t i = 0; i < count; i++)
		print_one(sorted[i], out, colour, program);
	free(sorted);
	if (d->errors > d->limit)
		fprintf(out, "%d more errors not shown\n", d->errors - d->limit);
}
