/* SPDX-License-Identifier: MIT
 *
 * result_feed.c - results that were written down become reports
 */
#include "cli/result_feed.h"

#include <stdio.h>
#include <string.h>

#include "cli/cli.h"

bool complain(struct buf *problem)
{
	bool good = !problem->length;

	for (char *line = problem->data; *line; line += strcspn(line, "\n"), line += *line == '\n')
		fprintf(stderr, "protodrill: %.*s\n", (int)strcspn(line, "\n"), line);
	buf_free(problem);
	return good;
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

int result_feed_reports(const struct result_feed *feed, struct reports *reports, struct buf *problem)
{
	const struct result *result;
	const char *line;
	size_t length;

	if (!reports_open(reports, problem))
		return EXIT_STATUS_ERROR;
	reports_begin(reports, feed->run);
	while (feed->next(feed->from, &result, &line, &length, problem))
		reports_add_result(reports, result, line, length);
	if (problem->length)
		return EXIT_STATUS_ERROR;
	reports_end(reports, feed->end);
	return reports_commit(reports, problem) ? status_of(feed->end) : EXIT_STATUS_ERROR;
}
