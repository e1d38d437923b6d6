/* SPDX-License-Identifier: MIT
 *
 * process_pending.c - calls that a stack lets wait itself (flag BLOCKS)
 *
 * Most stacks can be asked again and again. One that has calls that really wait, in threads of its own, answers that a
 * call is pending, and tells its end in ADVANCE. Here that is kept, so that the rest sees what it sees of others: a
 * call that says EAGAIN (a connect() that is in progress) until it has ended. It is asked once only, however often it
 * is tried.
 *
 * Who has given up waiting does not take a call back, as there is no way to: what it brings goes to the next one of
 * its kind on that descriptor that waits, and nothing is lost. One that ended because its socket has a time-out brings
 * nothing, and who still waits asks anew.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "target/process/process_internal.h"
#include "target/process/question.h"
#include "util/checked.h"
#include "util/little_endian.h"

struct process_pending {
	struct process_pending *next;
	unsigned op;
	int fd;
	uint16_t tag;                                        /* of its question */
	bool ended;
	struct buf answer;                                   /* once it has ended: like the answer to CALL */
};

/* May the adapter let @call wait? */
static bool may_wait(const struct process *p, const struct process_call *call)
{
	if (!(p->flags & PROTODRILL_BLOCKS))
		return false;
	switch (call->op) {
	case PROTODRILL_OP_ACCEPT: case PROTODRILL_OP_CONNECT:
		return !call->a[1];
	case PROTODRILL_OP_SEND: case PROTODRILL_OP_RECEIVE: case PROTODRILL_OP_SENDMSG: case PROTODRILL_OP_RECVMSG:
		return !(call->a[1] & (MSG_DONTWAIT | MSG_ERRQUEUE));
	default:
		return false;
	}
}

static struct process_pending **find(struct process *p, unsigned op, int fd)
{
	struct process_pending **at = &p->pending;

	while (*at && ((*at)->op != op || (*at)->fd != fd))
		at = &(*at)->next;
	return at;
}

static void forget(struct process_pending **at)
{
	struct process_pending *gone = *at;

	*at = gone->next;
	buf_free(&gone->answer);
	free(gone);
}

static int64_t not_yet(unsigned op)
{
	return op == PROTODRILL_OP_CONNECT ? -EINPROGRESS : -EAGAIN;
}

bool process_pending_again(struct process *p, const struct process_call *call, struct buf *answer, int64_t *value)
{
	struct process_pending **at = find(p, call->op, call->a[0]);

	if (!*at || !may_wait(p, call))
		return false;
	*value = not_yet(call->op);
	if (!(*at)->ended)
		return true;
	buf_clear(answer);
	buf_add(answer, (*at)->answer.data, (*at)->answer.length);
	forget(at);
	const int64_t brought = (int64_t)little_endian_get((const uint8_t *)answer->data, 8);
	/* The wait for a connection goes on without a call, and its end shows in other ways. */
	if (call->op == PROTODRILL_OP_CONNECT && (brought == -EALREADY || brought == -EINPROGRESS)) {
		buf_clear(answer);
		return true;
	}
	return brought != -EAGAIN;
}

int64_t process_pending_add(struct process *p, const struct process_call *call)
{
	struct process_pending *new;

	if (!may_wait(p, call)) {
		adapter_break(p->adapter, "lets a call wait (%s) that is not to, or without the flag BLOCKS",
		              question_call_name(call->op));
		return -EIO;
	}
	new = checked_memory(malloc(sizeof(*new)));
	*new = (struct process_pending){
		.next = p->pending, .op = call->op, .fd = call->a[0], .tag = adapter_tag(p->adapter),
		.answer = BUF_INIT,
	};
	p->pending = new;
	return not_yet(call->op);
}

void process_pending_end(struct process *p, const uint8_t *bytes, size_t length)
{
	struct process_pending *w = p->pending;
	const unsigned tag = length >= 2 ? (unsigned)little_endian_get(bytes, 2) : 0;

	if (length < 2 + CALL_HEAD) {
		adapter_break(p->adapter, "told the end of a call in %zu bytes; a tag, a value and an address are %d",
		              length, 2 + CALL_HEAD);
		return;
	}
	while (w && (w->ended || w->tag != tag))
		w = w->next;
	if (!w) {
		adapter_break(p->adapter, "told the end of a call with the tag %u, and none waits that has it", tag);
		return;
	}
	w->ended = true;
	buf_add(&w->answer, bytes + 2, length - 2);
}

bool process_pending_any(const struct process *p)
{
	const struct process_pending *w = p->pending;

	while (w && w->ended)
		w = w->next;
	return w;
}

bool process_pending_has_ended(struct process *p, unsigned op, int fd)
{
	const struct process_pending *w = *find(p, op, fd);

	return w && w->ended;
}

bool process_pending_is(struct process *p, unsigned op, int fd)
{
	return *find(p, op, fd);
}

void process_pending_forget(struct process *p, int fd)
{
	for (struct process_pending **at = &p->pending; *at;) {
		if (fd < 0 || (*at)->fd == fd)
			forget(at);
		else
			at = &(*at)->next;
	}
}
