/* SPDX-License-Identifier: MIT
 *
 * result_file.c - files of results
 */
#include "report/result_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static bool complain(const struct result_file *f, struct buf *problem, const char *why)
{
	buf_printf(problem, "%s:", f->path);
	if (f->number)
		buf_printf(problem, "%d:", f->number);
	buf_printf(problem, " %s", why);
	return false;
}

/* False at the end of the file, or with a problem. */
static bool next_line(struct result_file *f, struct arena *arena, struct result_line *out, struct buf *problem)
{
	struct buf why = BUF_INIT;

	errno = 0;
	ssize_t length = getline(&f->line, &f->room, f->file);
	if (length < 0 && ferror(f->file))
		return complain(f, problem, strerror(errno));
	if (length < 0)
		return false;
	f->number++;
	f->length = (size_t)length;
	bool good = result_line_read(f->line, f->length, arena, out, &why);
	if (!good)
		complain(f, problem, f->line[length - 1] == '\n' || f->line[0] != '{'
		                     ? why.data : "cut short in the middle of this line");
	buf_free(&why);
	return good;
}

bool result_file_open(struct result_file *f, const char *path, struct buf *problem)
{
	struct result_line line;

	*f = (struct result_file){ .path = path, .arena = arena_new() };
	f->file = strcmp(path, "-") ? fopen(path, "r") : stdin;
	if (!f->file)
		return complain(f, problem, strerror(errno));
	if (!next_line(f, f->arena, &line, problem))
		return problem->length ? false : complain(f, problem, "empty: no file of results");
	if (line.kind != RESULT_LINE_RUN)
		return complain(f, problem, "no file of results: its first line is not of the kind \"run\"");
	f->run = line.run;
	return true;
}

static bool take_end(struct result_file *f, const struct result_end *end, struct buf *problem)
{
	int64_t counted = end->passed + end->failed + end->inconclusive + end->skipped + end->errors;

	f->end = *end;
	f->ended = true;
	if (counted != f->cases) {
		struct buf why = BUF_INIT;
		buf_printf(&why, "the last line counts %lld cases, but there are %lld", (long long)counted,
		           (long long)f->cases);
		complain(f, problem, why.data);
		buf_free(&why);
	}
	return false;
}

bool result_file_next(struct result_file *f, struct arena *arena, struct result *out, struct buf *problem)
{
	struct result_line line = { 0 };
	bool read = next_line(f, arena, &line, problem);

	if (problem->length)
		return false;
	if (f->ended)
		return read ? complain(f, problem, "a line behind the last one") : false;
	if (!read)
		return complain(f, problem, "cut short: there is no line of the kind \"end\"");
	if (line.kind == RESULT_LINE_RUN)
		return complain(f, problem, "a second line of the kind \"run\"");
	if (line.kind == RESULT_LINE_END) {
		/* Its texts must outlive the arena of a case. */
		if (line.end.interrupted)
			line.end.interrupted = arena_strdup(f->arena, line.end.interrupted);
		take_end(f, &line.end, problem);
		return problem->length ? false : result_file_next(f, arena, out, problem);
	}
	f->cases++;
	*out = line.result;
	return true;
}

void result_file_close(struct result_file *f)
{
	if (f->file && f->file != stdin)
		fclose(f->file);
	free(f->line);
	arena_free(f->arena);
	*f = (struct result_file){ 0 };
}
