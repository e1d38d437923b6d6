/* SPDX-License-Identifier: MIT
 *
 * github_test.c - annotations of results built by hand, with hostile names and texts
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "report/github.h"

static void each_verdict(void **state)
{
	static const struct {
		enum verdict verdict;
		const char *name, *reason, *want;
	} rows[] = {
		{ VERDICT_PASS, "a.pkt", NULL, "" },
		{ VERDICT_SKIP, "a.pkt", "no tun", "::notice file=a.pkt,title=SKIP on builtin::no tun\n" },
		{ VERDICT_INCONCLUSIVE, "a.pkt", "late", "::warning file=a.pkt,title=INCONCLUSIVE on builtin::late\n" },
		{ VERDICT_ERROR, "a.pkt", NULL, "::error file=a.pkt,title=ERROR on builtin::ERROR\n" },
		{ VERDICT_ERROR, "a:,%\n.pkt", "x\r\n::error::%0A,",
		  "::error file=a%3A%2C%25%0A.pkt,title=ERROR on builtin::x%0D%0A::error::%250A,\n" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct result r = {
			.path = rows[i].name, .target = "builtin", .verdict = rows[i].verdict, .reason = rows[i].reason,
		};
		struct buf out = BUF_INIT;
		github_report(&out, &r);
		assert_string_equal(out.data, rows[i].want);
		buf_free(&out);
	}
}

static void a_failure(void **state)
{
	const struct result_mismatch mismatch = { "tcp_seq", "1", "2", "tcp_seq: 1, not 2" };
	const struct result_event event = {
		.status = RESULT_FAILED, .mismatches = &mismatch, .mismatch_count = 1,
	};
	const struct result r = {
		.path = "a.pkt", .target = "kernel", .verdict = VERDICT_FAIL, .line = 3, .mismatch = MISMATCH_FIELDS,
		.headline = "fields differ: 1", .explanation = "100% wrong", .events = &event, .event_count = 1,
	};
	struct buf out = BUF_INIT;

	(void)state;
	github_report(&out, &r);
	assert_string_equal(out.data, "::error file=a.pkt,line=3,title=FAIL on kernel%3A fields differ::"
	                              "fields differ: 1%0Atcp_seq: 1, not 2%0A100%25 wrong\n");
	buf_free(&out);
}

static void errors_of_a_script(void **state)
{
	const struct result_diagnostic diagnostics[] = { { "error", 2, 5, "syntax error" },
		                                         { "warning", 0, 0, "old" } };
	const struct result r = {
		.path = "a.pkt", .target = "builtin", .verdict = VERDICT_ERROR, .diagnostics = diagnostics,
		.diagnostic_count = ARRAY_LEN(diagnostics),
	};
	struct buf out = BUF_INIT;

	(void)state;
	github_report(&out, &r);
	assert_string_equal(out.data, "::error file=a.pkt,line=2,title=ERROR on builtin::syntax error\n"
	                              "::warning file=a.pkt,title=ERROR on builtin::old\n");
	buf_free(&out);
}

static void what_a_script_makes_unplayable(void **state)
{
	const struct result r = {
		.path = "a.pkt", .target = "builtin", .verdict = VERDICT_ERROR, .line = 3, .mismatch = MISMATCH_OTHER,
		.headline = "cannot be played: no socket", .explanation = "No socket() before.",
		.reason = "line 3: no socket",
	};
	struct buf out = BUF_INIT;

	(void)state;
	github_report(&out, &r);
	assert_string_equal(out.data, "::error file=a.pkt,line=3,title=ERROR on builtin%3A cannot be played::"
	                              "cannot be played: no socket%0ANo socket() before.\n");
	buf_free(&out);
}

static void a_run_that_was_stopped(void **state)
{
	static const struct {
		struct result_end end;
		const char *want;
	} rows[] = {
		{ { .complete = true }, "" },
		{ { .passed = 1 }, "::error title=protodrill::not all cases were played\n" },
		{ { .interrupted = "INT" },
		  "::error title=protodrill::interrupted by SIGINT: not all cases were played\n" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct buf out = BUF_INIT;
		github_report_end(&out, &rows[i].end);
		assert_string_equal(out.data, rows[i].want);
		buf_free(&out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_verdict),
		cmocka_unit_test(a_failure),
		cmocka_unit_test(errors_of_a_script),
		cmocka_unit_test(what_a_script_makes_unplayable),
		cmocka_unit_test(a_run_that_was_stopped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
