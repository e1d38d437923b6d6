/* SPDX-License-Identifier: MIT
 *
 * version_test.c - which versions a range holds, and what is no range
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "util/common.h"
#include "util/version.h"

static void ranges(void **state)
{
	static const struct {
		const char *version, *range;
		bool inside;
	} rows[] = {
		{ "6.1.7-amd64", ">=6.1", true },
		{ "6.1.7-amd64", ">= 6.1.8", false },
		{ "6.1.7-amd64", "<6.1", false },
		{ "6.1.7-amd64", "<=6.1", true },
		{ "6.1.7-amd64", ">6.1", false },
		{ "6.1.7-amd64", ">6.1.6", true },
		{ "6.1.7-amd64", "=6.1", true },
		{ "6.1.7-amd64", "=6.1.7.0", true },
		{ "6.1.7-amd64", "=6.10", false },
		{ "6.12.0", ">=6.1 <6.12", false },
		{ "6.11.99", ">=6.1 <6.12", true },
		{ "6.9.0", ">=6.10", false },
		{ "10.0", ">9", true },
		{ "6.18.44-fc-v657", "  >6.18.43\t<7  ", true },
		{ "7", "=7.0", true },
		{ "strange", ">=1", false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		assert_null(version_range_problem(rows[i].range));
		if (version_in_range(rows[i].version, rows[i].range) != rows[i].inside)
			fail_msg("row %zu", i);
	}
}

static void no_ranges(void **state)
{
	static const char *const rows[] = {
		"", "  ", "6.1", ">=", ">= <", ">=6.1,<6.12", ">=6.1<6.12", ">=v6", "=>6.1", ">=6.", ">=6.1-rc1",
		">=99999999999", "==6.1",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (!version_range_problem(rows[i]))
			fail_msg("'%s' is no range", rows[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ranges),
		cmocka_unit_test(no_ranges),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
