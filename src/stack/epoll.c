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
 * several threads wait, and here is one: what is left of it are the combinations that epoll_ctl(2) forbids.
 *
 * A set may watch sets, up to NESTED_MOST deep and in no circle. It is readable while something in it has to be
 * reported, and looking whether that is so takes nothing away. Its generation is that of all that it watches.
 *
 * What was reported goes behind the others, so that with room for one event each has its turn.
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
	uint64_t changes;                                    /* grows with each change of the list */
};

enum { NESTED_MOST = 4 };

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
		if (at && *at) {
			drop(st, at);
			e->changes++;
		}
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

/* The set behind a descriptor; NULL: it is none. */
static struct epoll *set_at(const struct stack *st, int fd)
{
	const struct descriptor *d = descriptor_of(st, fd);

	return d ? d->epoll : NULL;
}

/* How many sets stand below @e, one in the other, and whether @sought is among them. */
static int depth_below(const struct stack *st, const struct epoll *e, const struct epoll *sought, bool *found)
{
	int deepest = 0;

	for (const struct watch *w = e->watches; w; w = w->next) {
		const struct epoll *inner = set_at(st, w->fd);
		int depth = inner ? 1 + depth_below(st, inner, sought, found) : 0;
		*found |= inner && inner == sought;
		deepest = depth > deepest ? depth : deepest;
	}
	return deepest;
}

/* How many sets stand above @e. */
static int depth_above(const struct stack *st, const struct epoll *e)
{
	int deepest = 0;

	for (size_t i = 0; i < st->descriptor_room; i++) {
		const struct epoll *outer = st->descriptors[i].epoll;
		bool holds = false;
		for (const struct watch *w = outer ? outer->watches : NULL; w; w = w->next)
			holds |= set_at(st, w->fd) == e;
		int depth = holds ? 1 + depth_above(st, outer) : 0;
		deepest = depth > deepest ? depth : deepest;
	}
	return deepest;
}

/* May @e watch @inner? 0, or minus an errno. */
static int may_nest(const struct stack *st, const struct epoll *e, const struct epoll *inner)
{
	bool circle = false;
	int below = depth_below(st, inner, e, &circle);

	return circle || depth_above(st, e) + 1 + below > NESTED_MOST ? -ELOOP : 0;
}

int epoll_control(struct stack *st, struct epoll *e, int operation, int fd, const struct epoll_event *event)
{
	struct watch **at = find(e, fd);

	if (!event && operation != EPOLL_CTL_DEL)
		return -EFAULT;
	if (event && !epoll_exclusive_allowed(operation, *at ? (*at)->event.events : 0, event->events))
		return -EINVAL;
	const struct epoll *inner = set_at(st, fd);
	if (inner && event && event->events & EPOLLEXCLUSIVE)
		return -EINVAL;
	int nests = inner && operation == EPOLL_CTL_ADD ? may_nest(st, e, inner) : 0;
	if (nests)
		return nests;
	e->changes++;
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

/* A number that is another one when the readiness of a watched descriptor may be. Sockets that leave a set would lower
 * that of the set, so .changes counts them with a weight of its own. */
static uint64_t generation_of(struct stack *st, int fd)
{
	const struct epoll *e = set_at(st, fd);
	int error;
	const struct socket *s = e ? NULL : socket_of(st, fd, &error);
	uint64_t sum = e ? e->changes << 32 : s ? s->generation : 0;

	for (const struct watch *w = e ? e->watches : NULL; w; w = w->next)
		sum += generation_of(st, w->fd);
	return sum;
}

static uint32_t look(struct stack *st, const struct watch *w);

uint32_t epoll_ready(struct stack *st, const struct epoll *e)
{
	for (const struct watch *w = e->watches; w; w = w->next)
		if (look(st, w))
			return EPOLLIN | EPOLLRDNORM;
	return 0;
}

/* The events that one watch has to report now; 0: none. */
static uint32_t look(struct stack *st, const struct watch *w)
{
	const struct epoll *inner = set_at(st, w->fd);
	int error;
	struct socket *s = inner ? NULL : socket_of(st, w->fd, &error);

	if ((!s && !inner) || w->disarmed)
		return 0;
	if (w->event.events & EPOLLET && w->reported && w->generation == generation_of(st, w->fd))
		return 0;
	uint32_t ready = inner ? epoll_ready(st, inner) : (uint32_t)socket_ready(s);
	return ready & (w->event.events | EPOLLERR | EPOLLHUP);
}

static void reported(struct stack *st, struct watch *w)
{
	w->disarmed = w->event.events & EPOLLONESHOT;
	w->reported = true;
	w->generation = generation_of(st, w->fd);
}

int epoll_collect(struct stack *st, struct epoll *e, struct epoll_event *events, int count)
{
	struct watch *told = NULL, **told_end = &told, **at = &e->watches;
	int n = 0;

	while (*at && n < count) {
		struct watch *w = *at;
		struct epoll_event out = { .events = look(st, w), .data = w->event.data };
		if (!out.events) {
			at = &w->next;
			continue;
		}
		memcpy(&events[n++], &out, sizeof(out));
		reported(st, w);
		*at = w->next;
		w->next = NULL;
		*told_end = w;
		told_end = &w->next;
	}
	while (*at)
		at = &(*at)->next;
	*at = told;
	return n;
}
