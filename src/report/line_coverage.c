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

/* The next range of *@at, which is moved past it. False: there is none. */
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

/* A byte for each line of @file: 1 for a line that could run, 2 for one that some case ran. The caller frees them. */
static unsigned char *mark_lines(const struct line_coverage *coverage, const struct covered_file *file, int *last)
{
	*last = line_ranges_last(file->lines);
	unsigned char *lines = checked_memory(calloc((size_t)*last + 1, 1));

	line_ranges_mark(file->lines, lines, (size_t)*last + 1, 1);
	for (size_t i = 0; i < coverage->count; i++) {
		const struct covered_file *ran = covered_find(&coverage->cases[i], file->name);
		if (ran)
			line_ranges_mark(ran->lines, lines, (size_t)*last + 1, 2);
	}
	return lines;
}

static struct line_sums sum_lines(const unsigned char *lines, int first, int last)
{
	struct line_sums sums = { 0 };

	for (int n = first; n <= last; n++) {
		sums.lines += lines[n] >= 1;
		sums.ran += lines[n] >= 2;
	}
	return sums;
}

static struct line_sums sum_function(const unsigned char *lines, const struct covered_function *function, int last)
{
	return sum_lines(lines, function->first, function->last < last ? function->last : last);
}

struct line_sums line_coverage_sums(const struct line_coverage *coverage, const struct covered_file *file)
{
	int last;
	unsigned char *lines = mark_lines(coverage, file, &last);
	struct line_sums sums = sum_lines(lines, 0, last);

	sums.functions = (int)file->function_count;
	for (size_t i = 0; i < file->function_count; i++)
		sums.entered += sum_function(lines, &file->functions[i], last).ran > 0;
	free(lines);
	return sums;
}

void line_sums_add(struct line_sums *all, const struct line_sums *more)
{
	all->lines += more->lines;
	all->ran += more->ran;
	all->functions += more->functions;
	all->entered += more->entered;
}

double line_sums_percent(const struct line_sums *sums)
{
	return sums->lines ? 100.0 * sums->ran / sums->lines : 0.0;
}

static void add_row(struct buf *out, const char *name, int indent, const struct line_sums *sums)
{
	buf_printf(out, "%*s%-*s %6d of %6d  %5.1f %%", indent, "", 44 - indent, name, sums->ran, sums->lines,
	           line_sums_percent(sums));
}

static void add_functions(struct buf *out, const struct line_coverage *coverage, const struct covered_file *file)
{
	int last;
	unsigned char *lines = mark_lines(coverage, file, &last);

	for (size_t i = 0; i < file->function_count; i++) {
		const struct line_sums sums = sum_function(lines, &file->functions[i], last);
		add_row(out, file->functions[i].name, 2, &sums);
		buf_puts(out, "\n");
	}
	free(lines);
}

static void add_sums(struct buf *out, const char *name, const struct line_sums *sums)
{
	add_row(out, name, 0, sums);
	buf_printf(out, "  %4d of %4d functions\n", sums->entered, sums->functions);
}

void line_coverage_table(struct buf *out, const struct line_coverage *coverage, bool functions)
{
	struct line_sums all = { 0 };

	for (size_t i = 0; i < coverage->source.file_count; i++) {
		const struct covered_file *file = &coverage->source.files[i];
		const struct line_sums sums = line_coverage_sums(coverage, file);
		add_sums(out, file->name, &sums);
		if (functions)
			add_functions(out, coverage, file);
		line_sums_add(&all, &sums);
	}
	add_sums(out, "all", &all);
}
