/* SPDX-License-Identifier: MIT
 *
 * timer.c - the sorted list of armed timers
 *
 * The next deadline is asked for after every packet and every call, and so it must be cheap: it is the head of the
 * list. Arming walks from the end whose deadline is nearer. Most timers are armed to fire later than all others (an
 * RTO is later than the delayed ACKs that are armed already), but not where many connections wait in TIME-WAIT,
 * whose timers are far behind: then the way from the head is short. With thousands of timers of all kinds a heap
 * would win, but would need more care to keep timers of equal deadlines in the order of arming, on which the order
 * of packets depends.
 */
#include "stack/timer.h"

#include "stack/host.h"

/* The timer that @at comes behind, the last one of those that are not later; NULL: it will be the first. */
static struct timer *find_place(const struct timer_list *list, vtime_t at)
{
	struct timer *before = list->last;

	if (!before || !vtime_before(at, before->at))
		return before;
	if (vtime_before(at, list->first->at))
		return NULL;
	if (vtime_before(vtime_sub(before->at, at), vtime_sub(at, list->first->at))) {
		while (before && vtime_before(at, before->at))
			before = before->previous;
		return before;
	}
	before = list->first;
	while (!vtime_before(at, before->next->at))
		before = before->next;
	return before;
}

void timer_set(struct stack *st, struct timer *t, vtime_t at, timer_function *fire)
{
	struct timer_list *list = &st->timers;

	timer_clear(st, t);
	if (vtime_is_never(at))
		return;
	t->at = vtime_max(at, st->now);
	t->fire = fire;
	t->armed = true;
	struct timer *before = find_place(list, t->at);
	t->previous = before;
	t->next = before ? before->next : list->first;
	*(before ? &before->next : &list->first) = t;
	*(t->next ? &t->next->previous : &list->last) = t;
	list->count++;
}

void timer_clear(struct stack *st, struct timer *t)
{
	struct timer_list *list = &st->timers;

	if (!t->armed)
		return;
	*(t->previous ? &t->previous->next : &list->first) = t->next;
	*(t->next ? &t->next->previous : &list->last) = t->previous;
	t->next = t->previous = NULL;
	t->armed = false;
	list->count--;
}
