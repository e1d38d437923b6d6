/* SPDX-License-Identifier: MIT
 *
 * datagram.c - queues of datagrams
 */
#include "stack/datagram.h"

#include "stack/host.h"

void queue_add(struct datagram_queue *q, struct datagram *d)
{
	d->next = NULL;
	*q->last = d;
	q->last = &d->next;
	q->count++;
	q->bytes += d->booked;
}

struct datagram *queue_take(struct datagram_queue *q)
{
	struct datagram *d = q->first;

	if (!d)
		return NULL;
	q->first = d->next;
	if (!q->first)
		q->last = &q->first;
	q->count--;
	q->bytes -= d->booked;
	return d;
}

void queue_drop(struct stack *st, struct datagram_queue *q)
{
	for (struct datagram *d; (d = queue_take(q)); )
		memory_release(st, d);
}
