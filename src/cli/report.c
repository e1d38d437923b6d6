/* SPDX-License-Identifier: MIT
 *
 * report.c - protodrill report: results of an earlier run, as reports
 */
#include <stdio.h>

#include "cli/cli.h"
#include "cli/console.h"
#include "cli/result_feed.h"
#include "report/result_file.h"

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

/* What a case needs while it is reported. */
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

static int report(struct reports *reports, char **paths, size_t count)
{
	const char *path = paths[0];
	struct reading reading = { 0 };
	const struct result_file *file = &reading.file;
	const struct result_feed feed = { &file->run, &file->end, next, &reading };
	struct buf problem = BUF_INIT;
	int status = EXIT_STATUS_ERROR;

	(void)count;
	if (result_file_open(&reading.file, path, &problem))
		status = result_feed_reports(&feed, reports, &problem);
	if (console_complain(&problem) && !file->end.complete)
		console_error("%s: the run was not complete: %lld of %lld cases", path, (long long)file->cases,
		              (long long)(file->run.shards ? file->run.shard_cases : file->run.cases));
	result_file_close(&reading.file);
	arena_free(reading.arena);
	return status;
}

int report_main(int argc, char **argv)
{
	static const struct result_command command = {
		.options = options, .usage = usage, .most_files = 1, .wanted = "one file of results", .report = "text",
		.make = report,
	};

	return result_command_main(&command, argc, argv);
}
