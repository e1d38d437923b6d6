/* SPDX-License-Identifier: MIT
 *
 * expectation.c - comparing a failure with the one that a case announces
 */
#include "suite/expectation.h"

#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include "script/case_header.h"

struct announced {
	long line;
	const char *kind;
	regex_t message;
};

/* Cut the next part of "LINE: KIND: EXPRESSION" off *rest. NULL: there is no further colon. */
static char *next_part(char **rest)
{
	char *part = *rest, *colon = part ? strchr(part, ':') : NULL;

	if (!colon)
		return NULL;
	*colon = '\0';
	*rest = colon + 1 + strspn(colon + 1, " ");
	return part;
}

static bool known_kind(const char *kind)
{
	for (int k = 0; k < MISMATCH_KINDS; k++)
		if (!strcmp(mismatch_kind_name[k], kind))
			return true;
	return false;
}

static bool parse(char *text, struct announced *out)
{
	char *line = next_part(&text), *kind = next_part(&text), *end;

	if (!line || !kind || !known_kind(kind))
		return false;
	out->line = strtol(line, &end, 10);
	out->kind = kind;
	return !*end && end != line && !regcomp(&out->message, text, REG_EXTENDED | REG_NOSUB);
}

static bool is_said(const regex_t *expression, const struct entry *e)
{
	for (const struct mismatch *m = e->mismatches; m; m = m->next)
		if (!regexec(expression, m->text, 0, NULL, 0))
			return true;
	return e->message && !regexec(expression, e->message, 0, NULL, 0);
}

static bool as_announced(const struct announced *a, const struct entry *e)
{
	return e && e->line == a->line && !strcmp(mismatch_kind_name[e->mismatch_kind], a->kind) &&
	       is_said(&a->message, e);
}

static void judge(struct record *record, const struct announced *a)
{
	bool caught = record->verdict == VERDICT_FAIL && as_announced(a, record->failure);

	if (caught) {
		record->verdict = VERDICT_PASS;
		record->verdict_reason = arena_printf(record->arena, "fails at line %ld, as it must", a->line);
	} else {
		const char *instead = record->verdict == VERDICT_PASS ? "it passed" : record->verdict_reason;
		record->verdict = VERDICT_FAIL;
		record->verdict_reason = arena_printf(record->arena, "must fail at line %ld (%s), but: %s", a->line, a->kind,
						      instead);
		if (record->failure)
			record->failure->explanation = record->verdict_reason;
	}
}

void expectation_apply(struct record *record)
{
	struct announced announced;
	const char *text;
	size_t length;

	if ((record->verdict != VERDICT_PASS && record->verdict != VERDICT_FAIL) ||
	    !header_find(&record->script->source, "fails", &text, &length))
		return;
	char *copy = arena_strndup(record->arena, text, length);
	if (!parse(copy, &announced)) {
		record->verdict = VERDICT_ERROR;
		record->verdict_reason = arena_printf(record->arena,
						      "bad header 'fails: %.*s': want LINE: KIND: REGULAR EXPRESSION",
						      (int)length, text);
		return;
	}
	judge(record, &announced);
	regfree(&announced.message);
}
