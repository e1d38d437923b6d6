/* SPDX-License-Identifier: MIT
 *
 * least_rtt_test.c - what is forgotten, and what takes its place
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>

#include <cmocka.h>

#include "stack/least_rtt.h"

static int64_t see(struct least_rtt *x, int64_t at_ms, int64_t rtt_ms)
{
	least_rtt_see(x, (struct rtt_candidate){ vtime_ms(rtt_ms), vtime_ms(at_ms), 0 }, vtime_s(1));
	return least_rtt(x).ns / 1000000;
}

static void nothing_is_known_at_first(void **state)
{
	struct least_rtt x = { 0 };

	(void)state;
	assert_true(vtime_is_never(least_rtt(&x)));
	assert_int_equal(see(&x, 5, 40), 40);
}

/* 40 ms in which three things happened, then in which one did. */
static void of_equal_ones_that_with_fewer_turns_is_less(void **state)
{
	struct least_rtt x = { 0 };

	(void)state;
	assert_true(least_rtt_beaten(&x, vtime_ms(40), 9));
	least_rtt_see(&x, (struct rtt_candidate){ vtime_ms(40), vtime_ms(0), 3 }, vtime_s(1));
	assert_true(least_rtt_beaten(&x, vtime_ms(40), 2));
	assert_false(least_rtt_beaten(&x, vtime_ms(40), 3));
	assert_true(least_rtt_beaten(&x, vtime_ms(39), 9));
	least_rtt_see(&x, (struct rtt_candidate){ vtime_ms(40), vtime_ms(1), 1 }, vtime_s(1));
	least_rtt_see(&x, (struct rtt_candidate){ vtime_ms(40), vtime_ms(2), 5 }, vtime_s(1));
	assert_false(least_rtt_beaten(&x, vtime_ms(40), 1));
	assert_true(least_rtt_beaten(&x, vtime_ms(40), 0));
}

static void a_smaller_one_counts_at_once(void **state)
{
	struct least_rtt x = { 0 };

	(void)state;
	assert_int_equal(see(&x, 0, 40), 40);
	assert_int_equal(see(&x, 300, 50), 40);
	assert_int_equal(see(&x, 600, 60), 40);
	assert_int_equal(see(&x, 700, 40), 40);              /* equal ones keep the least young */
	assert_int_equal(see(&x, 1700, 90), 40);
	assert_int_equal(see(&x, 1701, 90), 90);
	assert_int_equal(see(&x, 1710, 10), 10);
}

static void successors_lie_apart(void **state)
{
	struct least_rtt x = { 0 };

	(void)state;
	see(&x, 0, 10);
	see(&x, 200, 20);                                    /* too near the least to succeed it */
	see(&x, 300, 30);
	see(&x, 450, 40);                                    /* as near as that to the second */
	see(&x, 600, 50);
	assert_int_equal(see(&x, 1000, 90), 10);
	assert_int_equal(see(&x, 1001, 90), 30);
	assert_int_equal(see(&x, 1301, 90), 50);
	assert_int_equal(see(&x, 5000, 99), 99);             /* all of them are too old */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_known_at_first),
		cmocka_unit_test(a_smaller_one_counts_at_once),
		cmocka_unit_test(of_equal_ones_that_with_fewer_turns_is_less),
		cmocka_unit_test(successors_lie_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
