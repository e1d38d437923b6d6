/* SPDX-License-Identifier: MIT
 *
 * tap.c - the Test Anything Protocol, versions 13 and 14, and the kernel's variant of it
 *
 * https://testanything.org/tap-version-13-specification.html, .../tap-version-14-specification.html;
 * Documentation/dev-tools/ktap.rst of Linux. What is written in versions 13 and 14 is the same but for the number:
 * prove and most other readers know 13 and complain about numbers that they do not know; 14 is for those that insist on
 * it. Each case is a test point, and the plan comes first, so that a reader notices what is missing. INCONCLUSIVE is
 * "not ok" in both: neither has a word for it, and it must not look like a success.
 */
#include "report/tap.h"

#include <inttypes.h>
#include <string.h>

#include "util/printable.h"
#include "util/utf8.h"

/* ---- text ---- */

/* One line. TAP 14, "Escaping": # would begin a directive, and \ escapes. */
static void add_words(struct buf *out, const char *text)
{
	bool ok;

	for (size_t n; *text; text += n) {
		n = printable_next(text, "", &ok);
		if (*text == '\n' || *text == '\t')
			buf_puts(out, " ");
		else if (!ok)
			buf_puts(out, UTF8_REPLACEMENT);
		else if (strchr("#\\", *text))
			buf_printf(out, "\\%c", *text);
		else
			buf_add(out, text, n);
	}
}

/* One line without #, since KTAP knows no escapes. What cannot stand there becomes a percent sign and two hexadecimal
 * digits. */
static void add_kernel_words(struct buf *out, const char *text)
{
	bool ok;

	for (size_t n; *text; text += n) {
		n = printable_next(text, "", &ok);
		ok = ok && !strchr("#%", *text);
		for (size_t i = 0; i < n && !ok; i++)
			buf_printf(out, "%%%02X", (unsigned)(unsigned char)text[i]);
		if (ok)
			buf_add(out, text, n);
	}
}

/* YAML 1.2, 5.1 and 7.3.1: between quotation marks any text can be written on one line. */
static void add_quoted(struct buf *out, const char *text)
{
	buf_puts(out, "\"");
	for (size_t n; *text; text += n ? n : 1) {
		n = utf8_length(text);
		uint32_t code = utf8_code_point(text, n);
		if (!n)
			buf_puts(out, UTF8_REPLACEMENT);
		else if (*text == '\n')
			buf_puts(out, "\\n");
		else if (*text == '\t')
			buf_puts(out, "\\t");
		else if (strchr("\"\\", *text))
			buf_printf(out, "\\%c", *text);
		else if (code < 0x20 || (code >= 0x7f && code < 0xa0))
			buf_printf(out, "\\x%02x", code);
		else if (code == 0x2028 || code == 0x2029 || code == 0xfeff || code == 0xfffe || code == 0xffff)
			buf_printf(out, "\\u%04x", code);
		else
			buf_add(out, text, n);
	}
	buf_puts(out, "\"");
}

/* ---- TAP ---- */

struct tap_state {
	int64_t points;                                      /* so far */
};

static int64_t points_to_come(const struct result_run *run)
{
	return run->shards ? run->shard_cases : run->cases;
}

static void add_origin(struct buf *out, const struct result_run *run)
{
	buf_puts(out, "# protodrill ");
	add_words(out, run->version);
	buf_puts(out, ", plan ");
	add_words(out, run->plan);
	if (run->shards)
		buf_printf(out, ", shard %" PRId64 " of %" PRId64, run->shard, run->shards);
	if (run->system) {
		buf_puts(out, ", ");
		add_words(out, run->system);
	}
	buf_puts(out, "\n");
	for (size_t i = 0; i < run->kernel_count; i++) {
		struct buf text = BUF_INIT;
		buf_printf(&text, "%s: ", run->kernels[i].target);
		result_kernel_text(&text, &run->kernels[i]);
		buf_puts(out, "# ");
		add_words(out, text.data);
		buf_puts(out, "\n");
		buf_free(&text);
	}
}

static void begin(struct report_sink *sink, const struct result_run *run)
{
	const char *name = sink->kind == &report_tap ? "TAP version 13" :
			   sink->kind == &report_tap14 ? "TAP version 14" : "KTAP version 1";

	sink->state = arena_new_object(sink->arena, struct tap_state);
	buf_printf(&sink->out, "%s\n1..%" PRId64 "\n", name, points_to_come(run));
	add_origin(&sink->out, run);
}

/* The number of the next test point. */
static int64_t next_point(struct report_sink *sink)
{
	struct tap_state *state = sink->state;

	return ++state->points;
}

static bool is_ok(const struct result *r)
{
	return !r->expected && (r->verdict == VERDICT_PASS || r->verdict == VERDICT_SKIP);
}

static void add_key(struct buf *out, const char *indent, const char *key, const char *text)
{
	if (!text)
		return;
	buf_printf(out, "%s%s: ", indent, key);
	add_quoted(out, text);
	buf_puts(out, "\n");
}

static void add_fields(struct buf *out, const struct result_event *failure)
{
	if (!failure || !failure->mismatch_count)
		return;
	buf_puts(out, "  fields:\n");
	for (size_t i = 0; i < failure->mismatch_count; i++) {
		const struct result_mismatch *m = &failure->mismatches[i];
		add_key(out, "    - ", "field", m->field ? m->field : "");
		add_key(out, "      ", "expected", m->expected);
		add_key(out, "      ", "observed", m->observed);
		add_key(out, "      ", "text", m->text);
	}
}

static void add_diagnostics(struct buf *out, const struct result *r)
{
	if (r->diagnostic_count)
		buf_puts(out, "  diagnostics:\n");
	for (size_t i = 0; i < r->diagnostic_count; i++) {
		const struct result_diagnostic *d = &r->diagnostics[i];
		add_key(out, "    - ", "severity", d->severity);
		if (d->line)
			buf_printf(out, "      line: %d\n      column: %d\n", d->line, d->column);
		add_key(out, "      ", "text", d->text ? d->text : "");
	}
}

static void add_block(struct buf *out, const struct result *r)
{
	const struct result_event *failure = result_failure(r);

	buf_puts(out, "  ---\n");
	add_key(out, "  ", "headline", r->headline);
	add_key(out, "  ", "verdict", verdict_name[r->expected ? r->observed_verdict : r->verdict]);
	add_key(out, "  ", "reason", r->reason);
	add_key(out, "  ", "file", r->path);
	if (r->line)
		buf_printf(out, "  line: %d\n", r->line);
	if (r->mismatch != MISMATCH_NONE)
		add_key(out, "  ", "mismatch", mismatch_kind_name[r->mismatch]);
	if (failure) {
		add_key(out, "  ", "event", failure->text);
		add_key(out, "  ", "expected", failure->expected);
		add_key(out, "  ", "observed", failure->observed);
	}
	add_fields(out, failure);
	add_key(out, "  ", "message", r->message);
	add_key(out, "  ", "explanation", r->explanation);
	add_key(out, "  ", "cleanup_message", r->cleanup_message);
	add_diagnostics(out, r);
	add_key(out, "  ", "target", r->target);
	add_key(out, "  ", "profile", r->profile);
	buf_printf(out, "  attempts: %d\n  duration_ms: %.6f\n  ...\n", r->attempts, vtime_to_s(r->duration) * 1e3);
}

static void end(struct report_sink *sink, const struct result_end *end)
{
	const struct tap_state *state = sink->state;
	const int64_t wanted = points_to_come(&sink->run);

	if (end->complete && state->points == wanted)
		return;
	buf_puts(&sink->out, "Bail out! ");
	if (end->interrupted)
		buf_printf(&sink->out, "interrupted by SIG%s, ", end->interrupted);
	buf_printf(&sink->out, "%" PRId64 " of %" PRId64 " cases were played\n", state->points, wanted);
}

static void add_directive(struct buf *out, const char *word, const char *reason,
                          void (*add)(struct buf *out, const char *text))
{
	buf_printf(out, " # %s", word);
	if (reason && *reason) {
		buf_puts(out, " ");
		add(out, reason);
	}
}

static void tap_add(struct report_sink *sink, const struct result *r, const char *line, size_t length)
{
	struct buf *out = &sink->out;

	(void)line;
	(void)length;
	buf_printf(out, "%sok %" PRId64 " - ", is_ok(r) ? "" : "not ", next_point(sink));
	add_words(out, r->id);
	if (r->expected)
		add_directive(out, "TODO", r->reason, add_words);
	else if (r->verdict == VERDICT_SKIP)
		add_directive(out, "SKIP", r->reason, add_words);
	buf_puts(out, "\n");
	if (!is_ok(r))
		add_block(out, r);
}

/* ---- KTAP ---- */

/* Write each line of @text as a diagnostic line. */
static void add_comment(struct buf *out, const char *text)
{
	for (size_t length; text && *text; text += length, text += *text == '\n') {
		length = strcspn(text, "\n");
		struct buf line = BUF_INIT;
		buf_add(&line, text, length);
		while (line.length && line.data[line.length - 1] == ' ')
			line.data[--line.length] = '\0';
		buf_puts(out, line.length ? "# " : "#");
		printable_add(out, line.data, "");
		buf_puts(out, "\n");
		buf_free(&line);
	}
}

/* The diagnostic lines of a test come before its result line. */
static void add_comments(struct buf *out, const struct result *r)
{
	for (size_t i = 0; i < r->diagnostic_count; i++) {
		const struct result_diagnostic *d = &r->diagnostics[i];
		struct buf text = BUF_INIT;
		buf_printf(&text, "%s:%d:%d: %s: %s", r->path, d->line, d->column, d->severity, d->text);
		add_comment(out, text.data);
		buf_free(&text);
	}
	add_comment(out, r->text);
	if (!r->text)
		add_comment(out, result_headline(r));
}

static void ktap_add(struct report_sink *sink, const struct result *r, const char *line, size_t length)
{
	struct buf *out = &sink->out;
	const bool ok = r->expected || is_ok(r);

	(void)line;
	(void)length;
	if (!is_ok(r))
		add_comments(out, r);
	buf_printf(out, "%sok %" PRId64 " ", ok ? "" : "not ", next_point(sink));
	add_kernel_words(out, r->id);
	if (r->expected)
		add_directive(out, "XFAIL", r->reason, add_kernel_words);
	else if (r->verdict == VERDICT_SKIP)
		add_directive(out, "SKIP", r->reason, add_kernel_words);
	else if (r->verdict == VERDICT_ERROR || r->verdict == VERDICT_INCONCLUSIVE) {
		struct buf reason = BUF_INIT;
		buf_printf(&reason, "%s: %s", verdict_name[r->verdict], r->reason ? r->reason : "");
		add_directive(out, "ERROR", reason.data, add_kernel_words);
		buf_free(&reason);
	}
	buf_puts(out, "\n");
}

const struct report_kind report_tap = {
	.name = "tap", .help = "Test Anything Protocol, version 13", .begin = begin, .add = tap_add, .end = end,
};

const struct report_kind report_tap14 = {
	.name = "tap14", .help = "the same, version 14", .begin = begin, .add = tap_add, .end = end,
};

const struct report_kind report_ktap = {
	.name = "ktap", .help = "the kernel's variant of it, for kselftest and the like",
	.begin = begin, .add = ktap_add, .end = end,
};
