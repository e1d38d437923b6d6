/* SPDX-License-Identifier: MIT
 *
 * line_coverage.c - which lines of a kernel each case ran
 */
#include "report/line_coverage.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "report/json_shape.h"
#include "util/checked.h"
#include "util/json_text.h"

/* ---- as JSON ---- */

#define MEMBER(structure, name_of, key) { .name = (key), .offset = offsetof(struct structure, name_of) }
#define TEXT(structure, name_of, key) \
	{ .member = { .name = (key), .offset = JSON_TEXT_PLACE(structure, name_of) }, .type = JSON_SHAPE_TEXT, \
	  .optional = true }
#define LINE(structure, name_of, key) \
	{ .member = FIELD_NAMED(key, struct structure, name_of, 0, INT_MAX), .type = JSON_SHAPE_NUMBER }
#define LIST(structure, name_of, number, key, of) \
	{ .member = MEMBER(structure, name_of, key), .type = JSON_SHAPE_LIST, .optional = true, \
	  .count = offsetof(struct structure, number), .shape = (of) }

static const struct json_field function_fields[] = {
	TEXT(covered_function, name, "name"),
	LINE(covered_function, first, "first"),
	LINE(covered_function, last, "last"),
	{ .member.name = NULL },
};
static const struct json_shape function_shape = { function_fields, sizeof(struct covered_function) };

static const struct json_field file_fields[] = {
	TEXT(covered_file, name, "name"),
	TEXT(covered_file, lines, "lines"),
	LIST(covered_file, functions, function_count, "functions", &function_shape),
	{ .member.name = NULL },
};
static const struct json_shape file_shape = { file_fields, sizeof(struct covered_file) };

static const struct json_field covered_fields[] = {
	TEXT(covered, source, "source"),
	TEXT(covered, case_id, "case"),
	LIST(covered, files, file_count, "files", &file_shape),
	{ .member.name = NULL },
};
static const struct json_shape covered_shape = { covered_fields, sizeof(struct covered) };

static int add_to_buf(const char *text, size_t length, void *out)
{
	buf_add(out, text, length);
	return 0;
}

void covered_write(struct buf *out, const struct covered *covered)
{
	json_t *json = checked_memory(json_object());

	json_shape_add(json, &covered_shape, covered);
	if (json_dump_callback(json, add_to_buf, out, JSON_COMPACT) < 0)
		checked_exhausted();
	json_decref(json);
	buf_puts(out, "\n");
}

static bool is_whole(const struct covered *covered, bool first)
{
	bool whole = first ? covered->source != NULL : covered->case_id != NULL;

	for (size_t i = 0; i < covered->file_count; i++)
		whole = whole && covered->files[i].name && covered->files[i].lines;
	return whole;
}

static bool read_line(const char *text, size_t length, bool first, struct line_coverage *out, struct covered *covered)
{
	struct buf ignored = BUF_INIT;
	json_t *json = json_text_read(text, length, &ignored);
	bool good = json_is_object(json) &&
	            json_shape_read(&covered_shape, json, covered, out->arena, &ignored) && is_whole(covered, first);

	json_decref(json);
	buf_free(&ignored);
	return good;
}

static size_t count_lines(const char *text)
{
	size_t count = 0;

	for (; (text = strchr(text, '\n')); text++)
		count++;
	return count;
}

bool line_coverage_read(const char *path, struct line_coverage *out, struct buf *problem)
{
	const int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct buf text = BUF_INIT;
	bool good = fd >= 0 && buf_read_fd(&text, fd);

	*out = (struct line_coverage){ .arena = arena_new() };
	if (!good)
		buf_printf(problem, "%s: %s; 'protodrill run -t linux:KERNEL --coverage DIR' writes such a file", path,
		           strerror(errno));
	out->cases = arena_new_array(out->arena, struct covered, count_lines(text.data));
	size_t number = 0;
	for (const char *at = text.data; good && *at; number++) {
		size_t length = strcspn(at, "\n");
		struct covered *covered = number ? &out->cases[number - 1] : &out->source;
		good = at[length] && read_line(at, length, !number, out, covered);
		at += length + (at[length] != '\0');
	}
	if (fd >= 0)
		close(fd);
	if (!problem->length && (!good || !number))
		buf_printf(problem, "%s:%zu: this is no line of what run --coverage writes", path, number ? number : 1);
	out->count = number ? number - 1 : 0;
	buf_free(&text);
	return !problem->length;
}

void line_coverage_free(struct line_coverage *coverage)
{
	arena_free(coverage->arena);
	coverage->arena = NULL;
}

const struct covered_file *covered_find(const struct covered *covered, const char *name)
{
	for (size_t i = 0; i < covered->file_count; i++)
		if (!strcmp(covered->files[i].name, name))
			return &covered->files[i];
	return NULL;
}

/* ---- texts like "12-15 20" ---- */

/* The next range of *@at, which moves behind it. False: no more. */
static bool next_range(const char **at, long *first, long *last)
{
	char *end;

	*first = strtol(*at, &end, 10);
	if (end == *at || *first < 0)
		return false;
	*last = *first;
	if (*end == '-')
		*last = strtol(end + 1, &end, 10);
	*at = end;
	return *last >= *first;
}

void line_ranges_mark(const char *ranges, unsigned char *lines, size_t room, unsigned char mark)
{
	long first, last;

	while (next_range(&ranges, &first, &last))
		for (long n = first; n <= last && n < (long)room; n++)
			lines[n] = mark;
}

void line_ranges_write(struct buf *out, const unsigned char *lines, size_t count, unsigned char least)
{
	const size_t before = out->length;

	for (size_t n = 0; n < count; n++) {
		size_t end = n;
		while (end < count && lines[end] >= least)
			end++;
		if (end == n)
			continue;
		buf_printf(out, "%s%zu", out->length == before ? "" : " ", n);
		if (end > n + 1)
			buf_printf(out, "-%zu", end - 1);
		n = end;
	}
}

bool line_ranges_meet(const char *ranges, int first, int last)
{
	long from, to;

	while (next_range(&ranges, &from, &to))
		if (from <= last && to >= first)
			return true;
	return false;
}

int line_ranges_last(const char *ranges)
{
	long first, last = 0;

	while (next_range(&ranges, &first, &last))
		;
	return (int)last;
}

/* ---- tables ---- */

struct sums {
	int lines, ran, functions, entered;
};

static int count_marks(const unsigned char *lines, int first, int last, unsigned char least)
{
	int count = 0;

	for (int n = first; n <= last; n++)
		count += lines[n] >= least;
	return count;
}

static void add_row(struct buf *out, const char *name, int indent, int ran, int lines)
{
	buf_printf(out, "%*s%-*s %6d of %6d  %5.1f %%", indent, "", 44 - indent, name, ran, lines,
	           lines ? 100.0 * ran / lines : 0.0);
}

static void add_functions(struct buf *out, const struct covered_file *file, const unsigned char *lines, int count,
                          struct sums *sums, bool shown)
{
	for (size_t i = 0; i < file->function_count; i++) {
		const struct covered_function *f = &file->functions[i];
		const int last = f->last < count ? f->last : count;
		const int there = count_marks(lines, f->first, last, 1), ran = count_marks(lines, f->first, last, 2);
		sums->functions++;
		sums->entered += ran > 0;
		if (!shown)
			continue;
		add_row(out, f->name, 2, ran, there);
		buf_puts(out, "\n");
	}
}

static void add_file(struct buf *out, const struct line_coverage *coverage, const struct covered_file *file,
                     struct sums *all, bool functions)
{
	const int last = line_ranges_last(file->lines);
	unsigned char *lines = checked_memory(calloc((size_t)last + 1, 1));
	struct buf rows = BUF_INIT;
	struct sums sums = { 0 };

	line_ranges_mark(file->lines, lines, (size_t)last + 1, 1);
	for (size_t i = 0; i < coverage->count; i++) {
		const struct covered_file *ran = covered_find(&coverage->cases[i], file->name);
		if (ran)
			line_ranges_mark(ran->lines, lines, (size_t)last + 1, 2);
	}
	add_functions(&rows, file, lines, last, &sums, functions);
	sums.lines = count_marks(lines, 0, last, 1);
	sums.ran = count_marks(lines, 0, last, 2);
	add_row(out, file->name, 0, sums.ran, sums.lines);
	buf_printf(out, "  %4d of %4d functions\n%s", sums.entered, sums.functions, rows.data);
	all->lines += sums.lines;
	all->ran += sums.ran;
	all->functions += sums.functions;
	all->entered += sums.entered;
	buf_free(&rows);
	free(lines);
}

void line_coverage_table(struct buf *out, const struct line_coverage *coverage, bool functions)
{
	struct sums sums = { 0 };

	for (size_t i = 0; i < coverage->source.file_count; i++)
		add_file(out, coverage, &coverage->source.files[i], &sums, functions);
	add_row(out, "all", 0, sums.ran, sums.lines);
	buf_printf(out, "  %4d of %4d functions\n", sums.entered, sums.functions);
}
