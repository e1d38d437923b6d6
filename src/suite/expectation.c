/* SPDX-License-Identifier: MIT
 *
 * expectation.c - comparing a failure with the one that a case or a plan announces
 */
#include "suite/expectation.h"

#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "script/case_header.h"

/* Is it at this line (0: any) and of this kind (NULL: any)? */
static bool is_there(int line, const char *kind, int wanted_line, const char *wanted_kind)
{
	return (!wanted_line || line == wanted_line) && (!wanted_kind || (kind && !strcmp(kind, wanted_kind)));
}

static const char *kind_of(const struct entry *e)
{
	return e->mismatch_kind ? mismatch_kind_name[e->mismatch_kind] : NULL;
}

/* ---- in the header of a case ---- */

struct announced {
	int line;
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

/* Fill *@out from @text, which is cut into its parts. False: it cannot be read, and *@why says why. */
static bool parse(char *text, struct announced *out, const char **why)
{
	char *line = next_part(&text), *kind = next_part(&text), *end;

	*why = "want LINE: KIND: REGULAR EXPRESSION, as in '12: fields differ: tcp_seq'";
	if (!line || !kind)
		return false;
	out->line = (int)strtol(line, &end, 10);
	out->kind = kind;
	if (*end || end == line || out->line < 1)
		return false;
	*why = "the kind of failure is not known; reports say it behind 'line N:', for example 'fields differ' "
	       "or 'missing packet'";
	if (!known_kind(kind))
		return false;
	*why = "the regular expression cannot be read";
	return !regcomp(&out->message, text, REG_EXTENDED | REG_NOSUB);
}

bool expectation_check_header(const struct source *source, struct diags *diags)
{
	struct arena *arena = arena_new();
	struct announced announced;
	const char *text, *why;
	size_t length;
	bool good = true;

	if (header_find(source, "fails", &text, &length)) {
		good = parse(arena_strndup(arena, text, length), &announced, &why);
		if (good)
			regfree(&announced.message);
		else
			diag_error(diags, DIAG_OPTION, header_loc(source, text, length), "bad header 'fails'", "%s",
			           why);
	}
	arena_free(arena);
	return good;
}

static bool is_said(const regex_t *expression, const struct entry *e)
{
	for (const struct mismatch *m = e->mismatches; m; m = m->next)
		if (!regexec(expression, m->text, 0, NULL, 0))
			return true;
	return (e->message && !regexec(expression, e->message, 0, NULL, 0)) ||
	       (e->explanation && !regexec(expression, e->explanation, 0, NULL, 0));
}

/* A case may also be there to show that a script's own fault is told. */
static bool is_failure(const struct record *record)
{
	return record->verdict == VERDICT_FAIL || record->unplayable;
}

static void judge(struct record *record, const struct announced *a)
{
	const struct entry *e = record->failure;
	bool caught = is_failure(record) && e && is_there(e->line, kind_of(e), a->line, a->kind) &&
	              is_said(&a->message, e);

	if (caught) {
		record->verdict = VERDICT_PASS;
		record->verdict_reason = arena_printf(record->arena, "fails at line %d, as it must", a->line);
	} else {
		const char *instead = record->verdict == VERDICT_PASS ? "it passed" : record->verdict_reason;
		record->verdict = VERDICT_FAIL;
		record->verdict_reason = arena_printf(record->arena, "must fail at line %d (%s), but: %s", a->line,
		                                      a->kind, instead);
		if (record->failure)
			record->failure->explanation = record->verdict_reason;
	}
}

void expectation_apply(struct record *record)
{
	struct announced announced;
	const char *text, *why;
	size_t length;

	if ((record->verdict != VERDICT_PASS && !is_failure(record)) ||
	    !header_find(&record->script->source, "fails", &text, &length))
		return;
	char *copy = arena_strndup(record->arena, text, length);
	if (!parse(copy, &announced, &why)) {
		record->verdict = VERDICT_ERROR;
		record->verdict_reason = arena_printf(record->arena, "bad header 'fails: %.*s': %s", (int)length, text,
		                                      why);
		return;
	}
	judge(record, &announced);
	regfree(&announced.message);
}

/* ---- in a plan ---- */

bool expectation_is_day(const char *text)
{
	static const int lengths[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	int year, month, day, end = 0;

	if (strspn(text, "0123456789-") != 10 || sscanf(text, "%4d-%2d-%2d%n", &year, &month, &day, &end) != 3 ||
	    end != 10 || text[10] || text[4] != '-' || text[7] != '-' || month < 1 || month > 12 || day < 1)
		return false;
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
	return day <= lengths[month - 1] + (month == 2 && leap);
}

enum expectation_ruling expectation_rule(const struct plan_expectation *e, const char *today, enum verdict verdict,
                                         int line, const char *kind)
{
	bool failed = verdict == VERDICT_FAIL || verdict == VERDICT_ERROR;

	if (strcmp(today, e->expires) > 0)
		return failed ? EXPECTATION_EXPIRED : EXPECTATION_SILENT;
	if (verdict == VERDICT_PASS)
		return EXPECTATION_XPASS;
	if (!failed)
		return EXPECTATION_SILENT;
	return verdict == e->verdict && is_there(line, kind, e->line, e->kind) ? EXPECTATION_MET : EXPECTATION_OTHER;
}

/* "FAIL at line 12 (fields differ)" */
static const char *what_is_expected(const struct plan_expectation *e, struct arena *arena)
{
	const char *line = e->line ? arena_printf(arena, " at line %d", e->line) : "";

	return arena_printf(arena, "%s%s%s%s%s", verdict_name[e->verdict], line, e->kind ? " (" : "",
	                    e->kind ? e->kind : "", e->kind ? ")" : "");
}

static void explain(struct record *record, const char *why)
{
	const char *before = record->verdict_reason;

	record->verdict_reason = before ? arena_printf(record->arena, "%s: %s", why, before) : why;
	if (record->failure)
		record->failure->explanation = record->failure->explanation ?
			arena_printf(record->arena, "%s. %s", why, record->failure->explanation) : why;
}

void expectation_settle(struct record *record, const struct plan_expectation *e, const char *today)
{
	const struct entry *failure = record->failure;
	struct arena *arena = record->arena;

	if (!e)
		return;
	const char *wanted = what_is_expected(e, arena);
	switch (expectation_rule(e, today, record->verdict, failure ? failure->line : 0,
	                         failure ? kind_of(failure) : NULL)) {
	case EXPECTATION_SILENT:
		break;
	case EXPECTATION_MET:
		record->expected = true;
		record->observed_verdict = record->verdict;
		record->verdict = VERDICT_PASS;
		explain(record, arena_printf(arena, "%s is expected until %s (%s)", wanted, e->expires, e->reason));
		break;
	case EXPECTATION_XPASS:
		record->verdict = VERDICT_FAIL;
		record->verdict_reason = arena_printf(arena,
		                                      "XPASS: it passed, but %s is expected until %s (%s); "
		                                      "if the target was repaired, remove the expectation",
		                                      wanted, e->expires, e->reason);
		break;
	case EXPECTATION_OTHER:
		explain(record, arena_printf(arena, "another failure than %s, which is expected until %s (%s)", wanted,
		                             e->expires, e->reason));
		break;
	case EXPECTATION_EXPIRED:
		explain(record, arena_printf(arena, "the expectation of %s expired on %s (%s)", wanted, e->expires,
		                             e->reason));
		break;
	}
}
