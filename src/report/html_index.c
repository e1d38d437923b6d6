/* SPDX-License-Identifier: MIT
 *
 * html_index.c - the first page of an HTML report
 */
#include "report/html_index.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "report/html_script.h"
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

/* The part of "a.pkt@kernel/ipv6/MSS=1460" that is neither target nor profile: "ipv6 · MSS=1460". */
static void add_rest(struct buf *out, const struct result *r)
{
	size_t path = strlen(r->path);

	if (strncmp(r->id, r->path, path) || r->id[path] != '@')
		return;
	for (const char *part = r->id + path + 1; *part;) {
		size_t length = strcspn(part, "/");
		struct buf word = BUF_INIT;
		buf_add(&word, part, length);
		if (!same_text(word.data, r->target) && !same_text(word.data, r->profile))
			buf_printf(out, "%s%s", out->length ? " · " : "", word.data);
		buf_free(&word);
		part += length + (part[length] == '/');
	}
}

static size_t find_variant(struct html_index *index, const struct result *r)
{
	struct buf rest = BUF_INIT;
	size_t i;

	add_rest(&rest, r);
	const char *text = rest.length ? rest.data : NULL;
	for (i = 0; i < index->variant_count; i++) {
		const struct html_variant *v = &index->variants[i];
		if (same_text(v->target, r->target) && same_text(v->profile, r->profile) && same_text(v->rest, text))
			break;
	}
	if (i == index->variant_count) {
		index->variants = checked_memory(realloc(index->variants, (i + 1) * sizeof(*index->variants)));
		index->variants[index->variant_count++] = (struct html_variant){
			.target = keep(index, r->target), .profile = keep(index, r->profile), .rest = keep(index, text),
		};
	}
	buf_free(&rest);
	return i;
}

void html_index_add(struct html_index *index, const struct result *r, const char *page)
{
	size_t n = index->cell_count++, variant = find_variant(index, r);
	const char *rest = index->variants[variant].rest;
	bool address_said = !r->address || !strcmp(r->address, "ipv4") || (rest && strstr(rest, r->address));

	if (!(n & (n - 1)))                                  /* the room doubles */
		index->cells = checked_memory(realloc(index->cells, (n ? 2 * n : 1) * sizeof(*index->cells)));
	index->cells[n] = (struct html_cell){
		.number = r->number, .path = arena_strdup(index->arena, r->path),
		.page = arena_strdup(index->arena, page),
		.title = keep(index, r->title),
		.reason = keep(index, result_has_failed(r) ? result_headline(r) : r->reason),
		.variant = variant, .address = address_said ? NULL : keep(index, r->address),
		.line = html_has_line(r, r->line) ? r->line : 0, .outcome = html_outcome_of(r),
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
	order = order ? order : compare_numbers((int64_t)x->variant, (int64_t)y->variant);
	return order ? order : compare_numbers(x->number, y->number);
}

static void sort_cells(struct html_index *index)
{
	struct html_cell *cells = index->cells;
	size_t count = index->cell_count;

	if (!count)
		return;
	qsort(cells, count, sizeof(*cells), by_path);
	for (size_t i = 0; i < count; i++)
		cells[i].row = i && !strcmp(cells[i].path, cells[i - 1].path) ? cells[i - 1].row : cells[i].number;
	qsort(cells, count, sizeof(*cells), by_folder);
	for (size_t i = 0; i < count; i++)
		cells[i].folder = i && !compare_folders(cells[i].path, cells[i - 1].path) ? cells[i - 1].folder :
		                  cells[i].row;
	qsort(cells, count, sizeof(*cells), by_place);
}

/* ---- the head ---- */

static void add_date(struct buf *out, vtime_t started)
{
	time_t seconds = (time_t)(started.ns / 1000000000);
	char text[32];
	struct tm date;

	if (started.ns > 0 && gmtime_r(&seconds, &date) && strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S UTC", &date))
		html(out, "<div><dt>Started</dt><dd>%s</dd></div>\n", text);
}

static void add_kernels(struct buf *out, const struct result_run *run)
{
	for (size_t i = 0; i < run->kernel_count; i++) {
		struct buf text = BUF_INIT;
		result_kernel_text(&text, &run->kernels[i]);
		html(out, "<div><dt>%s</dt><dd>%s</dd></div>\n", run->kernels[i].target, text.data);
		buf_free(&text);
	}
}

/* @end NULL: the run has not ended. */
static void add_head(struct buf *out, const struct result_run *run, const struct result_end *end)
{
	html(out, "<header>\n<h1>protodrill report</h1>\n<dl class=\"facts\">\n");
	html(out, "<div><dt>Plan</dt><dd>%s</dd></div>\n", run->plan);
	html(out, "<div><dt>Cases</dt><dd>%lld", (long long)run->cases);
	if (run->shards)
		html(out, ", part %lld of %lld", (long long)run->shard, (long long)run->shards);
	html(out, "</dd></div>\n<div><dt>Digest</dt><dd><code>%s</code></dd></div>\n", run->digest);
	if (run->system)
		html(out, "<div><dt>System</dt><dd>%s</dd></div>\n", run->system);
	add_kernels(out, run);
	add_date(out, run->started);
	if (end && end->wall.ns)
		html(out, "<div><dt>Took</dt><dd>%.3f s</dd></div>\n", vtime_to_s(end->wall));
	html(out, "<div><dt>protodrill</dt><dd>%s</dd></div>\n", run->version);
	if (run->command)
		html(out, "<div class=\"wide\"><dt>Command line</dt><dd><code>%s</code></dd></div>\n", run->command);
	buf_puts(out, "</dl>\n</header>\n<main id=\"main\">\n");
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
			html(out, "<span class=\"%s\" style=\"flex-grow:%zu\"></span>",
			     html_outcome_look[outcome_order[i]].css,
			     counts[outcome_order[i]]);
	buf_puts(out, "</div>\n<ul class=\"numbers\">\n");
	for (size_t i = 0; i < ARRAY_LEN(outcome_order); i++) {
		const struct html_outcome_look *look = &html_outcome_look[outcome_order[i]];
		size_t count = counts[outcome_order[i]];
		if (count || outcome_order[i] == HTML_FAIL || outcome_order[i] == HTML_PASS)
			html(out,
			     "<li class=\"%s\"><a href=\"#outcome=%s\"><span aria-hidden=\"true\">%s</span> "
			     "<b data-count=\"%s\">%zu</b> %s</a></li>\n",
			     count ? look->css : "none", look->word, look->symbol, look->word, count, look->plural);
	}
	html(out,
	     "<li class=\"all\"><a href=\"#outcome=\"><b data-count=\"all\">%zu</b> in all</a></li>\n"
	     "</ul>\n</section>\n",
	     all);
}

/* ---- what failed ---- */

static bool is_trouble(const struct html_cell *cell)
{
	return cell->outcome == HTML_FAIL || cell->outcome == HTML_ERROR || cell->outcome == HTML_INCONCLUSIVE;
}

static void add_variant_name(struct buf *out, const struct html_variant *v)
{
	html(out, "%s", v->target);
	if (v->profile)
		html(out, " · %s", v->profile);
	if (v->rest)
		html(out, " · %s", v->rest);
}

static void add_trouble_row(struct buf *out, const struct html_index *index, const struct html_cell *cell)
{
	html(out, "<tr><td>");
	html_outcome(out, cell->outcome);
	html(out, "</td><th scope=\"row\"><a href=\"%s\">%s</a>", cell->page, cell->path);
	if (cell->line > 0)
		html(out, "<a href=\"%s#line-%d\">:%d</a>", cell->page, cell->line, cell->line);
	buf_puts(out, "</th><td class=\"variant\">");
	add_variant_name(out, &index->variants[cell->variant]);
	html(out, "</td><td>%s</td></tr>\n", cell->reason ? cell->reason : "");
}

/* What two failures share: the headline without its numbers, which differ from place to place. */
static const char *cause_of(struct arena *arena, const struct html_cell *cell)
{
	static const char digits[] = "0123456789";
	struct buf cause = BUF_INIT;

	for (const char *c = cell->reason ? cell->reason : ""; *c; c += strspn(c, digits)) {
		size_t length = strcspn(c, digits);
		buf_add(&cause, c, length);
		c += length;
		buf_puts(&cause, *c ? "N" : "");
	}
	const char *kept = arena_strdup(arena, cause.data);
	buf_free(&cause);
	return kept;
}

struct trouble {
	const struct html_cell *cell;
	const char *cause;
	size_t alike;                                        /* how many cases share its outcome and cause */
};

static int by_cause(const void *a, const void *b)
{
	const struct trouble *x = a, *y = b;
	int order = compare_numbers((int64_t)x->cell->outcome, (int64_t)y->cell->outcome);

	order = order ? order : strcmp(x->cause, y->cause);
	return order ? order : by_place(x->cell, y->cell);
}

/* The most frequent first. */
static int by_frequency(const void *a, const void *b)
{
	const struct trouble *x = a, *y = b;
	int order = compare_numbers((int64_t)y->alike, (int64_t)x->alike);

	return order ? order : by_cause(a, b);
}

static bool is_alike(const struct trouble *a, const struct trouble *b)
{
	return a->cell->outcome == b->cell->outcome && !strcmp(a->cause, b->cause);
}

static void count_alike(struct trouble *list, size_t count)
{
	qsort(list, count, sizeof(*list), by_cause);
	for (size_t i = 0, end; i < count; i = end) {
		for (end = i + 1; end < count && is_alike(&list[i], &list[end]); end++)
			;
		for (size_t n = i; n < end; n++)
			list[n].alike = end - i;
	}
	qsort(list, count, sizeof(*list), by_frequency);
}

/* A few are shown at once, many are folded. */
enum { MOST_OPEN = 12 };

static void add_cause(struct buf *out, const struct html_index *index, const struct trouble *first, bool open)
{
	buf_puts(out, open ? "<details open=\"open\">\n<summary>" : "<details>\n<summary>");
	html_outcome(out, first->cell->outcome);
	html(out, " <b>%zu ×</b> %s</summary>\n", first->alike, first->cell->reason ? first->cell->reason : "");
	buf_puts(out, "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-labelledby=\"trouble\">\n"
		      "<table class=\"trouble\">\n<thead><tr><th scope=\"col\">Result</th><th scope=\"col\">Case</th>"
		      "<th scope=\"col\">Variant</th><th scope=\"col\">Why</th></tr></thead>\n<tbody>\n");
	for (size_t i = 0; i < first->alike; i++)
		add_trouble_row(out, index, first[i].cell);
	buf_puts(out, "</tbody>\n</table>\n</div>\n</details>\n");
}

static void add_trouble(struct buf *out, const struct html_index *index, const size_t counts[HTML_OUTCOMES])
{
	size_t count = 0, all = counts[HTML_FAIL] + counts[HTML_ERROR] + counts[HTML_INCONCLUSIVE];
	struct arena *arena = arena_new();
	struct trouble *list = arena_new_array(arena, struct trouble, all);

	for (size_t i = 0; i < index->cell_count; i++)
		if (is_trouble(&index->cells[i]))
			list[count++] = (struct trouble){ &index->cells[i], cause_of(arena, &index->cells[i]), 0 };
	count_alike(list, count);
	if (count)
		buf_puts(out, "<section aria-labelledby=\"trouble\">\n<h2 id=\"trouble\">"
		              "What did not pass, by cause</h2>\n");
	for (size_t i = 0; i < count; i += list[i].alike)
		add_cause(out, index, &list[i], count <= MOST_OPEN);
	buf_puts(out, count ? "</section>\n" : "");
	arena_free(arena);
}

/* ---- the matrix ---- */

static void add_folder_row(struct buf *out, const struct html_index *index, size_t from)
{
	const struct html_cell *cells = index->cells;
	size_t counts[HTML_OUTCOMES] = { 0 };
	const char *path = cells[from].path;
	int length = (int)folder_length(path);
	struct buf folder = BUF_INIT;

	for (size_t i = from; i < index->cell_count && cells[i].folder == cells[from].folder; i++)
		counts[cells[i].outcome]++;
	buf_add(&folder, path, (size_t)length);
	html(out, "<tbody>\n<tr class=\"folder\"><th scope=\"rowgroup\" colspan=\"%zu\">%s", index->variant_count + 2,
	     length ? folder.data : ".");
	for (size_t i = 0; i < ARRAY_LEN(outcome_order); i++)
		if (counts[outcome_order[i]])
			html(out, " <span class=\"%s\"><b data-count=\"%s\">%zu</b> %s</span>",
			     html_outcome_look[outcome_order[i]].css, html_outcome_look[outcome_order[i]].word,
			     counts[outcome_order[i]], html_outcome_look[outcome_order[i]].plural);
	buf_puts(out, "</th></tr>\n");
	buf_free(&folder);
}

static void add_cell(struct buf *out, const struct html_cell *cell)
{
	const struct html_outcome_look *look = &html_outcome_look[cell->outcome];

	html(out, "<a id=\"case-%lld\" class=\"outcome %s\" href=\"%s\"><span aria-hidden=\"true\">%s</span> %s</a>",
	     (long long)cell->number, look->css, cell->page, look->symbol, look->word);
	if (cell->address)
		html(out, " <small>%s</small>", cell->address);
}

/* Returns the number of cells in the row. */
static size_t add_row(struct buf *out, const struct html_index *index, size_t from)
{
	const struct html_cell *cells = index->cells, *first = &cells[from];
	const char *name = first->path + folder_length(first->path);
	size_t i = from, end = from;

	while (end < index->cell_count && cells[end].row == first->row)
		end++;
	html(out, "<tr><th scope=\"row\">%s</th>", name + (*name == '/'));
	for (size_t column = 0; column < index->variant_count; column++) {
		buf_puts(out, "<td>");
		for (; i < end && cells[i].variant == column; i++)
			add_cell(out, &cells[i]);
		buf_puts(out, "</td>");
	}
	html(out, "<td class=\"title\">%s</td></tr>\n", first->title ? first->title : "");
	return end - from;
}

static void add_column_heads(struct buf *out, const struct html_index *index)
{
	buf_puts(out, "<thead><tr><th scope=\"col\">Case</th>");
	for (size_t i = 0; i < index->variant_count; i++) {
		buf_puts(out, "<th scope=\"col\">");
		add_variant_name(out, &index->variants[i]);
		buf_puts(out, "</th>");
	}
	buf_puts(out, "<th scope=\"col\">Title</th></tr></thead>\n");
}

static void add_matrix(struct buf *out, const struct html_index *index)
{
	buf_puts(out, "<section aria-labelledby=\"matrix\">\n<h2 id=\"matrix\">Cases</h2>\n"
		      "<form id=\"filters\" hidden=\"hidden\" aria-label=\"Filters of the matrix\"></form>\n"
		      "<p id=\"shown\" role=\"status\" aria-live=\"polite\"></p>\n"
		      "<div class=\"scroll frame\" tabindex=\"0\" role=\"region\" aria-labelledby=\"matrix\">\n"
		      "<table class=\"matrix\" aria-labelledby=\"matrix\">\n");
	add_column_heads(out, index);
	for (size_t i = 0; i < index->cell_count;) {
		bool begins = !i || index->cells[i].folder != index->cells[i - 1].folder;
		if (begins && i)
			buf_puts(out, "</tbody>\n");
		if (begins)
			add_folder_row(out, index, i);
		i += add_row(out, index, i);
	}
	buf_puts(out,
		 index->cell_count ? "</tbody>\n</table>\n</div>\n</section>\n" : "</table>\n</div>\n</section>\n");
}

void html_index_page(struct buf *out, struct html_index *index, const struct result_run *run,
                     const struct result_end *end)
{
	size_t counts[HTML_OUTCOMES] = { 0 };

	for (size_t i = 0; i < index->cell_count; i++)
		counts[index->cells[i].outcome]++;
	sort_cells(index);
	html_begin_page(out, &(struct html_frame){ .title = "protodrill report", .root = "", .page = "index" });
	add_head(out, run, end);
	add_warning(out, index->cell_count, run, end);
	buf_puts(out, "<p><a href=\"coverage.html\">Requirement by requirement</a>: "
		      "what is met, broken and not tested</p>\n");
	add_numbers(out, counts, index->cell_count);
	add_trouble(out, index, counts);
	add_matrix(out, index);
	buf_puts(out, "</main>\n");
	html_end_page(out, run->version);
}

void html_index_unfinished(struct buf *out, const struct result_run *run)
{
	html_begin_page(out, &(struct html_frame){ .title = "protodrill report", .root = "", .page = "index" });
	add_head(out, run, NULL);
	buf_puts(out,
		 "<div class=\"warning\" role=\"alert\"><strong>The run has not ended yet, or was killed.</strong> "
		      "This page appears when it ends.</div>\n</main>\n");
	html_end_page(out, run->version);
}
