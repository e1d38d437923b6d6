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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_the_announced_failure_passes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
