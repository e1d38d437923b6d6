/* SPDX-License-Identifier: MIT
 *
 * coverage_html.c - the table of requirements as a page: first the sums, then a table for each document
 */
#include "report/coverage_html.h"

#include <string.h>

#include "report/html_write.h"

/* Colours are those of verdicts; the word and a sign say the same without them. */
static const struct {
	const char *css, *sign, *meaning;
} looks[COVERAGE_WORDS] = {
	[COVERAGE_MET] = { "pass", "✓", "every case that judged it passed" },
	[COVERAGE_DEVIATES] = { "inconclusive", "≠", "a case failed, and it is a SHOULD" },
	[COVERAGE_BROKEN] = { "fail", "✗", "a case failed, and it is a MUST" },
	[COVERAGE_ABSENT] = { "xfail", "○", "a case failed, and it is a MAY" },
	[COVERAGE_UNSUPPORTED] = { "skip", "–", "all of its cases were skipped: something they need is missing" },
	[COVERAGE_UNTESTED] = { "skip", "?", "nothing judged it; the reason is given" },
};

static void add_word(struct buf *out, enum coverage_word word)
{
	html(out, "<span class=\"outcome %s\"><span aria-hidden=\"true\">%s</span> %s</span>", looks[word].css,
	     looks[word].sign, coverage_word[word]);
}

static void add_sums(struct buf *out, const struct coverage_table *table)
{
	buf_puts(out, "<section aria-labelledby=\"sums\">\n<h2 id=\"sums\">In numbers</h2>\n"
		      "<table class=\"coverage\">\n<thead><tr><th scope=\"col\">Result</th>");
	for (size_t c = 0; c < table->sum_count; c++)
		html(out, "<th scope=\"col\" class=\"number\">%s</th>", table->sums[c].target);
	buf_puts(out, "<th scope=\"col\">Meaning</th></tr></thead>\n<tbody>\n");
	for (size_t word = 0; word < COVERAGE_WORDS; word++) {
		buf_puts(out, "<tr><th scope=\"row\">");
		add_word(out, (enum coverage_word)word);
		buf_puts(out, "</th>");
		for (size_t c = 0; c < table->sum_count; c++)
			html(out, "<td class=\"number\">%zu</td>", table->sums[c].words[word]);
		html(out, "<td>%s</td></tr>\n", looks[word].meaning);
	}
	buf_puts(out, "</tbody>\n</table>\n");
	for (size_t i = 0; i < table->aside_count; i++)
		html(out, "<p>%s judged too little for a column: %s</p>\n", table->asides[i].target,
		     table->asides[i].judged);
	buf_puts(out, "</section>\n");
}

static void add_case(struct buf *out, const struct coverage_case *one)
{
	html(out, "<li><b>%s</b> ", verdict_name[one->verdict]);
	if (one->page)
		html(out, "<a href=\"%s\">%s</a>", one->page, one->id);
	else
		html(out, "%s", one->id);
	if (one->reason)
		html(out, "<br/><small>%s</small>", one->reason);
	buf_puts(out, "</li>\n");
}

/* List the cases that failed, or all others. Returns their number. */
static size_t add_cases(struct buf *out, const struct coverage_cell *cell, bool failed)
{
	size_t count = 0;

	for (size_t i = 0; i < cell->count; i++) {
		if ((cell->cases[i].verdict == VERDICT_FAIL) != failed)
			continue;
		count++;
		if (out)
			add_case(out, &cell->cases[i]);
	}
	return count;
}

/* The word, and the cases behind it, folded. Where something failed the list is open and begins with the failures; the
 * others are folded once more. */
static void add_cell(struct buf *out, const struct coverage_cell *cell, const char *target)
{
	const bool bad = cell->word == COVERAGE_BROKEN || cell->word == COVERAGE_DEVIATES;
	const size_t others = add_cases(NULL, cell, false);

	html(out, "<td data-target=\"%s\">", target);
	if (cell->count) {
		buf_puts(out, bad ? "<details open=\"open\"><summary>" : "<details><summary>");
		add_word(out, cell->word);
		html(out, " <small>%zu</small></summary>\n<ul>\n", cell->count);
		add_cases(out, cell, true);
		if (bad && others)
			html(out, "<li><details><summary>%zu did not fail</summary>\n<ul>\n", others);
		add_cases(out, cell, false);
		buf_puts(out, bad && others ? "</ul></details></li></ul></details>" : "</ul></details>");
	} else {
		add_word(out, cell->word);
	}
	if (cell->reason)
		html(out, "<br/><small>%s</small>", cell->reason);
	buf_puts(out, "</td>");
}

static void add_row(struct buf *out, const struct coverage_row *row, const struct coverage_table *table)
{
	const struct requirement *r = row->requirement;

	html(out, "<tr id=\"%s\"><td>%s</td><th scope=\"row\">%s</th><td>%s</td>", r->id, r->section,
	     r->id + requirement_document(r->id) + 1, r->level);
	for (size_t c = 0; c < row->count; c++)
		add_cell(out, &row->cells[c], table->sums[c].target);
	html(out, "<td>%s</td></tr>\n", r->text);
}

static void begin_document(struct buf *out, const struct coverage_table *table, const char *name)
{
	html(out, "<section aria-labelledby=\"%s\">\n<h2 id=\"%s\">%s</h2>\n"
	     "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-labelledby=\"%s\">\n"
	     "<table class=\"coverage requirements\">\n"
	     "<thead><tr><th scope=\"col\">Section</th><th scope=\"col\">Requirement</th><th scope=\"col\">Level</th>",
	     name, name, name, name);
	for (size_t c = 0; c < table->sum_count; c++)
		html(out, "<th scope=\"col\">%s</th>", table->sums[c].target);
	buf_puts(out, "<th scope=\"col\">Text</th></tr></thead>\n<tbody>\n");
}

static void add_documents(struct buf *out, const struct coverage_table *table, const struct coverage_view *view)
{
	static const char end[] = "</tbody>\n</table>\n</div>\n</section>\n";
	struct buf document = BUF_INIT;

	for (size_t i = 0; i < table->count; i++) {
		const char *id = table->rows[i].requirement->id;
		size_t length = requirement_document(id);
		if (!coverage_shows(view, &table->rows[i]))
			continue;
		if (document.length != length || strncmp(document.data, id, length) != 0) {
			buf_puts(out, document.length ? end : "");
			buf_clear(&document);
			buf_add(&document, id, length);
			begin_document(out, table, document.data);
		}
		add_row(out, &table->rows[i], table);
	}
	buf_puts(out, document.length ? end : "");
	buf_free(&document);
}

static void write_page(struct buf *out, const struct coverage_table *table, const struct coverage_view *view,
                       bool alone)
{
	html_begin_page(out, &(struct html_frame){
		.title = "protodrill: requirements", .root = alone ? NULL : "", .page = "coverage",
	});
	buf_puts(out, "<header>\n<h1>Requirements</h1>\n");
	buf_puts(out, alone ? "" : "<p><a href=\"index.html\">All cases</a></p>\n");
	buf_puts(out, "</header>\n<main id=\"main\">\n");
	add_sums(out, table);
	add_documents(out, table, view);
	buf_puts(out, "</main>\n");
	html_end_page(out, table->version);
}

void coverage_html_write(struct buf *out, const struct coverage_table *table, const struct coverage_view *view)
{
	write_page(out, table, view, true);
}

void coverage_html_page(struct buf *out, const struct coverage_table *table)
{
	write_page(out, table, &(struct coverage_view){ .cases = true }, false);
}
