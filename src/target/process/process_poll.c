/* SPDX-License-Identifier: MIT
 *
 * process_poll.c - readiness of the sockets of an adapter, and epoll, which is made of it
 *
 * A set of watched descriptors is asked when somebody waits, each of them anew, in the order in which they were added.
 * An edge has to be recognised afterwards, then: by the generation that an adapter may give along with readiness, which
 * grows whenever that may have changed, or else by the readiness itself and the number of bytes that can be read. What
 * was reported once is reported again when one of these has changed, and goes behind the others, so that with room for
 * one event each has its turn.
 *
 * A set may watch sets, in no circle and NESTED_MOST deep. It can be read while something in it is to be reported,
 * which is not taken away by looking.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "target/process/process_internal.h"
#include "util/checked.h"
#include "util/epoll_bits.h"

enum { FIRST_EPOLL = 1 << 16 /* where a stack never has a descriptor */, NESTED_MOST = 4 };

struct watch {
	struct watch *next;
	int fd;
	struct epoll_event event;
	bool disarmed;                                       /* EPOLLONESHOT has fired */
	bool reported;                                       /* EPOLLET: .edge was */
	uint64_t edge;
};

struct process_epoll {
	struct process_epoll *next;
	int fd;
	struct watch *watches;
	uint32_t changes;                                    /* of the list */
};

/* ---- readiness ---- */

static short ask_socket(struct process *p, int fd, short events, uint64_t *edge)
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
		*edge = answer_number(call.out, 8);
	else if (process_ioctl(&p->base, fd, FIONREAD, &waiting) == 0)
		*edge |= (uint64_t)(unsigned)waiting << 16;
	return (short)value;
}

static struct process_epoll *find(struct process *p, int fd)
{
	struct process_epoll *e = p->epolls;

	while (e && e->fd != fd)
		e = e->next;
	return e;
}

static short ask(struct process *p, int fd, short events, uint64_t *edge);

/* The events of @w that are to be reported now, 0: none; *@edge is when that changes. */
static short look(struct process *p, struct watch *w, uint64_t *edge)
{
	short ready;

	if (w->disarmed)
		return 0;
	ready = ask(p, w->fd, (short)(w->event.events & 0xffff), w->event.events & EPOLLET ? edge : NULL);
	if (!ready)
		w->reported = false;
	return w->event.events & EPOLLET && w->reported && w->edge == *edge ? 0 : ready;
}

static short ask_set(struct process *p, struct process_epoll *e, short events, uint64_t *edge)
{
	uint64_t sum = (uint64_t)e->changes << 32;
	short ready = 0;

	for (struct watch *w = e->watches; w; w = w->next) {
		uint64_t one = 0;
		if (look(p, w, &one))
			ready = POLLIN | POLLRDNORM;
		if (edge && !one)
			ask(p, w->fd, (short)(w->event.events & 0xffff), &one);
		sum += one;
	}
	if (edge)
		*edge = sum;
	return (short)(ready & events);
}

static short ask(struct process *p, int fd, short events, uint64_t *edge)
{
	struct process_epoll *e = find(p, fd);

	return e ? ask_set(p, e, events, edge) : ask_socket(p, fd, events, edge);
}

short process_poll(struct stack_driver *d, int fd, short events)
{
	struct process *p = process_of(d);
	const bool sent = process_pending_has_ended(p, PROTODRILL_OP_SEND, fd) ||
	                  process_pending_has_ended(p, PROTODRILL_OP_SENDMSG, fd);

	/* Who waits for room tries again then, and learns what was sent. */
	return (short)(ask(p, fd, events, NULL) | (sent ? events & POLLOUT : 0));
}

/* ---- sets ---- */

int process_epoll_create(struct stack_driver *d, int flags)
{
	struct process *p = process_of(d);
	struct process_epoll *e;
	int fd = FIRST_EPOLL;

	if (flags & ~EPOLL_CLOEXEC)
		return -EINVAL;
	while (find(p, fd))
		fd++;
	e = checked_memory(calloc(1, sizeof(*e)));
	*e = (struct process_epoll){ .next = p->epolls, .fd = fd };
	p->epolls = e;
	return fd;
}

static void drop(struct watch **at)
{
	struct watch *w = *at;

	*at = w->next;
	free(w);
}

static void drop_set(struct process_epoll **at)
{
	struct process_epoll *e = *at;

	while (e->watches)
		drop(&e->watches);
	*at = e->next;
	free(e);
}

static struct watch **find_watch(struct process_epoll *e, int fd)
{
	struct watch **at = &e->watches;

	while (*at && (*at)->fd != fd)
		at = &(*at)->next;
	return at;
}

bool process_epoll_close(struct process *p, int fd)
{
	struct process_epoll **at = &p->epolls;

	for (struct process_epoll *e = p->epolls; e; e = e->next) {
		struct watch **w = find_watch(e, fd);
		if (*w) {
			drop(w);
			e->changes++;
		}
	}
	while (*at && (*at)->fd != fd)
		at = &(*at)->next;
	if (!*at)
		return false;
	drop_set(at);
	return true;
}

void process_epolls_free(struct process *p)
{
	while (p->epolls)
		drop_set(&p->epolls);
}

/* How many sets stand below @e, and whether @sought is among them. */
static int depth_below(struct process *p, const struct process_epoll *e, const struct process_epoll *sought,
                       bool *found)
{
	int deepest = 0;

	for (const struct watch *w = e->watches; w; w = w->next) {
		const struct process_epoll *inner = find(p, w->fd);
		const int depth = inner ? 1 + depth_below(p, inner, sought, found) : 0;
		*found |= inner && inner == sought;
		deepest = depth > deepest ? depth : deepest;
	}
	return deepest;
}

static int depth_above(struct process *p, const struct process_epoll *e)
{
	int deepest = 0;

	for (struct process_epoll *outer = p->epolls; outer; outer = outer->next) {
		const int depth = *find_watch(outer, e->fd) ? 1 + depth_above(p, outer) : 0;
		deepest = depth > deepest ? depth : deepest;
	}
	return deepest;
}

/* May @e watch @fd by @event? 0, or minus an errno. */
static int may_watch(struct process *p, const struct process_epoll *e, int fd, int operation,
                     const struct epoll_event *event)
{
	const struct process_epoll *inner = find(p, fd);
	bool circle = false;

	if (!inner)
		return process_socket_find(p, fd) ? 0 : -EBADF;
	if (inner == e || (event && event->events & EPOLLEXCLUSIVE))
		return -EINVAL;
	if (operation != EPOLL_CTL_ADD)
		return 0;
	const int below = depth_below(p, inner, e, &circle);
	return circle || depth_above(p, e) + 1 + below > NESTED_MOST ? -ELOOP : 0;
}

int process_epoll_ctl(struct stack_driver *d, int epfd, int operation, int fd, const struct epoll_event *event)
{
	struct process *p = process_of(d);
	struct process_epoll *e = find(p, epfd);

	if (!e)
		return process_socket_find(p, epfd) ? -EINVAL : -EBADF;
	const int refused = may_watch(p, e, fd, operation, event);
	if (refused)
		return refused;
	struct watch **at = find_watch(e, fd);
	if (!event && operation != EPOLL_CTL_DEL)
		return -EFAULT;
	if (event && !epoll_exclusive_allowed(operation, *at ? (*at)->event.events : 0, event->events))
		return -EINVAL;
	if (operation == EPOLL_CTL_ADD && *at)
		return -EEXIST;
	if (operation != EPOLL_CTL_ADD && !*at)
		return -ENOENT;
	e->changes++;
	switch (operation) {
	case EPOLL_CTL_DEL:
		drop(at);
		return 0;
	case EPOLL_CTL_ADD:
		*at = checked_memory(calloc(1, sizeof(**at)));
		(*at)->fd = fd;
		break;
	case EPOLL_CTL_MOD:
		(*at)->disarmed = (*at)->reported = false;
		break;
	default:
		return -EINVAL;
	}
	memcpy(&(*at)->event, event, sizeof(*event));
	return 0;
}

int process_epoll_wait(struct stack_driver *d, int epfd, struct epoll_event *events, int count)
{
	struct process *p = process_of(d);
	struct process_epoll *e = find(p, epfd);
	struct watch *told = NULL, **told_end = &told, **at = e ? &e->watches : NULL;
	int filled = 0;

	if (!e)
		return process_socket_find(p, epfd) ? -EINVAL : -EBADF;
	while (*at && filled < count) {
		struct watch *w = *at;
		uint64_t edge = 0;
		struct epoll_event event = { .events = (uint16_t)look(p, w, &edge), .data = w->event.data };
		if (!event.events) {
			at = &w->next;
			continue;
		}
		memcpy(&events[filled++], &event, sizeof(event));
		w->reported = true;
		w->edge = edge;
		w->disarmed = w->event.events & EPOLLONESHOT;
		*at = w->next;
		w->next = NULL;
		*told_end = w;
		told_end = &w->next;
	}
	while (*at)
		at = &(*at)->next;
	*at = told;
	return filled;
}
