/* SPDX-License-Identifier: MIT
 *
 * transfer.c - calls that move bytes: reading, writing, sendfile, splice
 *
 * All forms of reading and writing become one struct msghdr. A step that goes on in the middle of the
 * caller's buffers (a blocking write, MSG_WAITALL) makes a copy of the list of buffers without what is done.
 */
#include <errno.h>
#include <limits.h>
#include <linux/sockios.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>

#include "target/library/library_internal.h"

#include "util/checked.h"

enum {
	MOST_BYTES = 1 << 30,                                /* in one call */
	VECTORS = 1024,                                      /* IOV_MAX of Linux */
	CHUNK = 65536,
};

/* ---- waiting ---- */

int64_t operation_block(struct operation *op, vtime_t timeout, int64_t give_up)
{
	op->deadline = vtime_add(op->started, timeout);
	op->give_up = give_up;
	return WOULD_BLOCK;
}

/* A timer runs until the call has got somewhere, and then anew for what is left of the time. That the step was tried
 * in between is our way of waiting. */
int64_t operation_block_on(struct library *lib, struct operation *op, vtime_t timeout, int64_t give_up)
{
	op->give_up = give_up;
	if (op->timed && op->timed_done == op->done)
		return WOULD_BLOCK;
	operation_block(op, timeout, give_up);
	if (lib->driver->ops->wait_end && !vtime_is_never(timeout))
		op->deadline = lib->driver->ops->wait_end(lib->driver, op->deadline);
	op->timed = true;
	op->timed_done = op->done;
	return WOULD_BLOCK;
}

bool library_is_blocking(const struct library *lib, int fd)
{
	return files_has(lib->files, fd) ? files_is_blocking(lib->files, fd) : STACK_CALL(lib, is_blocking, fd);
}

/* ---- the shape of a transfer ---- */

#define INT(i) ((int)op->call.arguments[i].number)
#define NUMBER(i) (op->call.arguments[i].number)
#define AT(i) (op->call.arguments[i].pointer)

/* Any call in one shape: what the user gave, and what is left of it. */
struct transfer {
	int fd, flags;
	struct msghdr message;                               /* the user's, or made from the other arguments */
	struct iovec one;                                    /* of the calls with a single buffer */
	struct iovec *rest;                                  /* what is left; free() it */
	bool no_memory_given;                                /* a null pointer stands for bytes */
};

/* Make t->rest: the buffers without their first @skip bytes, limited to MOST_BYTES. */
static void make_rest(struct transfer *t, size_t skip)
{
	size_t room = MOST_BYTES;

	t->rest = checked_memory(calloc(t->message.msg_iovlen + 1, sizeof(*t->rest)));
	for (size_t i = 0; i < t->message.msg_iovlen; i++) {
		struct iovec v = t->message.msg_iov[i];
		size_t gone = skip < v.iov_len ? skip : v.iov_len;

		t->no_memory_given |= v.iov_len && !v.iov_base;
		v.iov_len -= gone;
		if (v.iov_base)
			v.iov_base = (char *)v.iov_base + gone;
		v.iov_len = v.iov_len < room ? v.iov_len : room;
		skip -= gone;
		room -= v.iov_len;
		t->rest[i] = v;
	}
	t->message.msg_iov = t->rest;
}

/* What the call still has to move; the caller frees t->rest. 0 or minus an errno. */
static int64_t take_arguments(struct operation *op, struct transfer *t)
{
	enum call_id id = op->call.id;

	*t = (struct transfer){ .fd = INT(0) };
	if (id == CALL_RECVMSG || id == CALL_SENDMSG) {
		if (!AT(1))
			return -EFAULT;
		t->message = *(struct msghdr *)AT(1);
		t->flags = INT(2);
	} else if (id == CALL_READV || id == CALL_WRITEV) {
		t->message = (struct msghdr){ .msg_iov = AT(1), .msg_iovlen = (size_t)NUMBER(2) };
	} else {
		t->one = (struct iovec){ AT(1), (size_t)NUMBER(2) };
		t->message = (struct msghdr){ .msg_iov = &t->one, .msg_iovlen = 1 };
		if (NUMBER(2) < 0)
			return id == CALL_READ || id == CALL_WRITE ? -EINVAL : -EFAULT;
		t->flags = id == CALL_READ || id == CALL_WRITE ? 0 : INT(3);
	}
	if (t->message.msg_iovlen && !t->message.msg_iov)
		return -EFAULT;
	if (t->message.msg_iovlen > VECTORS)
		return id == CALL_READV || id == CALL_WRITEV ? -EINVAL : -EMSGSIZE;
	if (id == CALL_SENDTO)
		t->message = (struct msghdr){ AT(4), (socklen_t)INT(5), &t->one, 1, NULL, 0, 0 };
	if (id == CALL_RECVFROM && AT(5))
		t->message = (struct msghdr){ AT(4), *(socklen_t *)AT(5), &t->one, 1, NULL, 0, 0 };
	make_rest(t, (size_t)op->done);
	return 0;
}

static size_t length_left(const struct transfer *t)
{
	size_t length = 0;

	for (size_t i = 0; i < t->message.msg_iovlen; i++)
		length += t->message.msg_iov[i].iov_len;
	return length;
}

static bool is_stream(const struct library *lib, int fd)
{
	int type = 0;
	socklen_t length = sizeof(type);

	return STACK_CALL(lib, getsockopt, fd, SOL_SOCKET, SO_TYPE, &type, &length) == 0 && type == SOCK_STREAM;
}

/* Files: one buffer after another, until one is only partly filled or taken. */
static int64_t move_file(struct library *lib, const struct transfer *t, bool write)
{
	int64_t total = 0;

	if (t->no_memory_given)
		return -EFAULT;
	for (size_t i = 0; i < t->message.msg_iovlen; i++) {
		const struct iovec *v = &t->message.msg_iov[i];
		int64_t moved = write ? files_write(lib->files, t->fd, v->iov_base, v->iov_len)
				      : files_read(lib->files, t->fd, v->iov_base, v->iov_len);

		if (moved < 0)
			return total ? total : moved;
		total += moved;
		if ((size_t)moved < v->iov_len)
			break;
	}
	return total;
}

/* ---- reading ---- */

/* MSG_TRUNC of a stream: what is read is thrown away (tcp(7)), so there need be no memory for it. */
static int64_t receive_to_discard(struct library *lib, const struct transfer *t)
{
	const size_t length = length_left(t);
	struct iovec v = { malloc(length), length };
	struct msghdr message = { .msg_iov = &v, .msg_iovlen = 1 };
	int64_t result = v.iov_base ? STACK_CALL(lib, recvmsg, t->fd, &message, t->flags) : -EFAULT;

	free(v.iov_base);
	return result;
}

/* Is there something to receive, for which there is no memory? The text of a stream stays where it is, and a datagram
 * is lost. */
static int64_t receive_nowhere(struct library *lib, const struct transfer *t)
{
	char byte;
	struct iovec v = { &byte, 1 };
	struct msghdr message = { .msg_iov = &v, .msg_iovlen = 1 };
	const bool stream = is_stream(lib, t->fd);

	if (stream && (t->flags & (MSG_TRUNC | MSG_OOB)) == MSG_TRUNC)
		return receive_to_discard(lib, t);
	int64_t result = STACK_CALL(lib, recvmsg, t->fd, &message, t->flags | (stream ? MSG_PEEK : 0));

	return result > 0 ? -EFAULT : result;
}

static int64_t receive(struct library *lib, struct operation *op, struct transfer *t)
{
	struct msghdr *user = AT(1);
	int64_t result;

	if (files_has(lib->files, t->fd))
		return move_file(lib, t, false);
	if (t->no_memory_given)
		return receive_nowhere(lib, t);
	if ((op->call.id == CALL_READ || op->call.id == CALL_READV) && !length_left(t))
		return STACK_CALL(lib, poll, t->fd, 0) & POLLNVAL ? -EBADF : 0;
	if (op->done)
		t->message.msg_controllen = 0;
	result = STACK_CALL(lib, recvmsg, t->fd, &t->message, t->flags);
	if (result >= 0 && op->call.id == CALL_RECVFROM && AT(5))
		*(socklen_t *)AT(5) = t->message.msg_namelen;
	if (result >= 0 && op->call.id == CALL_RECVMSG) {
		user->msg_flags = t->message.msg_flags;
		user->msg_namelen = t->message.msg_namelen;
		if (!op->done)
			user->msg_controllen = t->message.msg_controllen;
	}
	return result;
}

/* For how many bytes a blocking call waits: all (MSG_WAITALL), or SO_RCVLOWAT; at least one. */
static size_t enough(struct library *lib, const struct transfer *t, size_t whole)
{
	int low = 1;
	socklen_t length = sizeof(low);

	if ((!(t->flags & MSG_WAITALL) && !lib->low_water) || !is_stream(lib, t->fd))
		return 1;
	if (t->flags & MSG_WAITALL)
		return whole;
	if (STACK_CALL(lib, getsockopt, t->fd, SOL_SOCKET, SO_RCVLOWAT, &low, &length) != 0 || low < 1)
		low = 1;
	return (size_t)low < whole ? (size_t)low : whole;
}

/* Must a call that has @done bytes wait for more? Not at the end of a stream. */
static bool wants_more(struct library *lib, const struct transfer *t, size_t done, size_t whole)
{
	const short ended = POLLRDHUP | POLLHUP | POLLERR;

	if (files_has(lib->files, t->fd) || done >= whole || done >= enough(lib, t, whole))
		return false;
	return !(STACK_CALL(lib, poll, t->fd, POLLRDHUP) & ended);
}

int64_t step_read(struct library *lib, struct operation *op)
{
	struct transfer t;
	int64_t result = take_arguments(op, &t);
	bool waits;

	if (result < 0)
		return result;
	waits = library_is_blocking(lib, t.fd) && !(t.flags & (MSG_DONTWAIT | MSG_ERRQUEUE));
	size_t whole = (size_t)op->done + length_left(&t);
	/* SO_RCVLOWAT also decides when a sleeper is woken, whatever would be enough for the call. */
	bool wakes = !lib->low_water || !op->asleep || !is_stream(lib, t.fd) ||
	             STACK_CALL(lib, poll, t.fd, POLLIN | POLLPRI | POLLRDHUP);
	result = wakes ? receive(lib, op, &t) : -EAGAIN;
	if (result > 0 && !(t.flags & MSG_PEEK))
		op->done += result;
	int64_t there = result > 0 && t.flags & MSG_PEEK ? result : op->done;
	bool more = waits && result > 0 && wants_more(lib, &t, (size_t)there, whole);
	free(t.rest);
	if (waits && (result == -EAGAIN || more)) {
		vtime_t timeout = files_has(lib->files, t.fd) ? VTIME_NEVER : STACK_CALL(lib, receive_timeout, t.fd);
		op->asleep = !files_has(lib->files, t.fd);
		return operation_block_on(lib, op, timeout, there ? there : -EAGAIN);
	}
	/* An error that ended the wait is left to the next call. */
	if (there && result < 0 && result != -EAGAIN)
		STACK_CALL(lib, return_error, t.fd, (int)-result);
	return there ? there : result;
}

/* ---- writing ---- */

/* A connection that the call itself has opened (MSG_FASTOPEN) must be established before it goes on. */
static int64_t await_connection(struct library *lib, struct operation *op, struct transfer *t)
{
	int64_t result = STACK_CALL(lib, connect_result, t->fd);

	if (result == -EINPROGRESS)
		return -EAGAIN;
	op->connecting = false;
	if (result < 0)                                      /* what the SYN carried is lost */
		op->done = 0;
	t->flags &= ~MSG_FASTOPEN;
	t->message.msg_name = NULL;
	t->message.msg_namelen = 0;
	return result;
}

static bool may_wait(const struct library *lib, const struct transfer *t)
{
	return library_is_blocking(lib, t->fd) && !(t->flags & MSG_DONTWAIT);
}

/* Errors of the socket come before the error about the null pointer; and if the call opens a connection, a SYN without
 * data goes out. */
static int64_t send_nothing(struct library *lib, struct operation *op, struct transfer *t)
{
	struct msghdr empty = { .msg_name = t->message.msg_name, .msg_namelen = t->message.msg_namelen };
	int64_t result = 0;

	if (op->connecting)
		result = await_connection(lib, op, t);
	else if (is_stream(lib, t->fd))
		result = STACK_CALL(lib, sendmsg, t->fd, &empty, t->flags);
	if (result == -EINPROGRESS && may_wait(lib, t)) {
		op->connecting = true;
		return -EAGAIN;
	}
	return result < 0 ? result : -EFAULT;
}

static int64_t send_rest(struct library *lib, struct operation *op, struct transfer *t)
{
	int64_t result = 0;

	if (files_has(lib->files, t->fd))
		return move_file(lib, t, true);
	if (t->no_memory_given)
		return send_nothing(lib, op, t);
	if (op->connecting)
		result = await_connection(lib, op, t);
	else if (op->refused && !STACK_CALL(lib, poll, t->fd, POLLOUT))
		return -EAGAIN;
	else if (op->done)
		t->message.msg_name = NULL;
	if (result < 0 || (op->done && !length_left(t)))
		return result;
	result = STACK_CALL(lib, sendmsg, t->fd, &t->message, t->flags);
	if (result == -EINPROGRESS && may_wait(lib, t)) {
		op->connecting = true;
		result = -EAGAIN;
	} else if (result > 0) {                             /* it is in a SYN: the call waits for what becomes of
	                                                        that */
		op->connecting = may_wait(lib, t) && STACK_CALL(lib, is_opening, t->fd);
	}
	return result;
}

/* Step by step, as much as a socket or a pipe takes at a time, until everything is in or it refuses. */
int64_t step_write(struct library *lib, struct operation *op)
{
	struct transfer t;
	int64_t result = take_arguments(op, &t);
	bool waits;

	if (result < 0)
		return result;
	waits = may_wait(lib, &t);
	size_t wanted = length_left(&t);
	result = send_rest(lib, op, &t);
	free(t.rest);
	if (result > 0)
		op->done += result;
	if (waits && (result == -EAGAIN || op->connecting || (result > 0 && (size_t)result < wanted))) {
		vtime_t timeout = files_has(lib->files, t.fd) ? VTIME_NEVER : STACK_CALL(lib, send_timeout, t.fd);
		op->refused = true;
		return operation_block_on(lib, op, timeout, op->done ? op->done : -EAGAIN);
	}
	return op->done ? op->done : result;
}

/* ---- sendfile and splice ---- */

static int64_t send_bytes(struct library *lib, int fd, void *bytes, size_t length, int flags)
{
	struct iovec v = { bytes, length };
	struct msghdr message = { .msg_iov = &v, .msg_iovlen = 1 };

	return files_has(lib->files, fd) ? files_write(lib->files, fd, bytes, length)
				       : STACK_CALL(lib, sendmsg, fd, &message, flags);
}

static int64_t receive_bytes(struct library *lib, int fd, void *bytes, size_t length)
{
	struct iovec v = { bytes, length };
	struct msghdr message = { .msg_iov = &v, .msg_iovlen = 1 };

	return files_has(lib->files, fd) ? files_read(lib->files, fd, bytes, length)
				       : STACK_CALL(lib, recvmsg, fd, &message, 0);
}

/* sendfile(out, in, offset, count): @offset NULL means the file's own position. Only a file can be read from elsewhere:
 * Linux looks at that before it looks at the count. */
int64_t step_sendfile(struct library *lib, struct operation *op)
{
	int64_t *offset = AT(2), result = 0, at = offset ? *offset : files_position(lib->files, INT(1));
	size_t count = NUMBER(3) < 0 ? 0 : NUMBER(3) < MOST_BYTES ? (size_t)NUMBER(3) : MOST_BYTES;
	uint8_t *zeros;

	if (!files_has(lib->files, INT(1)))
		return STACK_CALL(lib, poll, INT(1), 0) & POLLNVAL ? -EBADF : offset ? -ESPIPE : -EINVAL;
	if (offset && (files_is_pipe(lib->files, INT(1)) || files_is_pair(lib->files, INT(1))))
		return -ESPIPE;
	if (NUMBER(3) < 0)
		return -EINVAL;
	int64_t left = files_available(lib->files, INT(1), at, count - (size_t)op->done);
	if (left < 0)
		return left;
	zeros = checked_memory(calloc(1, CHUNK));
	while (left > 0 && result >= 0) {
		size_t chunk = left < CHUNK ? (size_t)left : CHUNK;

		result = send_bytes(lib, INT(0), zeros, chunk, left > CHUNK ? MSG_MORE : 0);
		if (result <= 0)
			break;
		at += result;
		left -= result;
		op->done += result;
	}
	free(zeros);
	if (offset)
		*offset = at;
	else
		files_seek(lib->files, INT(1), at);
	if (result == -EAGAIN && library_is_blocking(lib, INT(0)))
		return operation_block(op, VTIME_NEVER, -EAGAIN);
	return op->done ? op->done : result;
}

/* Offsets come as pointer values, so only none at all is useful. */
static int64_t splice_arguments(const struct library *lib, const struct operation *op)
{
	bool from_pipe = files_is_pipe(lib->files, INT(0)), to_pipe = files_is_pipe(lib->files, INT(2));

	if (!from_pipe && !to_pipe)
		return -EINVAL;
	if ((AT(1) && from_pipe) || (AT(3) && to_pipe))
		return -ESPIPE;
	return AT(1) || AT(3) ? -EFAULT : 0;
}

/* How many bytes certainly fit into the destination; 0: the pipe is full. */
static size_t splice_room(const struct library *lib, const struct operation *op)
{
	size_t room = NUMBER(4) < CHUNK ? (size_t)NUMBER(4) : CHUNK;

	if (files_is_pipe(lib->files, INT(2)) && files_pipe_room(lib->files, INT(2)) < room)
		room = files_pipe_room(lib->files, INT(2));
	if (files_is_pipe(lib->files, INT(0)) && files_pipe_level(lib->files, INT(0)) < room)
		room = files_pipe_level(lib->files, INT(0));
	return room;
}

/* From a pipe into a socket that takes only a part: the rest must stay in the pipe. */
static int64_t splice_out(struct library *lib, struct operation *op, uint8_t *bytes, size_t room)
{
	bool more = INT(5) & 4;                              /* SPLICE_F_MORE */
	int64_t got = files_read(lib->files, INT(0), bytes, room), sent;
	int pipe = INT(0);

	if (got <= 0)
		return got;
	sent = send_bytes(lib, INT(2), bytes, (size_t)got, more ? MSG_MORE : 0);
	files_unread(lib->files, pipe, (size_t)(got - (sent > 0 ? sent : 0)));
	return sent;
}

/* From a socket into a pipe. The byte at the urgent mark cannot be spliced, and what is behind it waits until that byte
 * has been read in another way: until then there is nothing. */
static int64_t splice_in(struct library *lib, const struct operation *op, uint8_t *bytes, size_t room)
{
	int at_mark = 0;
	int64_t got;

	if (!room)
		return -EAGAIN;
	if (!files_has(lib->files, INT(0)))
		STACK_CALL(lib, ioctl, INT(0), SIOCATMARK, &at_mark);
	if (at_mark)
		return 0;
	got = receive_bytes(lib, INT(0), bytes, room);
	return got > 0 ? files_write(lib->files, INT(2), bytes, (size_t)got) : got;
}

int64_t step_splice(struct library *lib, struct operation *op)
{
	bool waits = !(INT(5) & 2);                          /* SPLICE_F_NONBLOCK is about the pipe, not about a
	                                                        socket */
	int64_t result = splice_arguments(lib, op);
	uint8_t *bytes;
	size_t room;

	if (result < 0 || NUMBER(4) <= 0)
		return result < 0 ? result : NUMBER(4) < 0 ? -EINVAL : 0;
	bytes = checked_memory(malloc(CHUNK));
	room = splice_room(lib, op);
	if (files_is_pipe(lib->files, INT(0))) {
		result = splice_out(lib, op, bytes, room ? room : 1);
	} else {
		result = splice_in(lib, op, bytes, room);
		waits = library_is_blocking(lib, INT(0));
	}
	free(bytes);
	return result == -EAGAIN && waits ? operation_block(op, VTIME_NEVER, -EAGAIN) : result;
}
