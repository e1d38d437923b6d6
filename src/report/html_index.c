/* SPDX-License-Identifier: MIT
 *
 * html_index.c - the first page of an HTML report
 */
#include "report/html_index.h"

#include <stdlib.h>
#include <string.h>

#include "report/html_case.h"
#include "util/checked.h"

/* ---- what is kept ---- */

static const char *keep(struct html_index *index, const char *text)
{
	return text && *text ? arena_strdup(index->arena, text) : NULL;
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

static size_t find_variant(struct html_index *index, const struct result *r)
{
	struct buf settings = BUF_INIT;
	size_t i;

	html_case_settings(&settings, r);
	const char *text = settings.length ? settings.data : NULL;
	for (i = 0; i < index->variant_count; i++) {
		const struct html_variant *v = &index->variants[i];
		if (same_text(v->target, r->target) && same_text(v->profile, r->profile) &&
		    same_text(v->address, r->address) && same_text(v->settings, text))
			break;
	}
	if (i == index->variant_count) {
		index->variants = checked_memory(realloc(index->variants, (i + 1) * sizeof(*index->variants)));
		index->variants[index->variant_count++] = (struct html_variant){
			.target = keep(index, r->target), .profile = keep(index, r->profile),
			.address = keep(index, r->address), .settings = keep(index, text),
		};
	}
	buf_free(&settings);
	return i;
}

void html_index_add(struct html_index *index, const struct result *r, const char *page)
{
	size_t n = index->cell_count++;

	if (!(n & (n - 1)))                                  /* room doubles */
		index->cells = checked_memory(realloc(index->cells, (n ? 2 * n : 1) * sizeof(*index->cells)));
	index->cells[n] = (struct html_cell){
		.number = r->number, .path = keep(index, r->path), .title = keep(index, r->title), .page = keep(index, page),
		.reason = keep(index, r->message && r->verdict == VERDICT_FAIL ? r->message : r->reason),
		.variant = find_variant(index, r), .line = r->line, .outcome = html_outcome_of(r),
	};
}

void html_index_free(struct html_index *index)
{
	free(index->cells);
	free(index->variants);
	*index = (struct html_index){ .arena = index->arena };
}

/* ---- the order of the matrix ---- */

static size_t folder_length(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? (size_t)(slash - path) : 0;
}

static int compare_numbers(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static int compare_folders(const char *a, const char *b)
{
	size_t length_a = folder_length(a), length_b = folder_length(b);
	int order = memcmp(a, b, length_a < length_b ? length_a : length_b);

	return order ? order : compare_numbers((int64_t)length_a, (int64_t)length_b);
}

static int by_path(const void *a, const void *b)
{
	const struct html_cell *x = a, *y = b;
	int order = strcmp(x->path, y->path);

	return order ? order : compare_numbers(x->number, y->number);
}

static int by_folder(const void *a, const void *b)
{
	const struct html_cell *x = a, *y = b;
	int order = compare_folders(x->path, y->path);

	return order ? order : compare_numbers(x->row, y->row);
}

static int by_place(const void *a, const void *b)
{
	const struct html_cell *x = a, *y = b;
	int order = compare_numbers(x->folder, y->folder);

	order = order ? order : compare_numbers(x->row, y->row);
	order = order ? order : compare_numbers((int64_t)x->column, (int64_t)y->column);
	return order ? order : compare_numbers(x->number, y->number);
}


static bool differ_in_address_only(const struct html_variant *a, const struct html_variant *b)
{
	return same_text(a->target, b->target) && same_text(a->profile, b->profile) && same_text(a->settings, b->settings);
}

/* Was one script played with two addresses and else the same? Cells are sorted by path. */
static bool addresses_matter(const struct html_index *index)
{
	for (size_t i = 0; i < index->cell_count; i++) {
		const struct html_cell *cell = &index->cells[i];
		for (size_t j = i + 1; j < index->cell_count && !strcmp(cell->path, cell[j - i].path); j++)
			if (cell->variant != cell[j - i].variant &&
			    differ_in_address_only(&index->variants[cell->variant], &index->variants[cell[j - i].variant]))
				return true;
	}
	return false;
}

/* Each script has the address that it asks for itself: then this makes no columns. */
static void merge_columns(struct html_index *index, bool addresses)
{
	for (size_t i = 0; i < index->variant_count; i++) {
		struct html_variant *v = &index->variants[i];
		v->column = i;
		for (size_t j = 0; j < i && !addresses && v->column == i; j++)
			if (differ_in_address_only(v, &index->variants[j]))
				v->column = index->variants[j].column;
	}
}

/* Returns whether addresses make columns. */
static bool sort_cells(struct html_index *index)
{
	struct html_cell *cells = index->cells;
	size_t count = index->cell_count;

	if (!count)
		return false;
	qsort(cells, count, sizeof(*cells), by_path);
	bool addresses = addresses_matter(index);
	merge_columns(index, addresses);
	for (size_t i = 0; i < count; i++) {
		cells[i].row = i && !strcmp(cells[i].path, cells[i - 1].path) ? cells[i - 1].row : cells[i].number;
		cells[i].column = index->variants[cells[i].variant].column;
	}
	qsort(cells, count, sizeof(*cells), by_folder);
	for (size_t i = 0; i < count; i++)
		cells[i].folder = i && !compare_folders(cells[i].path, cells[i - 1].path) ? cells[i - 1].folder : cells[i].row;
	qsort(cells, count, sizeof(*cells), by_place);
	return addresses;
}

/* ---- the head ---- */

static void add_head(struct buf *out, const struct result_run *run)
{
	html(out, "<header>\n<h1>protodrill report</h1>\n<dl class=\"facts\">\n");
	html(out, "<div><dt>Plan</dt><dd>%s</dd></div>\n", run->plan);
	html(out, "<div><dt>Cases</dt><dd>%lld", (long long)run->cases);
	if (run->shards)
		html(out, ", part %lld of %lld", (long long)run->shard, (long long)run->shards);
	html(out, "</dd></div>\n<div><dt>Digest</dt><dd><code>%s</code></dd></div>\n", run->digest);
	if (run->system)
		html(out, "<div><dt>System</dt><dd>%s</dd></div>\n", run->system);
	html(out, "<div><dt>protodrill</dt><dd>%s</dd></div>\n</dl>\n</header>\n<main id=\"main\">\n", run->version);
}

static void add_warning(struct buf *out, size_t seen, const struct result_run *run, const struct result_end *end)
{
	if (end->complete && !end->interrupted)
		return;
	html(out, "<div class=\"warning\" role=\"alert\"><strong>This report is not complete.</strong> ");
	if (end->interrupted)
		html(out, "The run was interrupted (%s). ", end->interrupted);
	html(out, "It holds %zu of the %lld cases%s.</div>\n", seen,
	     (long long)(run->shards ? run->shard_cases : run->cases), run->shards ? " of this part" : "");
}

static const enum html_outcome outcome_order[] = {
	HTML_FAIL, HTML_ERROR, HTML_INCONCLUSIVE, HTML_XFAIL, HTML_SKIP, HTML_PASS,
};

static void add_numbers(struct buf *out, const size_t counts[HTML_OUTCOMES], size_t all)
{
	buf_puts(out, "<section aria-labelledby=\"result\">\n<h2 id=\"result\">Result</h2>\n"
		      "<div class=\"bar\" aria-hidden=\"true\">");
	for (size_t i = 0; i < ARRAY_LEN(outcome_order); i++)
		if (counts[outcome_order[i]])
			html(out, "<span class=\"%s\" style=\"flex-grow:%zu\"></span>", html_outcome_look[outcome_order[i]].css,
			     counts[outcome_order[i]]);
	buf_puts(out, "</div>\n<ul class=\"numbers\">\n");
	for (size_t i = 0; i < ARRAY_LEN(outcome_order); i++) {
		const struct html_outcome_look *look = &html_outcome_look[outcome_order[i]];
		size_t count = counts[outcome_order[i]];
		if (count || outcome_order[i] == HTML_FAIL || outcome_order[i] == HTML_PASS)
			html(out, "<li class=\"%s\"><a href=\"#outcome=%s\"><span aria-hidden=\"true\">%s</span> <b>%zu</b> %s</a></li>\n",
			     count ? look->css : "none", look->word, look->symbol, count, look->plural);
	}
	html(out, "<li class=\"all\"><a href=\"#outcome=\"><b>%zu</b> in all</a></li>\n</ul>\n</section>\n", all);
}

/* ---- what failed ---- */

static bool is_trouble(const struct html_cell *cell)
{
	return cell->outcome == HTML_FAIL || cell->outcome == HTML_ERROR || cell->outcome == HTML_INCONCLUSIVE;
}

static void add_variant_name(struct buf *out, const struct html_variant *v, bool addresses)
{
	html(out, "%s", v->target);
	if (v->profile)
		html(out, " · %s", v->profile);
	if (v->address && addresses)
		html(out, " · %s", v->address);
	if (v->settings)
		html(out, " · %s", v->settings);
}

static void add_trouble_row(struct buf *out, const struct html_index *index, const struct html_cell *cell,
                            bool addresses)
{
	html(out, "<tr><td>");
	html_outcome(out, cell->outcome);
	html(out, "</td><th scope=\"row\"><a href=\"%s\">%s</a>", cell->page, cell->path);
	if (cell->line > 0)
		html(out, "<a href=\"%s#line-%d\">:%d</a>", cell->page, cell->line, cell->line);
	buf_puts(out, "</th><td class=\"variant\">");
	add_variant_name(out, &index->variants[cell->variant], addresses);
	html(out, "</td><td>%s</td></tr>\n", cell->reason ? cell->reason : "");
}

static void add_trouble(struct buf *out, const struct html_index *index, const size_t counts[HTML_OUTCOMES],
                        bool addresses)
{
	if (!counts[HTML_FAIL] && !counts[HTML_ERROR] && !counts[HTML_INCONCLUSIVE])
		return;
	buf_puts(out, "<section aria-labelledby=\"trouble\">\n<h2 id=\"trouble\">What did not pass</h2>\n"
		      "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-labelledby=\"trouble\">\n"
		      "<table class=\"trouble\">\n<thead><tr><th scope=\"col\">Result</th><th scope=\"col\">Case</th>"
		      "<th scope=\"col\">Variant</th><th scope=\"col\">Why</th></tr></thead>\n<tbody>\n");
	for (size_t i = 0; i < index->cell_count; i++)
		if (is_trouble(&index->cells[i]))
			add_trouble_row(out, index, &index->cells[i], addresses);
	buf_puts(out, "</tbody>\n</table>\n</div>\n</section>\n");
}

/* ---- the matrix ---- */

struct matrix {
	const struct html_index *index;
	bool addresses;                                      /* are part of a column's name */
	size_t columns;
	size_t *shown;                                       /* which column a variant is in, from 0 without gaps */
};

static void add_folder_row(struct buf *out, const struct matrix *m, size_t from)
{
	const struct html_cell *cells = m->index->cells;
	size_t counts[HTML_OUTCOMES] = { 0 };
	const char *path = cells[from].path;
	int length = (int)folder_length(path);
	struct buf folder = BUF_INIT;

	for (size_t i = from; i < m->index->cell_count && cells[i].folder == cells[from].folder; i++)
		counts[cells[i].outcome]++;
	buf_add(&folder, path, (size_t)length);
	html(out, "<tbody>\n<tr class=\"folder\"><th scope=\"rowgroup\" colspan=\"%zu\">%s", m->columns + 2,
	     length ? folder.data : ".");
	for (size_t i = 0; i < ARRAY_LEN(outcome_order); i++)
		if (counts[outcome_order[i]])
			html(out, " <span class=\"%s\">%zu %s</span>", html_outcome_look[outcome_order[i]].css,
			     counts[outcome_order[i]], html_outcome_look[outcome_order[i]].plural);
	buf_puts(out, "</th></tr>\n");
	buf_free(&folder);
}

static void add_cell(struct buf *out, const struct matrix *m, const struct html_cell *cell)
{
	const struct html_outcome_look *look = &html_outcome_look[cell->outcome];
	const struct html_variant *variant = &m->index->variants[cell->variant];

	html(out, "<a id=\"case-%lld\" class=\"outcome %s\" href=\"%s\"><span aria-hidden=\"true\">%s</span> %s</a>",
	     (long long)cell->number, look->css, cell->page, look->symbol, look->word);
	if (!m->addresses && variant->address && strcmp(variant->address, "ipv4"))
		html(out, " <small>%s</small>", variant->address);
}

/* Returns the number of cells in the row. */
static size_t add_row(struct buf *out, const struct matrix *m, size_t from)
{
	const struct html_cell *cells = m->index->cells, *first = &cells[from];
	const char *name = first->path + folder_length(first->path);
	size_t i = from, end = from;

	while (end < m->index->cell_count && cells[end].row == first->row)
		end++;
	html(out, "<tr><th scope=\"row\">%s</th>", name + (*name == '/'));
	for (size_t column = 0; column < m->columns; column++) {
		buf_puts(out, "<td>");
		for (; i < end && m->shown[cells[i].variant] == column; i++)
			add_cell(out, m, &cells[i]);
		buf_puts(out, "</td>");
	}
	html(out, "<td class=\"title\">%s</td></tr>\n", first->title ? first->title : "");
	return end - from;
}

static void add_column_heads(struct buf *out, const struct matrix *m)
{
	size_t next = 0;

	buf_puts(out, "<thead><tr><th scope=\"col\">Case</th>");
	for (size_t i = 0; i < m->index->variant_count; i++) {
		if (m->shown[i] != next)
			continue;
		next++;
		buf_puts(out, "<th scope=\"col\">");
		add_variant_name(out, &m->index->variants[i], m->addresses);
		buf_puts(out, "</th>");
	}
	buf_puts(out, "<th scope=\"col\">Title</th></tr></thead>\n");
}

static void number_columns(struct matrix *m)
{
	const struct html_index *index = m->index;

	m->shown = checked_memory(calloc(index->variant_count + 1, sizeof(*m->shown)));
	for (size_t i = 0; i < index->variant_count; i++)
		m->shown[i] = index->variants[i].column == i ? m->columns++ : m->shown[index->variants[i].column];
}

static void add_matrix(struct buf *out, const struct html_index *index, bool addresses)
{
	struct matrix m = { .index = index, .addresses = addresses };

	number_columns(&m);
	buf_puts(out, "<section aria-labelledby=\"matrix\">\n<h2 id=\"matrix\">Cases</h2>\n"
		      "<form id=\"filters\" hidden=\"hidden\" aria-label=\"Filters of the matrix\"></form>\n"
		      "<p id=\"shown\" role=\"status\" aria-live=\"polite\"></p>\n"
		      "<div class=\"scroll\">\n<table class=\"matrix\" aria-labelledby=\"matrix\">\n");
	add_column_heads(out, &m);
	for (size_t i = 0; i < index->cell_count;) {
		bool begins = !i || index->cells[i].folder != index->cells[i - 1].folder;
		if (begins && i)
			buf_puts(out, "</tbody>\n");
		if (begins)
			add_folder_row(out, &m, i);
		i += add_row(out, &m, i);
	}
	buf_puts(out, index->cell_count ? "</tbody>\n</table>\n</div>\n</section>\n" : "</table>\n</div>\n</section>\n");
	free(m.shown);
}

void html_index_page(struct buf *out, struct html_index *index, const struct result_run *run,
                     const struct result_end *end)
{
	size_t counts[HTML_OUTCOMES] = { 0 };

	for (size_t i = 0; i < index->cell_count; i++)
		counts[index->cells[i].outcome]++;
	bool addresses = sort_cells(index);
	html_begin_page(out, &(struct html_frame){ .title = "protodrill report", .root = "", .page = "index" });
	add_head(out, run);
	add_warning(out, index->cell_count, run, end);
	add_numbers(out, counts, index->cell_count);
	add_trouble(out, index, counts, addresses);
	add_matrix(out, index, addresses);
	buf_puts(out, "</main>\n");
	html_end_page(out, run->version);
}

void html_index_unfinished(struct buf *out, const struct result_run *run)
{
	html_begin_page(out, &(struct html_frame){ .title = "protodrill report", .root = "", .page = "index" });
	add_head(out, run);
	buf_puts(out, "<div class=\"warning\" role=\"alert\"><strong>The run has not ended yet, or was killed.</strong> "
		      "This page appears when it ends.</div>\n</main>\n");
	html_end_page(out, run->version);
}
