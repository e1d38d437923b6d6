/* SPDX-License-Identifier: MIT
 *
 * timer_test.c - timers fire by deadline, and those of one deadline in the order of arming
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>

#include <cmocka.h>

#include "stack/testbench.h"

enum { TIMERS = 40, ROUNDS = 400 };

/* A timer with what decides when its turn is. */
struct counted {
	struct timer timer;
	uint64_t armed_as;                                   /* number of the arming, from 1 on */
};

static struct counted timers[TIMERS];
static struct counted last;                              /* what fired last */
static size_t fired;

static void fire(struct stack *st, struct timer *t)
{
	struct counted *c = OWNER_OF(t, struct counted, timer);
	bool in_turn = vtime_before(last.timer.at, t->at) ||
	               (last.timer.at.ns == t->at.ns && last.armed_as < c->armed_as);

	assert_int_equal(stack_now(st).ns, t->at.ns);
	assert_true(in_turn);
	last = *c;
	fired++;
}

/* Timers armed, armed anew and cleared at random, at few different times, so that many are due together. */
static void order_of_arming(void **state)
{
	struct bench b;
	struct random r;
	uint64_t count = 0;

	(void)state;
	bench_start(&b);
	random_seed(&r, 7);
	for (int round = 0; round < ROUNDS; round++) {
		vtime_t start = stack_now(b.st);
		size_t armed = 0;
		for (int i = 0; i < 3 * TIMERS; i++) {
			struct counted *c = &timers[random_below(&r, TIMERS)];
			vtime_t at = vtime_add(start, vtime_ms((int64_t)random_below(&r, 8)));
			if (random_below(&r, 5) == 0) {
				timer_clear(b.st, &c->timer);
			} else {
				timer_set(b.st, &c->timer, at, fire);
				c->armed_as = ++count;
			}
		}
		for (size_t i = 0; i < TIMERS; i++)
			armed += timers[i].timer.armed;
		fired = 0;
		last = (struct counted){ .timer.at = vtime_ns(-1) };
		stack_tick(b.st, vtime_add(start, vtime_ms(20)));
		assert_int_equal(fired, armed);
	}
	bench_stop(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(order_of_arming) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
