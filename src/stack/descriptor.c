/* SPDX-License-Identifier: MIT
 *
 * descriptor.c - small numbers for sockets and epoll sets
 *
 * A descriptor is an entry of a table: the socket or epoll set that it stands for, and the two flags that belong to the
 * number rather than to the socket. As POSIX requires, the lowest free number is given out first; the table doubles
 * when it is full, up to descriptor_limit, which is beyond the last number, as RLIMIT_NOFILE is.
 *
 * A socket and its descriptor do not live equally long. close() frees the number at once, while TCP may need the socket
 * for minutes (socket->fd is -1 then); a connection that nobody has accepted yet is a socket without a number. Numbers
 * start at 3, as if the standard streams were open, because that is what scripts expect of a process.
 */
#include "stack/descriptor.h"

#include <errno.h>
#include <string.h>

#include "stack/host.h"
#include "stack/socket.h"

struct descriptor *descriptor_of(const struct stack *st, int fd)
{
	if (fd < STACK_FIRST_FD || (size_t)(fd - STACK_FIRST_FD) >= st->descriptor_room)
		return NULL;
	struct descriptor *d = &st->descriptors[fd - STACK_FIRST_FD];
	return d->socket || d->epoll ? d : NULL;
}

static int grow(struct stack *st)
{
	size_t limit = (size_t)st->config.descriptor_limit - STACK_FIRST_FD;
	size_t room = st->descriptor_room ? st->descriptor_room * 2 : 8;

	if (room > limit)
		room = limit;
	if (room <= st->descriptor_room)
		return -EMFILE;
	struct descriptor *d = memory_allocate(st, room * sizeof(*d));
	if (!d)
		return -ENOMEM;
	if (st->descriptor_room)
		memcpy(d, st->descriptors, st->descriptor_room * sizeof(*d));
	memory_release(st, st->descriptors);
	st->descriptors = d;
	st->descriptor_room = room;
	return 0;
}

int descriptor_find_free(struct stack *st)
{
	for (size_t i = 0; ; i++) {
		if (i == st->descriptor_room) {
			int error = grow(st);
			if (error)
				return error;
		}
		if (!st->descriptors[i].socket && !st->descriptors[i].epoll)
			return (int)i + STACK_FIRST_FD;
	}
}

void descriptor_set(struct stack *st, int fd, struct descriptor d)
{
	st->descriptors[fd - STACK_FIRST_FD] = d;
}

struct socket *socket_of(const struct stack *st, int fd, int *error)
{
	const struct descriptor *d = descriptor_of(st, fd);

	*error = !d ? -EBADF : !d->socket ? -ENOTSOCK : 0;
	return d ? d->socket : NULL;
}

bool stack_is_blocking(const struct stack *st, int fd)
{
	const struct descriptor *d = descriptor_of(st, fd);

	return d && !d->non_blocking;
}

void descriptors_free(struct stack *st)
{
	memory_release(st, st->descriptors);
	st->descriptors = NULL;
	st->descriptor_room = 0;
}
