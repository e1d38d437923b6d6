/* SPDX-License-Identifier: MIT
 *
 * socket_error.c - the error queue (IP_RECVERR, IPV6_RECVERR; MSG_ERRQUEUE)
 *
 * RFC 1122, 4.1.3.3 (RFC1122-4.1.3.3-ICMPUP): a user must be able to learn of all ICMP errors. There are two ways. The
 * simple one is SO_ERROR: a single number with which the next call fails, and which tells neither the packet nor who
 * complained. A user who wants to know more asks for the error queue and gets an entry for each error: the errno, the
 * ICMP type and code, the address of the host that complained, and the start of what was sent.
 *
 * Notices about writes (socket_notice.c) travel in the same queue, with an origin of their own. The queue is bounded
 * by error_queue_limit, and what does not fit is lost: a user who does not read must not fill the memory.
 */
#include "stack/socket_error.h"

#include <errno.h>
#include <linux/types.h>
#include <time.h>

#include <linux/errqueue.h>
#include <linux/net_tstamp.h>
#include <netinet/in.h>
#include <string.h>

#include "stack/host.h"
#include "stack/icmp_error.h"
#include "stack/message.h"
#include "stack/sock.h"

/* An IPv6 socket with an IPv4 peer may have asked by either option. */
bool socket_wants_errors(const struct socket *s, uint8_t version)
{
	return version == 6 || s->domain == AF_INET6 ? s->options.receive_errors6 || s->options.receive_errors
	                                             : s->options.receive_errors;
}

void socket_queue_error(struct socket *s, const struct icmp_error *e)
{
	struct stack *st = s->stack;
	/* The part of the packet that the user gets back: the text of a datagram, but the header of a SYN. */
	size_t header = e->protocol != PROTOCOL_TCP ? UDP_HEADER_BYTES : 0;
	size_t length = e->quoted_length > header ? e->quoted_length - header : 0;

	if (!socket_wants_errors(s, e->tuple.destination.version) ||
	    s->error_queue.count >= (size_t)st->config.error_queue_limit)
		return;
	struct datagram *d = memory_allocate(st, sizeof(*d) + length);
	if (!d)
		return;
	d->from = (struct endpoint){ e->tuple.destination, e->tuple.destination_port };
	d->to = e->tuple.source;
	d->offender = e->offender;
	d->at = st->now;
	d->origin = e->tuple.destination.version == 6 ? SO_EE_ORIGIN_ICMP6 : SO_EE_ORIGIN_ICMP;
	d->error = e->error;
	d->type = e->type;
	d->code = e->code;
	d->info = e->severity == ICMP_TOO_BIG ? e->info : 0;
	d->length = length;
	memcpy(d->bytes, e->quoted + header, length);
	queue_add(&s->error_queue, d);
}

void socket_queue_local_error(struct socket *s, const struct endpoint *remote, int error, uint32_t info)
{
	struct datagram *d;

	if (!socket_wants_errors(s, remote->ip.version) ||
	    s->error_queue.count >= (size_t)s->stack->config.error_queue_limit)
		return;
	d = memory_allocate(s->stack, sizeof(*d));
	if (!d)
		return;
	d->from = *remote;
	d->at = s->stack->now;
	d->origin = SO_EE_ORIGIN_LOCAL;
	d->error = error;
	d->info = info;
	queue_add(&s->error_queue, d);
	socket_wake(s);
}

static bool is_icmp(const struct datagram *d)
{
	return d->origin == SO_EE_ORIGIN_ICMP || d->origin == SO_EE_ORIGIN_ICMP6;
}

static void add_stamp_control(const struct datagram *d, struct msghdr *message, size_t *used)
{
	const struct scm_timestamping stamps = {
		.ts[0] = { .tv_sec = d->at.ns / 1000000000, .tv_nsec = d->at.ns % 1000000000 },
	};

	message_add_control(message, used, &(struct cmsghdr){
		.cmsg_len = CMSG_LEN(sizeof(stamps)), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_TIMESTAMPING,
	}, &stamps);
}

/* The extended error and the offender's address right behind it. */
static void add_error_control(const struct socket *s, const struct datagram *d, struct msghdr *message, size_t *used)
{
	bool v6 = s->domain == AF_INET6;
	struct {
		struct sock_extended_err error;
		uint8_t offender[sizeof(struct sockaddr_in6)];
	} data = {
		.error = {
			.ee_errno = (uint32_t)d->error, .ee_type = d->type, .ee_code = d->code, .ee_info = d->info,
			.ee_data = d->data, .ee_origin = d->origin,
		},
	};
	socklen_t length = sizeof(data.offender);
	const struct endpoint offender = { d->offender, 0 };

	if (is_icmp(d))
		endpoint_to_sockaddr(s, &offender, (struct sockaddr *)(void *)data.offender, &length);
	else                                                 /* nobody: family 0 */
		length = v6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in);
	message_add_control(message, used, &(struct cmsghdr){
		.cmsg_len = CMSG_LEN(sizeof(data.error) + length), .cmsg_level = v6 ? IPPROTO_IPV6 : IPPROTO_IP,
		.cmsg_type = v6 ? IPV6_RECVERR : IP_RECVERR,
	}, &data);
}

/* What Linux hands over with a time-stamp beside what is made here: the packet. NULL: nothing. */
static const char *lacks(const struct socket *s, const struct datagram *d, const struct msghdr *message)
{
	const int asked = s->options.time_stamping;

	if (d->origin != SO_EE_ORIGIN_TIMESTAMPING)
		return NULL;
	if (!(asked & SOF_TIMESTAMPING_OPT_TSONLY) && message_length(message))
		return "without SOF_TIMESTAMPING_OPT_TSONLY: packets do not come with their time-stamps";
	return NULL;
}

/* Reads the oldest entry: the quoted text as data, the destination of the packet as name, the error as a control
 * message. */
int64_t socket_receive_error(struct socket *s, struct msghdr *message, int flags)
{
	struct datagram *d = queue_take(&s->error_queue);
	size_t used = 0;

	(void)flags;
	if (!d)
		return -EAGAIN;
	const char *lacking = lacks(s, d, message);
	if (lacking) {
		memory_release(s->stack, d);
		return host_cannot(s->stack, lacking);
	}
	message->msg_flags = MSG_ERRQUEUE;
	if (d->origin == SO_EE_ORIGIN_TIMESTAMPING) {
		if (s->options.time_stamping & SOF_TIMESTAMPING_SOFTWARE)
			add_stamp_control(d, message, &used);
		if (d->length)
			message_add_control(message, &used, &(struct cmsghdr){
				.cmsg_len = CMSG_LEN(d->length), .cmsg_level = SOL_SOCKET,
				.cmsg_type = SCM_TIMESTAMPING_OPT_STATS,
			}, d->bytes);
		if (!(s->options.time_stamping & SOF_TIMESTAMPING_OPT_TSONLY))
			message->msg_flags |= MSG_TRUNC;
	}
	add_error_control(s, d, message, &used);
	message->msg_controllen = used;
	if (message->msg_name)
		endpoint_to_sockaddr(s, &d->from, message->msg_name, &message->msg_namelen);
	size_t copied = message_scatter(message, 0, d->bytes, d->length);
	if (copied < d->length)
		message->msg_flags |= MSG_TRUNC;
	/* The error of the next entry becomes SO_ERROR, so that poll() keeps reporting. */
	const struct datagram *next = s->error_queue.first;
	if (next && is_icmp(next))
		s->error = next->error;
	else if (is_icmp(d))
		s->error = 0;
	memory_release(s->stack, d);
	return (int64_t)copied;
}
