/* SPDX-License-Identifier: MIT
 *
 * duplicates.c - descriptors that dup() made
 */
#include "target/library/duplicates.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdbool.h>

enum { POLL_FDS = 65536 };

static const int NO_DESCRIPTOR = INT_MAX;

static int *place_of(struct duplicates *d, int fd)
{
	bool inside = fd >= DUPLICATES_FIRST && fd < DUPLICATES_FIRST + DUPLICATES;

	return inside && d->real[fd - DUPLICATES_FIRST] ? &d->real[fd - DUPLICATES_FIRST] : NULL;
}

static bool is_hidden(const struct duplicates *d, int fd)
{
	for (size_t i = 0; i < d->hidden_count; i++)
		if (d->hidden[i] == fd)
			return true;
	return false;
}

int duplicates_real(const struct duplicates *d, int fd)
{
	const int *place = place_of((struct duplicates *)d, fd);

	if (place)
		return *place;
	return is_hidden(d, fd) ? NO_DESCRIPTOR : fd;
}

int duplicates_add(struct duplicates *d, int real)
{
	for (int i = 0; i < DUPLICATES; i++) {
		if (d->real[i])
			continue;
		d->real[i] = real;
		return DUPLICATES_FIRST + i;
	}
	return -EMFILE;
}

static bool has_duplicate(const struct duplicates *d, int real)
{
	for (int i = 0; i < DUPLICATES; i++)
		if (d->real[i] == real)
			return true;
	return false;
}

int duplicates_close(struct duplicates *d, int fd)
{
	int *place = place_of(d, fd), real = place ? *place : fd;

	if (!place && is_hidden(d, fd))
		return NO_DESCRIPTOR;
	if (!place) {
		if (!has_duplicate(d, fd))
			return fd;
		d->hidden[d->hidden_count++] = fd;
		return -1;
	}
	*place = 0;
	if (has_duplicate(d, real) || !is_hidden(d, real))
		return -1;
	for (size_t i = 0; i < d->hidden_count; i++)
		if (d->hidden[i] == real)
			d->hidden[i--] = d->hidden[--d->hidden_count];
	return real;
}

static void resolve(const struct duplicates *d, struct call *call, int index)
{
	int64_t *number = &call->arguments[index].number;

	if (*number >= 0 && *number < INT_MAX)
		*number = duplicates_real(d, (int)*number);
}

static void resolve_pollfds(const struct duplicates *d, const struct call *call)
{
	struct pollfd *fds = call->arguments[0].pointer;

	if (call->arguments[1].number > POLL_FDS)           /* that is an error */
		return;
	for (int64_t i = 0; fds && i < call->arguments[1].number; i++)
		if (fds[i].fd >= 0)
			fds[i].fd = duplicates_real(d, fds[i].fd);
}

static bool has_any(const struct duplicates *d)
{
	for (int i = 0; i < DUPLICATES; i++)
		if (d->real[i])
			return true;
	return false;
}

void duplicates_resolve(const struct duplicates *d, struct call *call)
{
	if (!has_any(d))
		return;
	switch (call->id) {
	case CALL_SOCKET:
	case CALL_OPEN:
	case CALL_EPOLL_CREATE:
	case CALL_EPOLL_CREATE1:
	case CALL_PIPE:
	case CALL_PIPE2:
	case CALL_SOCKETPAIR:
	case CALL_CAP_SET:
	case CALL_CLOSE:
	case CALL_SELECT:
	case CALL_PSELECT:
		break;
	case CALL_POLL:
	case CALL_PPOLL:
		resolve_pollfds(d, call);
		break;
	case CALL_SENDFILE:
		resolve(d, call, 1);
		resolve(d, call, 0);
		break;
	case CALL_EPOLL_CTL:
	case CALL_SPLICE:
		resolve(d, call, 2);
		resolve(d, call, 0);
		break;
	default:
		resolve(d, call, 0);
		break;
	}
}
