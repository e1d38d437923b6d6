/* SPDX-License-Identifier: MIT
 *
 * github_test.c - annotations of records built by hand, with hostile names and texts
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
		const struct script script = { .source.name = rows[i].name };
		struct record *r = record_new(&script, "builtin", true);
		struct buf out = BUF_INIT;
		r->verdict = rows[i].verdict;
		r->verdict_reason = rows[i].reason;
		github_report(&out, r);
		assert_string_equal(out.data, rows[i].want);
		buf_free(&out);
		record_free(r);
	}
}

static void a_failure(void **state)
{
	const struct script script = { .source.name = "a.pkt" };
	struct record *r = record_new(&script, "kernel", false);
	struct buf out = BUF_INIT;

	(void)state;
	struct entry *e = record_append(r, ENTRY_OUTBOUND, NULL);
	e->line = 3;
	e->mismatch_kind = MISMATCH_FIELDS;
	e->explanation = "100% wrong";
	record_mismatch(r, e, "tcp_seq", "1", "2", "tcp_seq: 1, not 2");
	r->failure = e;
	r->verdict = VERDICT_FAIL;
	github_report(&out, r);
	assert_string_equal(out.data, "::error file=a.pkt,line=3,title=FAIL on kernel%3A fields differ::"
	                              "tcp_seq: 1, not 2%0A100%25 wrong\n");
	buf_free(&out);
	record_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(each_verdict), cmocka_unit_test(a_failure) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
