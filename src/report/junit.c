/* SPDX-License-Identifier: MIT
 *
 * junit.c - JUnit XML
 *
 * The counts come first in the document, and are known last. So the cases wait in a temporary file, which keeps memory
 * from growing with their number.
 *
 * The elements and attributes are those that Jenkins, GitLab and Surefire's schema agree on (docs/junit.xsd). A failure
 * that a plan expects is neither good nor bad there, and counts as skipped, as with other test runners.
 *
 * `time` is what a stopwatch would have shown. A script in virtual time may take an hour on its own clock and a
 * millisecond on ours: then the hour is the property virtual_time, and `time` is the millisecond, or is left out where
 * the results do not tell it.
 */
#include "report/junit.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "report/xml.h"

struct junit_state {
	FILE *spool;
	int64_t tests, failures, errors, skipped;
	vtime_t wall;                                  /* of all cases that tell it: used where that of the run is
	                                                  unknown */
};

enum { COPY_BYTES = 65536 };

static void add_attribute(struct buf *out, const char *name, const char *value)
{
	if (!value)
		return;
	buf_printf(out, " %s=\"", name);
	xml_attribute(out, value);
	buf_puts(out, "\"");
}

static void add_time(struct buf *out, vtime_t duration)
{
	buf_printf(out, " time=\"%lld.%06lld\"", (long long)(duration.ns / 1000000000),
	           (long long)(duration.ns % 1000000000 / 1000));
}

static void add_element(struct buf *out, const char *name, const char *text)
{
	if (!text || !*text)
		return;
	buf_printf(out, "      <%s>", name);
	xml_text(out, text);
	buf_printf(out, "</%s>\n", name);
}

/* ---- a case ---- */

/* 0: unknown. In real time the target's clock is also that of whoever waits. */
static vtime_t wall_of(const struct result *r)
{
	return r->wall.ns > 0 ? r->wall : r->virtual_time ? VTIME_ZERO : r->duration;
}

static void add_virtual_time(struct buf *out, vtime_t duration)
{
	buf_printf(out, "      <properties>\n        <property name=\"virtual_time\" value=\"%lld.%06lld\"/>\n"
		   "      </properties>\n", (long long)(duration.ns / 1000000000),
		   (long long)(duration.ns % 1000000000 / 1000));
}

/* Dots would be taken for separators of package names. */
static void add_without_points(struct buf *out, const char *text)
{
	for (; *text; text++)
		buf_add_byte(out, *text == '.' ? '_' : *text);
}

/* Readers group by class, and take what is before its last dot for a package. So the package is the folder, and the
 * class in it is the target with its profile; the name is the rest of the id. That keeps the same case on two targets
 * apart, even if the results come from two runs. */
static void open_case(struct buf *out, const struct result *r)
{
	const char *slash = strrchr(r->path, '/');
	size_t folder = slash && !strncmp(r->id, r->path, strlen(r->path)) ? (size_t)(slash - r->path) : 0;
	struct buf class = BUF_INIT;

	buf_add(&class, r->path, folder);
	buf_puts(&class, folder ? "." : "");
	add_without_points(&class, r->target);
	if (r->profile) {
		buf_puts(&class, "-");
		add_without_points(&class, r->profile);
	}
	buf_puts(out, "    <testcase");
	add_attribute(out, "classname", class.data);
	add_attribute(out, "name", folder ? r->id + folder + 1 : r->id);
	add_attribute(out, "file", r->path);
	if (r->line > 0)
		buf_printf(out, " line=\"%d\"", r->line);
	if (!r->virtual_time || r->wall.ns > 0)
		add_time(out, wall_of(r));
	buf_puts(out, ">\n");
	if (r->virtual_time)
		add_virtual_time(out, r->duration);
	buf_free(&class);
}

static void add_bad(struct buf *out, const char *element, const char *type, const char *message, const char *text)
{
	buf_printf(out, "      <%s", element);
	add_attribute(out, "type", type);
	add_attribute(out, "message", message);
	buf_puts(out, ">");
	xml_text(out, text ? text : "");
	buf_printf(out, "</%s>\n", element);
}

static void add_error(struct buf *out, const struct result *r)
{
	struct buf text = BUF_INIT;

	for (size_t i = 0; i < r->diagnostic_count; i++)
		buf_printf(&text, "%s:%d:%d: %s: %s\n", r->path, r->diagnostics[i].line, r->diagnostics[i].column,
		           r->diagnostics[i].severity, r->diagnostics[i].text);
	buf_puts(&text, r->text ? r->text : "");
	add_bad(out, "error", verdict_name[r->verdict], result_headline(r), text.data);
	buf_free(&text);
}

static void add_verdict(struct junit_state *state, struct buf *out, const struct result *r)
{
	if (r->expected || r->verdict == VERDICT_SKIP) {
		state->skipped++;
		buf_puts(out, "      <skipped");
		add_attribute(out, "type", r->expected ? "XFAIL" : "SKIP");
		add_attribute(out, "message", r->reason ? r->reason : verdict_name[r->verdict]);
		buf_puts(out, "/>\n");
	} else if (r->verdict == VERDICT_FAIL) {
		state->failures++;
		add_bad(out, "failure", r->mismatch != MISMATCH_NONE ? mismatch_kind_name[r->mismatch] : "FAIL",
		        result_headline(r), r->text);
	} else if (r->verdict != VERDICT_PASS) {
		state->errors++;
		add_error(out, r);
	}
}

static void spool(struct report_sink *sink, struct buf *text)
{
	struct junit_state *state = sink->state;

	if (!state->spool || fwrite(text->data, 1, text->length, state->spool) != text->length)
		report_sink_fail(sink);
	buf_free(text);
}

static void junit_add(struct report_sink *sink, const struct result *r, const char *line, size_t length)
{
	struct junit_state *state = sink->state;
	struct buf text = BUF_INIT;

	(void)line;
	(void)length;
	state->tests++;
	vtime_t wall = wall_of(r);
	state->wall = wall.ns > INT64_MAX - state->wall.ns ? VTIME_NEVER : vtime_add(state->wall, wall);
	open_case(&text, r);
	add_verdict(state, &text, r);
	add_element(&text, "system-out", r->code_output);
	add_element(&text, "system-err", r->code_errors);
	buf_puts(&text, "    </testcase>\n");
	spool(sink, &text);
}

/* ---- the whole ---- */

static void junit_begin(struct report_sink *sink, const struct result_run *run)
{
	struct junit_state *state = arena_new_object(sink->arena, struct junit_state);

	(void)run;
	sink->state = state;
	state->spool = tmpfile();
	if (!state->spool)
		report_sink_fail(sink);
}

static void add_counts(struct buf *out, const struct junit_state *state, vtime_t wall)
{
	buf_printf(out, " tests=\"%lld\" failures=\"%lld\" errors=\"%lld\" skipped=\"%lld\"", (long long)state->tests,
	           (long long)state->failures, (long long)state->errors, (long long)state->skipped);
	add_time(out, wall);
	buf_puts(out, ">\n");
}

static void add_property(struct buf *out, const char *name, const char *value)
{
	if (!value)
		return;
	buf_puts(out, "      <property");
	add_attribute(out, "name", name);
	add_attribute(out, "value", value);
	buf_puts(out, "/>\n");
}

static void add_head(struct buf *out, const struct report_sink *sink, const struct result_end *end)
{
	const struct junit_state *state = sink->state;
	const vtime_t wall = end->wall.ns > 0 ? end->wall : state->wall;

	buf_puts(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites");
	add_attribute(out, "name", "protodrill");
	add_counts(out, state, wall);
	buf_puts(out, "  <testsuite");
	add_attribute(out, "name", sink->run.plan);
	add_counts(out, state, wall);
	buf_puts(out, "    <properties>\n");
	add_property(out, "protodrill", sink->run.version);
	add_property(out, "digest", sink->run.digest);
	add_property(out, "system", sink->run.system);
	for (size_t i = 0; i < sink->run.kernel_count; i++) {
		struct buf name = BUF_INIT, text = BUF_INIT;
		buf_printf(&name, "kernel of %s", sink->run.kernels[i].target);
		result_kernel_text(&text, &sink->run.kernels[i]);
		add_property(out, name.data, text.data);
		buf_free(&name);
		buf_free(&text);
	}
	add_property(out, "command", sink->run.command);
	buf_puts(out, "    </properties>\n");
}

static void copy_spool(struct report_sink *sink, FILE *file)
{
	size_t n;

	errno = 0;
	if (fflush(file) != 0 || fseek(file, 0, SEEK_SET) < 0) {
		report_sink_fail(sink);
		return;
	}
	while ((n = fread(buf_room(&sink->out, COPY_BYTES), 1, COPY_BYTES, file)) > 0) {
		buf_filled(&sink->out, n);
		report_sink_drain(sink);
	}
	if (ferror(file))
		report_sink_fail(sink);
}

/* What was not played is an error of its own: otherwise a run that was stopped would look like a good one. */
static void add_stop(struct report_sink *sink, const struct result_end *end)
{
	struct junit_state *state = sink->state;
	struct buf text = BUF_INIT, message = BUF_INIT;

	result_end_text(&message, end);
	state->tests++;
	state->errors++;
	buf_puts(&text, "    <testcase classname=\"protodrill\" name=\"complete\" time=\"0.000000\">\n");
	add_bad(&text, "error", "ERROR", message.data, NULL);
	buf_puts(&text, "    </testcase>\n");
	buf_free(&message);
	spool(sink, &text);
}

static void junit_end(struct report_sink *sink, const struct result_end *end)
{
	struct junit_state *state = sink->state;

	if (!end->complete)
		add_stop(sink, end);
	add_head(&sink->out, sink, end);
	copy_spool(sink, state->spool);
	buf_puts(&sink->out, "  </testsuite>\n</testsuites>\n");
}

static void junit_release(struct report_sink *sink)
{
	struct junit_state *state = sink->state;

	if (state && state->spool)
		fclose(state->spool);
}

const struct report_kind report_junit = {
	.name = "junit", .help = "XML for CI systems", .occasion = true,
	.begin = junit_begin, .add = junit_add, .end = junit_end, .release = junit_release,
};
