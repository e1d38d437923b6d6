/* SPDX-License-Identifier: MIT
 *
 * socket_calls.h - the functions of an adapter's table, for stacks with the calls of the C library
 *
 * The includer defines how a call is made, ASK(function, arguments...), and whether a function exists, HAS(function).
 * Calls never wait: each socket is made non-blocking by fcntl(). If that may not be enough (FCNTL_IS_OBEYED is 0),
 * poll() is called before a call that could wait.
 */
#ifndef SOCKET_CALLS_H
#define SOCKET_CALLS_H

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "protodrill-adapter.h"
#include "sockaddr.h"

static int64_t result(int64_t value)
{
	return value < 0 ? -(errno ? errno : EIO) : value;
}

/* ---- calls ---- */

static int never_waits(int fd)
{
	if (fd >= 0 && HAS(fcntl))
		ASK(fcntl, fd, F_SETFL, O_RDWR | O_NONBLOCK);
	return (int)result(fd);
}

static int do_socket(int domain, int type, int protocol)
{
	errno = 0;
	return never_waits(ASK(socket, domain, type, protocol));
}

static int do_bind(int fd, const struct protodrill_address *address)
{
	struct sockaddr_storage a;
	socklen_t length = to_sockaddr(address, &a);

	errno = 0;
	return HAS(bind) ? (int)result(ASK(bind, fd, (struct sockaddr *)&a, length)) : PROTODRILL_UNKNOWN;
}

static int do_listen(int fd, int backlog)
{
	errno = 0;
	return HAS(listen) ? (int)result(ASK(listen, fd, backlog)) : PROTODRILL_UNKNOWN;
}

static int do_poll(int fd, int events, uint64_t *generation)
{
	struct pollfd p = { .fd = fd, .events = (short)events };

	(void)generation;
	errno = 0;
	if (!HAS(poll))
		return events;                               /* one can only try */
	return ASK(poll, &p, 1, 0) < 0 ? (int)result(-1) : (uint16_t)p.revents;
}

static int do_accept(int fd, struct protodrill_address *peer)
{
	struct sockaddr_storage a = { 0 };
	socklen_t length = sizeof(a);
	uint64_t unused;

	if (!HAS(accept))
		return PROTODRILL_UNKNOWN;
	if (!FCNTL_IS_OBEYED && !(do_poll(fd, POLLIN, &unused) & ~POLLOUT))
		return -EAGAIN;
	errno = 0;
	int child = never_waits(ASK(accept, fd, (struct sockaddr *)&a, &length));
	if (child >= 0)
		from_sockaddr(&a, length, peer);
	return child;
}

static int do_connect(int fd, const struct protodrill_address *address, int waits)
{
	struct sockaddr_storage a;
	socklen_t length = to_sockaddr(address, &a);

	(void)waits;
	errno = 0;
	return HAS(connect) ? (int)result(ASK(connect, fd, (struct sockaddr *)&a, length)) : PROTODRILL_UNKNOWN;
}

static int64_t do_sendmsg(int fd, int flags, const struct protodrill_message *m)
{
	struct sockaddr_storage a;
	socklen_t size = m->address.family ? to_sockaddr(&m->address, &a) : 0;
	struct iovec part = { m->bytes, m->length };
	struct msghdr message = {
		.msg_name = size ? &a : NULL, .msg_namelen = size, .msg_iov = &part, .msg_iovlen = 1,
		.msg_control = m->control, .msg_controllen = m->control_length,
	};

	errno = 0;
	return HAS(sendmsg) ? result(ASK(sendmsg, fd, &message, flags)) : PROTODRILL_UNKNOWN;
}

static int64_t do_recvmsg(int fd, int flags, struct protodrill_message *m)
{
	struct sockaddr_storage a = { 0 };
	struct iovec part = { m->bytes, m->length };
	struct msghdr message = {
		.msg_name = &a, .msg_namelen = sizeof(a), .msg_iov = &part, .msg_iovlen = 1,
		.msg_control = m->control, .msg_controllen = m->control_length,
	};

	if (!HAS(recvmsg))
		return PROTODRILL_UNKNOWN;
	errno = 0;
	int64_t got = result(ASK(recvmsg, fd, &message, flags));
	if (got < 0)
		return got;
	m->flags = (uint32_t)message.msg_flags;
	m->length = (size_t)got < m->length ? (size_t)got : m->length;
	m->control_length = message.msg_controllen;
	from_sockaddr(&a, message.msg_namelen, &m->address);
	return got;
}

static int64_t do_send(int fd, int flags, const struct protodrill_address *to, const void *bytes, size_t length)
{
	struct sockaddr_storage a;
	socklen_t size = to ? to_sockaddr(to, &a) : 0;

	errno = 0;
	if (HAS(sendto))
		return result(ASK(sendto, fd, bytes, length, flags, to ? (struct sockaddr *)&a : NULL, size));
	if (HAS(sendmsg))
		return do_sendmsg(fd, flags, &(struct protodrill_message){
			.address = to ? *to : (struct protodrill_address){ 0 }, .bytes = (void *)bytes,
			.length = length,
		});
	if (!to && HAS(send))
		return result(ASK(send, fd, bytes, length, flags));
	return to || flags & ~MSG_DONTWAIT || !HAS(write) ? PROTODRILL_UNKNOWN : result(ASK(write, fd, bytes, length));
}

static int64_t do_receive(int fd, int flags, struct protodrill_address *from, void *bytes, size_t room)
{
	struct sockaddr_storage a = { 0 };
	socklen_t size = sizeof(a);
	uint64_t unused;
	int64_t got;

	if (!FCNTL_IS_OBEYED && room && !(do_poll(fd, POLLIN, &unused) & ~POLLOUT))
		return -EAGAIN;
	errno = 0;
	if (HAS(recvfrom)) {
		got = result(ASK(recvfrom, fd, bytes, room, flags, (struct sockaddr *)&a, &size));
		if (got >= 0)
			from_sockaddr(&a, size, from);
		return got;
	}
	if (HAS(recvmsg)) {
		struct protodrill_message m = { .bytes = bytes, .length = room };

		got = do_recvmsg(fd, flags, &m);
		*from = m.address;
		return got;
	}
	if (HAS(recv))
		return result(ASK(recv, fd, bytes, room, flags));
	return flags & ~MSG_DONTWAIT || !HAS(read) ? PROTODRILL_UNKNOWN : result(ASK(read, fd, bytes, room));
}

static int do_close(int fd)
{
	errno = 0;
	return (int)result(ASK(close, fd));
}

static int do_shutdown(int fd, int how)
{
	errno = 0;
	return HAS(shutdown) ? (int)result(ASK(shutdown, fd, how)) : PROTODRILL_UNKNOWN;
}

static int do_getsockopt(int fd, int level, int name, void *value, uint32_t *length)
{
	socklen_t size = *length;

	if (!HAS(getsockopt))
		return PROTODRILL_UNKNOWN;
	errno = 0;
	int status = (int)result(ASK(getsockopt, fd, level, name, value, &size));
	*length = size;
	return status;
}

static int do_setsockopt(int fd, int level, int name, const void *value, uint32_t length)
{
	errno = 0;
	return HAS(setsockopt) ? (int)result(ASK(setsockopt, fd, level, name, value, length)) : PROTODRILL_UNKNOWN;
}

static int do_ioctl(int fd, uint32_t request, void *value, size_t length)
{
	errno = 0;
	if (!HAS(ioctl) || length < sizeof(int))
		return PROTODRILL_UNKNOWN;
	return (int)result(ASK(ioctl, fd, request, value));
}

#endif
