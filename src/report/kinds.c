/* SPDX-License-Identifier: MIT
 *
 * kinds.c - the table of reports, and those that are a few lines
 */
#include <string.h>

#include "report/annotated.h"
#include "report/github.h"
#include "report/html.h"
#include "report/junit.h"
#include "report/kinds.h"
#include "report/tap.h"
#include "report/text.h"
#include "util/printable.h"

/* ---- JSON lines: what merge, report and compare read ---- */

static void json_begin(struct report_sink *sink, const struct result_run *run)
{
	result_line_write(&sink->out, &(struct result_line){ .kind = RESULT_LINE_RUN, .run = *run });
}

static void json_add(struct report_sink *sink, const struct result *result, const char *line, size_t length)
{
	(void)result;
	buf_add(&sink->out, line, length);
}

static void json_end(struct report_sink *sink, const struct result_end *end)
{
	result_line_write(&sink->out, &(struct result_line){ .kind = RESULT_LINE_END, .end = *end });
}

/* ---- text ---- */

static void text_add(struct report_sink *sink, const struct result *result, const char *line, size_t length)
{
	(void)line;
	(void)length;
	for (size_t i = 0; i < result->diagnostic_count; i++) {
		printable_add(&sink->out, result->diagnostics[i].text, "");
		buf_puts(&sink->out, "\n");
	}
	/* A file of results may be of anybody's making. */
	printable_add(&sink->out, result->text ? result->text : "", "\n");
}

static void text_end(struct report_sink *sink, const struct result_end *end)
{
	const int counts[VERDICTS] = {
		[VERDICT_PASS] = (int)end->passed,
		[VERDICT_FAIL] = (int)end->failed,
		[VERDICT_INCONCLUSIVE] = (int)end->inconclusive,
		[VERDICT_SKIP] = (int)end->skipped,
		[VERDICT_ERROR] = (int)end->errors,
	};

	result_end_text(&sink->out, end);
	buf_puts(&sink->out, end->complete ? "" : "\n");
	text_summary(&sink->out, counts, (int)end->expected, &(struct text_style){ 0 });
}

/* ---- scripts, as they would have to read in order to pass ---- */

static void observed_add(struct report_sink *sink, const struct result *result, const char *line, size_t length)
{
	struct buf text = BUF_INIT;

	(void)line;
	(void)length;
	if (!result_has_failed(result) || !result->observed_script)
		return;
	buf_puts(&text, result->observed_script);
	report_sink_case_file(sink, result, ".observed.pkt", &text);
	buf_free(&text);
}

/* ---- annotations ---- */

static void github_add(struct report_sink *sink, const struct result *result, const char *line, size_t length)
{
	(void)line;
	(void)length;
	github_report(&sink->out, result);
}

static void github_end(struct report_sink *sink, const struct result_end *end)
{
	github_report_end(&sink->out, end);
}

static const struct report_kind text = { .name = "text", .help = "for a person", .add = text_add, .end = text_end };
static const struct report_kind json = {
	.name = "json", .help = "JSON lines, one per case: what merge, report and compare read", .lines_only = true,
	.begin = json_begin, .add = json_add, .end = json_end,
};
static const struct report_kind observed = {
	.name = "observed", .help = "scripts of failed cases as they would have to read to pass", .folder = true,
	.observed = true, .add = observed_add,
};
static const struct report_kind github = {
	.name = "github", .help = "annotations for GitHub's runner", .beside_text = true, .add = github_add,
	.end = github_end,
};

const struct report_kind *const report_kinds[] = {
	&text, &json, &report_tap, &report_tap14, &report_ktap, &report_junit, &report_html, &report_pcapng,
	&report_pcapng_all, &observed, &github, NULL,
};
