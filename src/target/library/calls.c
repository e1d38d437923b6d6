/* SPDX-License-Identifier: MIT
 *
 * calls.c - system calls as steps on the stack's sockets and on files in memory
 *
 * The stack never blocks; this file decides which call waits for what, and for how long.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/select.h>
#include <sys/time.h>

#include "target/library/library_internal.h"
#include "util/common.h"

/* Linux has no smaller limit that a script could notice, and the arrays of scripts are not longer. */
enum { POLL_FDS = 65536 };

#define INT(i) ((int)op->call.arguments[i].number)
#define AT(i) (op->call.arguments[i].pointer)
#define ADDRESS(i) ((struct sockaddr *)op->call.arguments[i].pointer)

/* ---- connections ---- */

static int64_t step_socket(struct library *lib, struct operation *op)
{
	return STACK_CALL(lib, socket, INT(0), INT(1), INT(2));
}

static int64_t step_bind(struct library *lib, struct operation *op)
{
	return STACK_CALL(lib, bind, INT(0), ADDRESS(1), (socklen_t)INT(2));
}

static int64_t step_listen(struct library *lib, struct operation *op)
{
	return STACK_CALL(lib, listen, INT(0), INT(1));
}

static int64_t step_accept(struct library *lib, struct operation *op)
{
	int flags = op->call.id == CALL_ACCEPT4 ? INT(3) : 0;
	int64_t fd = STACK_CALL(lib, accept4, INT(0), ADDRESS(1), AT(2), flags);

	if (fd == -EAGAIN && STACK_CALL(lib, is_blocking, INT(0)))
		return operation_block_on(lib, op, STACK_CALL(lib, receive_timeout, INT(0)), -EAGAIN);
	return fd;
}

static int64_t step_connect(struct library *lib, struct operation *op)
{
	int64_t result;

	if (!op->connecting) {
		result = STACK_CALL(lib, connect, INT(0), ADDRESS(1), (socklen_t)INT(2));
		if ((result != -EINPROGRESS && result != -EALREADY) || !STACK_CALL(lib, is_blocking, INT(0)))
			return result;
		op->connecting = true;
		op->joined = result == -EALREADY;
	}
	result = STACK_CALL(lib, connect_result, INT(0));
	return result == -EINPROGRESS
		       ? operation_block_on(lib, op, STACK_CALL(lib, send_timeout, INT(0)),
		                            op->joined ? -EALREADY : -EINPROGRESS)
		       : result;
}

static int64_t step_shutdown(struct library *lib, struct operation *op)
{
	return STACK_CALL(lib, shutdown, INT(0), INT(1));
}

static int64_t step_close(struct library *lib, struct operation *op)
{
	if (!op->ticket) {
		int fd = INT(0), last = duplicates_close(&lib->duplicates, fd);

		if (last < 0)
			return 0;
		fd = last;
		int result = files_has(lib->files, fd) ? files_close(lib->files, fd) : STACK_CALL(lib, close, fd);

		if (result <= 0)
			return result;
		op->ticket = result;
	}
	return STACK_CALL(lib, lingering, op->ticket) ? operation_block(op, VTIME_NEVER, 0) : 0;
}

static int64_t step_getsockname(struct library *lib, struct operation *op)
{
	return STACK_CALL(lib, getsockname, INT(0), ADDRESS(1), AT(2));
}

static int64_t step_getpeername(struct library *lib, struct operation *op)
{
	return STACK_CALL(lib, getpeername, INT(0), ADDRESS(1), AT(2));
}

/* ---- options ---- */

/* Nobody has memory for such a length: a script only claims it. */
static bool is_absurd(int64_t length)
{
	return length >= 1 << 30;
}

static int64_t step_getsockopt(struct library *lib, struct operation *op)
{
	const socklen_t *length = AT(4);

	if (!AT(3) || !length)
		return -EFAULT;
	if (is_absurd(*length))
		return *length > INT32_MAX ? -EINVAL : -EFAULT;
	return STACK_CALL(lib, getsockopt, INT(0), INT(1), INT(2), AT(3), AT(4));
}

static int64_t step_setsockopt(struct library *lib, struct operation *op)
{
	if (INT(4) < 0)
		return -EINVAL;
	if (is_absurd(INT(4)))
		return -EFAULT;
	lib->low_water |= INT(1) == SOL_SOCKET && INT(2) == SO_RCVLOWAT;
	return STACK_CALL(lib, setsockopt, INT(0), INT(1), INT(2), AT(3), (socklen_t)INT(4));
}

static int64_t step_fcntl(struct library *lib, struct operation *op)
{
	if (files_has(lib->files, INT(0)))
		return files_fcntl(lib->files, INT(0), INT(1), op->call.arguments[2].number);
	return STACK_CALL(lib, fcntl, INT(0), INT(1), op->call.arguments[2].number);
}

static int64_t step_ioctl(struct library *lib, struct operation *op)
{
	unsigned long request = (unsigned)op->call.arguments[1].number;

	if (op->call.argument_count < 3)
		return -EFAULT;
	if (files_has(lib->files, INT(0)))
		return files_ioctl(lib->files, INT(0), request, AT(2));
	return AT(2) ? STACK_CALL(lib, ioctl, INT(0), request, AT(2)) : -EFAULT;
}

/* ---- readiness ---- */

/* A negative time-out has no end. */
static vtime_t poll_timeout(int milliseconds)
{
	return milliseconds < 0 ? VTIME_NEVER : vtime_ms(milliseconds);
}

static int64_t step_poll(struct library *lib, struct operation *op)
{
	struct pollfd *fds = AT(0);
	size_t count = (size_t)op->call.arguments[1].number;
	int64_t ready = 0;

	if (count > POLL_FDS)
		return -EINVAL;
	if (count && !fds)
		return -EFAULT;
	for (size_t i = 0; i < count; i++) {
		if (fds[i].fd < 0)
			fds[i].revents = 0;
		else if (files_has(lib->files, fds[i].fd))
			fds[i].revents = files_poll(lib->files, fds[i].fd, fds[i].events);
		else
			fds[i].revents = STACK_CALL(lib, poll, fds[i].fd, fds[i].events);
		ready += fds[i].revents != 0;
	}
	return ready || !INT(2) ? ready : operation_block(op, poll_timeout(INT(2)), 0);
}

static int64_t step_epoll_create(struct library *lib, struct operation *op)
{
	return INT(0) > 0 ? STACK_CALL(lib, epoll_create, 0) : -EINVAL;
}

static int64_t step_epoll_create1(struct library *lib, struct operation *op)
{
	return INT(0) & ~EPOLL_CLOEXEC ? -EINVAL : STACK_CALL(lib, epoll_create, INT(0));
}

/* POSIX: 1 if the next octet to be read is the one behind the urgent mark; Linux asks with SIOCATMARK. */
static int64_t step_sockatmark(struct library *lib, struct operation *op)
{
	int at_mark = 0;

	if (files_has(lib->files, INT(0)))
		return -ENOTTY;
	int64_t result = STACK_CALL(lib, ioctl, INT(0), SIOCATMARK, &at_mark);
	return result < 0 ? result : at_mark;
}

/* A socket has no offset; and for files, scripts want no more here than read() and write() give. */
static int64_t step_at_offset(struct library *lib, struct operation *op)
{
	bool open = files_has(lib->files, INT(0)) || !(STACK_CALL(lib, poll, INT(0), 0) & POLLNVAL);

	return op->call.arguments[3].number < 0 ? -EINVAL : open ? -ESPIPE : -EBADF;
}

static int64_t step_epoll_ctl(struct library *lib, struct operation *op)
{
	/* Linux refuses files; pipes are refused here as well. */
	if (files_has(lib->files, INT(2)))
		return -EPERM;
	if (INT(1) != EPOLL_CTL_DEL && !AT(3))
		return -EFAULT;
	return STACK_CALL(lib, epoll_ctl, INT(0), INT(1), INT(2), AT(3));
}

static int64_t step_epoll_wait(struct library *lib, struct operation *op)
{
	int64_t ready;

	if (INT(2) <= 0)
		return -EINVAL;
	ready = STACK_CALL(lib, epoll_wait, INT(0), AT(1), INT(2));
	return ready || !INT(3) ? ready : operation_block(op, poll_timeout(INT(3)), 0);
}

/* How long @timeout lets a call wait; NULL: for ever. False: it is not a valid time. */
static bool patience(const struct timespec *timeout, vtime_t *out)
{
	*out = timeout ? vtime_add(vtime_s(timeout->tv_sec), vtime_ns(timeout->tv_nsec)) : VTIME_NEVER;
	return !timeout || (timeout->tv_sec >= 0 && timeout->tv_nsec >= 0 && timeout->tv_nsec < 1000000000);
}

static int64_t step_ppoll(struct library *lib, struct operation *op)
{
	struct operation poll = *op;
	vtime_t time;

	if (!patience(AT(2), &time))
		return -EINVAL;
	poll.call.arguments[2].number = 0;
	int64_t ready = step_poll(lib, &poll);
	return ready || time.ns == 0 ? ready : operation_block(op, time, 0);
}

/* What select() calls readable, writable and exceptional, as Linux has it. */
static const short select_events[] = {
	POLLIN | POLLRDNORM | POLLHUP | POLLERR, POLLOUT | POLLWRNORM | POLLERR, POLLPRI,
};

/* Which of the descriptors below the first argument are in the sets and ready; returns their number, or -EBADF. */
static int64_t select_ready(struct library *lib, struct operation *op, fd_set *ready)
{
	int64_t count = 0;

	for (int fd = 0; fd < INT(0); fd++)
		for (int i = 0; i < 3; i++) {
			const fd_set *set = AT(1 + i);
			int real = duplicates_real(&lib->duplicates, fd);
			if (!set || !FD_ISSET(fd, set))
				continue;
			short events = files_has(lib->files, real) ? files_poll(lib->files, real, select_events[i])
			                                           : STACK_CALL(lib, poll, real, select_events[i]);
			if (events & POLLNVAL)
				return -EBADF;
			if (!(events & select_events[i]))
				continue;
			FD_SET(fd, &ready[i]);
			count++;
		}
	return count;
}

/* The sets are asked again each time, and are given the answer when there is one. When the time-out ends, they are left
 * empty. */
static int64_t select_within(struct library *lib, struct operation *op, vtime_t time)
{
	fd_set ready[3];

	if (INT(0) < 0 || INT(0) > FD_SETSIZE)
		return -EINVAL;
	for (int i = 0; i < 3; i++)
		FD_ZERO(&ready[i]);
	int64_t count = select_ready(lib, op, ready);
	bool ends = time.ns != VTIME_NEVER.ns && !vtime_before(lib->now, vtime_add(op->started, time));
	if (!count && !ends)
		return operation_block(op, time, 0);
	for (int i = 0; i < 3 && count >= 0; i++)
		if (AT(1 + i))
			memcpy(AT(1 + i), &ready[i], sizeof(ready[i]));
	return count;
}

/* More microseconds than a second has count as seconds. */
static int64_t step_select(struct library *lib, struct operation *op)
{
	const struct timeval *timeout = AT(4);

	if (timeout && (timeout->tv_sec < 0 || timeout->tv_usec < 0))
		return -EINVAL;
	return select_within(lib, op, timeout ? vtime_add(vtime_s(timeout->tv_sec), vtime_us(timeout->tv_usec))
	                                      : VTIME_NEVER);
}

static int64_t step_pselect(struct library *lib, struct operation *op)
{
	vtime_t time;

	return patience(AT(4), &time) ? select_within(lib, op, time) : -EINVAL;
}

/* The one flag of dup3() is about the descriptor itself, and duplicates.h leaves such flags out. */
static int64_t step_dup(struct library *lib, struct operation *op)
{
	int fd = INT(0), other = op->call.id == CALL_DUP ? -1 : INT(1);
	bool open = files_has(lib->files, fd) || !(STACK_CALL(lib, poll, fd, 0) & POLLNVAL);

	if (op->call.id == CALL_DUP3 && (INT(2) & ~O_CLOEXEC || other == fd))
		return -EINVAL;
	if (!open)
		return -EBADF;
	if (other == fd)
		return fd;
	if (other >= 0) {
		struct operation close = { .call = { .id = CALL_CLOSE, .argument_count = 1 } };
		close.call.arguments[0].number = other;
		step_close(lib, &close);
	}
	return duplicates_add(&lib->duplicates, fd);
}

/* ---- files ---- */

/* Folders that a system fills, so that what would be there is known only to the machine; it is not looked at. */
static bool is_of_machine(const char *path)
{
	static const char *const folders[] = {
		"/bin/", "/boot/", "/dev/", "/etc/", "/lib/", "/lib64/", "/proc/", "/sbin/", "/sys/", "/usr/", "/var/",
	};

	for (size_t i = 0; i < ARRAY_LEN(folders); i++)
		if (!strncmp(path, folders[i], strlen(folders[i])))
			return true;
	return false;
}

static int64_t step_open(struct library *lib, struct operation *op)
{
	const char *path = AT(0);
	int64_t fd = files_open(lib->files, path, INT(1));

	return fd == -ENOENT && is_of_machine(path) ? library_cannot(lib, "a file of the machine") : fd;
}

static int64_t step_pipe(struct library *lib, struct operation *op)
{
	return files_pipe(lib->files, AT(0), op->call.id == CALL_PIPE2 ? INT(1) : 0);
}

/* Only sockets of the machine itself (AF_UNIX) come in pairs. Of these there are streams here, which need not leave
 * memory. */
static int64_t step_socketpair(struct library *lib, struct operation *op)
{
	int type = INT(1) & ~(SOCK_NONBLOCK | SOCK_CLOEXEC);

	if (INT(0) == AF_INET || INT(0) == AF_INET6)
		return -EOPNOTSUPP;
	if (INT(0) != AF_UNIX)
		return -EAFNOSUPPORT;
	if (INT(2) && INT(2) != AF_UNIX)
		return -EPROTONOSUPPORT;
	if (type != SOCK_STREAM)
		return library_cannot(lib, "a pair of sockets other than streams");
	return files_pair(lib->files, AT(3), INT(1) & SOCK_NONBLOCK ? O_NONBLOCK : 0);
}

/* Capabilities limit what a process may do to a kernel; nothing here asks for one. */
static int64_t step_cap_set(struct library *lib, struct operation *op)
{
	(void)lib;
	(void)op;
	return 0;
}

/* ---- the table ---- */

static const struct {
	int64_t (*step)(struct library *lib, struct operation *op);
	bool socket_only;                                    /* argument 0 must not be a file */
	unsigned pointers;                                   /* bit i: argument i must point somewhere */
} steps[] = {
	[CALL_SOCKET] = { step_socket, false, 0 },
	[CALL_BIND] = { step_bind, true, 1 << 1 },
	[CALL_LISTEN] = { step_listen, true, 0 },
	[CALL_ACCEPT] = { step_accept, true, 0 },
	[CALL_ACCEPT4] = { step_accept, true, 0 },
	[CALL_CONNECT] = { step_connect, true, 1 << 1 },
	[CALL_READ] = { step_read, false, 0 },
	[CALL_READV] = { step_read, false, 0 },
	[CALL_RECV] = { step_read, true, 0 },
	[CALL_RECVFROM] = { step_read, true, 0 },
	[CALL_RECVMSG] = { step_read, true, 0 },
	[CALL_WRITE] = { step_write, false, 0 },
	[CALL_WRITEV] = { step_write, false, 0 },
	[CALL_SEND] = { step_write, true, 0 },
	[CALL_SENDTO] = { step_write, true, 0 },
	[CALL_SENDMSG] = { step_write, true, 0 },
	[CALL_FCNTL] = { step_fcntl, false, 0 },
	[CALL_IOCTL] = { step_ioctl, false, 0 },
	[CALL_CLOSE] = { step_close, false, 0 },
	[CALL_SHUTDOWN] = { step_shutdown, true, 0 },
	[CALL_GETSOCKOPT] = { step_getsockopt, true, 0 },
	[CALL_SETSOCKOPT] = { step_setsockopt, true, 0 },
	[CALL_POLL] = { step_poll, false, 0 },
	[CALL_OPEN] = { step_open, false, 0 },
	[CALL_SENDFILE] = { step_sendfile, false, 0 },
	[CALL_EPOLL_CREATE] = { step_epoll_create, false, 0 },
	[CALL_EPOLL_CTL] = { step_epoll_ctl, false, 0 },
	[CALL_EPOLL_WAIT] = { step_epoll_wait, false, 1 << 1 },
	[CALL_PIPE] = { step_pipe, false, 0 },
	[CALL_SPLICE] = { step_splice, false, 0 },
	[CALL_CAP_SET] = { step_cap_set, false, 0 },
	[CALL_GETSOCKNAME] = { step_getsockname, true, 1 << 1 | 1 << 2 },
	[CALL_GETPEERNAME] = { step_getpeername, true, 1 << 1 | 1 << 2 },
	[CALL_RECVMMSG] = { step_messages, true, 0 },
	[CALL_SENDMMSG] = { step_messages, true, 0 },
	[CALL_PPOLL] = { step_ppoll, false, 0 },
	[CALL_SELECT] = { step_select, false, 0 },
	[CALL_DUP] = { step_dup, false, 0 },
	[CALL_DUP2] = { step_dup, false, 0 },
	[CALL_EPOLL_CREATE1] = { step_epoll_create1, false, 0 },
	[CALL_SOCKATMARK] = { step_sockatmark, false, 0 },
	[CALL_PREAD] = { step_at_offset, false, 0 },
	[CALL_PWRITE] = { step_at_offset, false, 0 },
	[CALL_DUP3] = { step_dup, false, 0 },
	[CALL_PSELECT] = { step_pselect, false, 0 },
	[CALL_PIPE2] = { step_pipe, false, 0 },
	[CALL_EPOLL_PWAIT] = { step_epoll_wait, false, 1 << 1 },
	[CALL_SOCKETPAIR] = { step_socketpair, false, 0 },
};
_Static_assert(ARRAY_LEN(steps) == CALL_IDS_END, "a call cannot be run");

/* What is open and no socket (epoll): calls for sockets say so, and read() and write() that they cannot. A driver whose
 * sockets live elsewhere may not find it there. */
static int64_t of_no_socket(struct library *lib, const struct operation *op, int64_t result)
{
	bool moves = steps[op->call.id].step == step_read || steps[op->call.id].step == step_write;
	bool socket_only = steps[op->call.id].socket_only;

	if (!socket_only && !moves)
		return result;
	if (result != -ENOTSOCK && (result != -EBADF || STACK_CALL(lib, poll, INT(0), 0) & POLLNVAL))
		return result;
	return socket_only ? -ENOTSOCK : -EINVAL;
}

/* Sending and receiving without flags is writing and reading. An end of a pair has no address, so none is told, and
 * none can be given. False: it would be more than that. */
static bool is_plain_transfer(const struct operation *op, bool *addressed)
{
	const enum call_id id = op->call.id;
	const bool whole = id == CALL_SENDMSG || id == CALL_RECVMSG;
	const int flags = whole ? INT(2) : INT(3);
	struct msghdr *m = whole ? AT(1) : NULL;

	*addressed = id == CALL_SENDMSG ? m && m->msg_name : id == CALL_SENDTO && AT(4);
	if (flags & ~(MSG_DONTWAIT | MSG_NOSIGNAL) || (id == CALL_SENDMSG && m && m->msg_controllen))
		return false;
	if (id == CALL_RECVMSG && m)
		m->msg_namelen = 0, m->msg_controllen = 0, m->msg_flags = 0;
	if (id == CALL_RECVFROM && AT(5))
		*(socklen_t *)AT(5) = 0;
	return whole || id == CALL_SEND || id == CALL_SENDTO || id == CALL_RECV || id == CALL_RECVFROM;
}

static int64_t step_of_pair(struct library *lib, struct operation *op)
{
	bool addressed;

	if (op->call.id == CALL_SHUTDOWN)
		return files_shutdown(lib->files, INT(0), INT(1));
	if (!is_plain_transfer(op, &addressed))
		return library_cannot(lib, "what one of a pair of sockets does but read, write and shut down");
	return addressed ? -EISCONN : steps[op->call.id].step(lib, op);
}

int64_t library_step(struct library *lib, struct operation *op)
{
	if (steps[op->call.id].socket_only && files_is_pair(lib->files, INT(0)))
		return step_of_pair(lib, op);
	if (steps[op->call.id].socket_only && files_has(lib->files, INT(0)))
		return -ENOTSOCK;
	for (int i = 0; i < CALL_ARGUMENT_SLOTS; i++)
		if ((steps[op->call.id].pointers >> i & 1) && !AT(i))
			return -EFAULT;
	return of_no_socket(lib, op, steps[op->call.id].step(lib, op));
}
