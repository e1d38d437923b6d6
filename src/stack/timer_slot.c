/* SPDX-License-Identifier: MIT
 *
 * timer_slot.c - when a timer fires on a host whose timers lie in slots
 *
 * The rule was found by watching Linux 6.12 and 7.3 (docs/linux-profile.md has the table).
 */
#include "stack/timer_slot.h"

#include "stack/host.h"

/* Up to 62 ticks a slot is a tick wide. Each further level has slots of eight times that, and begins eight times as far
 * ahead. The longest timer that was watched, 20000 s with 1000 ticks a second, was at the seventh. */
enum { LEVEL_BITS = 3, FIRST_LEVEL = 63, MOST_BITS = 24 };

int64_t timer_slot_end(int64_t due, int64_t ahead)
{
	int bits = 0;

	while (bits < MOST_BITS && ahead >= (int64_t)FIRST_LEVEL << bits)
		bits += LEVEL_BITS;
	/* A timer that is due when its slot begins has missed it: a slot of one tick ends a tick later. */
	return ((due >> bits) + 1) << bits;
}

vtime_t timer_slot(const struct stack *st, vtime_t delay)
{
	const struct stack_config *c = &st->config;
	const int64_t tick = c->timer_tick_us * 1000;

	if (vtime_is_never(delay) || !tick || defect(st, DEFECT_TIMER_EXACT))
		return vtime_add(st->now, delay);
	const int64_t count = st->now.ns / tick + c->timer_tick_first;
	const int64_t length = delay.ns > 0 ? delay.ns / tick + (delay.ns % tick != 0) : 0;
	/* Where a timer has fired at this tick, the tick is done with, and the next one is the first ahead. */
	const bool done = st->fired.ns / tick == st->now.ns / tick;
	const bool narrow = defect(st, DEFECT_TIMER_SLOTS_NARROW);
	const int64_t end = timer_slot_end(count + length, narrow ? 0 : length - done);

	return vtime_ns((end - c->timer_tick_first) * tick);
}
