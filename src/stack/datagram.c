/* SPDX-License-Identifier: MIT
 *
 * datagram.c - queues of datagrams
 *
 * UDP's receive queue and the error queue of any socket are made of the same entries, since recvmsg() hands both out in
 * much the same way. A queue counts what its entries are charged, which for UDP is more than their text: an empty
 * datagram must not be free, or a flood of them would never fill the buffer.
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
