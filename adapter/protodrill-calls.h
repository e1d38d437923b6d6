/* SPDX-License-Identifier: MIT
 *
 * protodrill-calls.h - a part of protodrill-adapter.h, which includes it: CALL
 */
#ifndef PROTODRILL_CALLS_H
#define PROTODRILL_CALLS_H

#include "protodrill-frames.h"

/* A call with its arguments, and room for what it returns. */
struct protodrill_asked {
	unsigned op;
	int a[4];
	struct protodrill_address address;                   /* in and out */
	const uint8_t *in;
	size_t length;
	uint8_t *out;
	size_t filled, room;                                 /* of .out */
};

#define PROTODRILL_ASK(function, ...) (s->function ? s->function(__VA_ARGS__) : PROTODRILL_UNKNOWN)

static int64_t protodrill_receive(const struct protodrill_stack_v1 *s, struct protodrill_asked *q)
{
	size_t room = q->a[2] < 0 ? 0 : (size_t)q->a[2] < q->room ? (size_t)q->a[2] : q->room;
	int64_t value = PROTODRILL_ASK(receive, q->a[0], q->a[1], &q->address, q->out, room);

	q->filled = value < 0 ? 0 : (size_t)value < room ? (size_t)value : room;
	return value;
}

static int64_t protodrill_sendmsg(const struct protodrill_stack_v1 *s, struct protodrill_asked *q)
{
	size_t control = (size_t)q->a[2] < q->length ? (size_t)q->a[2] : q->length;
	struct protodrill_message m;

	memset(&m, 0, sizeof(m));
	m.address = q->address;
	m.control = (void *)q->in;
	m.control_length = control;
	m.bytes = (void *)(q->in + control);
	m.length = q->length - control;
	return PROTODRILL_ASK(sendmsg, q->a[0], q->a[1], &m);
}

/* Flags, length of the control data, control data, bytes. */
static int64_t protodrill_recvmsg(const struct protodrill_stack_v1 *s, struct protodrill_asked *q)
{
	size_t control = q->a[3] < 0 || q->a[3] > 65536 ? 0 : (size_t)q->a[3], most = q->room - 8 - control;
	struct protodrill_message m;
	int64_t value;

	memset(&m, 0, sizeof(m));
	m.control = q->out + 8;
	m.control_length = control;
	m.bytes = q->out + 8 + control;
	m.length = q->a[2] < 0 ? 0 : (size_t)q->a[2] < most ? (size_t)q->a[2] : most;
	value = PROTODRILL_ASK(recvmsg, q->a[0], q->a[1], &m);
	if (value < 0)
		return value;
	for (int i = 0; i < 4; i++) {
		q->out[i] = (uint8_t)(m.flags >> 8 * i);
		q->out[4 + i] = (uint8_t)(m.control_length >> 8 * i);
	}
	memmove(q->out + 8 + m.control_length, m.bytes, m.length);
	q->filled = 8 + m.control_length + m.length;
	q->address = m.address;
	return value;
}

static int64_t protodrill_getsockopt(const struct protodrill_stack_v1 *s, struct protodrill_asked *q)
{
	uint32_t length = q->a[3] < 0 ? 0 : (size_t)q->a[3] < q->room ? (uint32_t)q->a[3] : (uint32_t)q->room;

	memcpy(q->out, q->in, q->length < length ? q->length : length);
	int value = PROTODRILL_ASK(getsockopt, q->a[0], q->a[1], q->a[2], q->out, &length);
	q->filled = value < 0 ? 0 : length;
	return value;
}

/* A value that is NULL is told by its length, plus one. */
static int64_t protodrill_setsockopt(const struct protodrill_stack_v1 *s, struct protodrill_asked *q)
{
	const int null = q->a[3] > 0;

	return PROTODRILL_ASK(setsockopt, q->a[0], q->a[1], q->a[2], null ? NULL : q->in,
	                      null ? (uint32_t)q->a[3] - 1 : (uint32_t)q->length);
}

static int64_t protodrill_poll(const struct protodrill_stack_v1 *s, struct protodrill_asked *q)
{
	uint64_t generation = 0;
	int value = PROTODRILL_ASK(poll, q->a[0], q->a[1], &generation);

	for (int i = 0; i < 8 && generation; i++)
		q->out[q->filled++] = (uint8_t)(generation >> 8 * i);
	return value;
}

static int64_t protodrill_ioctl(const struct protodrill_stack_v1 *s, struct protodrill_asked *q)
{
	memcpy(q->out, q->in, q->length);
	q->filled = q->length;
	return PROTODRILL_ASK(ioctl, q->a[0], (uint32_t)q->a[1], q->out, q->length);
}

static int protodrill_close(const struct protodrill_stack_v1 *s, int fd)
{
	int value = PROTODRILL_ASK(close, fd);

	if (s->objects && value >= 0)
		protodrill.objects[fd] = NULL;
	return value;
}

static int64_t protodrill_do(const struct protodrill_stack_v1 *s, struct protodrill_asked *q)
{
	const struct protodrill_address *given = q->address.family ? &q->address : NULL;
	const int *a = q->a;

	if (s->objects && q->op > PROTODRILL_OP_SOCKET && q->op <= PROTODRILL_OP_CONNECT_RESULT &&
	    q->op != PROTODRILL_OP_LINGERING && !protodrill_object(a[0]))
		return q->op == PROTODRILL_OP_POLL ? POLLNVAL : -EBADF;
	switch (q->op) {
	case PROTODRILL_OP_SOCKET: return PROTODRILL_ASK(socket, a[0], a[1], a[2]);
	case PROTODRILL_OP_BIND: return PROTODRILL_ASK(bind, a[0], &q->address);
	case PROTODRILL_OP_LISTEN: return PROTODRILL_ASK(listen, a[0], a[1]);
	case PROTODRILL_OP_ACCEPT: return PROTODRILL_ASK(accept, a[0], &q->address);
	case PROTODRILL_OP_CONNECT: return PROTODRILL_ASK(connect, a[0], &q->address, !a[1]);
	case PROTODRILL_OP_SEND: return PROTODRILL_ASK(send, a[0], a[1], given, q->in, q->length);
	case PROTODRILL_OP_RECEIVE: return protodrill_receive(s, q);
	case PROTODRILL_OP_CLOSE: return protodrill_close(s, a[0]);
	case PROTODRILL_OP_SHUTDOWN: return PROTODRILL_ASK(shutdown, a[0], a[1]);
	case PROTODRILL_OP_GETSOCKOPT: return protodrill_getsockopt(s, q);
	case PROTODRILL_OP_SETSOCKOPT: return protodrill_setsockopt(s, q);
	case PROTODRILL_OP_GETSOCKNAME: return PROTODRILL_ASK(getsockname, a[0], &q->address);
	case PROTODRILL_OP_GETPEERNAME: return PROTODRILL_ASK(getpeername, a[0], &q->address);
	case PROTODRILL_OP_POLL: return protodrill_poll(s, q);
	case PROTODRILL_OP_IOCTL: return protodrill_ioctl(s, q);
	case PROTODRILL_OP_SENDMSG: return protodrill_sendmsg(s, q);
	case PROTODRILL_OP_RECVMSG: return protodrill_recvmsg(s, q);
	case PROTODRILL_OP_LINGERING: return PROTODRILL_ASK(lingering, a[0]);
	case PROTODRILL_OP_CONNECT_RESULT: return PROTODRILL_ASK(connect_result, a[0]);
	default: return PROTODRILL_UNKNOWN;
	}
}

static int protodrill_answer_call(void)
{
	struct protodrill_asked q;
	int64_t value;
	int takes;                                           /* an address, rather than giving one */

	memset(&q, 0, sizeof(q));
	q.op = (unsigned)protodrill_take(4);
	for (int i = 0; i < 4; i++)
		q.a[i] = (int32_t)protodrill_take(4);
	protodrill_take_address(&q.address);
	q.in = protodrill.question + protodrill.at;
	q.length = protodrill.length - protodrill.at;
	q.out = protodrill.answer + 8 + PROTODRILL_ADDRESS;
	q.room = PROTODRILL_BODY - 8 - PROTODRILL_ADDRESS;
	protodrill.call = &q;
	takes = q.op == PROTODRILL_OP_BIND || q.op == PROTODRILL_OP_CONNECT || q.op == PROTODRILL_OP_SEND ||
	        q.op == PROTODRILL_OP_SENDMSG;
	if (!takes)
		memset(&q.address, 0, sizeof(q.address));
	value = protodrill_do(protodrill.stack, &q);
	protodrill.call = NULL;
	if (value == PROTODRILL_UNKNOWN)
		return 0;
	if (takes || value == PROTODRILL_WAITS)
		memset(&q.address, 0, sizeof(q.address));
	protodrill_put((uint64_t)(value == PROTODRILL_WAITS ? INT64_MIN : value), 8);
	protodrill_put_address(&q.address);
	protodrill.filled += q.filled;
	return 1;
}

#endif
