/* SPDX-License-Identifier: MIT
 *
 * tap.c - the Test Anything Protocol, version 14, and the kernel's variant of it
 *
 * https://testanything.org/tap-version-14-specification.html; Documentation/dev-tools/ktap.rst of Linux.
 * INCONCLUSIVE is "not ok" in both: neither has a word for it, and green it is not.
 */
#include "report/tap.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

struct tap_state {
	int64_t count;                                       /* cases so far: their number in this file */
};

static struct tap_state *state_of(struct report_sink *sink)
{
	if (!sink->state)
		sink->state = arena_new_object(sink->arena, struct tap_state);
	return sink->state;
}

/* How many cases a shard has is not known at its beginning: there the plan comes last. */
static void add_plan(struct report_sink *sink, int64_t cases)
{
	buf_printf(&sink->out, "1..%lld\n", (long long)cases);
}

/* Text on one line, with what would end it or begin a directive written as @hash. */
static void add_line(struct buf *out, const char *text, const char *hash, const char *backslash)
{
	for (; *text; text++) {
		if (*text == '#')
			buf_puts(out, hash);
		else if (*text == '\\')
			buf_puts(out, backslash);
		else
			buf_add_byte(out, strchr("\r\n", *text) ? ' ' : *text);
	}
}

static bool is_ok(const struct result *r)
{
	return r->verdict == VERDICT_PASS || r->verdict == VERDICT_SKIP;
}

static void add_end(struct report_sink *sink, const struct result_end *end)
{
	int64_t count = state_of(sink)->count;

	if (end->complete && sink->run.shards)
		add_plan(sink, count);
	else if (!end->complete)
		buf_printf(&sink->out, "Bail out! %s%s after %lld cases\n", end->interrupted ? "interrupted by SIG" : "stopped",
		           end->interrupted ? end->interrupted : "", (long long)count);
}

/* ---- TAP ---- */

static void tap_begin(struct report_sink *sink, const struct result_run *run)
{
	buf_puts(&sink->out, "TAP version 14\n");
	if (!run->shards)
		add_plan(sink, run->cases);
}

/* A string of JSON is one of YAML, too. */
static void add_yaml(struct buf *out, const char *indent, const char *key, const char *text)
{
	json_t *json = text && *text ? json_string(text) : NULL;
	char *quoted = json ? json_dumps(json, JSON_ENCODE_ANY) : NULL;

	if (quoted)
		buf_printf(out, "%s%s: %s\n", indent, key, quoted);
	free(quoted);
	json_decref(json);
}

static const char top[] = "  ", inner[] = "      ";

static void add_differences(struct buf *out, const struct result_event *failure)
{
	if (failure && failure->mismatch_count)
		buf_puts(out, "  differences:\n");
	for (size_t i = 0; failure && i < failure->mismatch_count; i++) {
		const struct result_mismatch *m = &failure->mismatches[i];
		buf_puts(out, "    -\n");
		add_yaml(out, inner, "field", m->field);
		add_yaml(out, inner, "expected", m->expected);
		add_yaml(out, inner, "observed", m->observed);
		if (!m->expected && !m->observed)
			add_yaml(out, inner, "text", m->text);
	}
}

static void add_diagnostics(struct buf *out, const struct result *r)
{
	if (r->diagnostic_count)
		buf_puts(out, "  diagnostics:\n");
	for (size_t i = 0; i < r->diagnostic_count; i++) {
		const struct result_diagnostic *d = &r->diagnostics[i];
		buf_printf(out, "    -\n      line: %d\n      column: %d\n", d->line, d->column);
		add_yaml(out, inner, "severity", d->severity);
		add_yaml(out, inner, "text", d->text);
	}
}

static void add_block(struct buf *out, const struct result *r)
{
	buf_puts(out, "  ---\n");
	add_yaml(out, top, "verdict", verdict_name[r->expected ? r->observed_verdict : r->verdict]);
	add_yaml(out, top, "file", r->path);
	if (r->line > 0)
		buf_printf(out, "  line: %d\n", r->line);
	if (r->mismatch != MISMATCH_NONE)
		add_yaml(out, top, "kind", mismatch_kind_name[r->mismatch]);
	add_yaml(out, top, "reason", r->reason);
	add_yaml(out, top, "message", r->message);
	add_yaml(out, top, "explanation", r->explanation);
	add_differences(out, result_failure(r));
	add_diagnostics(out, r);
	if (r->attempts > 1)
		buf_printf(out, "  attempts: %d\n", r->attempts);
	buf_printf(out, "  duration_ms: %lld\n", (long long)(r->duration.ns / 1000000));
	buf_puts(out, "  ...\n");
}

static void tap_add(struct report_sink *sink, const struct result *r, const char *line, size_t length)
{
	struct buf *out = &sink->out;

	(void)line;
	(void)length;
	buf_printf(out, "%s %lld - ", is_ok(r) && !r->expected ? "ok" : "not ok", (long long)++state_of(sink)->count);
	add_line(out, r->id, "\\#", "\\\\");
	if (r->verdict == VERDICT_SKIP || r->expected) {
		buf_puts(out, r->expected ? " # TODO " : " # SKIP ");
		add_line(out, r->reason ? r->reason : "", "\\#", "\\\\");
	}
	buf_puts(out, "\n");
	if (!is_ok(r) || r->expected)
		add_block(out, r);
}

/* ---- KTAP ---- */

static void ktap_begin(struct report_sink *sink, const struct result_run *run)
{
	buf_puts(&sink->out, "KTAP version 1\n");
	if (!run->shards)
		add_plan(sink, run->cases);
}

static void add_comment(struct buf *out, const char *text)
{
	for (; text && *text; text += strcspn(text, "\n"), text += *text == '\n')
		buf_printf(out, "# %.*s\n", (int)strcspn(text, "\n"), text);
}

static void ktap_add(struct report_sink *sink, const struct result *r, const char *line, size_t length)
{
	struct buf *out = &sink->out;

	(void)line;
	(void)length;
	for (size_t i = 0; i < r->diagnostic_count; i++)
		buf_printf(out, "# %s:%d: %s\n", r->path, r->diagnostics[i].line, r->diagnostics[i].text);
	if (!is_ok(r))
		add_comment(out, r->text ? r->text : r->reason);
	/* There is no way to write a '#' of a name. */
	buf_printf(out, "%s %lld ", is_ok(r) ? "ok" : "not ok", (long long)++state_of(sink)->count);
	add_line(out, r->id, "_", "\\");
	if (r->verdict == VERDICT_SKIP || r->expected) {
		buf_puts(out, r->expected ? " # XFAIL " : " # SKIP ");
		add_line(out, r->reason ? r->reason : "", "_", "\\");
	}
	buf_puts(out, "\n");
}

const struct report_kind report_tap = {
	.name = "tap", .help = "Test Anything Protocol, version 14", .begin = tap_begin, .add = tap_add, .end = add_end,
};

const struct report_kind report_ktap = {
	.name = "ktap", .help = "the kernel's variant of it, for kselftest and its like", .begin = ktap_begin,
	.add = ktap_add, .end = add_end,
};
