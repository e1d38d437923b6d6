/* SPDX-License-Identifier: MIT
 *
 * case_lines.h - run --coverage DIR: which lines of the kernel each case ran
 *
 * A kernel that was built with COVERAGE=1 counts in the form of its compiler, and so the compiler's own reader (gcov)
 * turns that into lines: once for all lines there are, and once for each case, in the worker that has booted for it.
 */
#ifndef CLI_CASE_LINES_H
#define CLI_CASE_LINES_H

#include "report/line_coverage.h"
#include "target/linux/linux.h"
#include "util/replace_file.h"

/* False if this kernel does not count lines, or gcov is missing; @problem says what would help. */
bool case_lines_possible(const struct linux_image *image, struct buf *problem);

/* The record of all lines that could run. */
bool case_lines_all(const struct linux_image *image, struct buf *out, struct buf *problem);

/* Replace what linux_counts_end() gave for the case @id by its record for the file of lines. */
bool case_lines_read(const char *id, struct buf *lines, struct buf *problem);

/* The lines that a run collects in the folder @path, from its start to its end. */
struct line_run {
	const char *path;
	const struct linux_image *image;
	struct replace_file file;
	FILE *out;
	int error;                                           /* errno of the first write that failed; 0: none */
};

bool line_run_begin(struct line_run *run, const char *path, const struct linux_image *image, struct buf *problem);
void line_run_add(struct line_run *run, const struct buf *line);
/* Write the tables and the pages; @table is given the table by files. */
bool line_run_end(struct line_run *run, struct buf *table, struct buf *problem);

#endif
