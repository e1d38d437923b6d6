/* SPDX-License-Identifier: MIT
 *
 * process_poll.c - readiness of the sockets of an adapter, and epoll, which is made of it
 *
 * Sets of watched descriptors (util/watch_set.h) ask anew whenever somebody waits. The generation that they need is
 * what an adapter may give along with readiness, a number that grows whenever that may have changed, or else made of
 * the readiness itself and the number of bytes that can be read.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "target/process/process_internal.h"
#include "util/checked.h"
#include "util/little_endian.h"

enum { FIRST_EPOLL = 1 << 16 };                          /* higher than any descriptor that a stack has */

/* ---- readiness ---- */

static short ask(struct process *p, int fd, short events, uint64_t *edge)
{
	struct process_call call = { .op = PROTODRILL_OP_POLL, .a = { fd, events } };
	const struct process_socket *s = process_socket_find(p, fd);
	int64_t value = process_call(p, &call);
	int waiting = 0;

	if (value == DRIVER_CANNOT && !p->unfit)
		adapter_break(p->adapter, "does not know the call poll (14), which every call that waits needs");
	if (value < 0)
		return POLLNVAL;
	if (s && s->error)
		value |= POLLERR;
	if (!edge)
		return (short)value;
	*edge = (uint64_t)value;
	if (call.out_length >= 8)
		*edge = little_endian_get(call.out, 8);
	else if (process_ioctl(&p->base, fd, FIONREAD, &waiting) == 0)
		*edge |= (uint64_t)(unsigned)waiting << 16;
	return (short)value;
}

short process_poll(struct stack_driver *d, int fd, short events)
{
	struct process *p = process_of(d);
	const struct watch_set *set = watch_set_find(&p->epolls, fd);
	const bool sent = process_pending_has_ended(p, PROTODRILL_OP_SEND, fd) ||
	                  process_pending_has_ended(p, PROTODRILL_OP_SENDMSG, fd);
	const bool received = process_pending_has_ended(p, PROTODRILL_OP_RECEIVE, fd) ||
	                      process_pending_has_ended(p, PROTODRILL_OP_RECVMSG, fd);

	if (set)
		return (short)(watch_set_ready(&p->epolls, set) & (uint32_t)(events | POLLERR | POLLHUP));
	/* Whoever waits for room or for text then tries again, and learns what was sent, or gets what was received. */
	return (short)(ask(p, fd, events, NULL) | (sent ? events & POLLOUT : 0) | (received ? events & POLLIN : 0));
}

/* ---- sets ---- */

static uint32_t ready(void *context, int fd, uint32_t events, uint64_t *generation)
{
	return (uint16_t)ask(context, fd, (short)(events & 0xffff), generation);
}

static void *allocate(void *context, size_t size)
{
	(void)context;
	return checked_memory(calloc(1, size));
}

static void release(void *context, void *memory)
{
	(void)context;
	free(memory);
}

void process_epolls_begin(struct process *p)
{
	static const struct watch_owner sockets = { ready, allocate, release };

	p->epolls = (struct watch_sets){ .owner = &sockets, .context = p };
}

int process_epoll_create(struct stack_driver *d, int flags)
{
	struct process *p = process_of(d);
	int fd = FIRST_EPOLL;

	if (flags & ~EPOLL_CLOEXEC)
		return -EINVAL;
	while (watch_set_find(&p->epolls, fd))
		fd++;
	watch_set_new(&p->epolls, fd);
	return fd;
}

/* The set of @fd; NULL with *error -EINVAL for an open descriptor that is no set, -EBADF for one that is not open. */
static struct watch_set *set_of(struct process *p, int fd, int *error)
{
	struct watch_set *set = watch_set_find(&p->epolls, fd);

	*error = set ? 0 : process_socket_find(p, fd) ? -EINVAL : -EBADF;
	return set;
}

int process_epoll_ctl(struct stack_driver *d, int epfd, int operation, int fd, const struct epoll_event *event)
{
	struct process *p = process_of(d);
	int error;
	struct watch_set *set = set_of(p, epfd, &error);

	if (error)
		return error;
	if (!process_socket_find(p, fd) && !watch_set_find(&p->epolls, fd))
		return -EBADF;
	return fd == epfd ? -EINVAL : watch_set_control(&p->epolls, set, operation, fd, event);
}

int process_epoll_wait(struct stack_driver *d, int epfd, struct epoll_event *events, int count)
{
	struct process *p = process_of(d);
	int error;
	struct watch_set *set = set_of(p, epfd, &error);

	return error ? error : count > 0 ? watch_set_collect(&p->epolls, set, events, count) : -EINVAL;
}
