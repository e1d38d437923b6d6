/* SPDX-License-Identifier: MIT
 *
 * socket_message.c - between the structures of the system calls and those of the stack
 */
#include <errno.h>
#include <netinet/in.h>
#include <string.h>

#include "stack/host.h"

/* ---- iovecs ---- */

size_t message_length(const struct msghdr *message)
{
	size_t length = 0;

	for (size_t i = 0; i < message->msg_iovlen; i++)
		length += message->msg_iov[i].iov_len;
	return length;
}

/* Where the message has byte @skip; returns how many bytes are there in a row, 0 at the end. */
static size_t run_at(const struct msghdr *message, size_t skip, uint8_t **bytes)
{
	for (size_t i = 0; i < message->msg_iovlen; i++) {
		const struct iovec *v = &message->msg_iov[i];
		if (skip < v->iov_len) {
			*bytes = (uint8_t *)v->iov_base + skip;
			return v->iov_len - skip;
		}
		skip -= v->iov_len;
	}
	return 0;
}

size_t message_gather(const struct msghdr *message, size_t skip, void *to, size_t room)
{
	size_t done = 0, run;
	uint8_t *bytes;

	while (done < room && (run = run_at(message, skip + done, &bytes))) {
		if (run > room - done)
			run = room - done;
		memcpy((uint8_t *)to + done, bytes, run);
		done += run;
	}
	return done;
}

size_t message_scatter(const struct msghdr *message, size_t skip, const void *from, size_t length)
{
	size_t done = 0, run;
	uint8_t *bytes;

	while (done < length && (run = run_at(message, skip + done, &bytes))) {
		if (run > length - done)
			run = length - done;
		memcpy(bytes, (const uint8_t *)from + done, run);
		done += run;
	}
	return done;
}

/* ---- SO_PEEK_OFF ---- */

size_t socket_peek_start(const struct socket *s, int flags)
{
	return flags & MSG_PEEK && s->peek_offset > 0 ? (size_t)s->peek_offset : 0;
}

void socket_peeked(struct socket *s, int flags, size_t length)
{
	if (s->peek_offset < 0)
		return;
	if (flags & MSG_PEEK)
		s->peek_offset += (int)length;
	else
		s->peek_offset = (size_t)s->peek_offset > length ? s->peek_offset - (int)length : 0;
}

/* ---- control messages ---- */

void message_add_control(struct msghdr *message, size_t *used, const struct cmsghdr *head, const void *data)
{
	size_t length = head->cmsg_len - CMSG_LEN(0), space = CMSG_SPACE(length);
	size_t room = message->msg_control ? message->msg_controllen : 0;
	uint8_t *at = (uint8_t *)message->msg_control + *used;

	if (room < *used + CMSG_LEN(length)) {
		message->msg_flags |= MSG_CTRUNC;
		return;
	}
	memcpy(at, head, sizeof(*head));
	memcpy(at + CMSG_LEN(0), data, length);
	*used += room - *used < space ? room - *used : space;
}

/* ---- addresses ---- */

/* As a socket of the stack keeps it: IPv4-mapped is IPv4, "any" has no version. */
static struct endpoint normal(struct ip_address ip, uint16_t port)
{
	if (ip_is_mapped(&ip))
		ip = ip_unmapped(&ip);
	if (ip_is_unspecified(&ip) && ip.version == 6)
		ip.version = 0;
	return (struct endpoint){ ip, port };
}

int endpoint_from_sockaddr(const struct socket *s, const struct sockaddr *address, socklen_t length,
                           struct endpoint *out)
{
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
	struct ip_address ip = { .version = s->domain == AF_INET ? 4 : 6 };
	sa_family_t family;

	if (!address || length < sizeof(family))
		return -EINVAL;
	memcpy(&family, address, sizeof(family));
	if (length < (s->domain == AF_INET ? sizeof(in) : sizeof(in6)))
		return -EINVAL;
	if (family != s->domain)
		return -EAFNOSUPPORT;
	if (family == AF_INET) {
		memcpy(&in, address, sizeof(in));
		memcpy(ip.bytes, &in.sin_addr, 4);
		*out = normal(ip, ntohs(in.sin_port));
		if (ip_is_unspecified(&out->ip))
			out->ip.version = 0;
		return 0;
	}
	memcpy(&in6, address, sizeof(in6));
	memcpy(ip.bytes, &in6.sin6_addr, 16);
	*out = normal(ip, ntohs(in6.sin6_port));
	if (out->ip.version == 4 && s->options.v6only)
		return -ENETUNREACH;
	return 0;
}

void endpoint_to_sockaddr(const struct socket *s, const struct endpoint *e, struct sockaddr *address,
                          socklen_t *length)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons(e->port) };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6, .sin6_port = htons(e->port) };
	struct ip_address ip = e->ip;
	socklen_t room = *length;

	if (s->domain == AF_INET) {
		memcpy(&in.sin_addr, ip.bytes, 4);
		*length = sizeof(in);
		memcpy(address, &in, room < sizeof(in) ? room : sizeof(in));
		return;
	}
	if (ip.version == 4)
		ip = ip_mapped(&ip);
	memcpy(&in6.sin6_addr, ip.bytes, 16);
	*length = sizeof(in6);
	memcpy(address, &in6, room < sizeof(in6) ? room : sizeof(in6));
}

void endpoint_any_is_loopback(const struct socket *s, struct endpoint *e)
{
	if (e->ip.version)
		return;
	e->ip = s->domain == AF_INET ? (struct ip_address){ 4, { 127, 0, 0, 1 } }
	                             : (struct ip_address){ 6, { [15] = 1 } };
}

/* ---- queues of datagrams ---- */

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
