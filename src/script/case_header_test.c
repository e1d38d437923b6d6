/* SPDX-License-Identifier: MIT
 *
 * case_header_test.c - which lines are headers, and which targets a case is for
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "script/case_header.h"
#include "util/common.h"

static void words_of_a_header(void **state)
{
	static const struct {
		const char *text;
		bool builtin, kernel;
	} cases[] = {
		{ "", true, true },
		{ "//! title: x\n//! targets: kernel\n0 f() = 0\n", false, true },
		{ "\n// comment\n //!targets:kernel, builtin \r\n", true, true },
		{ "//! targets:\n", false, false },
		{ "//! targets: builtinkernel", false, false },
		{ "//! targetss: kernel\n", true, true },
		{ "0 f() = 0\n//! targets: kernel\n", true, true },
		{ "// targets: kernel\n", true, true },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct source source = { "x.pkt", cases[i].text, strlen(cases[i].text) };
		assert_int_equal(header_allows(&source, "targets", "builtin"), cases[i].builtin);
		assert_int_equal(header_allows(&source, "targets", "kernel"), cases[i].kernel);
	}
}

static void slips_in_headers(void **state)
{
	static const char *const targets[] = { "builtin", "kernel", NULL };
	static const struct {
		const char *text;
		int line, column;
		const char *detail;                          /* part of it; NULL: nothing is wrong */
	} cases[] = {
		{ "//! title: x\n//! targets: builtin, kernel\n//! covers: RFC9293:MUST-13 RFC5681:3.2\n// a comment\n"
		  "0 `x`\n", 0, 0,
		  NULL },
		{ "//! titel: x\n", 1, 5, "did you mean 'title'?" },
		{ "// x\n//!target: kernel\n", 2, 4, "did you mean 'targets'?" },
		{ "//! needs tcp\n", 1, 5, "want a colon" },
		{ "//! something: x\n", 1, 5, "there are title, covers" },
		{ "//!\n", 1, 4, "there are title, covers" },
		{ "//! title: x\n//! targets: builtn kernel\n", 2, 14, "'builtn'; did you mean 'builtin'?" },
		{ "//! targets: host\n", 1, 14, "'host'" },
		{ "//! covers: RFC9293:MUST-13, RFC9293-MUST-14\n", 1, 30, "'RFC9293-MUST-14': want RFC" },
		{ "//! covers: draft-ietf-ccwg-bbr:5.3.2-DRAIN\n", 0, 0, NULL },
		{ "//! covers: draft-:5\n", 1, 13, "'draft-:5': want RFC" },
		{ "//! covers: RFC:5 RFC1:5\n", 1, 13, "'RFC:5': want RFC" },
		{ "//! covers: RFC9293:\n", 1, 13, "or the name of a draft" },
		{ "//! targets:\n", 1, 5, "'targets:' wants which targets" },
		{ "//! title: x\n//! needs:  ,\n", 2, 5, "'needs:' wants what must be there" },
		{ "//! targets: kernel\n// x\n//! targets: builtin\n", 3, 5, "'targets' stands in line 1 already" },
		{ "0 `x`\n//! needs: tcp\n", 2, 1, "before the first line" },
		{ "/* x */\n//! needs: tcp\n", 2, 1, "before the first line" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct source source = { "x.pkt", cases[i].text, strlen(cases[i].text) };
		struct diags diags;

		diags_init(&diags);
		header_check(&source, &diags);
		header_check_words(&source, "targets", targets, false, &diags);
		assert_int_equal(diags.count, cases[i].detail ? 1 : 0);
		if (cases[i].detail) {
			assert_non_null(strstr(diags.first->detail, cases[i].detail));
			assert_int_equal(diags.first->loc.line, cases[i].line);
			assert_int_equal(diags.first->loc.column, cases[i].column);
		}
		diags_free(&diags);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_of_a_header),
		cmocka_unit_test(slips_in_headers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
