/* SPDX-License-Identifier: MIT
 *
 * loopback.c - the queue from the way out to the way in, for packets that the host sends to itself
 *
 * Such a packet must not arrive within the call that sent it: a connection to oneself would change in the middle of its
 * own step, and two ends that answer each other would recurse without bound. So the way out ends in this queue, and a
 * timer that is due at once empties it, one packet each time it fires. The function that fires is stack.c's, which
 * drives the host: so the way out need not know the way in.
 *
 * Two ends that answer every packet of the other (a stack with a fault, say) would keep the clock of the host standing
 * still for ever. So when packets have called forth packets for very long, each of the following takes some time.
 */
#include "stack/loopback.h"

#include <errno.h>
#include <string.h>

#include "stack/host.h"

enum { LONG_CHAIN = 65536, DELAY_MS = 1 };

static vtime_t arrival(const struct stack *st)
{
	return st->looped_chain < LONG_CHAIN ? st->now : vtime_add(st->now, vtime_ms(DELAY_MS));
}

int loopback_send(struct stack *st, const uint8_t *bytes, size_t length, uint16_t segment)
{
	struct looped *l = memory_allocate(st, sizeof(*l) + length);

	if (!l)
		return -ENOBUFS;
	l->length = length;
	l->segment = segment;
	memcpy(l->bytes, bytes, length);
	if (!st->looped && !st->looping)
		st->looped_chain = 0;
	*st->looped_last = l;
	st->looped_last = &l->next;
	if (!st->loop_timer.armed)
		timer_set(st, &st->loop_timer, arrival(st), st->loop_in);
	return 0;
}

struct looped *loopback_take(struct stack *st)
{
	struct looped *l = st->looped;

	if (!l)
		return NULL;
	st->looped = l->next;
	st->looped_chain++;
	if (st->looped)
		timer_set(st, &st->loop_timer, arrival(st), st->loop_in);
	else
		st->looped_last = &st->looped;
	return l;
}

void loopback_forget(struct stack *st)
{
	timer_clear(st, &st->loop_timer);
	for (struct looped *l = st->looped, *next; l; l = next) {
		next = l->next;
		memory_release(st, l);
	}
	st->looped = NULL;
	st->looped_last = &st->looped;
}
