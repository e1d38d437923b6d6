/* SPDX-License-Identifier: MIT
 *
 * timer_slot_test.c - timers in slots fire where those of Linux 6.12 and 7.3 were seen to fire
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>

#include <cmocka.h>

#include "stack/host.h"
#include "stack/testbench.h"
#include "stack/timer_slot.h"

/* Retransmissions and keep-alive probes of Linux 6.12 with 1000 ticks a second. Ticks count from the start of the
 * script, at which the kernel's own count was this, but for multiples of the widest slot. */
enum { FIRST = 1807155 };

static void as_observed(void **state)
{
	static const struct { int64_t armed, length; bool by_timer; int64_t fired; } seen[] = {
		{ 188, 2, false, 191 }, { 600, 10, true, 611 }, { 336, 45, false, 382 }, { 654, 61, false, 716 },
		/* the last that lies in a slot of one tick, and the first that does not */
		{ 168, 62, false, 231 }, { 418, 62, true, 481 }, { 79, 64, false, 149 }, { 255, 64, true, 325 },
		{ 382, 90, true, 477 }, { 237, 209, false, 453 }, { 188, 222, false, 413 }, { 453, 418, true, 877 },
		/* ... of 8 ticks; where the timer of this tick has fired the length counts from the next one */
		{ 997, 501, false, 1501 }, { 494, 503, false, 1005 }, { 308, 504, false, 845 },
		{ 1023, 505, false, 1549 }, { 877, 836, true, 1741 }, { 1869, 2016, true, 3917 },
		/* ... of 64 */
		{ 4109, 4024, true, 8141 }, { 3917, 4032, true, 8013 }, { 4621, 4040, true, 8909 },
		{ 6861, 6688, true, 14029 },
		/* ... and of 512 */
		{ 33485, 32064, true, 65741 }, { 32973, 32320, true, 68813 }, { 54989, 53504, true, 109773 },
		{ 109773, 107008, true, 220365 }, { 138445, 120000, true, 261325 }, { 1010893, 75000, true, 1088717 },
		/* keep-alive */
		{ 62, 298948, false, 322765 }, { 72, 999938, false, 1010893 }, { 52, 2999958, false, 3173581 },
		{ 22, 19999988, false, 21261517 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(seen) / sizeof(*seen); i++) {
		int64_t due = seen[i].armed + seen[i].length + FIRST, ahead = seen[i].length - seen[i].by_timer;
		if (timer_slot_end(due, ahead) - FIRST != seen[i].fired)
			fail_msg("armed at %lld for %lld: %lld", (long long)seen[i].armed, (long long)seen[i].length,
			         (long long)(timer_slot_end(due, ahead) - FIRST));
	}
}

/* Whatever its length, a timer is never early, and late by a slot at most, which is less than an eighth of the time and
 * a tick. */
static void never_early(void **state)
{
	(void)state;
	for (int64_t length = 0; length < 70000; length++) {
		int64_t due = 12345 + length * 3, late = timer_slot_end(due, length) - due;
		assert_true(late > 0);
		assert_true(late <= 1 + length / 7);
	}
}

static void with_a_clock(void **state)
{
	struct bench b;

	(void)state;
	bench_start(&b);
	stack_tick(b.st, vtime_us(1000250));
	assert_int_equal(timer_slot(b.st, vtime_ms(10)).ns, 1010250000);
	b.st->config.timer_tick_us = 1000;
	/* 10 ms after the tick of 1 s begin before the timer was armed: the tick after these is meant. */
	assert_int_equal(timer_slot(b.st, vtime_ms(10)).ns, 1011000000);
	assert_int_equal(timer_slot(b.st, vtime_us(9900)).ns, 1011000000);
	assert_int_equal(timer_slot(b.st, VTIME_ZERO).ns, 1001000000);
	assert_int_equal(timer_slot(b.st, vtime_us(-7)).ns, 1001000000);
	assert_int_equal(timer_slot(b.st, vtime_ms(70)).ns, 1072000000);
	b.st->config.timer_tick_first = 3;
	assert_int_equal(timer_slot(b.st, vtime_ms(70)).ns, 1077000000);
	assert_true(vtime_is_never(timer_slot(b.st, VTIME_NEVER)));
	b.st->config.timer_tick_us = 4000;
	assert_int_equal(timer_slot(b.st, vtime_ms(10)).ns, 1016000000);
	bench_stop(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_observed), cmocka_unit_test(never_early), cmocka_unit_test(with_a_clock),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
