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

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(words_of_a_header) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
