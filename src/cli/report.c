/* SPDX-License-Identifier: MIT
 *
 * report.c - protodrill report: results of an earlier run, as reports
 */
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/options.h"
#include "cli/result_feed.h"
#include "report/result_file.h"

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

static bool set(void *user, const struct command_option *option, const char *value)
{
	struct request *request = user;
	struct buf problem = BUF_INIT;

	if (!strcmp(option->name, "help"))
		request->help = true;
	else
		reports_add(&request->reports, value, &problem);
	return complain(&problem);
}

/* Where a case lives while it is reported. */
struct reading {
	struct result_file file;
	struct arena *arena;
	struct result result;
};

static bool next(void *from, const struct result **out, const char **line, size_t *length, struct buf *problem)
{
	struct reading *reading = from;

	arena_free(reading->arena);
	reading->arena = arena_new();
	*out = &reading->result;
	bool more = result_file_next(&reading->file, reading->arena, &reading->result, problem);
	*line = reading->file.line;
	*length = reading->file.length;
	return more;
}

static int report(struct request *request, const char *path)
{
	struct reading reading = { 0 };
	const struct result_file *file = &reading.file;
	const struct result_feed feed = { &file->run, &file->end, next, &reading };
	struct buf problem = BUF_INIT;
	int status = EXIT_STATUS_ERROR;

	if (result_file_open(&reading.file, path, &problem))
		status = result_feed_reports(&feed, &request->reports, &problem);
	if (complain(&problem) && !file->end.complete)
		fprintf(stderr, "protodrill: %s: the run was not complete: %lld of %lld cases\n", path,
		        (long long)file->cases, (long long)(file->run.shards ? file->run.shard_cases : file->run.cases));
	result_file_close(&reading.file);
	arena_free(reading.arena);
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
