/* SPDX-License-Identifier: MIT
 *
 * compare_test.c - what becomes of a case, by tables; and two plays, event by event
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "report/compare.h"

static const struct pace pace = { 10, { 10000000 } };

static struct result result_of(char verdict)
{
	static const char letters[] = "PFISE";

	return (struct result){
		.verdict = (enum verdict)(strchr(letters, verdict) - letters), .attempts = 1, .duration = vtime_s(1),
	};
}

/* Earlier runs as letters, the last letter is now; '-': there is none. */
static void histories(void **state)
{
	static const struct {
		const char *runs;
		enum change want;
	} rows[] = {
		{ "PP", CHANGE_NONE },   { "PF", CHANGE_BROKE },     { "PE", CHANGE_BROKE }, { "PI", CHANGE_FLAKY },
		{ "PS", CHANGE_GONE },   { "P-", CHANGE_GONE },      { "FP", CHANGE_REPAIRED },
		{ "EP", CHANGE_REPAIRED },
		{ "FF", CHANGE_NONE },   { "FE", CHANGE_OTHER },     { "FI", CHANGE_FLAKY }, { "FS", CHANGE_GONE },
		{ "F-", CHANGE_GONE },   { "SP", CHANGE_NEW },       { "SF", CHANGE_BROKE }, { "SS", CHANGE_NONE },
		{ "S-", CHANGE_NONE },   { "II", CHANGE_NONE },      { "IF", CHANGE_BROKE }, { "IP", CHANGE_REPAIRED },
		{ "-P", CHANGE_NEW },    { "-F", CHANGE_NEW },       { "-S", CHANGE_NONE },
		{ "PFP", CHANGE_FLAKY }, { "FFP", CHANGE_REPAIRED }, { "PFF", CHANGE_NONE }, { "PPF", CHANGE_BROKE },
		{ "FPF", CHANGE_BROKE }, { "PFPP", CHANGE_FLAKY },   { "FPPP", CHANGE_NONE },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		size_t last = strlen(rows[i].runs) - 1;
		struct past past = { 0 };
		for (size_t n = 0; n < last; n++) {
			struct result r = result_of(rows[i].runs[n] == '-' ? 'P' : rows[i].runs[n]);
			if (rows[i].runs[n] != '-')
				past_add(&past, &r);
		}
		struct result now = result_of(rows[i].runs[last] == '-' ? 'P' : rows[i].runs[last]);
		enum change change = compare_results(past.runs ? &past : NULL, rows[i].runs[last] == '-' ? NULL : &now,
		                                     &pace);
		if (change != rows[i].want)
			fail_msg("%s: %s, want %s", rows[i].runs, change_name[change], change_name[rows[i].want]);
	}
}

static void pace_and_ways_of_failing(void **state)
{
	static const struct {
		const char *verdicts;
		int64_t old_ms, new_ms;
		int old_attempts, new_attempts, old_line, new_line;
		enum change want;
	} rows[] = {
		{ "PP", 1000, 1101, 1, 1, 0, 0, CHANGE_SLOWER }, { "PP", 1000, 1099, 1, 1, 0, 0, CHANGE_NONE },
		{ "PP", 1101, 1000, 1, 1, 0, 0, CHANGE_FASTER }, { "PP", 1, 9, 1, 1, 0, 0, CHANGE_NONE },
		{ "PP", 1000, 1000, 1, 2, 0, 0, CHANGE_FLAKY },  { "PP", 1000, 1000, 2, 2, 0, 0, CHANGE_NONE },
		{ "FF", 1000, 5000, 1, 1, 7, 7, CHANGE_NONE },   { "FF", 1000, 1000, 1, 1, 7, 8, CHANGE_OTHER },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct past past = { 0 };
		struct result old = result_of(rows[i].verdicts[0]), now = result_of(rows[i].verdicts[1]);
		old.duration = vtime_ms(rows[i].old_ms);
		now.duration = vtime_ms(rows[i].new_ms);
		old.attempts = rows[i].old_attempts;
		now.attempts = rows[i].new_attempts;
		old.line = rows[i].old_line;
		now.line = rows[i].new_line;
		past_add(&past, &old);
		assert_int_equal(compare_results(&past, &now, &pace), rows[i].want);
	}
}

#define HAPPENS(k, l, ms, what) \
	{ .kind = (k), .line = (l), .sign = "s", .text = "t", .happened = true, .actual = { (ms) * 1000000LL }, \
	  .observed = (what) }

static void assert_differences(const struct result_event *a, size_t a_count, const struct result_event *b,
                               size_t b_count, const char *want)
{
	static const char *const names[] = { "a", "b" };
	const struct result left = { .events = a, .event_count = a_count };
	const struct result right = { .events = b, .event_count = b_count };
	struct buf out = BUF_INIT;

	size_t count = compare_events(&out, &left, &right, names, vtime_ms(4));
	assert_string_equal(out.data, want);
	assert_int_equal(count > 0, *want != '\0');
	buf_free(&out);
}

static void events(void **state)
{
	static const struct result_event base[] = {
		HAPPENS(ENTRY_CALL, 1, 0, "= 3 -> 14"), HAPPENS(ENTRY_OUTBOUND, 2, 10, "S."),
		HAPPENS(ENTRY_INBOUND, 3, 20, "."), HAPPENS(ENTRY_OUTBOUND, 4, 30, "P."),
	};
	/* Another descriptor; all later by the same time; a trace between. */
	static const struct result_event same[] = {
		HAPPENS(ENTRY_CALL, 1, 100, "= 3 -> 3"), HAPPENS(ENTRY_TRACE, 0, 101, "state"),
		HAPPENS(ENTRY_OUTBOUND, 2, 112, "S."), HAPPENS(ENTRY_INBOUND, 3, 200, "."),
		HAPPENS(ENTRY_OUTBOUND, 4, 211, "P."),
	};
	static const struct result_event late[] = {
		HAPPENS(ENTRY_CALL, 1, 0, "= 3 -> 3"), HAPPENS(ENTRY_OUTBOUND, 2, 15, "S."),
		HAPPENS(ENTRY_INBOUND, 3, 20, "."), HAPPENS(ENTRY_OUTBOUND, 4, 30, "."),
	};
	static const struct result_event extra[] = {
		HAPPENS(ENTRY_CALL, 1, 0, "= 3 -> 3"), HAPPENS(ENTRY_UNEXPECTED, 0, 5, "R."),
		{ .kind = ENTRY_OUTBOUND, .line = 2, .sign = "s", .text = "t", .status = RESULT_FAILED,
		  .mismatch = MISMATCH_MISSING },
		{ .kind = ENTRY_INBOUND, .line = 3, .status = RESULT_NOT_REACHED },
		{ .kind = ENTRY_OUTBOUND, .line = 4, .status = RESULT_NOT_REACHED },
	};

	(void)state;
	assert_differences(base, ARRAY_LEN(base), base, ARRAY_LEN(base), "");
	assert_differences(base, ARRAY_LEN(base), same, ARRAY_LEN(same), "");
	assert_differences(base, ARRAY_LEN(base), late, ARRAY_LEN(late),
	                   "     line 2  s t\n"
	                   "       a                0.010000  +0.010000  S.\n"
	                   "       b                0.015000  +0.015000  S.\n"
	                   "     line 4  s t\n"
	                   "       a                0.030000  +0.010000  P.\n"
	                   "       b                0.030000  +0.010000  .\n");
	assert_differences(base, ARRAY_LEN(base), extra, ARRAY_LEN(extra),
	                   "     no line expects this  s\n"
	                   "       a                       -  (did not happen)\n"
	                   "       b                0.005000  +0.005000  R.\n"
	                   "     line 2  s t\n"
	                   "       a                0.010000  +0.010000  S.\n"
	                   "       b                       -  (did not happen)   <- missing packet\n"
	                   "     2 further events that only a came to\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(histories),
		cmocka_unit_test(pace_and_ways_of_failing),
		cmocka_unit_test(events),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
