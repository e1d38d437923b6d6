/* SPDX-License-Identifier: MIT
 *
 * coverage.c - protodrill coverage: results, requirement by requirement
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/command_frame.h"
#include "cli/console.h"
#include "cli/lines.h"
#include "report/coverage.h"

struct request {
	const struct coverage_format *format;
	struct coverage_view view;
	const char *targets;                                 /* NULL: those worth a column */
	const char *lines;                                   /* NULL: the question is about requirements */
	const char *output;                                  /* NULL: standard output */
};

static const struct command_option options[] = {
	{ "format", 'f', "FORMAT", "text, markdown, html or json (text)" },
	{ "output", 'o', "FILE", "write to FILE, not to standard output" },
	{ "only", 0, "RESULT,...", "requirements with such a result for some target" },
	{ "differ", 0, NULL, "only requirements that some targets meet and others do not" },
	{ "targets", 0, "NAME,...", "columns: a target with all its profiles, or one of them, as in 'builtin linux'" },
	{ "cases", 0, NULL, "name also the cases that passed; html and json always do" },
	{ "lines", 0, "FILE:LINE", "name the cases that ran a line of a kernel; RESULTS: folders of run --coverage" },
	{ "help", 'h', NULL, "this text" },
	{ 0 },
};

static void usage(void)
{
	puts("Usage: protodrill coverage [OPTION]... RESULTS...\n"
	     "Say of each requirement of the standards what the cases that cover it found, for each target in the\n"
	     "files that 'protodrill run --report json=RESULTS' wrote, side by side.\n\n"
	     "Options:");
	options_print(stdout, options);
	puts("\nResults:\n"
	     "  met            every case that judged it passed\n"
	     "  broken         a case failed, and it is a MUST\n"
	     "  deviates       a case failed, and it is a SHOULD\n"
	     "  absent         a case failed, and it is a MAY\n"
	     "  not supported  all of its cases were skipped: something they need is missing\n"
	     "  not tested     nothing judged it; the reason is given\n"
	     "With --only, unsupported and untested are the last two.\n"
	     "A target that nothing is wrong with and that judged very little is no column, but a line below the\n"
	     "sums, unless --targets names it; json always has all that are not left out by --targets.\n\n"
	     "Examples:\n"
	     "  protodrill run --report json=builtin.json testcases\n"
	     "  protodrill coverage builtin.json\n"
	     "  protodrill coverage --only broken,deviates builtin.json kernel.json\n"
	     "  protodrill coverage --targets 'kernel,builtin linux' builtin.json kernel.json\n"
	     "  protodrill coverage --lines tcp_input.c:4210-4220 cov\n"
	     "  protodrill coverage -f html -o coverage.html builtin.json kernel.json");
}

/* ---- the command line ---- */

static bool set_format(struct request *request, const char *name)
{
	struct guess guess = { .wanted = name };

	for (const struct coverage_format *f = coverage_formats; f->name; f++) {
		guess_offer(&guess, f->name);
		if (!strcmp(f->name, name)) {
			request->format = f;
			return true;
		}
	}
	return console_unknown("format", &guess, "", "There are text, markdown, html and json.");
}

/* coverage_word[] for --only, each as one word: commas separate them, and blanks would have to be quoted. */
static const char *const only_words[COVERAGE_WORDS] = {
	[COVERAGE_MET] = "met",         [COVERAGE_DEVIATES] = "deviates",       [COVERAGE_BROKEN] = "broken",
	[COVERAGE_ABSENT] = "absent",   [COVERAGE_UNSUPPORTED] = "unsupported", [COVERAGE_UNTESTED] = "untested",
};

static bool set_only_word(struct request *request, const char *name)
{
	struct guess guess = { .wanted = name };

	for (size_t i = 0; i < COVERAGE_WORDS; i++) {
		guess_offer(&guess, only_words[i]);
		if (!strcmp(only_words[i], name)) {
			request->view.wanted[i] = true;
			return true;
		}
	}
	return console_unknown("result", &guess, "",
	                       "There are met, broken, deviates, absent, unsupported and untested.");
}

static bool set_only(struct request *request, const char *list)
{
	char *names = strdup(list), *rest = names, *name;
	bool good = true;

	while (good && (name = strsep(&rest, ",")))
		good = set_only_word(request, name);
	free(names);
	return good;
}

static bool set(void *user, const struct command_option *option, const char *value)
{
	struct request *request = user;

	if (!strcmp(option->name, "format"))
		return set_format(request, value);
	if (!strcmp(option->name, "only"))
		return set_only(request, value);
	if (!strcmp(option->name, "output"))
		request->output = value;
	else if (!strcmp(option->name, "targets"))
		request->targets = value;
	else if (!strcmp(option->name, "lines"))
		request->lines = value;
	else if (!strcmp(option->name, "differ"))
		request->view.differ = true;
	else
		request->view.cases = true;
	return true;
}

/* ---- reading and writing ---- */

/* The table of what was read, with the columns that are wanted; NULL: @problem says why not. */
static const struct coverage_table *table_of(const struct request *request, struct coverage *coverage,
                                             struct buf *problem)
{
	const struct coverage_table *whole = coverage_finish(coverage, PROTODRILL_VERSION);

	if (request->format->whole && !request->targets)
		return whole;
	return coverage_pick(coverage, whole, request->targets, problem);
}

static int cover(void *user, char **paths, struct settings *settings)
{
	const struct request *request = user;
	struct buf problem = BUF_INIT, out = BUF_INIT;
	bool good = true;

	(void)settings;
	if (request->lines)
		return lines_print(request->lines, paths);
	struct coverage *coverage = coverage_new();
	for (; good && *paths; paths++)
		good = coverage_add_file(coverage, *paths, &problem);
	const struct coverage_table *table = good ? table_of(request, coverage, &problem) : NULL;
	good = console_complain(&problem) && good;
	if (table)
		request->format->write(&out, table, &request->view);
	if (good && request->output)
		good = console_write_file(request->output, &out, REPLACE_LINKS);
	else if (good)
		fwrite(out.data, 1, out.length, stdout);
	buf_free(&out);
	coverage_free(coverage);
	return good ? EXIT_STATUS_OK : EXIT_STATUS_ERROR;
}

int coverage_main(int argc, char **argv)
{
	static const struct command_frame frame = {
		.options = options,
		.usage = usage,
		.wanted = "files that 'protodrill run --report json=FILE' wrote",
		.set = set,
		.act = cover,
	};
	struct request request = { .format = coverage_formats };

	return command_frame_main(&frame, &request, argc, argv);
}
