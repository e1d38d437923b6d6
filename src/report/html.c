/* SPDX-License-Identifier: MIT
 *
 * html.c - the files of an HTML report
 */
#include "report/html.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "report/annotated.h"
#include "report/coverage_html.h"
#include "report/html_case.h"
#include "report/html_index.h"

/* The list of files, one per line after the first; its presence makes the folder ours. */
static const char list_name[] = "files.txt";
static const char list_mark[] = "protodrill report:";
static const char list_head[] = "protodrill report: its files, which the next one in this folder replaces or removes\n";

enum { LONGEST_SLUG = 60 };

struct html_report {
	struct html_index index;
	struct coverage *coverage;
	struct buf names;                                    /* of pages and captures, a line each */
	struct buf before;                                   /* those of the earlier report in this folder */
	/* The page of a failing case, which waits for the name of the next one. */
	struct buf page;
	size_t place;                                        /* where the link goes */
	const char *page_name;                               /* without folder; NULL: none waits */
};

/* ---- what was here before ---- */

static bool exists(int folder, const char *name)
{
	struct stat info;

	return fstatat(folder, name, &info, AT_SYMLINK_NOFOLLOW) == 0;
}

/* False: there is none, or it is not ours. */
static bool read_list(int folder, struct buf *names)
{
	int fd = openat(folder, list_name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	bool ours = fd >= 0 && buf_read_fd(names, fd) && !strncmp(names->data, list_mark, strlen(list_mark));

	if (fd >= 0)
		close(fd);
	return ours;
}

static struct html_report *state_of(struct report_sink *sink)
{
	return sink->state;
}

static bool html_open(struct report_sink *sink, struct buf *problem)
{
	static const char *const own[] = {
		list_name, "index.html", "coverage.html", "style.css", "case.css", "moments.css", "print.css",
		"script.js", "cases",
	};
	struct html_report *report = arena_new_object(sink->arena, struct html_report);

	*report = (struct html_report){
		.index.arena = sink->arena, .coverage = coverage_new(),
		.names = BUF_INIT, .before = BUF_INIT, .page = BUF_INIT,
	};
	sink->state = report;
	if (read_list(sink->folder, &report->before))
		return true;
	buf_clear(&report->before);
	for (size_t i = 0; i < ARRAY_LEN(own); i++) {
		if (!exists(sink->folder, own[i]))
			continue;
		buf_printf(problem, "%s/%s is there and belongs to no report: want a folder of its own", sink->path,
			   own[i]);
		return false;
	}
	return true;
}

/* ---- removing what is no part of this report ---- */

static bool is_case_file(const char *name)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";

	if (strncmp(name, "cases/", 6))
		return false;
	name += 6;
	size_t digits = strspn(name, "0123456789");
	return digits && name[digits] == '-' && !name[strspn(name, letters)];
}

static int compare_texts(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The lines of @text in order; its newlines become ends of texts. */
static const char **sorted_lines(struct arena *arena, char *text, size_t *count)
{
	size_t room = 0;

	for (const char *c = text; *c; c++)
		room += *c == '\n';
	const char **lines = arena_new_array(arena, const char *, room + 1);
	*count = 0;
	for (char *line; *text && (line = strsep(&text, "\n")) && text;)
		lines[(*count)++] = line;
	qsort(lines, *count, sizeof(*lines), compare_texts);
	return lines;
}

/* Remove files that the list before names and this one does not. Links that lead out of the folder are not followed. */
static void remove_stale(struct report_sink *sink)
{
	static const char in_cases[] = "cases/";
	struct html_report *report = state_of(sink);
	struct arena *arena = arena_new();
	size_t old_count, count;
	const char **old = sorted_lines(arena, report->before.data, &old_count);
	const char **now = sorted_lines(arena, arena_strdup(arena, report->names.data), &count);
	int cases = openat(sink->folder, "cases", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	for (size_t i = 0; cases >= 0 && i < old_count; i++)
		if (is_case_file(old[i]) && !bsearch(&old[i], now, count, sizeof(*now), compare_texts))
			unlinkat(cases, old[i] + strlen(in_cases), 0);
	if (cases >= 0)
		close(cases);
	arena_free(arena);
}

/* ---- files ---- */

/* A file is listed before it is written: however this run ends, the next report knows which files are ours. */
static void write_listed(struct report_sink *sink, const char *name, const struct buf *content)
{
	struct buf line = BUF_INIT;

	buf_printf(&line, "%s\n", name);
	buf_puts(&state_of(sink)->names, line.data);
	report_sink_append(sink, list_name, &line);
	report_sink_file(sink, name, content);
	buf_free(&line);
}

static void write_text(struct report_sink *sink, const char *name, const char *text)
{
	struct buf content = BUF_INIT;

	buf_puts(&content, text);
	report_sink_file(sink, name, &content);
	buf_free(&content);
}

static void html_begin(struct report_sink *sink, const struct result_run *run)
{
	struct html_report *report = state_of(sink);
	struct buf page = BUF_INIT;

	if (!report->before.length)
		write_text(sink, list_name, list_head);
	html_index_unfinished(&page, run);
	report_sink_file(sink, "index.html", &page);
	buf_free(&page);
	for (size_t i = 0; i < html_asset_count; i++)
		write_text(sink, html_assets[i].name, html_assets[i].text);
}

/* "0012-delayed-ack": any character that does not belong in a file name becomes '-'. */
static void case_name(struct buf *out, const struct result *r)
{
	const char *slash = strrchr(r->path, '/'), *name = slash ? slash + 1 : r->path;
	size_t length = strlen(name);

	if (length > 4 && !strcmp(name + length - 4, ".pkt"))
		length -= 4;
	buf_printf(out, "%04lld-", (long long)r->number);
	for (size_t i = 0; i < length && i < LONGEST_SLUG; i++) {
		bool letter = (name[i] >= 'a' && name[i] <= 'z') || (name[i] >= 'A' && name[i] <= 'Z') ||
			      (name[i] >= '0' && name[i] <= '9') || name[i] == '.' || name[i] == '_';
		buf_add_byte(out, letter ? name[i] : '-');
	}
}

/* Now the waiting page gets its link: to @next, or to none if NULL. */
static void flush_page(struct report_sink *sink, const char *next)
{
	struct html_report *report = state_of(sink);
	struct buf whole = BUF_INIT, name = BUF_INIT;

	if (!report->page_name)
		return;
	buf_add(&whole, report->page.data, report->place);
	html_case_next(&whole, next);
	buf_add(&whole, report->page.data + report->place, report->page.length - report->place);
	buf_printf(&name, "cases/%s", report->page_name);
	write_listed(sink, name.data, &whole);
	buf_free(&whole);
	buf_free(&name);
	buf_clear(&report->page);
}

static bool is_trouble(const struct result *r)
{
	return r->verdict == VERDICT_FAIL || r->verdict == VERDICT_ERROR || r->verdict == VERDICT_INCONCLUSIVE;
}

/* Returns the name of the capture beside the page, in @name; NULL: there was nothing on the wire. */
static const char *write_capture(struct report_sink *sink, const struct result *r, const char *base, struct buf *name)
{
	struct buf capture = BUF_INIT, path = BUF_INIT;

	annotated_capture(&capture, r, sink->run.version);
	if (capture.length) {
		buf_printf(name, "%s.pcapng", base);
		buf_printf(&path, "cases/%s", name->data);
		write_listed(sink, path.data, &capture);
	}
	buf_free(&capture);
	buf_free(&path);
	return name->length ? name->data : NULL;
}

static void html_add(struct report_sink *sink, const struct result *r, const char *line, size_t length)
{
	struct html_report *report = state_of(sink);
	struct buf name = BUF_INIT, path = BUF_INIT, page = BUF_INIT, capture = BUF_INIT;

	(void)line;
	(void)length;
	case_name(&name, r);
	const char *capture_name = write_capture(sink, r, name.data, &capture);
	buf_puts(&name, ".html");
	buf_printf(&path, "cases/%s", name.data);
	html_index_add(&report->index, r, path.data);
	coverage_add(report->coverage, r, path.data);
	size_t place = html_case_page(&page, &(struct html_case){
		.result = r, .version = sink->run.version, .capture = capture_name,
		.previous = is_trouble(r) ? report->page_name : NULL,
	});
	if (is_trouble(r)) {
		flush_page(sink, name.data);
		buf_free(&report->page);
		report->page = page;
		report->place = place;
		report->page_name = arena_strdup(sink->arena, name.data);
	} else {
		write_listed(sink, path.data, &page);
		buf_free(&page);
	}
	buf_free(&name);
	buf_free(&path);
	buf_free(&capture);
}

static void html_end(struct report_sink *sink, const struct result_end *end)
{
	struct html_report *report = state_of(sink);
	struct buf page = BUF_INIT, list = BUF_INIT;

	flush_page(sink, NULL);
	html_index_page(&page, &report->index, &sink->run, end);
	report_sink_file(sink, "index.html", &page);
	buf_clear(&page);
	const struct coverage_table *whole = coverage_finish(report->coverage, sink->run.version);
	coverage_html_page(&page, coverage_pick(report->coverage, whole, NULL, NULL));
	report_sink_file(sink, "coverage.html", &page);
	remove_stale(sink);
	buf_printf(&list, "%s%s", list_head, report->names.data);
	report_sink_file(sink, list_name, &list);
	buf_free(&page);
	buf_free(&list);
}

static void html_release(struct report_sink *sink)
{
	struct html_report *report = state_of(sink);

	if (!report)
		return;
	html_index_free(&report->index);
	coverage_free(report->coverage);
	buf_free(&report->names);
	buf_free(&report->before);
	buf_free(&report->page);
}

const struct report_kind report_html = {
	.name = "html",
	.help = "pages for a browser: a matrix, and a page for each case",
	.folder = true, .trace = true, .occasion = true, .start = "index.html",
	.open = html_open, .begin = html_begin, .add = html_add, .end = html_end, .release = html_release,
};
