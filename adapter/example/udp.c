/* SPDX-License-Identifier: MIT
 *
 * udp.c - a whole adapter: the stack of udp_stack.h behind the protocol
 *
 * It is the example in docs/adapter.md. A function that is not in the table, or returns PROTODRILL_UNKNOWN, makes the
 * cases that need it SKIP. Built as a program it is an adapter (-t process:udp), and as a shared object a stack (-t
 * so:udp.so).
 */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>

#ifndef UDP_WITHOUT_MAIN                                     /* see waits.c */
#define PROTODRILL_ADAPTER_IMPLEMENTATION
#endif
#include "../protodrill-adapter.h"
#include "udp_stack.h"

/* A packet leaves the stack. */
static void device_send(const void *packet, size_t length)
{
	protodrill_output(packet, length);
}

static void packet(const void *bytes, size_t length)
{
	udp_input(bytes, length);
}

static struct endpoint endpoint_of(const struct protodrill_address *a)
{
	struct endpoint e = { .port = a->port };

	memcpy(e.address, a->bytes, sizeof(e.address));
	return e;
}

static int start(const struct protodrill_start *how)
{
	memcpy(own_address, how->local.bytes, sizeof(own_address));
	return how->local.family == 4 ? 0 : PROTODRILL_UNKNOWN;
}

static int do_socket(int domain, int type, int protocol)
{
	struct socket *s;

	if (domain != AF_INET || type != SOCK_DGRAM || (protocol && protocol != IPPROTO_UDP))
		return PROTODRILL_UNKNOWN;
	s = calloc(1, sizeof(*s));
	s->next = sockets;
	sockets = s;
	return protodrill_open(s);
}

static int do_bind(int fd, const struct protodrill_address *address)
{
	struct socket *s = protodrill_object(fd);

	s->port = address->port ? address->port : ++last_port;
	return 0;
}

static int do_connect(int fd, const struct protodrill_address *address, int waits)
{
	struct socket *s = protodrill_object(fd);

	(void)waits;
	s->remote = endpoint_of(address);
	s->port = s->port ? s->port : ++last_port;
	return 0;
}

static int64_t do_send(int fd, int flags, const struct protodrill_address *to, const void *bytes, size_t length)
{
	struct socket *s = protodrill_object(fd);
	const struct endpoint peer = to ? endpoint_of(to) : s->remote;

	if (flags & ~MSG_DONTWAIT || length > MOST)          /* fragments: this stack has none */
		return PROTODRILL_UNKNOWN;
	if (!peer.port)
		return -EDESTADDRREQ;
	udp_send(s, &peer, bytes, length);
	return (int64_t)length;
}

static int64_t do_receive(int fd, int flags, struct protodrill_address *from, void *bytes, size_t room)
{
	struct socket *s = protodrill_object(fd);
	const uint8_t *p = s->queue[0];
	size_t length = get(p + 24, 2) - 8U;

	if (flags)
		return PROTODRILL_UNKNOWN;
	if (!s->waiting)
		return -EAGAIN;
	*from = (struct protodrill_address){ .family = 4, .port = (uint16_t)get(p + 20, 2) };
	memcpy(from->bytes, p + 12, 4);
	memcpy(bytes, p + HEADERS, length < room ? length : room);
	memmove(s->queue[0], s->queue[1], sizeof(s->queue) - sizeof(s->queue[0]));
	s->waiting--;
	return (int64_t)length;
}

static int do_close(int fd)
{
	struct socket *s = protodrill_object(fd), **at = &sockets;

	while (*at != s)
		at = &(*at)->next;
	*at = s->next;
	free(s);
	return 0;
}

static int do_poll(int fd, int events, uint64_t *generation)
{
	const struct socket *s = protodrill_object(fd);

	(void)generation;
	return events & (POLLOUT | (s->waiting ? POLLIN : 0));
}

static const char *const meets[] = { "udp", NULL };

const struct protodrill_stack_v1 protodrill_stack_v1 = {
	.size = sizeof(protodrill_stack_v1), .version = PROTODRILL_PROTOCOL, .name = "udp", .objects = 1,
	.start = start, .packet = packet, .socket = do_socket, .bind = do_bind, .connect = do_connect,
	.send = do_send, .receive = do_receive, .close = do_close, .poll = do_poll, .meets = meets,
};

#ifndef UDP_WITHOUT_MAIN
int main(void)
{
	return protodrill_adapter_main(&protodrill_stack_v1);
}
#endif
