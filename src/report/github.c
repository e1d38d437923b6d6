/* SPDX-License-Identifier: MIT
 *
 * github.c - workflow commands of GitHub's runner
 */
#include "report/github.h"

#include <string.h>

/* Properties end at a comma or a colon, messages do not. */
static void add_escaped(struct buf *out, const char *text, const char *special)
{
	for (; *text; text++) {
		if (strchr(special, *text))
			buf_printf(out, "%%%02X", (unsigned)(unsigned char)*text);
		else
			buf_add_byte(out, *text);
	}
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

static void describe(struct buf *out, const struct record *r)
{
	const struct entry *e = r->failure;

	if (e) {
		for (const struct mismatch *m = e->mismatches; m; m = m->next)
			add_sentence(out, m->text);
		if (!e->mismatches)
			add_sentence(out, e->message);
		add_sentence(out, e->explanation);
	}
	if (!out->length || r->verdict != VERDICT_FAIL)
		add_sentence(out, r->verdict_reason);
	add_sentence(out, r->cleanup_message);
	if (!out->length)
		add_sentence(out, verdict_name[r->verdict]);
}

void github_report(struct buf *out, const struct record *r)
{
	static const char *const command[VERDICTS] = {
		[VERDICT_FAIL] = "error",
		[VERDICT_ERROR] = "error",
		[VERDICT_INCONCLUSIVE] = "warning",
		[VERDICT_SKIP] = "notice",
	};
	const struct entry *e = r->failure;
	struct buf message = BUF_INIT;

	if (!command[r->verdict])
		return;
	buf_printf(out, "::%s file=", command[r->verdict]);
	add_property(out, r->script->source.name);
	if (e && e->line > 0)
		buf_printf(out, ",line=%d", e->line);
	buf_printf(out, ",title=%s on ", verdict_name[r->verdict]);
	add_property(out, r->target_name);
	if (e && r->verdict == VERDICT_FAIL && e->mismatch_kind != MISMATCH_NONE) {
		buf_puts(out, "%3A ");
		add_property(out, mismatch_kind_name[e->mismatch_kind]);
	}
	buf_puts(out, "::");
	describe(&message, r);
	add_escaped(out, message.data, "%\r\n");
	buf_puts(out, "\n");
	buf_free(&message);
}
