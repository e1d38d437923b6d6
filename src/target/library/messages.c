/* SPDX-License-Identifier: MIT
 *
 * messages.c - sendmmsg() and recvmmsg(): one sendmsg() or recvmsg() after the other
 */
#include <errno.h>
#include <time.h>

#include "stack/message.h"
#include "target/library/library_internal.h"

enum { MOST_MESSAGES = 1024 };                           /* in one call, as Linux limits it */

#define INT(i) ((int)op->call.arguments[i].number)
#define AT(i) (op->call.arguments[i].pointer)

static bool is_receiving(const struct operation *op)
{
	return op->call.id == CALL_RECVMMSG;
}

static size_t message_count(const struct operation *op)
{
	uint32_t count = (uint32_t)op->call.arguments[2].number;

	return count < MOST_MESSAGES ? count : MOST_MESSAGES;
}

/* A call for message op->messages alone, in the state in which the last try left it. */
static struct operation one_message(const struct operation *op)
{
	struct operation one = *op;
	struct mmsghdr *message = (struct mmsghdr *)AT(1) + op->messages;
	int flags = INT(3) & ~MSG_WAITFORONE;

	if (is_receiving(op) && (INT(3) & MSG_WAITFORONE) && op->messages)
		flags |= MSG_DONTWAIT;
	one.call = (struct call){ .id = is_receiving(op) ? CALL_RECVMSG : CALL_SENDMSG, .argument_count = 3 };
	one.call.arguments[0].number = INT(0);
	one.call.arguments[1].pointer = &message->msg_hdr;
	one.call.arguments[2].number = flags;
	return one;
}

/* The call waits within a message: if the time ends, the messages before it count, and this one if a part of it has
 * gone. */
static int64_t block_in_message(struct operation *op, const struct operation *one)
{
	struct mmsghdr *message = (struct mmsghdr *)AT(1) + op->messages;

	op->done = one->done;
	op->connecting = one->connecting;
	op->deadline = one->deadline;
	op->give_up = one->give_up;
	if (one->give_up > 0)
		message->msg_len = (unsigned)one->give_up;
	if (op->messages || one->give_up > 0)
		op->give_up = (int64_t)op->messages + (one->give_up > 0);
	return WOULD_BLOCK;
}

/* The next message starts at @now. */
static void finish_message(struct operation *op, int64_t length, vtime_t now)
{
	((struct mmsghdr *)AT(1))[op->messages++].msg_len = (unsigned)length;
	op->done = 0;
	op->connecting = false;
	op->started = now;
}

/* Write what is left of the time-out. Linux looks at it after each message, and never wakes up for it. */
static bool is_time_over(const struct operation *op, vtime_t now)
{
	struct timespec *timeout = AT(4);
	int64_t left = timeout ? vtime_sub(op->until, now).ns : 0;

	if (!timeout)
		return false;
	if (left < 0)
		left = 0;
	*timeout = (struct timespec){ left / 1000000000, left % 1000000000 };
	return left == 0;
}

static bool is_last(const struct operation *op, int64_t length, vtime_t now)
{
	const struct msghdr *message = &((const struct mmsghdr *)AT(1))[op->messages - 1].msg_hdr;

	if (is_receiving(op))
		return message->msg_flags & MSG_OOB || is_time_over(op, now);
	return (uint64_t)length < message_length(message);
}

/* 0 or minus an errno: what stands in the way of the first message. */
static int64_t start_messages(struct library *lib, struct operation *op)
{
	const struct timespec *timeout = is_receiving(op) ? AT(4) : NULL;

	if (timeout && (timeout->tv_sec < 0 || timeout->tv_nsec < 0 || timeout->tv_nsec > 999999999))
		return -EINVAL;
	if (STACK_CALL(lib, poll, INT(0), 0) & POLLNVAL)
		return -EBADF;
	if (timeout)
		op->until = vtime_add(op->started, timeout->tv_sec < LIBRARY_PATIENCE_S
			? vtime_add(vtime_s(timeout->tv_sec), vtime_ns(timeout->tv_nsec)) : VTIME_NEVER);
	/* An error of the socket is reported before anything is read. */
	if (is_receiving(op) && !(INT(3) & MSG_ERRQUEUE))
		return -STACK_CALL(lib, take_error, INT(0));
	return 0;
}

int64_t step_messages(struct library *lib, struct operation *op)
{
	int64_t result = op->messages || op->done ? 0 : start_messages(lib, op);
	bool more = result == 0 && op->messages < message_count(op);

	if (more && !AT(1))
		return -EFAULT;
	while (more) {
		struct operation one = one_message(op);

		result = is_receiving(op) ? step_read(lib, &one) : step_write(lib, &one);
		if (result == WOULD_BLOCK)
			return block_in_message(op, &one);
		more = result >= 0;
		if (more) {
			finish_message(op, result, lib->now);
			more = !is_last(op, result, lib->now) && op->messages < message_count(op);
		}
	}
	if (!op->messages)
		return result;
	/* What was received counts; the next call reports the error. */
	if (is_receiving(op) && result < 0 && result != -EAGAIN)
		STACK_CALL(lib, return_error, INT(0), (int)-result);
	return (int64_t)op->messages;
}
