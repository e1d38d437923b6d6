/* SPDX-License-Identifier: MIT
 *
 * github.c - workflow commands of GitHub's runner
 */
#include "report/github.h"

#include <string.h>

#include "util/printable.h"

/* Properties end at a comma or a colon, messages do not. */
static void add_escaped(struct buf *out, const char *text, const char *special)
{
	struct buf plain = BUF_INIT;

	printable_add(&plain, text, "\r\n");
	for (const char *c = plain.data; *c; c++) {
		if (strchr(special, *c))
			buf_printf(out, "%%%02X", (unsigned)(unsigned char)*c);
		else
			buf_add_byte(out, *c);
	}
	buf_free(&plain);
}

static void add_property(struct buf *out, const char *text)
{
	add_escaped(out, text, "%\r\n:,");
}

static void add_sentence(struct buf *out, const char *text)
{
	if (!text || !*text)
		return;
	if (out->length)
		buf_puts(out, "\n");
	buf_puts(out, text);
}

static void describe(struct buf *out, const struct result *r)
{
	const struct result_event *e = r->verdict == VERDICT_PASS ? NULL : result_failure(r);

	add_sentence(out, result_has_failed(r) ? r->headline : NULL);
	for (size_t i = 0; e && i < e->mismatch_count; i++)
		add_sentence(out, e->mismatches[i].text);
	if (!e || !e->mismatch_count)
		add_sentence(out, r->message);
	add_sentence(out, r->explanation);
	if (!out->length || !result_has_failed(r))
		add_sentence(out, r->reason);
	add_sentence(out, r->cleanup_message);
	if (!out->length)
		add_sentence(out, verdict_name[r->verdict]);
}

static void annotate(struct buf *out, const struct result *r, const char *command, int line, const char *message)
{
	buf_printf(out, "::%s file=", command);
	add_property(out, r->path);
	if (line > 0)
		buf_printf(out, ",line=%d", line);
	buf_printf(out, ",title=%s on ", verdict_name[r->verdict]);
	add_property(out, r->target);
	if (result_has_failed(r) && r->mismatch != MISMATCH_NONE) {
		buf_puts(out, "%3A ");
		add_property(out, mismatch_kind_name[r->mismatch]);
	}
	buf_puts(out, "::");
	add_escaped(out, message, "%\r\n");
	buf_puts(out, "\n");
}

void github_report(struct buf *out, const struct result *r)
{
	static const char *const command[VERDICTS] = {
		[VERDICT_FAIL] = "error",
		[VERDICT_ERROR] = "error",
		[VERDICT_INCONCLUSIVE] = "warning",
		[VERDICT_SKIP] = "notice",
	};
	struct buf message = BUF_INIT;

	if (!command[r->verdict])
		return;
	for (size_t i = 0; i < r->diagnostic_count; i++)
		annotate(out, r, r->diagnostics[i].severity, r->diagnostics[i].line, r->diagnostics[i].text);
	if (!r->diagnostic_count) {
		describe(&message, r);
		annotate(out, r, command[r->verdict], r->line, message.data);
	}
	buf_free(&message);
}

void github_report_end(struct buf *out, const struct result_end *end)
{
	if (end->complete)
		return;
	buf_puts(out, "::error title=protodrill::");
	result_end_text(out, end);
	buf_puts(out, "\n");
}
