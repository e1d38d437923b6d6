/* SPDX-License-Identifier: MIT
 *
 * process_message.c - bytes to and from the sockets of an adapter
 *
 * A question has room for 1 MiB. What is longer goes in pieces, as long as each is taken or filled as a whole; a
 * datagram of that size there cannot be. Messages with control data are a question of their own, which adapters need
 * not know.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>

#include "target/process/process_internal.h"
#include "util/checked.h"
#include "util/little_endian.h"

enum { PIECE = PROTODRILL_BODY - 65536, MOST_CONTROL = 32768 };

static size_t length_of(const struct msghdr *m)
{
	size_t length = 0;

	for (size_t i = 0; i < m->msg_iovlen; i++)
		length += m->msg_iov[i].iov_len;
	return length;
}

/* Copy up to @length bytes between @bytes and the buffers of @m, of which the first @skip bytes are passed over. */
static void copy(const struct msghdr *m, size_t skip, uint8_t *bytes, size_t length, bool out)
{
	for (size_t i = 0; i < m->msg_iovlen && length; i++) {
		const struct iovec *v = &m->msg_iov[i];
		size_t gone = skip < v->iov_len ? skip : v->iov_len;
		size_t part = v->iov_len - gone < length ? v->iov_len - gone : length;

		skip -= gone;
		if (part && out)
			memcpy(bytes, (char *)v->iov_base + gone, part);
		else if (part)
			memcpy((char *)v->iov_base + gone, bytes, part);
		bytes += part;
		length -= part;
	}
}

static bool is_stream(struct process *p, int fd)
{
	const struct process_socket *s = process_socket_find(p, fd);

	return s && s->type == SOCK_STREAM;
}

/* An error that was handed back is returned first. */
static int kept_error(struct process *p, int fd)
{
	struct process_socket *s = process_socket_find(p, fd);
	int error = s ? s->error : 0;

	if (s)
		s->error = 0;
	return -error;
}

/* ---- sending ---- */

static int64_t send_piece(struct process *p, int fd, const struct msghdr *m, int flags, size_t at)
{
	const bool waits = process_is_blocking(&p->base, fd) && !(at && p->flags & PROTODRILL_BLOCKS);
	size_t control = at ? 0 : m->msg_controllen, left = length_of(m) - at, length = left < PIECE ? left : PIECE;
	struct process_call call = {
		.op = control ? PROTODRILL_OP_SENDMSG : PROTODRILL_OP_SEND,
		.a = { fd, (flags & ~MSG_NOSIGNAL) | (waits ? 0 : MSG_DONTWAIT), (int)control },
		.address = m->msg_name, .address_length = m->msg_name ? m->msg_namelen : 0,
		.length = control + length,
	};
	uint8_t *bytes = checked_memory(malloc(call.length + 1));

	if (control)
		memcpy(bytes, m->msg_control, control);
	copy(m, at, bytes + control, length, true);
	call.bytes = bytes;
	int64_t value = process_call(p, &call);
	free(bytes);
	if (value > (int64_t)length) {
		adapter_break(p->adapter, "answered send of %zu bytes with %lld", length, (long long)value);
		return -EIO;
	}
	return value;
}

int64_t process_sendmsg(struct stack_driver *d, int fd, const struct msghdr *message, int flags)
{
	struct process *p = process_of(d);
	struct process_socket *s = process_socket_find(p, fd);
	int64_t total = 0, value = kept_error(p, fd);
	const size_t length = length_of(message);

	if (message->msg_controllen > MOST_CONTROL)
		return -ENOBUFS;
	/* A question has no words for half an address, and without one it would go elsewhere. */
	if (!value && message->msg_name && message->msg_namelen && !is_stream(p, fd))
		value = process_judge_address(message->msg_name, message->msg_namelen);
	/* A kernel counts the pieces of memory that it borrows, and would be given only one. */
	if (p->wire && flags & MSG_ZEROCOPY && message->msg_iovlen > 1)
		return process_cannot(p, "a message goes to another machine as a whole, not in the pieces of "
		                      "MSG_ZEROCOPY");
	while (value >= 0) {
		value = send_piece(p, fd, message, flags, (size_t)total);
		total += value > 0 ? value : 0;
		if (value < PIECE || (size_t)total >= length || !is_stream(p, fd))
			break;
	}
	if (s && flags & MSG_FASTOPEN)
		s->opening = total > 0;
	return total ? total : value;
}

/* ---- receiving ---- */

static void take_control(struct msghdr *m, const struct process_call *call, size_t length)
{
	m->msg_flags = (int)little_endian_get(call->out, 4);
	if (length > m->msg_controllen) {
		length = m->msg_controllen;
		m->msg_flags |= MSG_CTRUNC;
	}
	if (length)
		memcpy(m->msg_control, call->out + 8, length);
	m->msg_controllen = length;
}

/* The bytes in an answer, or NULL: the answer makes no sense. */
static const uint8_t *take_bytes(struct process *p, struct msghdr *m, const struct process_call *call, size_t *length)
{
	size_t control = 0, head = 0;

	if (call->op == PROTODRILL_OP_RECVMSG) {
		control = call->out_length >= 8 ? (size_t)little_endian_get(call->out + 4, 4) : SIZE_MAX;
		head = 8;
		if (control > call->out_length - head) {
			adapter_break(p->adapter, "answered recvmsg with less than it announced");
			return NULL;
		}
		take_control(m, call, control);
	}
	*length = call->out_length - head - control;
	return call->out + head + control;
}

static int64_t receive_piece(struct process *p, int fd, struct msghdr *m, int flags, size_t at)
{
	size_t left = length_of(m) - at, room = left < PIECE ? left : PIECE, got = 0;
	bool messages = !p->no_messages && !at;
	struct process_call call = {
		.op = messages ? PROTODRILL_OP_RECVMSG : PROTODRILL_OP_RECEIVE,
		.a = { fd, flags & ~MSG_DONTWAIT, (int)room },
	};
	bool waits = process_is_blocking(&p->base, fd) && !(flags & (MSG_DONTWAIT | MSG_ERRQUEUE)) && !at;

	/* A stack that lets no call wait need not be told. */
	if (p->flags & PROTODRILL_BLOCKS && !waits)
		call.a[1] |= MSG_DONTWAIT;

	if (messages)
		call.a[3] = m->msg_controllen < MOST_CONTROL ? (int)m->msg_controllen : MOST_CONTROL;
	int64_t value = process_call(p, &call);
	if (value < 0)
		return value;
	const uint8_t *bytes = take_bytes(p, m, &call, &got);
	if (!bytes)
		return -EIO;
	if (got > room || (int64_t)got > value || ((size_t)value > room && !(flags & MSG_TRUNC) && messages)) {
		adapter_break(p->adapter, "answered receive with %lld and %zu bytes, and there is room for %zu",
		              (long long)value, got, room);
		return -EIO;
	}
	if (got < room && (int64_t)got < value && !(flags & MSG_TRUNC)) {
		adapter_break(p->adapter, "answered receive with %lld and only %zu bytes", (long long)value, got);
		return -EIO;
	}
	copy(m, at, (uint8_t *)bytes, got, false);
	if (m->msg_name && !at)
		process_give_address(&call, m->msg_name, &m->msg_namelen);
	if (!messages && !at) {
		m->msg_flags = (size_t)value > room ? MSG_TRUNC : 0;
		m->msg_controllen = 0;
	}
	return (size_t)value > room && !(flags & MSG_TRUNC) ? (int64_t)room : value;
}

int64_t process_recvmsg(struct stack_driver *d, int fd, struct msghdr *message, int flags)
{
	struct process *p = process_of(d);
	const size_t length = length_of(message);
	int64_t total = 0, value = kept_error(p, fd);

	while (value >= 0) {
		value = receive_piece(p, fd, message, flags, (size_t)total);
		if (value == DRIVER_CANNOT && !p->no_messages) {
			p->no_messages = true;
			value = flags & MSG_ERRQUEUE ? value : receive_piece(p, fd, message, flags, (size_t)total);
		}
		total += value > 0 ? value : 0;
		if (value < PIECE || (size_t)total >= length || !is_stream(p, fd) || flags & MSG_PEEK)
			break;
	}
	return total ? total : value;
}
