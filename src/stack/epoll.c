/* SPDX-License-Identifier: MIT
 *
 * epoll.c - sets of watched descriptors: level-triggered, edge-triggered, one-shot
 *
 * A set is a list of watches, in the order in which they were added, and nothing happens in it when a socket becomes
 * ready: epoll_collect() asks every watched socket anew. That keeps sockets free of knowledge about who watches
 * them, and with the few descriptors of a script it costs nothing that could be measured.
 *
 * An edge therefore has to be recognised afterwards. Each socket has a generation, which socket_wake() moves on
 * whenever readiness may have changed. An edge-triggered watch remembers the generation that it reported last and
 * stays silent until there is another one. So two arrivals between two calls of epoll_wait() are one edge, and an
 * arrival that leaves the socket as readable as it was is an edge, too: both as epoll(7) describes it.
 *
 * EPOLLONESHOT disarms a watch once it has reported, EPOLL_CTL_MOD arms it again. EPOLLEXCLUSIVE means something where
 * several threads wait, and here is one: what is left of it are the combinations that epoll_ctl(2) forbids. Sets
 * cannot be watched themselves.
 */
#include "stack/epoll.h"

#include <errno.h>
#include <string.h>

#include "stack/descriptor.h"
#include "stack/host.h"
#include "stack/sock.h"
#include "util/epoll_bits.h"

struct watch {
	struct watch *next;
	int fd;
	struct epoll_event event;
	bool disarmed;                                       /* EPOLLONESHOT has fired */
	bool reported;                                       /* EPOLLET: the state of .generation was reported */
	uint64_t generation;
};

struct epoll {
	struct watch *watches;
};

struct epoll *epoll_new(struct stack *st)
{
	return memory_allocate(st, sizeof(struct epoll));
}

static void drop(struct stack *st, struct watch **at)
{
	struct watch *w = *at;

	*at = w->next;
	memory_release(st, w);
}

void epoll_free(struct stack *st, struct epoll *e)
{
	while (e->watches)
		drop(st, &e->watches);
	memory_release(st, e);
}

void epoll_free_all(struct stack *st)
{
	for (size_t i = 0; i < st->descriptor_room; i++)
		if (st->descriptors[i].epoll)
			epoll_free(st, st->descriptors[i].epoll);
}

static struct watch **find(struct epoll *e, int fd)
{
	struct watch **at = &e->watches;

	while (*at && (*at)->fd != fd)
		at = &(*at)->next;
	return at;
}

/* A closed descriptor leaves all sets by itself, since its number may soon mean another socket. */
void epoll_forget(struct stack *st, int fd)
{
	for (size_t i = 0; i < st->descriptor_room; i++) {
		struct epoll *e = st->descriptors[i].epoll;
		struct watch **at = e ? find(e, fd) : NULL;
		if (at && *at)
			drop(st, at);
	}
}

static int add(struct stack *st, struct watch **at, int fd, const struct epoll_event *event)
{
	struct watch *w = memory_allocate(st, sizeof(*w));

	if (!w)
		return -ENOMEM;
	w->fd = fd;
	w->event = *event;
	*at = w;
	stack_wake(st);
	return 0;
}

int epoll_control(struct stack *st, struct epoll *e, int operation, int fd, const struct epoll_event *event)
{
	struct watch **at = find(e, fd);

	if (!event && operation != EPOLL_CTL_DEL)
		return -EFAULT;
	if (event && !epoll_exclusive_allowed(operation, *at ? (*at)->event.events : 0, event->events))
		return -EINVAL;
	switch (operation) {
	case EPOLL_CTL_ADD:
		return *at ? -EEXIST : add(st, at, fd, event);
	case EPOLL_CTL_MOD:
		if (!*at)
			return -ENOENT;
		(*at)->event = *event;
		(*at)->disarmed = (*at)->reported = false;
		stack_wake(st);
		return 0;
	case EPOLL_CTL_DEL:
		if (!*at)
			return -ENOENT;
		drop(st, at);
		return 0;
	default:
		return -EINVAL;
	}
}

/* The events that one watch has to report now; 0: none. */
static uint32_t check(struct stack *st, struct watch *w)
{
	int error;
	struct socket *s = socket_of(st, w->fd, &error);

	if (!s || w->disarmed || (w->event.events & EPOLLET && w->reported && w->generation == s->generation))
		return 0;
	uint32_t ready = (uint32_t)socket_ready(s) & (w->event.events | EPOLLERR | EPOLLHUP);
	if (ready) {
		w->disarmed = w->event.events & EPOLLONESHOT;
		w->reported = true;
		w->generation = s->generation;
	}
	return ready;
}

int epoll_collect(struct stack *st, struct epoll *e, struct epoll_event *events, int count)
{
	int n = 0;

	for (struct watch *w = e->watches; w && n < count; w = w->next) {
		struct epoll_event out = { .events = check(st, w), .data = w->event.data };
		if (out.events)
			memcpy(&events[n++], &out, sizeof(out));
	}
	return n;
}
