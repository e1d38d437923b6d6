/* SPDX-License-Identifier: MIT
 *
 * timer.c - the sorted list of armed timers
 *
 * The next deadline is needed after every packet and every call, so it must be cheap: it is that of the head of the
 * list. Arming walks from the end with the nearer deadline. Most timers are armed to fire later than all others (an RTO
 * is later than the delayed ACKs that are armed already). With many connections in TIME-WAIT, whose timers are far
 * behind, the way from the head is short instead. With thousands of mixed timers a heap would be faster, but it would
 * take care to keep timers of equal deadlines in the order of arming, on which the order of packets depends.
 */
#include "stack/timer.h"

#include "stack/host.h"

/* The timer after which @at belongs: the last one that is not later; NULL: it will be the first. */
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
