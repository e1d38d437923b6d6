/* SPDX-License-Identifier: MIT
 *
 * merge.c - protodrill merge: the results of all shards of a plan, as one
 */
#include <stdio.h>

#include "cli/cli.h"
#include "cli/console.h"
#include "cli/result_feed.h"
#include "report/result_merge.h"

static const struct command_option options[] = {
	{ "output", 'o', "FILE", "where the results of the whole plan go; without -o and -r: standard output" },
	{ "report", 'r', "KIND[=PATH],...", "write reports of the whole plan" },
	{ "help", 'h', NULL, "this text" },
	{ 0 },
};

static void usage(void)
{
	puts("Usage: protodrill merge [-o FILE] [-r KIND[=PATH],...] RESULTS...\n"
	     "Join the results of 'protodrill run --shard I/N --report json=RESULTS', all N of them, in any order.\n"
	     "They are as if one machine had played the whole plan. What does not belong together is refused: another\n"
	     "plan, other options, another version, a shard that is missing, there twice or not complete. Then\n"
	     "no file is written, and the exit status is 2; else it is that of the whole plan.\n\n"
	     "Options:");
	options_print(stdout, options);
	puts("\nReports:");
	reports_print_kinds(stdout);
	puts("\nExamples:\n"
	     "  protodrill run --shard 1/2 --report json=1.json testcases    on one machine\n"
	     "  protodrill run --shard 2/2 --report json=2.json testcases    on another one\n"
	     "  protodrill merge -o results.json -r text 1.json 2.json       and the two results joined");
}

static bool next(void *from, const struct result **out, const char **line, size_t *length, struct buf *problem)
{
	return result_merge_next(from, out, line, length, problem);
}

static int merge(struct reports *reports, char **paths, size_t count)
{
	struct result_merge m;
	const struct result_feed feed = { &m.run, &m.end, next, &m };
	struct buf problem = BUF_INIT;
	int status = EXIT_STATUS_ERROR;

	bool good = result_merge_open(&m, (const char *const *)paths, count, &problem);
	/* Results of different kernels may be merged, but the user should be told. */
	if (good && m.system_count > 1)
		console_error("warning: the shards ran on %zu different systems: %s", m.system_count,
		        m.systems.data);
	if (good)
		status = result_feed_reports(&feed, reports, &problem);
	console_complain(&problem);
	result_merge_close(&m);
	return status;
}

int merge_main(int argc, char **argv)
{
	static const struct result_command command = {
		.options = options,
		.usage = usage,
		.wanted = "the files of results of all shards",
		.report = "json",
		.make = merge,
	};

	return result_command_main(&command, argc, argv);
}
