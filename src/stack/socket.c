/* SPDX-License-Identifier: MIT
 *
 * socket.c - the calls on sockets: the half that is the same for all protocols
 *
 * Each function is one system call: it finds the socket of the descriptor, checks what can be checked without knowing
 * the protocol, and hands over to the protocol's half (socket_ops.h). The order of the checks is that of Linux, because
 * it decides which of several errors a caller sees, and scripts expect that one.
 *
 * Nothing blocks. socket.h tells what a caller that wants to block does. Time-outs are kept here but enforced by the
 * caller, since only its clock moves.
 */
#include "stack/socket.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/ioctl.h>

#include "stack/descriptor.h"
#include "stack/host.h"
#include "stack/ip_address.h"
#include "stack/protocol.h"
#include "stack/sock.h"
#include "stack/socket_error.h"
#include "stack/socket_table.h"
#include "stack/timer_slot.h"

/* ---- making and naming ---- */

/* The type selects the row of a protocol, and the protocol, if given, must be that of the row. An unknown type and a
 * protocol that does not fit the type are different errors: ESOCKTNOSUPPORT and EPROTONOSUPPORT. */
int stack_socket(struct stack *st, int domain, int type, int protocol)
{
	int kind = type & ~(SOCK_NONBLOCK | SOCK_CLOEXEC), error = -ESOCKTNOSUPPORT;
	const struct protocol *row = NULL;

	if (domain != AF_INET && domain != AF_INET6)
		return -EAFNOSUPPORT;
	for (const struct protocol *const *p = st->protocols; *p && !row; p++) {
		if (!(*p)->socket_ops || (*p)->socket_type != kind)
			continue;
		error = -EPROTONOSUPPORT;
		if (!protocol || protocol == (*p)->number)
			row = *p;
	}
	if (!row)
		return error;
	int fd = descriptor_find_free(st);
	if (fd < 0)
		return fd;
	struct socket *s = socket_new(st, domain, kind, row->number);
	if (!s)
		return -ENOBUFS;
	s->ops = row->socket_ops;
	error = s->ops->attach ? s->ops->attach(s) : 0;
	if (error) {
		socket_free(s);
		return error;
	}
	s->fd = fd;
	descriptor_set(st, fd, (struct descriptor){
		.socket = s, .non_blocking = type & SOCK_NONBLOCK, .close_on_exec = type & SOCK_CLOEXEC,
	});
	return fd;
}

/* RFC 1122, 4.1.3.5 (RFC1122-4.1.3.5-SRC): any address of the host, or none; UDP may also bind to a group. */
static bool may_bind(const struct socket *s, const struct ip_address *a)
{
	if (!a->version || stack_has_address(s->stack, a) || ip_is_loopback(a) ||
	    s->options.free_bind || s->options.transparent)
		return true;
	if (a->version == 4 ? s->stack->config.ip_nonlocal_bind : s->stack->config.ip6_nonlocal_bind)
		return true;
	return s->type == SOCK_DGRAM && (ip_is_multicast(a) || ip_is_broadcast(s->stack, a));
}

/* A port that the user names is kept for as long as the socket lives; one that was chosen for him is given back when a
 * connection ends. An address of a family that the host does not have gives the same error as a foreign address. */
int stack_bind(struct stack *st, int fd, const struct sockaddr *address, socklen_t length)
{
	int error;
	struct socket *s = socket_of(st, fd, &error);
	struct endpoint local;

	if (!s || (error = endpoint_from_sockaddr(s, address, length, &local)))
		return error == -ENETUNREACH ? -EINVAL : error;
	if (s->bound)
		return -EINVAL;
	if (!may_bind(s, &local.ip))
		return -EADDRNOTAVAIL;
	s->local = local;
	s->address_chosen_by_user = local.ip.version != 0;
	s->options.v6only |= s->domain == AF_INET6 && local.ip.version == 6;
	/* IP_BIND_ADDRESS_NO_PORT: connect() chooses the port, when the remote end is known. */
	if (!local.port && s->options.bind_address_no_port)
		return 0;
	error = socket_hash(s, true);
	if (error) {
		s->local = (struct endpoint){ 0 };
		s->address_chosen_by_user = false;
		return error;
	}
	s->port_chosen_by_user = local.port != 0;
	return 0;
}

/* A protocol without connections has neither listen() nor accept(): -EOPNOTSUPP. */
int stack_listen(struct stack *st, int fd, int backlog)
{
	int error;
	struct socket *s = socket_of(st, fd, &error);

	if (!s)
		return error;
	return s->ops->listen ? s->ops->listen(s, backlog) : -EOPNOTSUPP;
}

/* The descriptor is reserved before the child leaves the queue: if there is none, the connection can still be accepted
 * later. */
int stack_accept4(struct stack *st, int fd, struct sockaddr *address, socklen_t *length, int flags)
{
	int error;
	struct socket *s = socket_of(st, fd, &error);

	if (!s)
		return error;
	if (flags & ~(SOCK_NONBLOCK | SOCK_CLOEXEC))
		return -EINVAL;
	if (!s->ops->accept)
		return -EOPNOTSUPP;
	int child_fd = descriptor_find_free(st);
	if (child_fd < 0)
		return child_fd;
	struct socket *child = s->ops->accept(s, &error);
	if (!child)
		return error;
	child->fd = child_fd;
	descriptor_set(st, child_fd, (struct descriptor){
		.socket = child, .non_blocking = flags & SOCK_NONBLOCK, .close_on_exec = flags & SOCK_CLOEXEC,
	});
	if (address && length)
		endpoint_to_sockaddr(child, &child->remote, address, length);
	return child_fd;
}

/* AF_UNSPEC dissolves an association (POSIX, connect()). A broadcast address must have been asked for by SO_BROADCAST,
 * so that a mistyped address does not reach a whole subnet (RFC 1122, 3.3.6). */
int stack_connect(struct stack *st, int fd, const struct sockaddr *address, socklen_t length)
{
	int error;
	struct socket *s = socket_of(st, fd, &error);
	struct endpoint remote = { 0 };
	sa_family_t family;

	if (!s)
		return error;
	if (!address || length < sizeof(family))
		return -EINVAL;
	memcpy(&family, address, sizeof(family));
	if (family == AF_UNSPEC)                             /* dissolve the association */
		return s->ops->connect(s, NULL);
	error = endpoint_from_sockaddr(s, address, length, &remote);
	if (error)
		return error;
	endpoint_any_is_loopback(s, &remote);
	if (ip_is_broadcast(st, &remote.ip) && !s->options.broadcast) {
		if (s->type == SOCK_STREAM)
			count(st, IpOutNoRoutes);
		return s->type == SOCK_STREAM ? -ENETUNREACH : -EACCES;
	}
	return s->ops->connect(s, &remote);
}

/* For a connect() that returned -EINPROGRESS: 0, -EINPROGRESS still, or minus the errno of the failure, which is then
 * taken from the socket. For a protocol that connects at once the answer is always 0. */
int stack_connect_result(struct stack *st, int fd)
{
	int error;
	struct socket *s = socket_of(st, fd, &error);

	if (!s)
		return error;
	return s->ops->connect_result ? s->ops->connect_result(s) : 0;
}

bool stack_is_opening(const struct stack *st, int fd)
{
	int error;
	const struct socket *s = socket_of(st, fd, &error);

	return s && s->ops->is_opening && s->ops->is_opening(s);
}

int stack_getsockname(struct stack *st, int fd, struct sockaddr *address, socklen_t *length)
{
	int error;
	struct socket *s = socket_of(st, fd, &error);

	if (s)
		endpoint_to_sockaddr(s, &s->local, address, length);
	return error;
}

/* Not during the handshake, though the address of the peer is known: nobody has answered from it yet. */
int stack_getpeername(struct stack *st, int fd, struct sockaddr *address, socklen_t *length)
{
	int error;
	struct socket *s = socket_of(st, fd, &error);

	if (!s)
		return error;
	if (!s->remote.ip.version || s->listening || (s->ops->is_connected && !s->ops->is_connected(s)))
		return -ENOTCONN;
	endpoint_to_sockaddr(s, &s->remote, address, length);
	return 0;
}

/* ---- data ---- */

/* Returns the octets taken, which may be fewer than were offered; -EAGAIN: none, try again when the socket is
 * writable. */
int64_t stack_sendmsg(struct stack *st, int fd, const struct msghdr *message, int flags)
{
	int error;
	struct socket *s = socket_of(st, fd, &error);

	return s ? s->ops->send(s, message, flags) : error;
}

/* MSG_ERRQUEUE reads another queue, which is the same for all protocols. */
int64_t stack_recvmsg(struct stack *st, int fd, struct msghdr *message, int flags)
{
	int error;
	struct socket *s = socket_of(st, fd, &error);

	if (!s)
		return error;
	message->msg_flags = 0;
	if (flags & MSG_ERRQUEUE)
		return socket_receive_error(s, message, flags);
	return s->ops->receive(s, message, flags);
}

/* SO_ERROR without a system call: 0, or the errno, which is cleared. */
int stack_take_error(struct stack *st, int fd)
{
	int error;
	struct socket *s = socket_of(st, fd, &error);

	return s ? socket_take_error(s) : 0;
}

/* The caller took an error and could not report it: the next call will. */
void stack_return_error(struct stack *st, int fd, int error)
{
	int bad_descriptor;
	struct socket *s = socket_of(st, fd, &bad_descriptor);

	if (s)
		s->error = error;
}

/* ---- ending ---- */

int stack_shutdown(struct stack *st, int fd, int how)
{
	int error;
	struct socket *s = socket_of(st, fd, &error);

	if (!s)
		return error;
	if (how != SHUT_RD && how != SHUT_WR && how != SHUT_RDWR)
		return -EINVAL;
	return s->ops->shutdown(s, how);
}

/* The descriptor is free at once, whatever the socket still has to do. If SO_LINGER makes close() wait, it returns a
 * ticket: the caller asks stack_lingering() about that, since there is no descriptor any more. */
int stack_close(struct stack *st, int fd)
{
	struct descriptor *d = descriptor_of(st, fd);

	if (!d)
		return -EBADF;
	struct socket *s = d->socket;
	*d = (struct descriptor){ 0 };
	watch_sets_close(&st->epolls, fd);
	if (!s)
		return 0;
	s->fd = -1;
	/* The ticket must be set before the protocol is called, because the protocol clears it when the wait is
	 * over. */
	int ticket = s->ticket = st->next_ticket = st->next_ticket % INT32_MAX + 1;
	if (s->ops->close(s))
		return ticket;
	return 0;
}

/* True until the last FIN of that close() is acknowledged, or its time is over. */
bool stack_lingering(const struct stack *st, int ticket)
{
	for (const struct socket *s = st->sockets; s; s = s->next)
		if (ticket && s->ticket == ticket)
			return true;
	return false;
}

/* ---- readiness ---- */

/* POLLERR and POLLHUP are told whether they were asked for or not (POSIX, poll()). */
short stack_poll(struct stack *st, int fd, short events)
{
	int error;
	struct socket *s = socket_of(st, fd, &error);

	const struct descriptor *d = s ? NULL : descriptor_of(st, fd);
	if (d && d->epoll)
		return (short)(watch_set_ready(&st->epolls, d->epoll) & (uint32_t)(events | POLLERR | POLLHUP));
	if (!s)
		return error == -EBADF ? POLLNVAL : 0;
	return (short)(socket_ready(s) & (events | POLLERR | POLLHUP | POLLNVAL));
}

static vtime_t timeout_or_never(const struct stack *st, int fd, size_t offset)
{
	int error;
	const struct socket *s = socket_of(st, fd, &error);
	vtime_t timeout = VTIME_NEVER;

	if (s)
		memcpy(&timeout, (const char *)&s->options + offset, sizeof(timeout));
	return timeout;
}

/* SO_RCVTIMEO and SO_SNDTIMEO: how long the caller may wait; VTIME_NEVER: for ever, or not a socket. */
vtime_t stack_receive_timeout(const struct stack *st, int fd)
{
	return timeout_or_never(st, fd, offsetof(struct socket_options, receive_timeout));
}

vtime_t stack_send_timeout(const struct stack *st, int fd)
{
	return timeout_or_never(st, fd, offsetof(struct socket_options, send_timeout));
}

/* One whose time is over does not wait for a slot to end. */
vtime_t stack_wait_end(const struct stack *st, vtime_t at)
{
	return vtime_before(st->now, at) ? timer_slot(st, vtime_sub(at, st->now)) : at;
}

/* ---- options, ioctl, fcntl ---- */

int stack_setsockopt(struct stack *st, int fd, int level, int name, const void *value, socklen_t length)
{
	int error;
	struct socket *s = socket_of(st, fd, &error);

	if (!s)
		return error;
	return length > INT32_MAX ? -EINVAL : socket_set_option(s, level, name, value, length);
}

int stack_getsockopt(struct stack *st, int fd, int level, int name, void *value, socklen_t *length)
{
	int error;
	struct socket *s = socket_of(st, fd, &error);

	if (!s)
		return error;
	return *length > INT32_MAX ? -EINVAL : socket_get_option(s, level, name, value, length);
}

/* FIONBIO belongs to the descriptor; all others ask about queues, which are the protocol's. */
int stack_ioctl(struct stack *st, int fd, unsigned long request, void *value)
{
	struct descriptor *d = descriptor_of(st, fd);
	int number = 0, error;

	if (!d)
		return -EBADF;
	if (request == FIONBIO) {
		memcpy(&number, value, sizeof(number));
		d->non_blocking = number != 0;
		return 0;
	}
	if (!d->socket)
		return -EINVAL;                              /* Linux, of what it does not know about epoll */
	error = d->socket->ops->ioctl(d->socket, request, &number);
	if (!error)
		memcpy(value, &number, sizeof(number));
	return error;
}

/* Commands that no protocol cares about. */
static int fcntl_of_any_file(struct descriptor *d, int command, int64_t argument)
{
	enum { LAST_SIGNAL = 64 };

	switch (command) {
	case F_GETOWN:
		return d->owner;
	case F_SETOWN:
		d->owner = (int)argument;
		return 0;
	case F_GETSIG:
		return d->signal;
	case F_SETSIG:
		if (argument < 0 || argument > LAST_SIGNAL)
			return -EINVAL;
		d->signal = (int)argument;
		return 0;
	case F_GETLEASE:
		return F_UNLCK;
	case F_GETPIPE_SZ:
	case F_SETPIPE_SZ:
		return -EBADF;
	default:
		return -EINVAL;
	}
}

/* Two flags matter for sockets: whether calls wait, and whether a program that is started inherits the descriptor. The
 * rest is kept as the user gave it: no signal of readiness (SIGIO) is ever sent here. */
int stack_fcntl(struct stack *st, int fd, int command, int64_t argument)
{
	struct descriptor *d = descriptor_of(st, fd);

	if (!d)
		return -EBADF;
	switch (command) {
	case F_GETFL:
		return O_RDWR | (d->non_blocking ? O_NONBLOCK : 0) | (d->append ? O_APPEND : 0);
	case F_SETFL:
		d->non_blocking = argument & O_NONBLOCK;
		d->append = argument & O_APPEND;
		return 0;
	case F_GETFD:
		return d->close_on_exec ? FD_CLOEXEC : 0;
	case F_SETFD:
		d->close_on_exec = argument & FD_CLOEXEC;
		return 0;
	default:
		return fcntl_of_any_file(d, command, argument);
	}
}

uint64_t stack_generation(const struct stack *st, int fd)
{
	int error;
	const struct socket *s = socket_of(st, fd, &error);

	return s ? s->generation : 0;
}

/* ---- epoll descriptors ---- */

int stack_epoll_create(struct stack *st, int flags)
{
	if (flags & ~EPOLL_CLOEXEC)
		return -EINVAL;
	int fd = descriptor_find_free(st);
	if (fd < 0)
		return fd;
	struct watch_set *set = watch_set_new(&st->epolls, fd);
	if (!set)
		return -ENOMEM;
	descriptor_set(st, fd, (struct descriptor){ .epoll = set, .close_on_exec = flags & EPOLL_CLOEXEC });
	return fd;
}

int stack_epoll_ctl(struct stack *st, int epfd, int operation, int fd, const struct epoll_event *event)
{
	struct descriptor *d = descriptor_of(st, epfd), *watched = descriptor_of(st, fd);

	if (!d || !watched)
		return -EBADF;
	if (!d->epoll || epfd == fd)
		return -EINVAL;
	stack_wake(st);
	return watch_set_control(&st->epolls, d->epoll, operation, fd, event);
}

/* Returns how many of @count are ready, or 0: waiting is left to the caller. */
int stack_epoll_wait(struct stack *st, int epfd, struct epoll_event *events, int count)
{
	struct descriptor *d = descriptor_of(st, epfd);

	if (!d)
		return -EBADF;
	return d->epoll && count > 0 ? watch_set_collect(&st->epolls, d->epoll, events, count) : -EINVAL;
}
