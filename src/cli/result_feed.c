/* SPDX-License-Identifier: MIT
 *
 * result_feed.c - results that were written down become reports
 */
#include "cli/result_feed.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/command_frame.h"
#include "cli/console.h"

static int status_of(const struct result_end *end)
{
	const int counts[VERDICTS] = {
		[VERDICT_PASS] = end->passed > 0,
		[VERDICT_FAIL] = end->failed > 0,
		[VERDICT_INCONCLUSIVE] = end->inconclusive > 0,
		[VERDICT_SKIP] = end->skipped > 0,
		[VERDICT_ERROR] = end->errors > 0 || !end->complete,
	};

	return console_exit_status(counts);
}

/* ---- signals: no temporary file stays behind ---- */

static const int stop_signals[] = { SIGINT, SIGTERM, SIGHUP };
static volatile sig_atomic_t stopped_by;

/* A signal that comes after the question whether there was one, and before a read that waits, interrupts nothing. So it
 * comes again, as another one, until somebody has asked. */
static void stop(int number)
{
	if (number != SIGALRM)
		stopped_by = number;
	alarm(1);
}

/* Without SA_RESTART, so that reads are interrupted, too. Signals that were ignored remain so. */
static void watch_signals(struct sigaction *before)
{
	sigaction(SIGALRM, &(struct sigaction){ .sa_handler = stop }, NULL);
	for (size_t i = 0; i < ARRAY_LEN(stop_signals); i++) {
		sigaction(stop_signals[i], NULL, &before[i]);
		if (before[i].sa_handler != SIG_IGN)
			sigaction(stop_signals[i], &(struct sigaction){ .sa_handler = stop }, NULL);
	}
}

static void unwatch_signals(const struct sigaction *before)
{
	alarm(0);
	signal(SIGALRM, SIG_DFL);
	for (size_t i = 0; i < ARRAY_LEN(stop_signals); i++)
		sigaction(stop_signals[i], &before[i], NULL);
}

/* ---- results to reports ---- */

static int feed_all(const struct result_feed *feed, struct reports *reports, struct buf *problem)
{
	const struct result *result;
	const char *line;
	size_t length;

	if (!reports_open(reports, problem))
		return EXIT_STATUS_ERROR;
	reports_begin(reports, feed->run);
	while (!stopped_by && feed->next(feed->from, &result, &line, &length, problem))
		reports_add_result(reports, result, line, length);
	if (stopped_by || problem->length)
		return EXIT_STATUS_ERROR;
	reports_end(reports, feed->end);
	return reports_commit(reports, problem) ? status_of(feed->end) : EXIT_STATUS_ERROR;
}

int result_feed_reports(const struct result_feed *feed, struct reports *reports, struct buf *problem)
{
	struct sigaction before[ARRAY_LEN(stop_signals)];

	watch_signals(before);
	int status = feed_all(feed, reports, problem);
	if (stopped_by)
		reports_free(reports);
	if (console_lost_reader())
		buf_clear(problem);                          /* the process will end without a word */
	unwatch_signals(before);
	if (stopped_by)
		raise(stopped_by);
	return status;
}

/* ---- the command line ---- */

struct request {
	const struct result_command *command;
	struct reports reports;
};

static bool set(void *user, const struct command_option *option, const char *value)
{
	struct request *request = user;
	struct buf problem = BUF_INIT;

	if (!strcmp(option->name, "output"))
		reports_add_path(&request->reports, "json", value, &problem);
	else
		reports_add(&request->reports, value, &problem);
	return console_complain(&problem);
}

static int make(void *user, char **paths, struct settings *settings)
{
	struct request *request = user;
	struct buf problem = BUF_INIT;
	size_t count = 0;

	(void)settings;
	while (paths[count])
		count++;
	if (!request->reports.count)
		reports_add(&request->reports, request->command->report, &problem);
	if (!console_complain(&problem))
		return EXIT_STATUS_ERROR;
	int status = request->command->make(&request->reports, paths, count);
	if (status != EXIT_STATUS_ERROR)
		console_tell_reports(&request->reports);
	if (status == EXIT_STATUS_ERROR && reports_lost_output(&request->reports) && !console_lost_reader())
		clearerr(stdout);                            /* the message has been printed */
	return status;
}

int result_command_main(const struct result_command *command, int argc, char **argv)
{
	const struct command_frame frame = {
		.options = command->options,
		.usage = command->usage,
		.wanted = command->wanted,
		.most_paths = command->most_files,
		.set = set,
		.act = make,
	};
	struct request request = { .command = command };

	int status = command_frame_main(&frame, &request, argc, argv);
	reports_free(&request.reports);
	return status;
}
