/* SPDX-License-Identifier: MIT
 *
 * lines.c - what is asked of the lines that run --coverage wrote
 */
#include "cli/lines.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/console.h"
#include "report/line_coverage.h"

static bool read_folder(const char *folder, struct line_coverage *out)
{
	struct buf path = BUF_INIT, problem = BUF_INIT;

	buf_printf(&path, "%s/lines.json", folder);
	line_coverage_read(path.data, out, &problem);
	buf_free(&path);
	return console_complain(&problem);
}

static bool can_run(const struct line_question *question, const struct line_coverage *coverage)
{
	return line_question_met(question, &coverage->source);
}

static bool print_cases(const struct line_question *question, const char *folder, bool *known)
{
	struct line_coverage coverage;
	bool good = read_folder(folder, &coverage);

	*known |= good && can_run(question, &coverage);
	for (size_t i = 0; good && i < coverage.count; i++)
		if (line_question_met(question, &coverage.cases[i]))
			puts(coverage.cases[i].case_id);
	line_coverage_free(&coverage);
	return good;
}

int lines_print(const char *text, char **folders)
{
	struct arena *arena = arena_new();
	struct line_question question;
	bool good = line_question_read(text, arena, &question), known = false;

	if (!good)
		console_error("bad --lines: %s: want FILE:LINE or FILE:FIRST-LAST, such as tcp_input.c:4210", text);
	for (char **folder = folders; good && *folder; folder++)
		good = print_cases(&question, *folder, &known);
	if (good && !known)
		good = console_error("%s: no code of these kernels is there: no such file, or nothing that runs", text);
	arena_free(arena);
	return good ? EXIT_STATUS_OK : EXIT_STATUS_ERROR;
}

/* ---- a patch ---- */

static bool read_patch(const char *path, struct buf *out)
{
	const int fd = strcmp(path, "-") ? open(path, O_RDONLY | O_CLOEXEC) : STDIN_FILENO;
	bool good = fd >= 0 && buf_read_fd(out, fd);

	if (!good)
		console_error("%s: %s", path, strerror(errno));
	if (fd > STDIN_FILENO)
		close(fd);
	return good;
}

/* Add the script of a case such as "a/b.pkt@linux/ipv6", by its path from here. */
static void add_script(struct text_set *scripts, const char *case_id)
{
	struct buf path = BUF_INIT;
	char real[PATH_MAX];

	buf_add(&path, case_id, strcspn(case_id, "@"));
	text_set_add(scripts, realpath(path.data, real) ? real : path.data);
	buf_free(&path);
}

static size_t add_touched(const struct line_coverage *coverage, const struct line_question *questions, size_t count,
                          struct text_set *scripts)
{
	size_t known = 0;

	for (size_t q = 0; q < count; q++)
		known += can_run(&questions[q], coverage);
	for (size_t i = 0; i < coverage->count; i++)
		for (size_t q = 0; q < count; q++)
			if (line_question_met(&questions[q], &coverage->cases[i]))
				add_script(scripts, coverage->cases[i].case_id);
	return known;
}

bool lines_touched(const char *patch, const char *folder, struct text_set *scripts)
{
	struct line_coverage coverage = { 0 };
	struct arena *arena = arena_new();
	struct buf text = BUF_INIT;
	size_t count = 0;
	bool good = read_patch(patch, &text) && read_folder(folder, &coverage);
	const struct line_question *questions = good ? line_questions_of_patch(text.data, arena, &count) : NULL;

	if (good && !count)
		good = console_error("%s: this is no unified diff: nothing in it is touched", patch);
	else if (good && !add_touched(&coverage, questions, count, scripts))
		good = console_error("%s: it touches no line that %s knows", patch, folder);
	line_coverage_free(&coverage);
	buf_free(&text);
	arena_free(arena);
	return good;
}
