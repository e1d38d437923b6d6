/* SPDX-License-Identifier: MIT
 *
 * epoll.c - what sets of watched descriptors ask a socket for: its readiness, and its generation
 *
 * socket_wake() moves the generation on whenever readiness may have changed. All else is in util/watch_set.h.
 */
#include "stack/epoll.h"

#include "stack/descriptor.h"
#include "stack/host.h"
#include "stack/sock.h"

static uint32_t ready(void *context, int fd, uint32_t events, uint64_t *generation)
{
	int error;
	struct socket *s = socket_of(context, fd, &error);

	if (generation)
		*generation = s ? s->generation : 0;
	return s ? (uint32_t)socket_ready(s) & (events | EPOLLERR | EPOLLHUP) : 0;
}

static void *allocate(void *context, size_t size)
{
	return memory_allocate(context, size);
}

static void release(void *context, void *memory)
{
	memory_release(context, memory);
}

void epoll_prepare(struct stack *st)
{
	static const struct watch_owner sockets = { ready, allocate, release };

	st->epolls = (struct watch_sets){ .owner = &sockets, .context = st };
}
