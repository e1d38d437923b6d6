/* SPDX-License-Identifier: MIT
 *
 * timer.c - the sorted list of armed timers
 *
 * The next deadline is asked for after every packet and every call, and so it must be cheap: it is the head of the
 * list. Arming walks from the end, since most timers are armed to fire later than all others (an RTO is later than
 * the delayed ACKs that are armed already). A host that plays scripts has a few dozen timers; with thousands a heap
 * would win, but would need more care to keep timers of equal deadlines in the order of arming, on which the order
 * of packets depends.
 */
#include "stack/timer.h"

#include "stack/host.h"

void timer_set(struct stack *st, struct timer *t, vtime_t at, timer_function *fire)
{
	struct timer_list *list = &st->timers;

	timer_clear(st, t);
	if (vtime_is_never(at))
		return;
	t->at = vtime_max(at, st->now);
	t->fire = fire;
	t->armed = true;
	struct timer *before = list->last;
	while (before && vtime_before(t->at, before->at))
		before = before->previous;
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
