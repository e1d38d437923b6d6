/* SPDX-License-Identifier: MIT
 *
 * expectation_test.c - a case that is to fail passes only when it fails in the announced way
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "suite/expectation.h"

static enum verdict judged(const char *header, enum verdict verdict)
{
	struct script script = { .source = { "t.pkt", header, strlen(header) } };
	struct record *record = record_new(&script, "test", true);
	struct entry *failure = record_append(record, ENTRY_OUTBOUND, NULL);

	failure->line = 21;
	failure->mismatch_kind = MISMATCH_DUPLICATE;
	failure->message = "error handling packet: tcp_seq differs";
	record->verdict = verdict;
	record->verdict_reason = "reason";
	record->failure = verdict == VERDICT_FAIL ? failure : NULL;
	expectation_apply(record);
	verdict = record->verdict;
	record_free(record);
	return verdict;
}

static void only_the_announced_failure_passes(void **state)
{
	static const struct {
		const char *header;
		enum verdict before, after;
	} rows[] = {
		{ "0 `true`\n", VERDICT_FAIL, VERDICT_FAIL },
		{ "0 `true`\n", VERDICT_PASS, VERDICT_PASS },
		{ "//! fails: 21: duplicate packet: tcp_(seq|ack)\n", VERDICT_FAIL, VERDICT_PASS },
		{ "//! fails: 22: duplicate packet: tcp_seq\n", VERDICT_FAIL, VERDICT_FAIL },
		{ "//! fails: 21: extra packet: tcp_seq\n", VERDICT_FAIL, VERDICT_FAIL },
		{ "//! fails: 21: duplicate packet: window\n", VERDICT_FAIL, VERDICT_FAIL },
		{ "//! fails: 21: duplicate packet: tcp_seq\n", VERDICT_PASS, VERDICT_FAIL },
		{ "//! fails: 21: duplicate packet: tcp_seq\n", VERDICT_INCONCLUSIVE, VERDICT_INCONCLUSIVE },
		{ "//! fails: 21: duplicate packet: tcp_seq\n", VERDICT_SKIP, VERDICT_SKIP },
		{ "//! fails: 21: dublicate packet: tcp_seq\n", VERDICT_FAIL, VERDICT_ERROR },
		{ "//! fails: 21 duplicate packet\n", VERDICT_FAIL, VERDICT_ERROR },
		{ "//! fails: 21: duplicate packet: (\n", VERDICT_PASS, VERDICT_ERROR },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (judged(rows[i].header, rows[i].before) != rows[i].after)
			fail_msg("row %zu: %s", i, verdict_name[judged(rows[i].header, rows[i].before)]);
}

static void a_bad_header_has_its_place(void **state)
{
	static const struct {
		const char *text, *says;
		int column;
	} rows[] = {
		{ "//! title: x\n//! fails: 21: duplicate packet: tcp_(seq|ack)\n", NULL, 0 },
		{ "//! title: x\n0 `true`\n", NULL, 0 },
		{ "//! title: x\n//! fails: 21: dublicate packet: x\n", "kind of failure", 12 },
		{ "//! title: x\n//! fails: 21 duplicate packet\n", "want LINE: KIND", 12 },
		{ "//! title: x\n//! fails: 0: duplicate packet: x\n", "want LINE: KIND", 12 },
		{ "//! title: x\n//!  fails: 21: duplicate packet: (\n", "regular expression", 13 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct source source = { "x.pkt", rows[i].text, strlen(rows[i].text) };
		struct diags diags;

		diags_init(&diags);
		assert_int_equal(expectation_check_header(&source, &diags), !rows[i].says);
		assert_int_equal(diags.count, rows[i].says ? 1 : 0);
		if (rows[i].says) {
			assert_non_null(strstr(diags.first->detail, rows[i].says));
			assert_int_equal(diags.first->loc.line, 2);
			assert_int_equal(diags.first->loc.column, rows[i].column);
		}
		diags_free(&diags);
	}
}

/* Every rule of the policy for known failures. */
static void rulings(void **state)
{
	static const struct plan_expectation any = { .verdict = VERDICT_FAIL, .expires = "2026-11-21" };
	static const struct plan_expectation error = { .verdict = VERDICT_ERROR, .expires = "2026-11-21" };
	static const struct plan_expectation exact = { VERDICT_FAIL, 12, "fields differ", NULL, "2026-11-21" };
	static const struct {
		const struct plan_expectation *e;
		const char *today;
		enum verdict verdict;
		int line;
		const char *kind;
		enum expectation_ruling ruling;
	} rows[] = {
		{ &any, "2026-11-21", VERDICT_FAIL, 3, "too late", EXPECTATION_MET },
		{ &any, "2025-12-31", VERDICT_FAIL, 3, "too late", EXPECTATION_MET },
		{ &any, "2026-11-21", VERDICT_ERROR, 0, NULL, EXPECTATION_OTHER },
		{ &any, "2026-11-21", VERDICT_PASS, 0, NULL, EXPECTATION_XPASS },
		{ &any, "2026-11-21", VERDICT_INCONCLUSIVE, 3, "too late", EXPECTATION_SILENT },
		{ &any, "2026-11-21", VERDICT_SKIP, 0, NULL, EXPECTATION_SILENT },
		{ &any, "2026-11-22", VERDICT_FAIL, 3, "too late", EXPECTATION_EXPIRED },
		{ &any, "2026-11-22", VERDICT_ERROR, 0, NULL, EXPECTATION_EXPIRED },
		{ &any, "2026-11-22", VERDICT_PASS, 0, NULL, EXPECTATION_SILENT },
		{ &any, "2026-11-22", VERDICT_INCONCLUSIVE, 0, NULL, EXPECTATION_SILENT },
		{ &any, "2027-01-01", VERDICT_SKIP, 0, NULL, EXPECTATION_SILENT },
		{ &error, "2026-11-21", VERDICT_ERROR, 0, NULL, EXPECTATION_MET },
		{ &error, "2026-11-21", VERDICT_FAIL, 1, "too late", EXPECTATION_OTHER },
		{ &error, "2026-11-21", VERDICT_PASS, 0, NULL, EXPECTATION_XPASS },
		{ &exact, "2026-11-21", VERDICT_FAIL, 12, "fields differ", EXPECTATION_MET },
		{ &exact, "2026-11-21", VERDICT_FAIL, 13, "fields differ", EXPECTATION_OTHER },
		{ &exact, "2026-11-21", VERDICT_FAIL, 12, "too late", EXPECTATION_OTHER },
		{ &exact, "2026-11-21", VERDICT_FAIL, 0, NULL, EXPECTATION_OTHER },
		{ &exact, "2026-11-22", VERDICT_FAIL, 12, "fields differ", EXPECTATION_EXPIRED },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		enum expectation_ruling ruling =
			expectation_rule(rows[i].e, rows[i].today, rows[i].verdict, rows[i].line, rows[i].kind);
		if (ruling != rows[i].ruling)
			fail_msg("row %zu: ruling %d, expected %d", i, ruling, rows[i].ruling);
	}
}

static void records_say_why(void **state)
{
	static const struct plan_expectation e = { VERDICT_FAIL, 21, "duplicate packet", "bug 7", "2026-12-31" };
	static const struct {
		const char *today;
		enum verdict before, after;
		bool expected;
		const char *reason;
	} rows[] = {
		{ "2026-11-21", VERDICT_FAIL, VERDICT_PASS, true,
		  "FAIL at line 21 (duplicate packet) is expected until 2026-12-31 (bug 7): reason" },
		{ "2026-11-21", VERDICT_PASS, VERDICT_FAIL, false,
		  "XPASS: it passed, but FAIL at line 21 (duplicate packet) is expected until 2026-12-31 (bug 7); if "
		  "the target was repaired, remove the expectation" },
		{ "2026-11-21", VERDICT_ERROR, VERDICT_ERROR, false,
		  "another failure than FAIL at line 21 (duplicate packet), which is expected until 2026-12-31 (bug "
		  "7): reason" },
		{ "2027-01-01", VERDICT_FAIL, VERDICT_FAIL, false,
		  "the expectation of FAIL at line 21 (duplicate packet) expired on 2026-12-31 (bug 7): reason" },
		{ "2026-11-21", VERDICT_INCONCLUSIVE, VERDICT_INCONCLUSIVE, false, "reason" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct script script = { .source = { "t.pkt", "", 0 } };
		struct record *record = record_new(&script, "test", true);
		record->verdict = rows[i].before;
		record->verdict_reason = rows[i].before == VERDICT_PASS ? NULL : "reason";
		if (rows[i].before == VERDICT_FAIL) {
			record->failure = record_append(record, ENTRY_OUTBOUND, NULL);
			record->failure->line = 21;
			record->failure->mismatch_kind = MISMATCH_DUPLICATE;
		}
		expectation_settle(record, &e, rows[i].today);
		assert_int_equal(record->verdict, rows[i].after);
		assert_int_equal(record->expected, rows[i].expected);
		assert_string_equal(record->verdict_reason, rows[i].reason);
		if (rows[i].expected)
			assert_int_equal(record->observed_verdict, rows[i].before);
		record_free(record);
	}
}

static void days(void **state)
{
	static const char *const good[] = { "2026-11-21", "2028-02-29", "2000-02-29", "0001-01-01", "9999-12-31" };
	static const char *const bad[] = { "",           "2026-11-31", "2027-02-29",  "2100-02-29", "2026-13-01",
		                           "2026-00-10", "2026-1-01",  "2026-11-21x", "26-11-2021", "2026/11/21",
		                           "2026-11-00", "2026--1-01", "tomorrow" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(good); i++)
		if (!expectation_is_day(good[i]))
			fail_msg("%s is a day", good[i]);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		if (expectation_is_day(bad[i]))
			fail_msg("%s is no day", bad[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_the_announced_failure_passes),
		cmocka_unit_test(a_bad_header_has_its_place),
		cmocka_unit_test(rulings),
		cmocka_unit_test(records_say_why),
		cmocka_unit_test(days),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
