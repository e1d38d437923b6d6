/* SPDX-License-Identifier: MIT
 *
 * result_file.h - reading files of results line by line
 */
#ifndef REPORT_RESULT_FILE_H
#define REPORT_RESULT_FILE_H

#include <stdio.h>

#include "report/result.h"

struct result_file {
	const char *path;                                    /* "-": standard input */
	FILE *file;
	int number;                                          /* of the line just read, from 1 */
	char *line;                                          /* with its newline */
	size_t length, room;
	struct result_run run;                               /* the first line, in .arena */
	struct result_end end;                               /* after the last */
	bool ended;                                          /* .end was there */
	int64_t cases;                                       /* read so far */
	struct arena *arena;
};

/* Open @path and read its first line. False: @problem says why, in a line that names the file. */
bool result_file_open(struct result_file *f, const char *path, struct buf *problem);

/* The next case, its texts allocated from @arena; .line and .length are the line itself. False at the end, and then
 * @problem is empty only when the file is whole: its last line is there, and counts as many cases as there were. */
bool result_file_next(struct result_file *f, struct arena *arena, struct result *out, struct buf *problem);

void result_file_close(struct result_file *f);

#endif
