/* SPDX-License-Identifier: MIT
 *
 * timer_slot.h - when a timer fires on a host whose timers lie in slots
 *
 * A kernel that keeps thousands of timers does not sort them. It counts ticks, and files a timer by the tick at which
 * it is due: one that is due soon in a slot of a single tick, one that is due later in a slot of eight, of 64, and so
 * on. All timers of a slot fire when the slot is over. Nothing is early, so no RFC minds, but a time-out of a second
 * may be late by 64 ms, and which of two things comes first may depend on that.
 */
#ifndef STACK_TIMER_SLOT_H
#define STACK_TIMER_SLOT_H

#include "stack/stack.h"

/* The time at which a timer fires that is armed now for @delay: with timer_tick_us 0 just then. VTIME_NEVER stays. */
vtime_t timer_slot(const struct stack *st, vtime_t delay);

/* The same in ticks: @due is the tick of the deadline, @ahead how many ticks that is from the first one that is still
 * to be worked on. The tick at which the slot is over. */
int64_t timer_slot_end(int64_t due, int64_t ahead);

#endif
