/* SPDX-License-Identifier: MIT
 *
 * report.c - protodrill report: results of an earlier run, as reports
 */
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/options.h"
#include "report/result_file.h"
#include "report/sink.h"

struct request {
	struct reports reports;
	bool help;
};

static const struct command_option options[] = {
	{ "report", 'r', "KIND[=PATH],...", "what to write (text)" },
	{ "help", 'h', NULL, "this text" },
	{ 0 },
};

static void usage(void)
{
	puts("Usage: protodrill report [-r KIND[=PATH],...] RESULTS\n"
	     "Make reports of the results that 'protodrill run --report json=RESULTS' or 'protodrill merge' wrote.\n"
	     "RESULTS may be '-': standard input. The exit status is that of the run.\n\n"
	     "Options:");
	options_print(stdout, options);
	puts("\nReports:");
	reports_print_kinds(stdout);
	puts("\nExamples:\n"
	     "  protodrill report results.json\n"
	     "  protodrill report -r tap results.json\n"
	     "  protodrill report -r junit=junit.xml,html=report results.json");
}

static bool complain(struct buf *problem)
{
	fprintf(stderr, "protodrill: %s\n", problem->data);
	buf_clear(problem);
	return false;
}

static bool set(void *user, const struct command_option *option, const char *value)
{
	struct request *request = user;
	struct buf problem = BUF_INIT;
	bool good = true;

	if (!strcmp(option->name, "help"))
		request->help = true;
	else
		good = reports_add(&request->reports, value, &problem) || complain(&problem);
	buf_free(&problem);
	return good;
}

static bool feed(struct reports *reports, struct result_file *file, struct buf *problem)
{
	bool more = true;

	reports_begin(reports, &file->run);
	while (more) {
		struct arena *arena = arena_new();
		struct result result;
		more = result_file_next(file, arena, &result, problem);
		if (more)
			reports_add_result(reports, &result, file->line, file->length);
		arena_free(arena);
	}
	if (problem->length)
		return false;
	reports_end(reports, &file->end);
	return reports_commit(reports, problem);
}

static int status_of(const struct result_end *end)
{
	const int counts[VERDICTS] = {
		[VERDICT_PASS] = end->passed > 0,
		[VERDICT_FAIL] = end->failed > 0,
		[VERDICT_INCONCLUSIVE] = end->inconclusive > 0,
		[VERDICT_SKIP] = end->skipped > 0,
		[VERDICT_ERROR] = end->errors > 0 || !end->complete,
	};

	return run_exit_status(counts);
}

static int report(struct request *request, const char *path)
{
	struct buf problem = BUF_INIT;
	struct result_file file;
	int status = EXIT_STATUS_ERROR;

	if (result_file_open(&file, path, &problem) && reports_open(&request->reports, &problem) &&
	    feed(&request->reports, &file, &problem))
		status = status_of(&file.end);
	if (problem.length)
		complain(&problem);
	else if (!file.end.complete)
		fprintf(stderr, "protodrill: %s: the run was not complete: %lld of %lld cases\n", path,
		        (long long)file.cases, (long long)file.run.cases);
	result_file_close(&file);
	buf_free(&problem);
	return status;
}

int report_main(int argc, char **argv)
{
	struct request request = { 0 };
	struct settings settings = { 0 };
	const struct command_line line = { .options = options, .set = set, .user = &request };
	struct buf problem = BUF_INIT;
	int first, status = EXIT_STATUS_ERROR;

	bool good = options_parse(&line, argc, argv, &settings, &first);
	if (good && request.help) {
		usage();
		status = EXIT_STATUS_OK;
	} else if (good && first != argc - 1) {
		fputs("protodrill: want one file of results\nTry 'protodrill report --help'.\n", stderr);
	} else if (good) {
		if (request.reports.count || reports_add(&request.reports, "text", &problem))
			status = report(&request, argv[first]);
	}
	reports_free(&request.reports);
	settings_free(&settings);
	return status;
}
