/* SPDX-License-Identifier: MIT
 *
 * watch_set.c - sets of watched descriptors: their lists, which may hold sets, and what is ready in them
 */
#include "util/watch_set.h"

#include <errno.h>
#include <string.h>

enum { NESTED_MOST = 4 };                                /* sets below or above one */

struct watch {
	struct watch *next;
	int fd;
	struct epoll_event event;
	bool disarmed;                                       /* EPOLLONESHOT has fired */
	bool reported;                                       /* EPOLLET: the state of .generation was reported */
	uint64_t generation;
};

struct watch_set {
	struct watch_set *next;
	int fd;
	struct watch *watches;
	uint64_t changes;                                    /* grows with each change of the list */
};

struct watch_set *watch_set_new(struct watch_sets *sets, int fd)
{
	struct watch_set *set = sets->owner->allocate(sets->context, sizeof(*set));

	if (!set)
		return NULL;
	*set = (struct watch_set){ .next = sets->first, .fd = fd };
	sets->first = set;
	return set;
}

struct watch_set *watch_set_find(const struct watch_sets *sets, int fd)
{
	struct watch_set *set = sets->first;

	while (set && set->fd != fd)
		set = set->next;
	return set;
}

static struct watch **find(struct watch_set *set, int fd)
{
	struct watch **at = &set->watches;

	while (*at && (*at)->fd != fd)
		at = &(*at)->next;
	return at;
}

static void drop(struct watch_sets *sets, struct watch **at)
{
	struct watch *w = *at;

	*at = w->next;
	sets->owner->release(sets->context, w);
}

static void drop_set(struct watch_sets *sets, struct watch_set **at)
{
	struct watch_set *set = *at;

	while (set->watches)
		drop(sets, &set->watches);
	*at = set->next;
	sets->owner->release(sets->context, set);
}

/* A closed descriptor leaves all sets by itself, since its number may soon mean another one. */
bool watch_sets_close(struct watch_sets *sets, int fd)
{
	struct watch_set **itself = NULL;

	for (struct watch_set **at = &sets->first; *at; at = &(*at)->next) {
		struct watch **w = find(*at, fd);
		if ((*at)->fd == fd)
			itself = at;
		if (*w) {
			drop(sets, w);
			(*at)->changes++;
		}
	}
	if (itself)
		drop_set(sets, itself);
	return itself != NULL;
}

void watch_sets_free(struct watch_sets *sets)
{
	while (sets->first)
		drop_set(sets, &sets->first);
}

/* ---- sets in sets ---- */

/* How many sets stand below @set, one in the other, and whether @sought is among them. */
static int depth_below(const struct watch_sets *sets, const struct watch_set *set, const struct watch_set *sought,
                       bool *found)
{
	int deepest = 0;

	for (const struct watch *w = set->watches; w; w = w->next) {
		const struct watch_set *inner = watch_set_find(sets, w->fd);
		int depth = inner ? 1 + depth_below(sets, inner, sought, found) : 0;
		*found |= inner && inner == sought;
		deepest = depth > deepest ? depth : deepest;
	}
	return deepest;
}

/* How many sets stand above that with the number @fd. */
static int depth_above(const struct watch_sets *sets, int fd)
{
	int deepest = 0;

	for (struct watch_set *outer = sets->first; outer; outer = outer->next) {
		int depth = *find(outer, fd) ? 1 + depth_above(sets, outer->fd) : 0;
		deepest = depth > deepest ? depth : deepest;
	}
	return deepest;
}

/* May @set watch @inner? 0, or minus an errno. */
static int may_nest(const struct watch_sets *sets, const struct watch_set *set, const struct watch_set *inner)
{
	bool circle = false;
	int below = depth_below(sets, inner, set, &circle);

	return circle || depth_above(sets, set->fd) + 1 + below > NESTED_MOST ? -ELOOP : 0;
}

/* ---- the list of a set ---- */

/* May @operation set @events? @watched: the events of the watch that is there, 0 if there is none (EPOLLEXCLUSIVE in
 * epoll_ctl(2), EINVAL). */
static bool exclusive_allowed(int operation, uint32_t watched, uint32_t events)
{
	const uint32_t with = EPOLLIN | EPOLLOUT | EPOLLERR | EPOLLHUP | EPOLLWAKEUP | EPOLLET | EPOLLEXCLUSIVE;

	if (operation == EPOLL_CTL_MOD)
		return !((events | watched) & EPOLLEXCLUSIVE);
	return operation != EPOLL_CTL_ADD || !(events & EPOLLEXCLUSIVE) || !(events & ~with);
}

static int add(struct watch_sets *sets, struct watch **at, int fd, const struct epoll_event *event)
{
	struct watch *w = sets->owner->allocate(sets->context, sizeof(*w));

	if (!w)
		return -ENOMEM;
	*w = (struct watch){ .fd = fd };
	memcpy(&w->event, event, sizeof(*event));
	*at = w;
	return 0;
}

int watch_set_control(struct watch_sets *sets, struct watch_set *set, int operation, int fd,
                      const struct epoll_event *event)
{
	struct watch **at = find(set, fd);
	const struct watch_set *inner = watch_set_find(sets, fd);

	if (!event && operation != EPOLL_CTL_DEL)
		return -EFAULT;
	if (event && !exclusive_allowed(operation, *at ? (*at)->event.events : 0, event->events))
		return -EINVAL;
	if (inner && event && event->events & EPOLLEXCLUSIVE)
		return -EINVAL;
	int nests = inner && operation == EPOLL_CTL_ADD ? may_nest(sets, set, inner) : 0;
	if (nests)
		return nests;
	set->changes++;
	switch (operation) {
	case EPOLL_CTL_ADD:
		return *at ? -EEXIST : add(sets, at, fd, event);
	case EPOLL_CTL_MOD:
		if (!*at)
			return -ENOENT;
		memcpy(&(*at)->event, event, sizeof(*event));
		(*at)->disarmed = (*at)->reported = false;
		return 0;
	case EPOLL_CTL_DEL:
		if (!*at)
			return -ENOENT;
		drop(sets, at);
		return 0;
	default:
		return -EINVAL;
	}
}

/* ---- what is ready ---- */

static uint32_t look(const struct watch_sets *sets, const struct watch *w, uint64_t *generation);

/* A number that changes when something in @set may have become ready. A watch that leaves the set would lower the sum,
 * so .changes is added with a weight of its own. */
static uint64_t generation_of(const struct watch_sets *sets, const struct watch_set *set)
{
	uint64_t sum = set->changes << 32;

	for (const struct watch *w = set->watches; w; w = w->next) {
		const struct watch_set *inner = watch_set_find(sets, w->fd);
		uint64_t generation = inner ? generation_of(sets, inner) : 0;
		if (!inner)
			sets->owner->ready(sets->context, w->fd, w->event.events, &generation);
		sum += generation;
	}
	return sum;
}

uint32_t watch_set_ready(const struct watch_sets *sets, const struct watch_set *set)
{
	uint64_t generation;

	for (const struct watch *w = set->watches; w; w = w->next)
		if (look(sets, w, &generation))
			return EPOLLIN | EPOLLRDNORM;
	return 0;
}

/* The events that one watch has to report now; 0: none. *@generation is set if the watch is edge-triggered. */
static uint32_t look(const struct watch_sets *sets, const struct watch *w, uint64_t *generation)
{
	const struct watch_set *inner = watch_set_find(sets, w->fd);
	const bool edge = w->event.events & EPOLLET;
	uint32_t ready;

	if (w->disarmed)
		return 0;
	if (inner) {
		ready = watch_set_ready(sets, inner);
		*generation = edge ? generation_of(sets, inner) : 0;
	} else {
		ready = sets->owner->ready(sets->context, w->fd, w->event.events, edge ? generation : NULL);
	}
	if (edge && w->reported && w->generation == *generation)
		return 0;
	return ready & (w->event.events | EPOLLERR | EPOLLHUP);
}

int watch_set_collect(struct watch_sets *sets, struct watch_set *set, struct epoll_event *events, int count)
{
	struct watch *told = NULL, **told_end = &told, **at = &set->watches;
	int n = 0;

	while (*at && n < count) {
		struct watch *w = *at;
		uint64_t generation = 0;
		struct epoll_event out = { .events = look(sets, w, &generation), .data = w->event.data };
		if (!out.events) {
			/* A descriptor that is no longer ready will have an edge when it becomes ready again. */
			w->reported &= w->generation == generation;
			at = &w->next;
			continue;
		}
		memcpy(&events[n++], &out, sizeof(out));
		w->disarmed = w->event.events & EPOLLONESHOT;
		w->reported = true;
		w->generation = generation;
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
