/* SPDX-License-Identifier: MIT
 *
 * watch_set.h - epoll without the kernel: sets of watched descriptors, level-triggered, edge-triggered, one-shot
 *
 * A set is a list of watches, in the order in which they were added, and nothing happens in it when a descriptor
 * becomes ready: watch_set_collect() asks the owner about every watched one anew. So sockets need not know who watches
 * them, and with the few descriptors of a script the cost cannot be measured.
 *
 * An edge therefore has to be recognised afterwards. Each descriptor has a generation, a number that changes whenever
 * its readiness may have changed. An edge-triggered watch remembers the generation that it last reported and stays
 * silent until that changes. So two arrivals between two calls of epoll_wait() are one edge, and an arrival that leaves
 * the socket as readable as it was is an edge, too: both as epoll(7) describes it.
 *
 * EPOLLONESHOT disarms a watch once it has reported, EPOLL_CTL_MOD arms it again. EPOLLEXCLUSIVE only matters if
 * several threads wait, and here there is one: only the combinations that epoll_ctl(2) forbids are checked.
 *
 * A set may watch other sets, nested up to five deep and without loops (ELOOP). It is readable while something in it
 * has to be reported, and checking that consumes nothing. Its generation is made from those that it watches.
 *
 * A watch that was reported goes to the end, so that with room for one event each has its turn, as on Linux.
 */
#ifndef UTIL_WATCH_SET_H
#define UTIL_WATCH_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>

struct watch_set;

/* Whose descriptors they are, and whose memory. */
struct watch_owner {
	/* Which of @events, and always of EPOLLERR and EPOLLHUP, hold for @fd, which is not a set. Also sets
	 * *@generation, unless that is NULL. */
	uint32_t (*ready)(void *context, int fd, uint32_t events, uint64_t *generation);
	void *(*allocate)(void *context, size_t size);       /* zeroed; NULL: there is none */
	void (*release)(void *context, void *memory);
};

/* All the sets of one owner. */
struct watch_sets {
	const struct watch_owner *owner;
	void *context;                                       /* of the owner's functions */
	struct watch_set *first;
};

/* An empty set with the number @fd, which is free; NULL: no memory. */
struct watch_set *watch_set_new(struct watch_sets *sets, int fd);
/* The set with the number @fd; NULL: it is none. */
struct watch_set *watch_set_find(const struct watch_sets *sets, int fd);
/* @fd is closed: it leaves all sets, and if it is a set, that is gone. True: it was one. */
bool watch_sets_close(struct watch_sets *sets, int fd);
void watch_sets_free(struct watch_sets *sets);
/* epoll_ctl() for an @fd that is open and not @set itself: 0, or minus an errno. */
int watch_set_control(struct watch_sets *sets, struct watch_set *set, int operation, int fd,
                      const struct epoll_event *event);
/* epoll_wait() that does not wait: how many of @events, of @count at most, have been filled. */
int watch_set_collect(struct watch_sets *sets, struct watch_set *set, struct epoll_event *events, int count);
/* EPOLLIN and EPOLLRDNORM while watch_set_collect() would find something. */
uint32_t watch_set_ready(const struct watch_sets *sets, const struct watch_set *set);

#endif
