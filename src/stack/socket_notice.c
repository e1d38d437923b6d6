/* SPDX-License-Identifier: MIT
 *
 * socket_notice.c - what becomes of a write: SO_TIMESTAMPING and MSG_ZEROCOPY, told through the error queue
 *
 * A user can ask to be told when a write was handed to the link, when it was acknowledged, and when its memory is
 * free for reuse. TCP knows nothing of writes, only of bytes: it tells how far it has sent and how far it was
 * acknowledged, counted from the first byte that was ever written. So each write that somebody wants to hear of
 * leaves a notice that hangs on its last byte, in order, and is due when the counts pass that byte.
 *
 * Nothing is ever sent without a copy here, and the notices of MSG_ZEROCOPY say so (SO_EE_CODE_ZEROCOPY_COPIED);
 * those of writes that follow each other are joined to one entry with a range. The data that time-stamps may give
 * back are not kept: the entry is marked as truncated unless SOF_TIMESTAMPING_OPT_TSONLY was asked for.
 */
#include "stack/socket_notice.h"

#include <errno.h>
#include <linux/types.h>
#include <time.h>

#include <linux/errqueue.h>
#include <linux/net_tstamp.h>

#include "stack/host.h"
#include "stack/sock.h"

struct send_notice {
	struct send_notice *next;
	uint64_t end;
	uint32_t zero_copy;                                  /* its number */
	bool is_zero_copy, sent;
	int stamps;                                          /* SOF_TIMESTAMPING_TX_* asked for at the time */
};

enum { TX_STAMPS = SOF_TIMESTAMPING_TX_SOFTWARE | SOF_TIMESTAMPING_TX_SCHED | SOF_TIMESTAMPING_TX_ACK };

void notice_start_stamps(struct socket *s)
{
	s->notices.stamp_base = s->notices.acked;
}

void notice_write(struct socket *s, uint64_t end, int flags)
{
	bool zero_copy = s->options.zero_copy && flags & MSG_ZEROCOPY;
	int stamps = s->options.time_stamping & SOF_TIMESTAMPING_SOFTWARE ? s->options.time_stamping & TX_STAMPS : 0;

	if (!zero_copy && !stamps)
		return;
	struct send_notice *n = memory_allocate(s->stack, sizeof(*n));
	if (!n)
		return;
	n->end = end;
	n->is_zero_copy = zero_copy;
	n->zero_copy = zero_copy ? s->notices.zero_copies++ : 0;
	n->stamps = stamps;
	if (!s->notices.first)
		s->notices.last = &s->notices.first;
	*s->notices.last = n;
	s->notices.last = &n->next;
}

static struct datagram *add_entry(struct socket *s, uint8_t origin)
{
	if (s->error_queue.count >= (size_t)s->stack->config.error_queue_limit)
		return NULL;
	struct datagram *d = memory_allocate(s->stack, sizeof(*d));
	if (!d)
		return NULL;
	d->origin = origin;
	d->from = s->remote;
	d->at = s->stack->now;
	queue_add(&s->error_queue, d);
	socket_wake(s);
	return d;
}

static void add_stamp(struct socket *s, const struct send_notice *n, uint32_t kind)
{
	struct datagram *d = add_entry(s, SO_EE_ORIGIN_TIMESTAMPING);

	if (!d)
		return;
	d->error = ENOMSG;
	d->info = kind;
	if (s->options.time_stamping & SOF_TIMESTAMPING_OPT_ID)
		d->data = (uint32_t)(n->end - 1 - s->notices.stamp_base);
}

/* Entries about writes that follow each other become one. */
static void add_zero_copy(struct socket *s, uint32_t number)
{
	for (struct datagram *d = s->error_queue.first; d; d = d->next) {
		if (!d->next && d->origin == SO_EE_ORIGIN_ZEROCOPY && d->data + 1 == number) {
			d->data = number;
			socket_wake(s);
			return;
		}
	}
	struct datagram *d = add_entry(s, SO_EE_ORIGIN_ZEROCOPY);
	if (!d)
		return;
	d->code = SO_EE_CODE_ZEROCOPY_COPIED;
	d->info = d->data = number;
}

void notice_sent(struct socket *s, uint64_t end)
{
	for (struct send_notice *n = s->notices.first; n && n->end <= end; n = n->next) {
		if (n->sent)
			continue;
		n->sent = true;
		if (n->stamps & SOF_TIMESTAMPING_TX_SCHED)
			add_stamp(s, n, SCM_TSTAMP_SCHED);
		if (n->stamps & SOF_TIMESTAMPING_TX_SOFTWARE)
			add_stamp(s, n, SCM_TSTAMP_SND);
	}
}

void notice_acked(struct socket *s, uint64_t end)
{
	s->notices.acked = end;
	for (struct send_notice *n; (n = s->notices.first) && n->end <= end; ) {
		if (n->stamps & SOF_TIMESTAMPING_TX_ACK)
			add_stamp(s, n, SCM_TSTAMP_ACK);
		if (n->is_zero_copy)
			add_zero_copy(s, n->zero_copy);
		s->notices.first = n->next;
		memory_release(s->stack, n);
	}
}

void notice_drop(struct socket *s)
{
	for (struct send_notice *n = s->notices.first, *next; n; n = next) {
		next = n->next;
		memory_release(s->stack, n);
	}
	s->notices.first = NULL;
}
