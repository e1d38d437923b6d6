/* SPDX-License-Identifier: MIT
 *
 * coverage_formats.c - the table of requirements as text, Markdown and JSON
 *
 * All formats say the same. Those for people leave out which cases passed, unless they are asked for; of those that did
 * not pass they always say what they found. JSON has everything that the view shows.
 */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "report/coverage.h"
#include "report/coverage_html.h"
#include "report/json_shape.h"
#include "util/checked.h"
#include "util/common.h"
#include "util/printable.h"

enum { NARROWEST = 13 };                                     /* a column: the longest word */

static bool same_document(const struct coverage_row *a, const struct coverage_row *b)
{
	size_t length = requirement_document(a->requirement->id) + 1;

	return !strncmp(a->requirement->id, b->requirement->id, length);
}

/* "MUST-13" of "RFC9293:MUST-13". */
static const char *number_of(const struct requirement *r)
{
	return r->id + requirement_document(r->id) + 1;
}

/* ---- text ---- */

static int column_width(const char *target)
{
	size_t length = strlen(target);

	return (int)(length > NARROWEST ? length : NARROWEST);
}

static void add_sums(struct buf *out, const struct coverage_table *table)
{
	buf_printf(out, "%-14s", "");
	for (size_t c = 0; c < table->sum_count; c++)
		buf_printf(out, " %*s", column_width(table->sums[c].target), table->sums[c].target);
	for (size_t word = 0; word < COVERAGE_WORDS; word++) {
		buf_printf(out, "\n%-14s", coverage_word[word]);
		for (size_t c = 0; c < table->sum_count; c++)
			buf_printf(out, " %*zu", column_width(table->sums[c].target), table->sums[c].words[word]);
	}
	buf_puts(out, "\n");
}

/* Is @one to be shown? Cases that passed are shown only on request, and where something failed, cases that could not be
 * played explain nothing. */
static bool shows(const struct coverage_cell *cell, const struct coverage_case *one, const struct coverage_view *view)
{
	const bool failed = cell->word == COVERAGE_BROKEN || cell->word == COVERAGE_DEVIATES;

	return view->cases || (one->verdict != VERDICT_PASS && !(failed && one->verdict == VERDICT_SKIP));
}

static void add_cases(struct buf *out, const struct coverage_cell *cell, const struct coverage_view *view,
                      const char *indent)
{
	if (cell->reason)
		buf_printf(out, "%s%s: %s\n", indent, cell->target, cell->reason);
	for (size_t i = 0; i < cell->count; i++) {
		const struct coverage_case *one = &cell->cases[i];
		if (!shows(cell, one, view))
			continue;
		buf_printf(out, "%s%s ", indent, verdict_name[one->verdict]);
		printable_add(out, one->id, "");
		if (one->reason) {
			buf_puts(out, ": ");
			printable_add(out, one->reason, "");
		}
		buf_puts(out, "\n");
	}
}

/* The document's title, and if there are several targets, their names above their columns. */
static void add_document(struct buf *out, const struct coverage_row *row)
{
	const char *id = row->requirement->id;

	buf_printf(out, row->count > 1 ? "%-48.*s" : "%.*s", (int)requirement_document(id), id);
	for (size_t c = 0; row->count > 1 && c < row->count; c++)
		buf_printf(out, c + 1 < row->count ? " %-*s" : " %.*s", column_width(row->cells[c].target),
		           row->cells[c].target);
	buf_puts(out, "\n");
}

static void write_text(struct buf *out, const struct coverage_table *table, const struct coverage_view *view)
{
	const struct coverage_row *last = NULL;

	for (const struct coverage_row *row = table->rows; row < table->rows + table->count; row++) {
		const struct requirement *r = row->requirement;
		if (!coverage_shows(view, row))
			continue;
		if (!last || !same_document(last, row)) {
			buf_puts(out, last ? "\n" : "");
			add_document(out, row);
		}
		last = row;
		buf_printf(out, "  %-12s %-22s %-10s", r->section, number_of(r), r->level);
		for (size_t c = 0; c < row->count; c++)
			buf_printf(out, " %-*s", column_width(row->cells[c].target), coverage_word[row->cells[c].word]);
		buf_printf(out, " %s\n", r->text);
		for (size_t c = 0; c < row->count; c++)
			add_cases(out, &row->cells[c], view, "              ");
	}
	buf_puts(out, last ? "\n" : "");
	add_sums(out, table);
	for (size_t i = 0; i < table->aside_count; i++)
		buf_printf(out, "%s%s judged too little for a column: %s\n", i ? "" : "\n", table->asides[i].target,
		           table->asides[i].judged);
	for (size_t i = 0; i < table->unknown_count; i++) {
		buf_puts(out, "not in the catalogue: ");
		printable_add(out, table->unknown[i], "");
		buf_puts(out, "\n");
	}
}

/* ---- Markdown ---- */

/* Characters that would end a cell or begin markup are escaped by a backslash. */
static void add_plain(struct buf *out, const char *text)
{
	struct buf plain = BUF_INIT;

	printable_add(&plain, text, "");
	for (const char *c = plain.data; *c; c++) {
		buf_puts(out, strchr("\\`*_{}[]<>|#~&", *c) ? "\\" : "");
		buf_add_byte(out, *c);
	}
	buf_free(&plain);
}

static void add_head(struct buf *out, const struct coverage_row *row)
{
	const struct requirement *r = row->requirement;

	buf_printf(out, "\n## %.*s\n\n| section | requirement | level |", (int)requirement_document(r->id), r->id);
	for (size_t c = 0; c < row->count; c++) {
		buf_puts(out, " ");
		add_plain(out, row->cells[c].target);
		buf_puts(out, " |");
	}
	buf_puts(out, " text |\n|---|---|---|");
	for (size_t c = 0; c <= row->count; c++)
		buf_puts(out, "---|");
	buf_puts(out, "\n");
}

static void add_markdown_cell(struct buf *out, const struct coverage_cell *cell, const struct coverage_view *view)
{
	buf_printf(out, " %s", coverage_word[cell->word]);
	if (cell->reason) {
		buf_puts(out, ": ");
		add_plain(out, cell->reason);
	}
	for (size_t i = 0; i < cell->count; i++) {
		const struct coverage_case *one = &cell->cases[i];
		if (!shows(cell, one, view))
			continue;
		buf_printf(out, "<br>%s ", verdict_name[one->verdict]);
		add_plain(out, one->id);
		buf_puts(out, one->reason ? ": " : "");
		add_plain(out, one->reason ? one->reason : "");
	}
	buf_puts(out, " |");
}

static void write_markdown(struct buf *out, const struct coverage_table *table, const struct coverage_view *view)
{
	const struct coverage_row *last = NULL;

	buf_puts(out, "# Requirements\n\n|  |");
	for (size_t c = 0; c < table->sum_count; c++) {
		buf_puts(out, " ");
		add_plain(out, table->sums[c].target);
		buf_puts(out, " |");
	}
	buf_puts(out, "\n|---|");
	for (size_t c = 0; c < table->sum_count; c++)
		buf_puts(out, "---:|");
	for (size_t word = 0; word < COVERAGE_WORDS; word++) {
		buf_printf(out, "\n| %s |", coverage_word[word]);
		for (size_t c = 0; c < table->sum_count; c++)
			buf_printf(out, " %zu |", table->sums[c].words[word]);
	}
	buf_puts(out, "\n");
	for (size_t i = 0; i < table->aside_count; i++) {
		buf_puts(out, "\n");
		add_plain(out, table->asides[i].target);
		buf_printf(out, " judged too little for a column: %s\n", table->asides[i].judged);
	}
	for (const struct coverage_row *row = table->rows; row < table->rows + table->count; row++) {
		const struct requirement *r = row->requirement;
		if (!coverage_shows(view, row))
			continue;
		if (!last || !same_document(last, row))
			add_head(out, row);
		last = row;
		buf_printf(out, "| %s | %s | %s |", r->section, number_of(r), r->level);
		for (size_t c = 0; c < row->count; c++)
			add_markdown_cell(out, &row->cells[c], view);
		buf_puts(out, " ");
		add_plain(out, r->text);
		buf_puts(out, " |\n");
	}
}

/* ---- JSON: one object, by tables ---- */

#define MEMBER(structure, name_of, key) { .name = (key), .offset = offsetof(struct structure, name_of) }
#define TEXT(structure, name_of, key) \
	{ .member = { .name = (key), .offset = JSON_TEXT_PLACE(structure, name_of) }, .type = JSON_SHAPE_TEXT }
#define LIST(structure, name_of, number, key, of) \
	{ .member = MEMBER(structure, name_of, key), .type = JSON_SHAPE_LIST, \
	  .count = offsetof(struct structure, number), .shape = (of) }
#define WORD(structure, name_of, key, names) \
	{ .member = FIELD_NAMED(key, struct structure, name_of, 0, ARRAY_LEN(names) - 1), .type = JSON_SHAPE_WORD, \
	  .words = (names), .word_count = ARRAY_LEN(names) }

static const struct json_field case_fields[] = {
	TEXT(coverage_case, id, "id"),
	WORD(coverage_case, verdict, "verdict", verdict_name),
	TEXT(coverage_case, reason, "reason"),
	{ .member.name = NULL },
};
static const struct json_shape case_shape = { case_fields, sizeof(struct coverage_case) };

static const struct json_field cell_fields[] = {
	TEXT(coverage_cell, target, "target"),
	WORD(coverage_cell, word, "result", coverage_word),
	TEXT(coverage_cell, reason, "reason"),
	LIST(coverage_cell, cases, count, "cases", &case_shape),
	{ .member.name = NULL },
};
static const struct json_shape cell_shape = { cell_fields, sizeof(struct coverage_cell) };

static const struct json_field row_fields[] = {
	LIST(coverage_row, cells, count, "targets", &cell_shape),
	{ .member.name = NULL },
};
static const struct json_shape row_shape = { row_fields, sizeof(struct coverage_row) };

/* The texts of a requirement are not pointers (requirement.h), but the tables of shapes need pointers. */
static void add_requirement(json_t *row, const struct requirement *r)
{
	const struct { const char *key, *text; } members[] = {
		{ "id", r->id }, { "section", r->section }, { "level", r->level }, { "topic", r->topic },
		{ "text", r->text },
	};

	for (size_t i = 0; i < ARRAY_LEN(members); i++)
		if (json_object_set_new(row, members[i].key, json_text(members[i].text)))
			checked_memory(NULL);
}

static void write_json(struct buf *out, const struct coverage_table *table, const struct coverage_view *view)
{
	json_t *root = checked_memory(json_object()), *list = checked_memory(json_array());

	for (size_t i = 0; i < table->count; i++) {
		if (!coverage_shows(view, &table->rows[i]))
			continue;
		json_t *row = checked_memory(json_object());
		add_requirement(row, table->rows[i].requirement);
		json_shape_add(row, &row_shape, &table->rows[i]);
		if (json_array_append_new(list, row))
			checked_memory(NULL);
	}
	if (json_object_set_new(root, "version", json_string(table->version)) ||
	    json_object_set_new(root, "requirements", list))
		checked_memory(NULL);
	char *text = checked_memory(json_dumps(root, JSON_INDENT(1)));
	buf_puts(out, text);
	buf_puts(out, "\n");
	free(text);
	json_decref(root);
}

const struct coverage_format coverage_formats[] = {
	{ "text", "for a person", write_text, false },
	{ "markdown", "tables, one a document", write_markdown, false },
	{ "html", "a page for a browser, whole in one file", coverage_html_write, false },
	{ "json", "one object: what programs read", write_json, true },
	{ 0 },
};
