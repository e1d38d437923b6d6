/* SPDX-License-Identifier: MIT
 *
 * line_coverage_html.c - the lines of a kernel as pages
 *
 * After each line is the number of cases that ran it, a link to their list below. Most neighbours were run by the same
 * cases, so a list is written once for all lines that have it; and a long one ends with how many more there are, whom
 * "protodrill coverage --lines" names.
 */
#include "report/line_coverage_html.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "report/html_write.h"
#include "util/checked.h"

enum { MOST_NAMES = 40 };

void line_coverage_html_name(struct buf *out, const char *name)
{
	for (; *name; name++)
		buf_add_byte(out, *name == '/' ? '-' : *name);
	buf_puts(out, ".html");
}

static void add_sums(struct buf *out, const struct line_sums *sums)
{
	html(out, "<td class=\"number\">%d</td><td class=\"number\">%d</td><td class=\"number\">%.1f %%</td>"
	     "<td><meter min=\"0\" max=\"100\" value=\"%.1f\">%.1f %%</meter></td>",
	     sums->ran, sums->lines, line_sums_percent(sums), line_sums_percent(sums), line_sums_percent(sums));
}

static void add_functions_entered(struct buf *out, const struct line_sums *sums)
{
	html(out, "<td class=\"number\">%d</td><td class=\"number\">%d</td></tr>\n", sums->entered, sums->functions);
}

void line_coverage_html_index(struct buf *out, const struct line_coverage *coverage, const char *version)
{
	struct line_sums all = { 0 };
	struct buf page = BUF_INIT;

	html_begin_page(out, &(struct html_frame){ .title = "protodrill: lines of the kernel", .page = "coverage" });
	html(out, "<header>\n<h1>Lines of the kernel</h1>\n<p>%s, run by %zu cases</p>\n</header>\n"
	     "<main id=\"main\">\n", coverage->source.source, coverage->count);
	buf_puts(out, "<table class=\"sums\">\n<thead><tr><th scope=\"col\">File</th>"
		      "<th scope=\"col\" class=\"number\">Lines run</th><th scope=\"col\" class=\"number\">of</th>"
		      "<th scope=\"col\" class=\"number\" colspan=\"2\">Share</th>"
		      "<th scope=\"col\" class=\"number\">Functions entered</th>"
		      "<th scope=\"col\" class=\"number\">of</th></tr></thead>\n<tbody>\n");
	for (size_t i = 0; i < coverage->source.file_count; i++) {
		const struct covered_file *file = &coverage->source.files[i];
		const struct line_sums sums = line_coverage_sums(coverage, file);
		buf_clear(&page);
		line_coverage_html_name(&page, file->name);
		html(out, "<tr><th scope=\"row\"><a href=\"%s\">%s</a></th>", page.data, file->name);
		add_sums(out, &sums);
		add_functions_entered(out, &sums);
		line_sums_add(&all, &sums);
	}
	buf_puts(out, "</tbody>\n<tfoot><tr><th scope=\"row\">all</th>");
	add_sums(out, &all);
	add_functions_entered(out, &all);
	buf_puts(out, "</tfoot>\n</table>\n</main>\n");
	html_end_page(out, version);
	buf_free(&page);
}

/* ---- a file ---- */

/* Which cases ran which line: one bit per case, @words words per line. */
struct who {
	size_t count, words;                                 /* of lines; per line */
	uint64_t *bits;
	unsigned char *can_run;
	int *lists;                                          /* the number of the line's list; 0: none */
	int list_count;
};

static uint64_t *bits_of(const struct who *who, size_t line)
{
	return who->bits + line * who->words;
}

static size_t count_bits(const struct who *who, size_t line)
{
	size_t count = 0;

	for (size_t i = 0; i < who->words; i++)
		count += (size_t)__builtin_popcountll(bits_of(who, line)[i]);
	return count;
}

/* Lines that the same cases ran share a list; a hash of the bits finds candidates. */
static void number_lists(struct who *who)
{
	const size_t slots = 4 * who->count + 1;
	size_t *first = checked_memory(calloc(slots, sizeof(*first)));

	for (size_t n = 1; n < who->count; n++) {
		uint64_t hash = 0;
		if (!count_bits(who, n))
			continue;
		for (size_t i = 0; i < who->words; i++)
			hash = (hash ^ bits_of(who, n)[i]) * 0x9e3779b97f4a7c15 ^ (hash >> 29);
		size_t slot = hash % slots;
		while (first[slot] && memcmp(bits_of(who, first[slot]), bits_of(who, n), who->words * 8) != 0)
			slot = (slot + 1) % slots;
		if (!first[slot]) {
			first[slot] = n;
			who->lists[n] = ++who->list_count;
		} else {
			who->lists[n] = who->lists[first[slot]];
		}
	}
	free(first);
}

static struct who find_who(const struct line_coverage *coverage, const struct covered_file *file)
{
	struct who who = { .count = (size_t)line_ranges_last(file->lines) + 1, .words = coverage->count / 64 + 1 };
	unsigned char *ran = checked_memory(calloc(who.count, 1));

	who.bits = checked_memory(calloc(who.count * who.words, sizeof(*who.bits)));
	who.can_run = checked_memory(calloc(who.count, 1));
	who.lists = checked_memory(calloc(who.count, sizeof(*who.lists)));
	line_ranges_mark(file->lines, who.can_run, who.count, 1);
	for (size_t c = 0; c < coverage->count; c++) {
		const struct covered_file *of_case = covered_find(&coverage->cases[c], file->name);
		memset(ran, 0, who.count);
		if (of_case)
			line_ranges_mark(of_case->lines, ran, who.count, 1);
		for (size_t n = 0; n < who.count; n++)
			if (ran[n])
				bits_of(&who, n)[c / 64] |= (uint64_t)1 << c % 64;
	}
	number_lists(&who);
	free(ran);
	return who;
}

static void add_line(struct buf *out, const struct who *who, size_t number, const char *text, size_t length)
{
	const bool can_run = number < who->count && who->can_run[number];
	const size_t cases = number < who->count ? count_bits(who, number) : 0;
	struct buf line = BUF_INIT;

	buf_add(&line, text, length);
	html(out, "<tr id=\"L%zu\" class=\"%s\"><td class=\"number\">%zu</td><td class=\"number\">", number,
	     !can_run ? "plain" : cases ? "ran" : "never", number);
	if (cases)
		html(out, "<a href=\"#cases%d\">%zu</a>", who->lists[number], cases);
	else
		buf_puts(out, can_run ? "never" : "");
	html(out, "</td><td><code>%s</code></td></tr>\n", line.data);
	buf_free(&line);
}

static void add_source(struct buf *out, const struct line_coverage *coverage, const struct covered_file *file,
                       const struct who *who)
{
	struct buf path = BUF_INIT, text = BUF_INIT;
	size_t number = 1;

	buf_printf(&path, "%s/%s", coverage->source.source, file->name);
	const int fd = open(path.data, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		buf_read_fd(&text, fd);
		close(fd);
	}
	buf_puts(out, "<table class=\"lines\">\n<thead><tr><th scope=\"col\">Line</th><th scope=\"col\">Cases</th>"
	              "<th scope=\"col\">Source</th></tr></thead>\n<tbody>\n");
	for (const char *at = text.data; *at; number++) {
		size_t length = strcspn(at, "\n");
		add_line(out, who, number, at, length);
		at += length + (at[length] != '\0');
	}
	for (; number < who->count; number++)
		if (who->can_run[number])
			add_line(out, who, number, "", 0);
	buf_puts(out, "</tbody>\n</table>\n");
	buf_free(&path);
	buf_free(&text);
}

/* Functions that no case ran stand out by their share of lines; the name links to the first line. */
static void add_functions(struct buf *out, const struct covered_file *file, const struct who *who)
{
	html(out, "<details>\n<summary>%zu functions</summary>\n<table class=\"sums\">\n"
	     "<thead><tr><th scope=\"col\">Function</th><th scope=\"col\" class=\"number\">Lines run</th>"
	     "<th scope=\"col\" class=\"number\">of</th><th scope=\"col\" class=\"number\" colspan=\"2\">Share</th>"
	     "</tr></thead>\n<tbody>\n", file->function_count);
	for (size_t i = 0; i < file->function_count; i++) {
		const struct covered_function *function = &file->functions[i];
		struct line_sums sums = { 0 };
		for (size_t n = (size_t)function->first; n <= (size_t)function->last && n < who->count; n++) {
			sums.lines += who->can_run[n];
			sums.ran += count_bits(who, n) > 0;
		}
		html(out, "<tr><th scope=\"row\"><a href=\"#L%d\">%s</a></th>", function->first, function->name);
		add_sums(out, &sums);
		buf_puts(out, "</tr>\n");
	}
	buf_puts(out, "</tbody>\n</table>\n</details>\n");
}

static void add_lists(struct buf *out, const struct line_coverage *coverage, const struct who *who)
{
	int next = 1;

	buf_puts(out, "<h2>Cases</h2>\n<dl>\n");
	for (size_t n = 0; n < who->count; n++) {
		size_t named = 0;
		if (who->lists[n] != next)
			continue;
		html(out, "<dt id=\"cases%d\">line %zu ...</dt><dd>", next++, n);
		for (size_t c = 0; c < coverage->count && named < MOST_NAMES; c++) {
			if (!(bits_of(who, n)[c / 64] >> c % 64 & 1))
				continue;
			buf_puts(out, named++ ? "<br/>" : "");
			html(out, "%s", coverage->cases[c].case_id);
		}
		if (count_bits(who, n) > named)
			html(out, "<br/>and %zu more", count_bits(who, n) - named);
		buf_puts(out, "</dd>\n");
	}
	buf_puts(out, "</dl>\n");
}

void line_coverage_html_file(struct buf *out, const struct line_coverage *coverage, const struct covered_file *file,
                             const char *version)
{
	struct who who = find_who(coverage, file);

	html_begin_page(out, &(struct html_frame){ .title = file->name, .page = "coverage" });
	html(out, "<header>\n<h1>%s</h1>\n<p><a href=\"index.html\">All files</a></p>\n</header>\n<main id=\"main\">\n",
	     file->name);
	add_functions(out, file, &who);
	add_source(out, coverage, file, &who);
	add_lists(out, coverage, &who);
	buf_puts(out, "</main>\n");
	html_end_page(out, version);
	free(who.bits);
	free(who.can_run);
	free(who.lists);
}
