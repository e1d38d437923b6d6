/* SPDX-License-Identifier: MIT
 *
 * timer.h - one-shot timers, part of the object that they wake
 *
 * A zeroed struct timer is idle. Clear a timer before releasing its memory. A timer is idle again when its function is
 * called, so that the function may arm it anew or release its owner. Equal deadlines fire in the order of arming.
 */
#ifndef STACK_TIMER_H
#define STACK_TIMER_H

#include <stdbool.h>
#include <stddef.h>

#include "util/vtime.h"

struct stack;
struct timer;

typedef void timer_function(struct stack *st, struct timer *t);

struct timer {
	struct timer *next, *previous;                       /* in the list of the stack; NULL when idle */
	bool armed;
	vtime_t at;
	timer_function *fire;
};

struct timer_list {
	struct timer *first, *last;
	size_t count;
};

/* Arm, or arm anew. A time in the past fires at the next tick. VTIME_NEVER clears the timer. */
void timer_set(struct stack *st, struct timer *t, vtime_t at, timer_function *fire);
void timer_clear(struct stack *st, struct timer *t);

/* The structure of @type whose member @member is at @pointer. */
#define OWNER_OF(pointer, type, member) ((type *)(void *)((char *)(pointer) - offsetof(type, member)))

#endif
