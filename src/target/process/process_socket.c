/* SPDX-License-Identifier: MIT
 *
 * process_socket.c - what is kept about the sockets of an adapter: whether they wait, for how long, and errors
 */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/time.h>

#include "target/process/process_internal.h"
#include "util/checked.h"

enum { LARGEST_REQUEST = 1024 };                         /* the most that a buffer for an answer may hold */

struct process_socket *process_socket_find(struct process *p, int fd)
{
	for (size_t i = 0; i < p->socket_count; i++)
		if (p->sockets[i].fd == fd)
			return &p->sockets[i];
	return NULL;
}

struct process_socket *process_socket_add(struct process *p, int fd, int domain, int type)
{
	struct process_socket *s;

	p->sockets = checked_memory(realloc(p->sockets, (p->socket_count + 1) * sizeof(*p->sockets)));
	s = &p->sockets[p->socket_count++];
	*s = (struct process_socket){
		.fd = fd, .domain = domain, .type = type, .receive_timeout = VTIME_NEVER, .send_timeout = VTIME_NEVER,
	};
	return s;
}

/* A new descriptor, which must not be open already. */
static struct process_socket *add_new(struct process *p, int fd, int domain, int type)
{
	if (process_socket_find(p, fd)) {
		adapter_break(p->adapter, "gave the descriptor %d to a second socket", fd);
		return NULL;
	}
	return process_socket_add(p, fd, domain, type);
}

static void set_flags(struct process_socket *s, int flags)
{
	s->flags = flags & SOCK_NONBLOCK ? O_NONBLOCK : 0;
	s->fd_flags = flags & SOCK_CLOEXEC ? FD_CLOEXEC : 0;
}

int process_socket_op(struct stack_driver *d, int domain, int type, int protocol)
{
	enum { OURS = SOCK_NONBLOCK | SOCK_CLOEXEC };
	struct process *p = process_of(d);
	int fd = (int)process_plain(p, PROTODRILL_OP_SOCKET, domain, type & ~OURS, protocol);
	struct process_socket *s = fd >= 0 ? add_new(p, fd, domain, type & ~OURS) : NULL;

	if (s)
		set_flags(s, type);
	return fd;
}

int process_accept4(struct stack_driver *d, int fd, struct sockaddr *address, socklen_t *length, int flags)
{
	struct process *p = process_of(d);
	struct process_call call = { .op = PROTODRILL_OP_ACCEPT, .a = { fd, !process_is_blocking(d, fd) } };
	const struct process_socket *listener = process_socket_find(p, fd);
	int domain = listener ? listener->domain : 0, type = listener ? listener->type : 0;

	if (flags & ~(SOCK_NONBLOCK | SOCK_CLOEXEC))
		return -EINVAL;
	int child = (int)process_call(p, &call);
	if (child < 0)
		return child;
	struct process_socket *s = add_new(p, child, domain, type);
	if (s)
		set_flags(s, flags);
	process_give_address(&call, address, length);
	return child;
}

int process_socket_close(struct process *p, int fd)
{
	const int result = (int)process_plain(p, PROTODRILL_OP_CLOSE, fd, 0, 0);
	struct process_socket *s = process_socket_find(p, fd);

	process_pending_forget(p, fd);
	if (s && result != DRIVER_CANNOT)
		*s = p->sockets[--p->socket_count];
	return result;
}

/* ---- options ---- */

static bool is_timeout(int level, int name)
{
	return level == SOL_SOCKET && (name == SO_RCVTIMEO || name == SO_SNDTIMEO);
}

/* What stands in *@value may be a request, as for TCP_AO_GET_KEYS, so it goes along. */
static int get_option(struct process *p, int fd, int level, int name, void *value, socklen_t *length)
{
	struct process_call call = {
		.op = PROTODRILL_OP_GETSOCKOPT, .a = { fd, level, name, (int)*length },
		.bytes = value, .length = *length < LARGEST_REQUEST ? *length : LARGEST_REQUEST,
	};
	int64_t result = process_call(p, &call);

	if (result < 0)
		return (int)result;
	if (call.out_length > *length) {
		adapter_break(p->adapter, "answered getsockopt with %zu bytes, and there is room for %u",
		              call.out_length, *length);
		return -EIO;
	}
	memcpy(value, call.out, call.out_length);
	*length = (socklen_t)call.out_length;
	return (int)result;
}

/* What the stack made of a time-out counts; if it knows nothing about it, it is taken as it is. Zero: none. One below
 * zero, which Linux takes and gives back as zero, lets no call wait. */
static int keep_timeout(struct process *p, int fd, int name, const void *value, socklen_t length)
{
	struct process_socket *s = process_socket_find(p, fd);
	struct timeval t = { 0 };
	socklen_t room = sizeof(t);

	if (!s)
		return -EBADF;
	if (length < sizeof(t))
		return -EINVAL;
	memcpy(&t, value, sizeof(t));
	const bool never_waits = t.tv_sec < 0;
	if (get_option(p, fd, SOL_SOCKET, name, &t, &room) == DRIVER_CANNOT)
		memcpy(&t, value, sizeof(t));
	if (t.tv_usec < 0 || t.tv_usec > 999999)
		return -EDOM;
	vtime_t timeout = vtime_add(vtime_s(t.tv_sec), vtime_us(t.tv_usec));
	*(name == SO_RCVTIMEO ? &s->receive_timeout : &s->send_timeout) =
		timeout.ns > 0 ? timeout : never_waits ? VTIME_ZERO : VTIME_NEVER;
	return 0;
}

/* Of these a host may have to report, before the call returns or later. */
static bool is_about_groups(int level, int name)
{
	return (level == SOL_IP && name >= IP_ADD_MEMBERSHIP && name <= MCAST_MSFILTER) ||
	       (level == SOL_IPV6 && (name == IPV6_JOIN_GROUP || name == IPV6_LEAVE_GROUP ||
	                              (name >= MCAST_JOIN_GROUP && name <= MCAST_MSFILTER)));
}

/* NULL goes by its length alone, to an adapter that says that it takes it; few stacks have a meaning for it. For the
 * others: values are usually ints, and the length is checked first. */
int process_setsockopt(struct stack_driver *d, int fd, int level, int name, const void *value, socklen_t length)
{
	struct process *p = process_of(d);
	struct process_call call = {
		.op = PROTODRILL_OP_SETSOCKOPT, .a = { fd, level, name, value ? 0 : (int)length + 1 },
		.bytes = value, .length = value ? length : 0,
	};

	if (!value && !(p->flags & PROTODRILL_TAKES_NULL))
		return length < sizeof(int) ? -EINVAL : -EFAULT;
	int result = (int)process_call(p, &call);
	p->device.reports |= is_about_groups(level, name);
	if (!value || !is_timeout(level, name) || (result < 0 && result != DRIVER_CANNOT))
		return result;
	return keep_timeout(p, fd, name, value, length);
}

static int give_timeout(const struct process_socket *s, int name, void *value, socklen_t *length)
{
	vtime_t timeout = name == SO_RCVTIMEO ? s->receive_timeout : s->send_timeout;
	struct timeval t = { 0 };

	if (!vtime_is_never(timeout))
		t = (struct timeval){ timeout.ns / 1000000000, timeout.ns % 1000000000 / 1000 };
	*length = *length < sizeof(t) ? *length : sizeof(t);
	memcpy(value, &t, *length);
	return 0;
}

int process_getsockopt(struct stack_driver *d, int fd, int level, int name, void *value, socklen_t *length)
{
	struct process *p = process_of(d);
	struct process_socket *s = process_socket_find(p, fd);
	socklen_t room = *length;
	int result = get_option(p, fd, level, name, value, length);

	if (result != DRIVER_CANNOT || !s || level != SOL_SOCKET)
		return result;
	*length = room;
	if (is_timeout(level, name))
		return give_timeout(s, name, value, length);
	if (name != SO_TYPE && name != SO_DOMAIN)
		return result;
	int number = name == SO_TYPE ? s->type : s->domain;
	*length = room < sizeof(number) ? room : sizeof(number);
	memcpy(value, &number, *length);
	return 0;
}

/* All requests that scripts know have a single int. */
int process_ioctl(struct stack_driver *d, int fd, unsigned long request, void *value)
{
	struct process *p = process_of(d);
	struct process_socket *s = process_socket_find(p, fd);
	struct process_call call = {
		.op = PROTODRILL_OP_IOCTL, .a = { fd, (int)(uint32_t)request }, .bytes = value, .length = sizeof(int),
	};
	int number;

	if (watch_set_find(&p->epolls, fd))
		return -EINVAL;                              /* Linux, of what it does not know about epoll */
	if (request == FIONBIO && s) {
		memcpy(&number, value, sizeof(number));
		s->flags = number ? s->flags | O_NONBLOCK : s->flags & ~O_NONBLOCK;
		return 0;
	}
	int result = (int)process_call(p, &call);
	if (result >= 0)
		memcpy(value, call.out, call.out_length < sizeof(int) ? call.out_length : sizeof(int));
	return result;
}

/* The protocol has no such question: what is known about a socket is kept here, and no adapter is asked. */
int process_fcntl(struct stack_driver *d, int fd, int command, int64_t argument)
{
	struct process *p = process_of(d);
	struct process_socket *s = process_socket_find(p, fd);

	if (!s)
		return -EBADF;
	switch (command) {
	case F_GETFL:
		return O_RDWR | s->flags;
	case F_SETFL:
		s->flags = (int)argument & (O_NONBLOCK | O_APPEND);
		return 0;
	case F_GETFD:
		return s->fd_flags;
	case F_SETFD:
		s->fd_flags = (int)argument & FD_CLOEXEC;
		return 0;
	case F_GETPIPE_SZ:
	case F_SETPIPE_SZ:
		return -EBADF;                               /* Linux, of what is no pipe */
	case F_GETOWN:
	case F_SETOWN:
	case F_GETSIG:
	case F_SETSIG:
	case F_GETLEASE:
		return process_cannot(p, "%s is not asked for command %d of fcntl()", p->name, command);
	default:
		return -EINVAL;
	}
}

bool process_is_blocking(struct stack_driver *d, int fd)
{
	const struct process_socket *s = process_socket_find(process_of(d), fd);

	return s && !(s->flags & O_NONBLOCK);
}

vtime_t process_receive_timeout(struct stack_driver *d, int fd)
{
	const struct process_socket *s = process_socket_find(process_of(d), fd);

	return s ? s->receive_timeout : VTIME_NEVER;
}

vtime_t process_send_timeout(struct stack_driver *d, int fd)
{
	const struct process_socket *s = process_socket_find(process_of(d), fd);

	return s ? s->send_timeout : VTIME_NEVER;
}

/* ---- errors ---- */

int process_take_error(struct stack_driver *d, int fd)
{
	struct process *p = process_of(d);
	struct process_socket *s = process_socket_find(p, fd);
	int error = s ? s->error : 0;
	socklen_t length = sizeof(error);

	if (error) {
		s->error = 0;
		return error;
	}
	return get_option(p, fd, SOL_SOCKET, SO_ERROR, &error, &length) == 0 && length == sizeof(error) ? error : 0;
}

void process_return_error(struct stack_driver *d, int fd, int error)
{
	struct process_socket *s = process_socket_find(process_of(d), fd);

	if (s)
		s->error = error;
}
