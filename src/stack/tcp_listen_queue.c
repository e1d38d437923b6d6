/* SPDX-License-Identifier: MIT
 *
 * tcp_listen_queue.c - the children of a listener that nobody has accepted yet
 *
 * A child is a socket from its SYN on: in SYN-RECEIVED it is in the SYN queue, then in the accept queue until the user
 * takes it. The SYN queue is bounded by the host (tcp_syn_backlog) and, as in Linux, by listen(), and holds anybody who
 * has sent a SYN; the accept queue is bounded likewise, and holds only peers that have proved that they hear us. Which
 * of the two is full decides what a SYN gets: a cookie, silence, or an answer (tcp_listen.c).
 *
 * The lists belong to the listener, which a child finds as .place.parent. Whichever ends first, the other must not keep
 * a pointer to it: tcp_listen_forget() takes one child out, tcp_listen_orphan() lets all of them go. Both may be called
 * for a connection in no queue. Nothing here sends, or sets a state other than LISTEN.
 */
#include "stack/tcp_listen.h"

#include <errno.h>

#include "stack/tcp_state.h"

struct tcp_listen {
	size_t backlog;
	struct tcp *syns, *done;                             /* linked by .sibling; done: oldest first */
	size_t syn_count, done_count;
};

/* A second listen() only changes the backlog. A negative one means the largest, as on Linux. */
int tcp_listen_start(struct tcp *t, int backlog)
{
	struct stack *st = tcp_stack(t);
	size_t limit = (size_t)st->config.somaxconn;

	if (!t->place.listen)
		t->place.listen = memory_allocate(st, sizeof(*t->place.listen));
	if (!t->place.listen)
		return -ENOMEM;
	t->place.listen->backlog = backlog < 0 || (size_t)backlog > limit ? limit : (size_t)backlog;
	if (t->state != TCPS_LISTEN)
		tcp_set_state(t, TCPS_LISTEN, "listen");
	return 0;
}

static void take_out(struct tcp **queue, size_t *count, struct tcp *child)
{
	for (; *queue; queue = &(*queue)->place.sibling) {
		if (*queue != child)
			continue;
		*queue = child->place.sibling;
		(*count)--;
		return;
	}
}

size_t tcp_listen_opening(const struct tcp *listener)
{
	return listener->place.listen->syn_count;
}

struct tcp *tcp_listen_any(const struct tcp *listener)
{
	const struct tcp_listen *l = listener->place.listen;

	return !l ? NULL : l->syns ? l->syns : l->done;
}

void tcp_listen_add(struct tcp *listener, struct tcp *child)
{
	struct tcp_listen *l = listener->place.listen;

	child->place.passive = true;
	child->place.parent = listener;
	child->place.sibling = l->syns;
	l->syns = child;
	l->syn_count++;
}

/* The oldest is accepted first, so a new one goes to the end. */
void tcp_listen_opened(struct tcp *child)
{
	struct tcp_listen *l = child->place.parent->place.listen;
	struct tcp **end = &l->done;

	take_out(&l->syns, &l->syn_count, child);
	while (*end)
		end = &(*end)->place.sibling;
	*end = child;
	child->place.sibling = NULL;
	child->place.queued = true;
	l->done_count++;
	socket_wake(child->place.parent->socket);
}

void tcp_listen_forget(struct tcp *child)
{
	struct tcp_listen *l = child->place.parent ? child->place.parent->place.listen : NULL;

	if (l) {
		take_out(&l->syns, &l->syn_count, child);
		take_out(&l->done, &l->done_count, child);
	}
	child->place.parent = child->place.sibling = NULL;
	child->place.queued = false;
}

void tcp_listen_orphan(struct tcp *t)
{
	struct tcp_listen *l = t->place.listen;

	if (!l)
		return;
	while (l->syns)
		tcp_listen_forget(l->syns);
	while (l->done)
		tcp_listen_forget(l->done);
	memory_release(tcp_stack(t), l);
	t->place.listen = NULL;
}

struct tcp *tcp_listen_take(struct tcp *listener)
{
	struct tcp *child = listener->place.listen->done;

	if (child)
		tcp_listen_forget(child);
	return child;
}

bool tcp_listen_ready(const struct tcp *listener)
{
	return listener->place.listen && listener->place.listen->done;
}

size_t tcp_listen_waiting(const struct tcp *listener)
{
	return listener->place.listen ? listener->place.listen->done_count : 0;
}

size_t tcp_listen_backlog(const struct tcp *listener)
{
	return listener->place.listen ? listener->place.listen->backlog : 0;
}

bool tcp_listen_full(const struct tcp *listener)
{
	const struct tcp_listen *l = listener->place.listen;

	return l->done_count > l->backlog;                   /* a backlog of 0 still takes one */
}

void tcp_listen_defer(struct tcp *child, bool deferred)
{
	child->place.deferred = deferred;
}

/* TCP_DEFER_ACCEPT: an ACK alone does not complete the handshake. The child waits for text, for this long since our
 * first SYN,ACK, which is repeated only when that time is over. */
bool tcp_listen_defers(const struct tcp *child)
{
	vtime_t limit = vtime_s(child->options.defer_accept_s);

	return vtime_before(vtime_sub(tcp_stack(child)->now, child->rtx.first_sent), limit);
}
