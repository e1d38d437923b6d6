/* SPDX-License-Identifier: MIT
 *
 * result.c - the lines of a result file, by tables
 */
#include "report/result.h"

#include <limits.h>
#include <string.h>

#include "report/json_shape.h"
#include "util/checked.h"
#include "util/json_text.h"
#include "util/text_set.h"

const char *const result_status_name[RESULT_STATUSES] = {
	[RESULT_OK] = "ok",
	[RESULT_FAILED] = "failed",
	[RESULT_WARNED] = "warned",
	[RESULT_NOT_REACHED] = "not reached",
};

const char *const result_kind_name[] = {
	[ENTRY_INBOUND] = "inbound",     [ENTRY_OUTBOUND] = "outbound", [ENTRY_CALL] = "call",
	[ENTRY_RETURN] = "return",       [ENTRY_COMMAND] = "command",   [ENTRY_CODE] = "code",
	[ENTRY_UNEXPECTED] = "unexpected", [ENTRY_FOREIGN] = "foreign", [ENTRY_CLOSING] = "closing",
	[ENTRY_TRACE] = "trace",
};

/* ---- the tables ---- */

#define NUMBER(s, m, k, kind, left_out, low, high) \
	{ .member = FIELD_NAMED(k, struct s, m, low, high), .type = (kind), .optional = (left_out) }
#define BOOL(s, m, k) NUMBER(s, m, k, JSON_SHAPE_BOOL, false, 0, 1)
#define FLAG(s, m, k) NUMBER(s, m, k, JSON_SHAPE_BOOL, true, 0, 1)
#define INT(s, m, k)  NUMBER(s, m, k, JSON_SHAPE_NUMBER, true, INT_MIN, INT_MAX)
#define INT64(s, m, k) NUMBER(s, m, k, JSON_SHAPE_NUMBER, false, INT64_MIN, INT64_MAX)
#define SOME_INT64(s, m, k) NUMBER(s, m, k, JSON_SHAPE_NUMBER, true, INT64_MIN, INT64_MAX)
#define TIME(s, m, k) NUMBER(s, m, k, JSON_SHAPE_TIME, false, INT64_MIN, INT64_MAX)
#define SOME_TIME(s, m, k) NUMBER(s, m, k, JSON_SHAPE_TIME, true, INT64_MIN, INT64_MAX)
#define WORD(s, m, k, table, left_out) \
	{ .member = FIELD_NAMED(k, struct s, m, 0, ARRAY_LEN(table) - 1), .type = JSON_SHAPE_WORD, \
	  .optional = (left_out), .words = (table), .word_count = ARRAY_LEN(table) }
#define PLACE(s, m, k) { .name = (k), .offset = offsetof(struct s, m) }
#define TEXT_AT(s, m, k) { .name = (k), .offset = JSON_TEXT_PLACE(s, m) }
#define TEXT(s, m, k) { .member = TEXT_AT(s, m, k), .type = JSON_SHAPE_TEXT, .optional = true }
#define SOME_TEXT(s, m, k) \
	{ .member = TEXT_AT(s, m, k), .type = JSON_SHAPE_TEXT, .optional = true, .never_null = true }
#define BYTES(s, m, n, k) \
	{ .member = PLACE(s, m, k), .type = JSON_SHAPE_BYTES, .count = offsetof(struct s, n) }
#define LIST(s, m, n, k, item) \
	{ .member = PLACE(s, m, k), .type = JSON_SHAPE_LIST, .optional = true, .count = offsetof(struct s, n), \
	  .shape = &(item) }
#define SHAPE(s) { .fields = s##_fields, .size = sizeof(struct s) }

static const struct json_field result_packet_fields[] = {
	TIME(result_packet, at.ns, "at_ns"),
	TIME(result_packet, wall.ns, "clock_ns"),
	BYTES(result_packet, bytes, length, "bytes"),
	{ .member.name = NULL },
};
static const struct json_shape packet_shape = SHAPE(result_packet);

static const struct json_field result_mismatch_fields[] = {
	SOME_TEXT(result_mismatch, field, "field"),
	TEXT(result_mismatch, expected, "expected"),
	TEXT(result_mismatch, observed, "observed"),
	SOME_TEXT(result_mismatch, text, "text"),
	{ .member.name = NULL },
};
static const struct json_shape mismatch_shape = SHAPE(result_mismatch);

static const struct json_field result_event_fields[] = {
	WORD(result_event, kind, "kind", result_kind_name, false),
	WORD(result_event, status, "status", result_status_name, false),
	INT(result_event, line, "line"),
	TEXT(result_event, way, "way"),
	SOME_TEXT(result_event, sign, "sign"),
	TEXT(result_event, text, "text"),
	FLAG(result_event, timed, "timed"),
	TIME(result_event, planned.ns, "planned_ns"),
	TIME(result_event, planned_end.ns, "planned_end_ns"),
	FLAG(result_event, happened, "happened"),
	TIME(result_event, actual.ns, "actual_ns"),
	TIME(result_event, lateness.ns, "lateness_ns"),
	TEXT(result_event, expected, "expected"),
	TEXT(result_event, observed, "observed"),
	TEXT(result_event, live, "live"),
	WORD(result_event, mismatch, "mismatch", mismatch_kind_name, true),
	LIST(result_event, mismatches, mismatch_count, "mismatches", mismatch_shape),
	TEXT(result_event, message, "message"),
	TEXT(result_event, explanation, "explanation"),
	LIST(result_event, packets, packet_count, "packets", packet_shape),
	{ .member.name = NULL },
};
static const struct json_shape event_shape = SHAPE(result_event);

static const struct json_field result_sample_fields[] = {
	TIME(result_sample, at.ns, "at_ns"),
	INT(result_sample, fd, "fd"),
#define X(member, tcpi, key, heading) INT64(result_sample, values.member, key),
	SAMPLED_VARIABLES(X)
#undef X
	{ .member.name = NULL },
};
static const struct json_shape sample_shape = SHAPE(result_sample);

static const struct json_field result_diagnostic_fields[] = {
	SOME_TEXT(result_diagnostic, severity, "severity"),
	INT(result_diagnostic, line, "line"),
	INT(result_diagnostic, column, "column"),
	SOME_TEXT(result_diagnostic, text, "text"),
	{ .member.name = NULL },
};
static const struct json_shape diagnostic_shape = SHAPE(result_diagnostic);

static const struct json_field result_setting_fields[] = {
	SOME_TEXT(result_setting, name, "name"),
	TEXT(result_setting, value, "value"),
	{ .member.name = NULL },
};
static const struct json_shape setting_shape = SHAPE(result_setting);

static const struct json_field result_fields[] = {
	INT64(result, number, "number"),
	TEXT(result, id, "id"),
	TEXT(result, path, "path"),
	TEXT(result, target, "target"),
	TEXT(result, profile, "profile"),
	TEXT(result, defects, "defects"),
	TEXT(result, reached, "reached"),
	SOME_INT64(result, seed, "seed"),
	TEXT(result, address, "address"),
	LIST(result, settings, setting_count, "settings", setting_shape),
	TEXT(result, title, "title"),
	TEXT(result, covers, "covers"),
	TEXT(result, needs, "needs"),
	WORD(result, verdict, "verdict", verdict_name, false),
	FLAG(result, expected, "expected_failure"),
	WORD(result, observed_verdict, "observed_verdict", verdict_name, true),
	TEXT(result, headline, "headline"),
	TEXT(result, reason, "reason"),
	FLAG(result, elsewhere, "elsewhere"),
	INT(result, attempts, "attempts"),
	FLAG(result, virtual_time, "virtual_time"),
	TIME(result, duration.ns, "duration_ns"),
	SOME_TIME(result, wall.ns, "wall_ns"),
	TIME(result, worst_lateness.ns, "worst_lateness_ns"),
	TIME(result, worst_wake.ns, "worst_wake_ns"),
	TIME(result, stolen.ns, "stolen_ns"),
	SOME_TIME(result, round_trip.ns, "round_trip_ns"),
	SOME_TIME(result, clock_offset.ns, "clock_offset_ns"),
	INT(result, line, "line"),
	WORD(result, mismatch, "mismatch", mismatch_kind_name, true),
	TEXT(result, message, "message"),
	TEXT(result, explanation, "explanation"),
	TEXT(result, cleanup_message, "cleanup_message"),
	LIST(result, diagnostics, diagnostic_count, "diagnostics", diagnostic_shape),
	TEXT(result, script, "script"),
	TEXT(result, text, "text"),
	TEXT(result, code_output, "code_output"),
	TEXT(result, code_errors, "code_errors"),
	TEXT(result, observed_script, "observed_script"),
	LIST(result, events, event_count, "events", event_shape),
	LIST(result, samples, sample_count, "samples", sample_shape),
	{ .member.name = NULL },
};
static const struct json_shape result_shape = SHAPE(result);

static const struct json_field result_kernel_fields[] = {
	SOME_TEXT(result_kernel, target, "target"),
	SOME_TEXT(result_kernel, release, "release"),
	INT(result_kernel, hz, "hz"),
	TEXT(result_kernel, source, "source"),
	SOME_TEXT(result_kernel, configuration, "configuration"),
	{ .member.name = NULL },
};
static const struct json_shape kernel_shape = SHAPE(result_kernel);

static const struct json_field result_run_fields[] = {
	INT64(result_run, format, "format"),
	TEXT(result_run, version, "version"),
	TEXT(result_run, plan, "plan"),
	TEXT(result_run, digest, "digest"),
	INT64(result_run, cases, "cases"),
	INT64(result_run, shard, "shard"),
	INT64(result_run, shards, "shards"),
	INT64(result_run, shard_cases, "shard_cases"),
	TEXT(result_run, system, "system"),
	LIST(result_run, kernels, kernel_count, "kernels", kernel_shape),
	SOME_TIME(result_run, started.ns, "started_ns"),
	TEXT(result_run, command, "command"),
	{ .member.name = NULL },
};
static const struct json_shape run_shape = SHAPE(result_run);

static const struct json_field result_end_fields[] = {
	INT64(result_end, passed, "passed"),
	INT64(result_end, failed, "failed"),
	INT64(result_end, inconclusive, "inconclusive"),
	INT64(result_end, skipped, "skipped"),
	INT64(result_end, errors, "errors"),
	INT64(result_end, expected, "expected_failures"),
	BOOL(result_end, complete, "complete"),
	TEXT(result_end, interrupted, "interrupted"),
	SOME_TIME(result_end, wall.ns, "wall_ns"),
	{ .member.name = NULL },
};
static const struct json_shape end_shape = SHAPE(result_end);

const struct result_event *result_failure(const struct result *result)
{
	for (size_t i = 0; i < result->event_count; i++)
		if (result->events[i].status == RESULT_FAILED)
			return &result->events[i];
	return NULL;
}

/* Lines that an earlier version wrote have no headline. */
const char *result_headline(const struct result *result)
{
	const char *failure = result->headline ? result->headline : result->message;

	return failure ? failure : result->reason ? result->reason : verdict_name[result->verdict];
}

bool result_has_failed(const struct result *result)
{
	return result->verdict == VERDICT_FAIL ||
	       (result->verdict == VERDICT_ERROR && result->mismatch == MISMATCH_OTHER);
}

void result_kernel_text(struct buf *out, const struct result_kernel *kernel)
{
	buf_printf(out, "Linux %s, HZ=%d, configuration %016llx", kernel->release, kernel->hz,
	           (unsigned long long)hash_text(HASH_START, kernel->configuration));
	if (kernel->source)
		buf_printf(out, ", built from %s", kernel->source);
}

void result_end_text(struct buf *out, const struct result_end *end)
{
	if (end->complete)
		return;
	if (end->interrupted)
		buf_printf(out, "interrupted by SIG%s: ", end->interrupted);
	buf_puts(out, "not all cases were played");
}

/* ---- lines ---- */

static const struct {
	const char *kind;
	const struct json_shape *shape;
} line_kinds[] = {
	[RESULT_LINE_RUN] = { "run", &run_shape },
	[RESULT_LINE_CASE] = { "case", &result_shape },
	[RESULT_LINE_END] = { "end", &end_shape },
};

const struct json_shape *result_line_shape(enum result_line_kind kind)
{
	return line_kinds[kind].shape;
}

static int add_to_buf(const char *text, size_t length, void *out)
{
	buf_add(out, text, length);
	return 0;
}

static void write_line(struct buf *out, enum result_line_kind kind, const void *object)
{
	/* "kind" comes first: a reader that wants one kind of line need not parse the others. */
	json_t *json = checked_memory(json_pack("{ss}", "kind", line_kinds[kind].kind));

	json_shape_add(json, line_kinds[kind].shape, object);
	if (json_dump_callback(json, add_to_buf, out, JSON_COMPACT) < 0)
		checked_exhausted();                         /* buf takes all, so nothing else can go wrong */
	json_decref(json);
	buf_puts(out, "\n");
}

void result_line_write(struct buf *out, const struct result_line *line)
{
	write_line(out, line->kind, &line->run);
}

void result_write(struct buf *out, const struct result *result)
{
	write_line(out, RESULT_LINE_CASE, result);
}

static bool read_line(json_t *json, struct arena *arena, struct result_line *out, struct buf *problem)
{
	const char *kind = json_string_value(json_object_get(json, "kind"));

	for (size_t i = 0; kind && i < ARRAY_LEN(line_kinds); i++) {
		if (!strcmp(line_kinds[i].kind, kind)) {
			out->kind = (enum result_line_kind)i;
			return json_shape_read(line_kinds[i].shape, json, &out->run, arena, problem);
		}
	}
	buf_puts(problem, "no line of results: \"kind\" is not run, case or end");
	return false;
}

static bool is_empty(const char *text)
{
	return !text || !*text;
}

/* Few enough that sums of such numbers do not overflow. */
enum { MOST_CASES = 1 << 30 };

static bool counts_are_possible(const struct result_end *end)
{
	const int64_t counts[] = {
		end->passed, end->failed, end->inconclusive, end->skipped, end->errors, end->expected
	};

	for (size_t i = 0; i < ARRAY_LEN(counts); i++)
		if (counts[i] < 0 || counts[i] > MOST_CASES)
			return false;
	return true;
}

/* What reports rely on. */
static bool is_whole(const struct result_line *line, struct buf *problem)
{
	const struct result *r = &line->result;
	const char *missing = NULL;

	if (line->kind == RESULT_LINE_RUN && line->run.format != RESULT_FORMAT) {
		buf_printf(problem, "results of format %lld, want %d", (long long)line->run.format, RESULT_FORMAT);
		return false;
	}
	if (line->kind == RESULT_LINE_RUN)
		missing = !line->run.version  ? "version"
		          : !line->run.plan   ? "plan"
		          : !line->run.digest ? "digest"
		                              : NULL;
	else if (line->kind == RESULT_LINE_CASE)
		missing = is_empty(r->id) ? "id" : is_empty(r->path) ? "path" : is_empty(r->target) ? "target" :
		          r->number < 1 ? "number" : NULL;
	if (missing)
		buf_printf(problem, "a line of results without \"%s\"", missing);
	else if (line->kind == RESULT_LINE_END && !counts_are_possible(&line->end))
		buf_printf(problem, "numbers of cases are from 0 to %d", MOST_CASES);
	else if (line->kind == RESULT_LINE_CASE && r->duration.ns < 0)
		buf_puts(problem, "\"duration_ns\" is less than 0");
	return !problem->length;
}

bool result_line_read(const char *text, size_t length, struct arena *arena, struct result_line *out,
                      struct buf *problem)
{
	struct buf why = BUF_INIT;
	json_t *json = json_text_read(text, length, &why);

	memset(out, 0, sizeof(*out));
	if (!json)
		buf_printf(problem, "no results, as run --report json=FILE writes them: no JSON: %s", why.data);
	buf_free(&why);
	if (!json)
		return false;
	bool good = read_line(json, arena, out, problem) && is_whole(out, problem);
	json_decref(json);
	return good;
}
