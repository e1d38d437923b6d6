/* SPDX-License-Identifier: MIT
 *
 * sock.c - what every protocol does with a socket: wake its user, set its error, report readiness
 *
 * No call blocks inside the stack. A caller who got EAGAIN waits for stack_activity() to grow, then tries again, so
 * each change that could make a call succeed has to end in socket_wake(): data, room, an error, the end of a
 * connection. A needless wake-up costs one useless try; a missing one leaves a caller waiting for ever.
 */
#include "stack/sock.h"

#include <limits.h>
#include <poll.h>

#include "stack/host.h"

bool socket_speaks(const struct socket *s, uint8_t version)
{
	if (s->domain == AF_INET)
		return version == 4;
	return version == 6 || (version == 4 && !s->options.v6only);
}

void socket_wake(struct socket *s)
{
	s->generation++;
	stack_wake(s->stack);
}

void socket_fail(struct socket *s, int error)
{
	s->error = error;
	socket_wake(s);
}

int socket_take_error(struct socket *s)
{
	int error = s->error;

	s->error = 0;
	return error;
}

short socket_ready(struct socket *s)
{
	short ready = s->ops->poll(s);

	if (s->error || s->error_queue.count)
		ready |= POLLERR;
	if (s->error_queue.count && s->options.machine.select_error_queue)
		ready |= POLLPRI;
	return ready;
}

/* ---- SO_PEEK_OFF ---- */

size_t socket_peek_start(const struct socket *s, int flags)
{
	return flags & MSG_PEEK && s->peek_offset > 0 ? (size_t)s->peek_offset : 0;
}

void socket_peeked(struct socket *s, int flags, size_t length)
{
	if (s->peek_offset < 0)
		return;
	if (flags & MSG_PEEK)
		s->peek_offset = length < (size_t)(INT_MAX - s->peek_offset) ? s->peek_offset + (int)length : INT_MAX;
	else
		s->peek_offset = (size_t)s->peek_offset > length ? s->peek_offset - (int)length : 0;
}

bool socket_labels_flows(const struct socket *s)
{
	return s->options.auto_label_chosen ? s->options.auto_label : s->stack->config.ip6_flow_labels != 0;
}
