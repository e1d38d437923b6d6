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

static bool left_is_virtual;

static void assert_differences(const struct result_event *a, size_t a_count, const struct result_event *b,
                               size_t b_count, const char *want)
{
	static const char *const names[] = { "a", "b" };
	const struct result left = { .events = a, .event_count = a_count, .virtual_time = left_is_virtual };
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

/* Beside a virtual clock, a kernel's long timers may be late, and its stamps with them. */
static void two_kinds_of_clock(void **state)
{
	static const struct result_event exact[] = {
		HAPPENS(ENTRY_OUTBOUND, 1, 0, "S"), HAPPENS(ENTRY_OUTBOUND, 2, 1000, "S <TS val 1000 ecr 0>"),
	}, coarse[] = {
		HAPPENS(ENTRY_OUTBOUND, 1, 0, "S"), HAPPENS(ENTRY_OUTBOUND, 2, 1120, "S <TS val 1119 ecr 0>"),
	}, late[] = {
		HAPPENS(ENTRY_OUTBOUND, 1, 0, "S"), HAPPENS(ENTRY_OUTBOUND, 2, 1140, "S <TS val 1140 ecr 0>"),
	}, wrong[] = {
		HAPPENS(ENTRY_OUTBOUND, 1, 0, "S"), HAPPENS(ENTRY_OUTBOUND, 2, 1000, "S <TS val 1020 ecr 0>"),
	};

	(void)state;
	left_is_virtual = true;
	assert_differences(exact, ARRAY_LEN(exact), coarse, ARRAY_LEN(coarse), "");
	assert_differences(exact, ARRAY_LEN(exact), late, ARRAY_LEN(late),
	                   "     line 2  s t\n"
	                   "       a                1.000000  +1.000000  S <TS val 1000 ecr 0>\n"
	                   "       b                1.140000  +1.140000  S <TS val 1140 ecr 0>\n");
	assert_differences(exact, ARRAY_LEN(exact), wrong, ARRAY_LEN(wrong),
	                   "     line 2  s t\n"
	                   "       a                1.000000  +1.000000  S <TS val 1000 ecr 0>\n"
	                   "       b                1.000000  +1.000000  S <TS val 1020 ecr 0>\n");
	left_is_virtual = false;
	assert_differences(exact, ARRAY_LEN(exact), coarse, ARRAY_LEN(coarse),
	                   "     line 2  s t\n"
	                   "       a                1.000000  +1.000000  S <TS val 1000 ecr 0>\n"
	                   "       b                1.120000  +1.120000  S <TS val 1119 ecr 0>\n");
}

/* An unasked packet is paired with its like, wherever it stands among the lines. */
static void packets_that_no_line_asks_for(void **state)
{
	static const struct result_event before[] = {
		HAPPENS(ENTRY_UNEXPECTED, 0, 5, "ack 1"), HAPPENS(ENTRY_OUTBOUND, 1, 5, "P."),
		HAPPENS(ENTRY_UNEXPECTED, 0, 9, "ack 3"),
	}, behind[] = {
		HAPPENS(ENTRY_OUTBOUND, 1, 5, "P."), HAPPENS(ENTRY_UNEXPECTED, 0, 5, "ack 1"),
		HAPPENS(ENTRY_UNEXPECTED, 0, 8, "ack 2"), HAPPENS(ENTRY_UNEXPECTED, 0, 9, "ack 3"),
	}, digest[] = {
		HAPPENS(ENTRY_OUTBOUND, 1, 5, "<md5 00112233445566778899aabbccddeeff>"),
	}, other_digest[] = {
		HAPPENS(ENTRY_OUTBOUND, 1, 5, "<md5 ff112233445566778899aabbccddeeff>"),
	}, stamp[] = {
		HAPPENS(ENTRY_UNEXPECTED, 0, 5, "P. 1:2(1) <nop,nop,TS val 1503498081 ecr 1005>"),
	}, other_stamp[] = {
		HAPPENS(ENTRY_UNEXPECTED, 0, 5, "P. 1:2(1) <nop,nop,TS val 77 ecr 1005>"),
	}, no_digest[] = {
		HAPPENS(ENTRY_OUTBOUND, 1, 5, "<md5 ff11>"),
	};

	(void)state;
	assert_differences(before, ARRAY_LEN(before), behind, ARRAY_LEN(behind),
	                   "     no line expects this  s\n"
	                   "       a                       -  (did not happen)\n"
	                   "       b                0.008000  +0.003000  ack 2\n");
	assert_differences(behind, ARRAY_LEN(behind), before, ARRAY_LEN(before),
	                   "     no line expects this  s\n"
	                   "       a                0.008000  +0.003000  ack 2\n"
	                   "       b                       -  (did not happen)\n");
	assert_differences(digest, ARRAY_LEN(digest), other_digest, ARRAY_LEN(other_digest), "");
	assert_differences(stamp, ARRAY_LEN(stamp), other_stamp, ARRAY_LEN(other_stamp), "");
	assert_differences(digest, ARRAY_LEN(digest), no_digest, ARRAY_LEN(no_digest),
	                   "     line 1  s t\n"
	                   "       a                0.005000  +0.005000  <md5 00112233445566778899aabbccddeeff>\n"
	                   "       b                0.005000  +0.005000  <md5 ff11>\n");
}

/* Calls that fail alike have different values all the same; what was asked is one text. */
static void values_that_neither_expected(void **state)
{
	static const struct result_mismatch values[] = {
		{ "optval", "1", "5", "expected: 1 actual: 5" }, { "optval", "1", "6", "expected: 1 actual: 6" },
		{ "assertion", "x == 1", "x is 2", "AssertionError: (2, 3)" },
		{ "assertion", "x == 1", "x is 2", "AssertionError: (2, 4)" },
		{ "time", "0.2", "0.1", "happened at 0.100000 sec" },
		{ "time", "0.2", "0.1", "happened at 0.100069 sec" },
	};
	static const enum mismatch_kind kinds[] = { MISMATCH_OUTPUT, MISMATCH_ASSERTION, MISMATCH_EARLY };
	struct result_event e[6];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(e); i++)
		e[i] = (struct result_event){
			.kind = i / 2 == 1 ? ENTRY_CODE : ENTRY_CALL, .line = 1, .sign = "s", .text = "t",
			.happened = true,
			.status = RESULT_FAILED, .mismatch = kinds[i / 2],
			.mismatches = &values[i], .mismatch_count = 1,
		};
	assert_differences(&e[0], 1, &e[0], 1, "");
	assert_differences(&e[0], 1, &e[1], 1,
	                   "     line 1  s t\n"
	                   "       a                0.000000  +0.000000  t   <- other output: optval 5\n"
	                   "       b                0.000000  +0.000000  t   <- other output: optval 6\n");
	assert_differences(&e[4], 1, &e[5], 1, "");
	assert_differences(&e[2], 1, &e[2], 1, "");
	assert_differences(&e[2], 1, &e[3], 1,
	                   "     line 1  s t\n"
	                   "       a                0.000000  +0.000000  t   <- assertion failed: "
	                   "x is 2; AssertionError: (2, 3)\n"
	                   "       b                0.000000  +0.000000  t   <- assertion failed: "
	                   "x is 2; AssertionError: (2, 4)\n");
}

/* A kernel that was booted has coarse timers, too; two such kernels only need different times to compute. */
static void kernels_that_were_booted(void **state)
{
	static const struct { const char *a, *b; int64_t want_us; } rows[] = {
		{ "builtin", "linux:6.12", 4000 }, { "linux", "builtin", 4000 }, { "linux:a", "linux:b", 10 },
		{ "builtin", "lwip", 0 }, { "builtin", "linuxlike", 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct result a = { .target = rows[i].a, .virtual_time = true };
		const struct result b = { .target = rows[i].b, .virtual_time = true };
		assert_int_equal(vtime_to_us(compare_tolerance(&a, &b)), rows[i].want_us);
	}
}

/* What a kernel hands to its device in one piece is what a stack without such a device sends in several. */
static void bursts(void **state)
{
	static const struct result_event pieces[] = {
		HAPPENS(ENTRY_UNEXPECTED, 0, 5, ". 1:1001(1000) ack 1"),
		HAPPENS(ENTRY_UNEXPECTED, 0, 5, "P. 1001:2001(1000) ack 1"),
		HAPPENS(ENTRY_UNEXPECTED, 0, 5, ". 2001:3001(1000) ack 1"),
		HAPPENS(ENTRY_UNEXPECTED, 0, 9, "P. 3001:4001(1000) ack 1"),
	}, whole[] = {
		HAPPENS(ENTRY_UNEXPECTED, 0, 5, "P. 1:2001(2000) ack 1"),
		HAPPENS(ENTRY_UNEXPECTED, 0, 5, ". 2001:3001(1000) ack 1"),
		HAPPENS(ENTRY_UNEXPECTED, 0, 9, "P. 3001:4001(1000) ack 1"),
	}, reduced[] = {
		HAPPENS(ENTRY_UNEXPECTED, 0, 5, ".W 1:1001(1000) ack 1"),
		HAPPENS(ENTRY_UNEXPECTED, 0, 5, "P. 1001:2001(1000) ack 1"),
		HAPPENS(ENTRY_UNEXPECTED, 0, 5, ". 2001:3001(1000) ack 1"),
		HAPPENS(ENTRY_UNEXPECTED, 0, 5, "P.W 3001:4001(1000) ack 1"),
	}, reduced_whole[] = {
		HAPPENS(ENTRY_UNEXPECTED, 0, 5, "P.W 1:2001(2000) ack 1"),
		HAPPENS(ENTRY_UNEXPECTED, 0, 5, ". 2001:3001(1000) ack 1"),
		HAPPENS(ENTRY_UNEXPECTED, 0, 5, "P.W 3001:4001(1000) ack 1"),
	}, early[] = {
		HAPPENS(ENTRY_UNEXPECTED, 0, 5, "P. 1:2001(2000) ack 1"),
		HAPPENS(ENTRY_UNEXPECTED, 0, 5, "P. 2001:4001(2000) ack 1"),
	};

	(void)state;
	left_is_virtual = true;
	assert_differences(pieces, ARRAY_LEN(pieces), whole, ARRAY_LEN(whole), "");
	/* CWR is in the first segment of a burst */
	assert_differences(reduced, ARRAY_LEN(reduced), reduced_whole, ARRAY_LEN(reduced_whole), "");
	assert_differences(pieces, ARRAY_LEN(pieces), early, ARRAY_LEN(early),
	                   "     no line expects this  s\n"
	                   "       a                0.005000  +0.000000  . 2001:3001(1000) ack 1\n"
	                   "       b                0.005000  +0.000000  P. 2001:4001(2000) ack 1\n"
	                   "     no line expects this  s\n"
	                   "       a                0.009000  +0.004000  P. 3001:4001(1000) ack 1\n"
	                   "       b                       -  (did not happen)\n");
	left_is_virtual = false;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(histories),
		cmocka_unit_test(pace_and_ways_of_failing),
		cmocka_unit_test(events), cmocka_unit_test(two_kinds_of_clock),
		cmocka_unit_test(packets_that_no_line_asks_for), cmocka_unit_test(kernels_that_were_booted),
		cmocka_unit_test(bursts), cmocka_unit_test(values_that_neither_expected),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
