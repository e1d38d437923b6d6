/* SPDX-License-Identifier: MIT
 *
 * line_coverage.h - which lines of a kernel each case ran: the file, and questions about it
 *
 * The file has JSON lines. The first says which lines can run, file by file, and to which functions they belong; each
 * of the others says which of them a case ran. Lines are texts like "12-15 20".
 */
#ifndef REPORT_LINE_COVERAGE_H
#define REPORT_LINE_COVERAGE_H

#include "util/arena.h"
#include "util/buf.h"

struct covered_function {
	const char *name;
	int first, last;                                     /* line numbers */
};

struct covered_file {
	const char *name;                                    /* below the source: "net/ipv4/tcp_input.c" */
	const char *lines;
	const struct covered_function *functions;            /* of a source only */
	size_t function_count;
};

/* The source, or a case. */
struct covered {
	const char *source;                                  /* where it is; of a source only */
	const char *case_id;                                 /* of a case only */
	const struct covered_file *files;                    /* in the order of their names */
	size_t file_count;
};

struct line_coverage {
	struct arena *arena;
	struct covered source;
	struct covered *cases;
	size_t count;
};

/* Append a line. */
void covered_write(struct buf *out, const struct covered *covered);
/* Read a file of them. False: @problem says what is wrong. Free with line_coverage_free() in any case. */
bool line_coverage_read(const char *path, struct line_coverage *out, struct buf *problem);
void line_coverage_free(struct line_coverage *coverage);

/* NULL: no line of it ran. */
const struct covered_file *covered_find(const struct covered *covered, const char *name);

/* ---- texts like "12-15 20" ---- */

/* A byte per line, from line 0; the lines named become @mark, as far as there is room. */
void line_ranges_mark(const char *ranges, unsigned char *lines, size_t room, unsigned char mark);
/* Append the lines whose byte is at least @least. */
void line_ranges_write(struct buf *out, const unsigned char *lines, size_t count, unsigned char least);
/* Is any line from @first to @last among them? */
bool line_ranges_meet(const char *ranges, int first, int last);
int line_ranges_last(const char *ranges);                /* 0: none */

/* ---- what is asked ---- */

/* Lines that somebody names: FILE:LINE, FILE:FIRST-LAST; or those that a patch removes, or behind which it adds
 * others. */
struct line_question {
	const char *file;                                    /* or the end of its name */
	int first, last;
};

bool line_question_read(const char *text, struct arena *arena, struct line_question *out);
/* The lines of the unified diff @patch, from @arena; their count in *@count. */
struct line_question *line_questions_of_patch(const char *patch, struct arena *arena, size_t *count);
bool line_question_met(const struct line_question *question, const struct covered *covered);

/* ---- tables ---- */

/* How many of the lines that could run some case ran; how many of the functions some case entered. */
struct line_sums {
	int lines, ran, functions, entered;
};

struct line_sums line_coverage_sums(const struct line_coverage *coverage, const struct covered_file *file);
void line_sums_add(struct line_sums *all, const struct line_sums *more);
double line_sums_percent(const struct line_sums *sums);  /* of lines; 0 where there are none */

/* A line for each file, and with @functions for each function that could run; then the sum. */
void line_coverage_table(struct buf *out, const struct line_coverage *coverage, bool functions);

#endif
