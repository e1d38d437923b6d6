/* SPDX-License-Identifier: MIT
 *
 * vtime_test.c - times that are too far away stay there
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#include "util/common.h"
#include "util/vtime.h"

static void units_do_not_wrap(void **state)
{
	const struct {
		vtime_t got;
		int64_t want;
	} rows[] = {
		{ vtime_s(3), 3000000000 }, { vtime_ms(-4), -4000000 }, { vtime_us(5), 5000 },
		{ vtime_s(INT64_MAX / 1000000000), INT64_MAX / 1000000000 * 1000000000 },
		{ vtime_s(INT64_MAX / 1000000000 + 1), INT64_MAX }, { vtime_s(INT64_MIN), INT64_MIN },
		{ vtime_ms(INT64_MAX), INT64_MAX }, { vtime_us(INT64_MIN), INT64_MIN }, { vtime_units(0, 7), 0 },
		{ vtime_from_s(1.5), 1500000000 }, { vtime_from_s(-0.25), -250000000 },
		{ vtime_from_s(1e300), INT64_MAX }, { vtime_from_s(-1e300), INT64_MIN },
		{ vtime_from_s((double)INFINITY), INT64_MAX }, { vtime_from_s((double)NAN), 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (rows[i].got.ns != rows[i].want)
			fail_msg("row %zu: %lld, want %lld", i, (long long)rows[i].got.ns, (long long)rows[i].want);
}

static void sums_and_differences_do_not_wrap(void **state)
{
	static const struct {
		int64_t a, b, sum, difference;
	} rows[] = {
		{ 5, 3, 8, 2 },
		{ INT64_MAX - 1, 1, INT64_MAX, INT64_MAX - 2 },
		{ INT64_MAX - 1, 2, INT64_MAX, INT64_MAX - 3 },
		{ INT64_MAX - 1, -2, INT64_MAX - 3, INT64_MAX },
		{ INT64_MIN, 1, INT64_MIN + 1, INT64_MIN },
		{ INT64_MIN, -1, INT64_MIN, INT64_MIN + 1 },
		{ INT64_MAX, -5, INT64_MAX, INT64_MAX },         /* never stays never */
		{ 5, INT64_MAX, INT64_MAX, 5 - INT64_MAX },
		{ 0, INT64_MIN, INT64_MIN, INT64_MAX },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		assert_int_equal(vtime_add(vtime_ns(rows[i].a), vtime_ns(rows[i].b)).ns, rows[i].sum);
		assert_int_equal(vtime_sub(vtime_ns(rows[i].a), vtime_ns(rows[i].b)).ns, rows[i].difference);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(units_do_not_wrap),
		cmocka_unit_test(sums_and_differences_do_not_wrap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
