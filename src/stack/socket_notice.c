/* SPDX-License-Identifier: MIT
 *
 * socket_notice.c - the fate of a write: SO_TIMESTAMPING and MSG_ZEROCOPY, reported through the error queue
 *
 * A user can ask to be told when a write was handed to the link, when it was acknowledged, and when its memory is free
 * for reuse. TCP knows nothing of writes, only of bytes: it reports how far it has sent and how far the peer has
 * acknowledged, counted from the first byte ever written. So each write that the user wants to hear of leaves a notice
 * at its last byte, which is due when a count passes that byte. If that byte is sent again, sending is reported again.
 * The send queue joins small writes into chunks, and a chunk has room for one stamp: only the last write in it is
 * reported.
 *
 * Keys (SOF_TIMESTAMPING_OPT_ID) count bytes from where the option was set: from the oldest byte that was not
 * acknowledged then, or, with SOF_TIMESTAMPING_OPT_ID_TCP, from the next byte to be written. The protocol knows both.
 * Until our SYN is acknowledged the former is the number of the SYN, so keys are larger by one.
 *
 * A datagram has left when the call returns, and nobody acknowledges it: all its notices are due at once, and none is
 * kept. Its key is the number of the datagram among those of which stamps were wanted (a datagram that one call began
 * and others added to, or that was cut, is one), counted from where SOF_TIMESTAMPING_OPT_ID was set. The memory of one
 * that crossed the link in one piece is free before the link says that it was sent; that of pieces, and of what stays
 * on this host, after it.
 *
 * This stack always copies, and the notices of MSG_ZEROCOPY say so (SO_EE_CODE_ZEROCOPY_COPIED); those of consecutive
 * writes are joined into one entry with a range. The text that a time-stamp could return is not kept, so the entry is
 * marked as truncated unless SOF_TIMESTAMPING_OPT_TSONLY was asked for.
 */
#include "stack/socket_notice.h"

#include <errno.h>
#include <linux/types.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include <linux/errqueue.h>
#include <linux/net_tstamp.h>

#include "stack/host.h"
#include "stack/message.h"
#include "stack/sock.h"
#include "util/common.h"
#include "util/newer_names.h"

struct send_notice {
	struct send_notice *next;
	uint64_t end;
	uint32_t zero_copy;                                  /* its number */
	bool is_zero_copy, sent;
	int stamps;                                          /* SOF_TIMESTAMPING_TX_* asked for at the time */
};

enum {
	TX_STAMPS = SOF_TIMESTAMPING_TX_SOFTWARE | SOF_TIMESTAMPING_TX_SCHED | SOF_TIMESTAMPING_TX_ACK,
	KNOWN_STAMPS = 2 * SOF_TIMESTAMPING_TX_COMPLETION - 1,
};

int notice_set_stamps(struct socket *s, int flags)
{
	bool keys = flags & SOF_TIMESTAMPING_OPT_ID, from_written = flags & SOF_TIMESTAMPING_OPT_ID_TCP;
	bool begins = keys && !(s->options.time_stamping & SOF_TIMESTAMPING_OPT_ID);

	if (flags & ~KNOWN_STAMPS || (from_written && !keys) ||
	    (flags & SOF_TIMESTAMPING_OPT_STATS && !(flags & SOF_TIMESTAMPING_OPT_TSONLY)))
		return -EINVAL;
	if (flags & SOF_TIMESTAMPING_BIND_PHC)               /* no device here has a clock of its own */
		return -EOPNOTSUPP;
	if (begins && s->ops->stream_place) {
		int error = s->ops->stream_place(s, from_written, &s->notices.stamp_base);
		if (error)
			return error;
	}
	if (begins)
		s->notices.next_key = 0;
	s->options.time_stamping = flags;
	return 0;
}

/* The control messages of level SOL_SOCKET that sendmsg() takes. Only what they ask about time-stamps has an effect. */
static const struct {
	int type;
	size_t length;                                       /* bytes of the value; 0: any number */
} taken_controls[] = {
	{ SO_MARK, sizeof(uint32_t) }, { SO_PRIORITY, sizeof(uint32_t) }, { SCM_TXTIME, sizeof(uint64_t) },
	{ SO_TIMESTAMPING, sizeof(uint32_t) }, { SO_TIMESTAMPING_NEW, sizeof(uint32_t) },
	{ SCM_RIGHTS, 0 }, { SCM_CREDENTIALS, 0 },
};

/* As a control message, SO_TIMESTAMPING chooses the moments for this write alone; how they are reported stays as the
 * option says. */
bool notice_take_control(const struct socket *s, const struct cmsghdr *head, const uint8_t *data, int *stamps)
{
	const int moments = TX_STAMPS | SOF_TIMESTAMPING_TX_HARDWARE;
	size_t length = head->cmsg_len - CMSG_LEN(0);
	bool taken = false;
	uint32_t flags;

	for (size_t i = 0; i < ARRAY_LEN(taken_controls); i++)
		taken |= taken_controls[i].type == head->cmsg_type &&
		         (!taken_controls[i].length || taken_controls[i].length == length);
	if (!taken || (head->cmsg_type != SO_TIMESTAMPING && head->cmsg_type != SO_TIMESTAMPING_NEW))
		return taken;
	memcpy(&flags, data, sizeof(flags));
	if (flags & ~(uint32_t)moments)
		return false;
	if (!defect(s->stack, DEFECT_STAMPS_OF_CALL))
		*stamps = (int)flags;
	return true;
}

int notice_asked(const struct socket *s, const struct msghdr *message, int *stamps)
{
	const uint8_t *data;
	struct cmsghdr head;
	int found;

	*stamps = s->options.time_stamping;
	for (size_t at = 0; (found = message_next_control(message, &at, &head, &data)) > 0; )
		if (head.cmsg_level == SOL_SOCKET && !notice_take_control(s, &head, data, stamps))
			return -EINVAL;
	return found;
}

/* The notices of writes in the same chunk of the send queue as the new write, which are bytes from @chunk on, lose
 * their stamps. */
static void join_stamps(struct socket *s, uint64_t chunk)
{
	for (struct send_notice *n = s->notices.first; n; n = n->next)
		if (n->end > chunk && !n->sent)
			n->stamps = 0;
}

bool notice_is_zero_copy(const struct socket *s, int flags)
{
	return s->options.zero_copy && flags & MSG_ZEROCOPY;
}

void notice_write(struct socket *s, uint64_t chunk, uint64_t end, int flags, int stamps)
{
	bool zero_copy = notice_is_zero_copy(s, flags);

	stamps &= TX_STAMPS;
	if (!zero_copy && !stamps)
		return;
	if (stamps)
		join_stamps(s, chunk);
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

static struct datagram *add_entry(struct socket *s, uint8_t origin, size_t room)
{
	if (s->error_queue.count >= (size_t)s->stack->config.error_queue_limit)
		return NULL;
	struct datagram *d = memory_allocate(s->stack, sizeof(*d) + room);
	if (!d)
		return NULL;
	d->origin = origin;
	d->from = s->remote;
	d->at = s->stack->now;
	queue_add(&s->error_queue, d);
	socket_wake(s);
	return d;
}

/* @back: octets before the end of what counts as sent that are just leaving. The numbers about the connection are those
 * of this moment (SOF_TIMESTAMPING_OPT_STATS). */
static void add_stamp(struct socket *s, uint32_t key, uint32_t kind, uint64_t back)
{
	bool told = s->options.time_stamping & SOF_TIMESTAMPING_OPT_STATS && s->ops->statistics &&
	            !defect(s->stack, DEFECT_STAMPS_WITHOUT_NUMBERS);
	struct datagram *d = add_entry(s, SO_EE_ORIGIN_TIMESTAMPING, told ? STATISTICS_BYTES : 0);

	if (!d)
		return;
	if (told)
		d->length = s->ops->statistics(s, back, kind == SCM_TSTAMP_ACK ? s->notices.hops : 0, d->bytes);
	d->error = ENOMSG;
	d->info = kind;
	if (s->options.time_stamping & SOF_TIMESTAMPING_OPT_ID)
		d->data = key;
}

static uint32_t key_of(const struct socket *s, const struct send_notice *n)
{
	return (uint32_t)((int64_t)n->end - 1 - s->notices.stamp_base);
}

/* Entries about writes that follow each other become one. */
static void add_zero_copy(struct socket *s, uint32_t first, uint32_t last)
{
	for (struct datagram *d = s->error_queue.first; d; d = d->next) {
		if (!d->next && d->origin == SO_EE_ORIGIN_ZEROCOPY && d->data + 1 == first) {
			d->data = last;
			socket_wake(s);
			return;
		}
	}
	struct datagram *d = add_entry(s, SO_EE_ORIGIN_ZEROCOPY, 0);
	if (!d)
		return;
	d->code = SO_EE_CODE_ZEROCOPY_COPIED;
	d->info = first;
	d->data = last;
}

void notice_sent(struct socket *s, uint64_t start, uint64_t end, bool joined)
{
	if (!joined)
		s->notices.burst = start;
	for (struct send_notice *n = s->notices.first; n && n->end <= end; n = n->next) {
		if (n->end <= start || (n->sent && defect(s->stack, DEFECT_STAMPS_ONCE)))
			continue;
		uint64_t back = n->sent ? 0 : end - s->notices.burst;
		n->sent = true;
		if (n->stamps & SOF_TIMESTAMPING_TX_SCHED)
			add_stamp(s, key_of(s, n), SCM_TSTAMP_SCHED, back);
		if (n->stamps & SOF_TIMESTAMPING_TX_SOFTWARE)
			add_stamp(s, key_of(s, n), SCM_TSTAMP_SND, back);
	}
}

void notice_acked(struct socket *s, uint64_t end)
{
	for (struct send_notice *n; (n = s->notices.first) && n->end <= end; ) {
		if (n->stamps & SOF_TIMESTAMPING_TX_ACK)
			add_stamp(s, key_of(s, n), SCM_TSTAMP_ACK, 0);
		if (n->is_zero_copy)
			add_zero_copy(s, n->zero_copy, n->zero_copy);
		s->notices.first = n->next;
		memory_release(s->stack, n);
	}
}

/* Nothing will be acknowledged any more, but the memory is free for reuse nonetheless. */
void notice_given_up(struct socket *s)
{
	for (struct send_notice *n = s->notices.first; n; n = n->next)
		if (n->is_zero_copy && !defect(s->stack, DEFECT_ZERO_COPY_KEPT))
			add_zero_copy(s, n->zero_copy, n->zero_copy);
	notice_drop(s);
}

static void datagram_freed(struct socket *s, uint32_t calls)
{
	uint32_t first = s->notices.zero_copies;

	s->notices.zero_copies += calls;
	if (calls && !defect(s->stack, DEFECT_ZERO_COPY_KEPT))
		add_zero_copy(s, first, s->notices.zero_copies - 1);
}

/* Stamps of the network card take a key, too, though there are none here; an acknowledgement is of streams alone. */
void notice_datagram(struct socket *s, const struct datagram_notice *n, enum notice_order order)
{
	const int moments = SOF_TIMESTAMPING_TX_SCHED | SOF_TIMESTAMPING_TX_SOFTWARE | SOF_TIMESTAMPING_TX_HARDWARE;
	bool has_key = n->stamps & moments && s->options.time_stamping & SOF_TIMESTAMPING_OPT_ID;
	uint32_t key = has_key ? s->notices.next_key++ : 0;

	if (n->stamps & SOF_TIMESTAMPING_TX_SCHED)
		add_stamp(s, key, SCM_TSTAMP_SCHED, 0);
	if (order == NOTICE_FREED_FIRST)
		datagram_freed(s, n->zero_copies);
	if (n->stamps & SOF_TIMESTAMPING_TX_SOFTWARE)
		add_stamp(s, key, SCM_TSTAMP_SND, 0);
	if (order == NOTICE_SENT_FIRST)
		datagram_freed(s, n->zero_copies);
}

void notice_drop(struct socket *s)
{
	for (struct send_notice *n = s->notices.first, *next; n; n = next) {
		next = n->next;
		memory_release(s->stack, n);
	}
	s->notices.first = NULL;
}
