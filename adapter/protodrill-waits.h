/* SPDX-License-Identifier: MIT
 *
 * protodrill-waits.h - an addition to protodrill-adapter.h for stacks whose calls wait by themselves
 *
 * A stack that can be asked again and again needs none of this: protodrill makes blocking calls from calls that never
 * block. But in some stacks accept(), connect(), send() and receive() have to wait, in threads of their own, or act
 * differently while they wait. Such a stack says .waits = 1 in its table. Then one of these functions may take a
 * ticket, return PROTODRILL_WAITS, and tell the end of the call by protodrill_returned(), at any later time:
 *
 *     static int64_t do_receive(int fd, int flags, struct protodrill_address *from, void *bytes, size_t room)
 *     {
 *             ...
 *             if (!there)
 *                     return (s->ticket = protodrill_ticket()) ? PROTODRILL_WAITS : -EAGAIN;
 *
 *     and when something is there
 *
 *             protodrill_returned(s->ticket, length, &(struct protodrill_message){ .address = who, .bytes = bytes,
 *                                                                                  .length = length });
 *
 * The rules:
 * - If there is no ticket, the caller does not want to wait, and the answer is -EAGAIN, or -EINPROGRESS from
 *   connect().
 * - All these functions are called by the thread that answers questions, and so must protodrill_returned() be: in one
 *   of the functions of the table (packet(), run(), wait() ...). A stack with threads must let them come to rest
 *   before a function returns, or two runs differ.
 * - A call is never withdrawn. If its caller gives up, it goes on, and its result is for the next caller that waits.
 *   close() is the exception: nothing is reported about its descriptor any more.
 *
 * Include it after protodrill-adapter.h, with PROTODRILL_ADAPTER_IMPLEMENTATION defined before that.
 */
#ifndef PROTODRILL_WAITS_H
#define PROTODRILL_WAITS_H

#include "protodrill-adapter.h"

/* The ticket of the present call, or 0: it is not to wait. */
static int protodrill_ticket(void)
{
	const struct protodrill_asked *q = protodrill.call;
	int waits = 0;

	if (!q || !protodrill.stack->waits)
		return 0;
	switch (q->op) {
	case PROTODRILL_OP_ACCEPT: case PROTODRILL_OP_CONNECT:
		waits = !q->a[1];
		break;
	case PROTODRILL_OP_SEND: case PROTODRILL_OP_RECEIVE: case PROTODRILL_OP_SENDMSG: case PROTODRILL_OP_RECVMSG:
		waits = !(q->a[1] & MSG_DONTWAIT);               /* which reading the error queue has, too */
		break;
	default:
		break;
	}
	return waits ? (int)(q->op << 16 | protodrill.tag) : 0;
}

static uint8_t *protodrill_number(uint8_t *at, uint64_t value, int bytes)
{
	for (; bytes--; value >>= 8)
		*at++ = (uint8_t)value;
	return at;
}

/* The call with that ticket has ended. @value is what the function would have returned, and @message, which may be
 * NULL, has what it would have given: the address of accept() and of those that receive, bytes, and for recvmsg() flags
 * and control data, too. */
static void protodrill_returned(int ticket, int64_t value, const struct protodrill_message *message)
{
	static struct protodrill_message nothing;
	const struct protodrill_message *m = message && value >= 0 ? message : &nothing;
	const int noted = ticket >> 16 == PROTODRILL_OP_RECVMSG && value >= 0;
	const size_t notes = noted ? 8 + m->control_length : 0;
	uint8_t *at = protodrill_append(&protodrill.ended, 2 + 8 + PROTODRILL_ADDRESS + notes + m->length,
	                                protodrill_now());

	at = protodrill_number(at, (uint64_t)ticket, 2);
	at = protodrill_number(at, (uint64_t)value, 8);
	at = protodrill_number(at, m->address.family, 2);
	at = protodrill_number(at, m->address.port, 2);
	at = protodrill_number(at, m->address.scope, 4);
	memcpy(at, m->address.bytes, sizeof(m->address.bytes));
	at += sizeof(m->address.bytes);
	if (noted) {
		at = protodrill_number(at, m->flags, 4);
		at = protodrill_number(at, m->control_length, 4);
		if (m->control_length)
			memcpy(at, m->control, m->control_length);
		at += m->control_length;
	}
	if (m->length)
		memcpy(at, m->bytes, m->length);
}

#endif
