/* SPDX-License-Identifier: MIT
 *
 * socket_table.c - birth and death of sockets, local ports, and who gets a packet
 *
 * Every living socket is in one list, so that all can be found when the host ends. Those with a local port are also in
 * a hash table by that port, and only these can get packets.
 *
 * Who gets a packet (socket_find()). Of the sockets with the right protocol and port, those whose addresses contradict
 * the packet are out, and the one with the most addresses set wins: a connection beats a listener, and a listener bound
 * to an address beats one bound to any. Among equals the one bound last wins, since the table is searched from that
 * end.
 *
 * Who may have a port (socket_hash()). Two sockets of one protocol collide if they have the same port and both would
 * get the packets for some address. A collision is allowed only if both have agreed to it, by SO_REUSEPORT, or by
 * SO_REUSEADDR as long as neither listens. If the user leaves the port open, it is chosen at random from the configured
 * range (RFC 6056, 3.3.1), so that strangers cannot predict it.
 *
 * A socket ends only by socket_free(), which its protocol calls when neither user nor peer needs the socket any more.
 */
#include "stack/socket_table.h"

#include <errno.h>
#include <string.h>

#include "stack/host.h"
#include "stack/sock.h"
#include "stack/socket_device.h"
#include "stack/socket_multicast.h"

static struct socket **bucket_of(struct stack *st, uint16_t port)
{
	return &st->buckets[port % SOCKET_BUCKETS];
}

/* The new socket is in the list of all, but gets no packets before it has a port: socket_hash(), socket_new_child(). */
struct socket *socket_new(struct stack *st, int domain, int type, uint8_t protocol)
{
	if (st->counts.sockets >= (size_t)st->config.socket_limit)
		return NULL;
	struct socket *s = memory_allocate(st, sizeof(*s));
	if (!s)
		return NULL;
	s->stack = st;
	s->fd = -1;
	s->domain = domain;
	s->type = type;
	s->protocol = protocol;
	s->receive_queue.last = &s->receive_queue.first;
	s->error_queue.last = &s->error_queue.first;
	socket_options_init(st, s->domain, &s->options);
	s->peek_offset = -1;
	s->next = st->sockets;
	if (s->next)
		s->next->previous = s;
	st->sockets = s;
	st->counts.sockets++;
	return s;
}

void socket_free(struct socket *s)
{
	struct stack *st = s->stack;

	if (s->ops && s->ops->detach)
		s->ops->detach(s);
	socket_unhash(s);
	queue_drop(st, &s->receive_queue);
	queue_drop(st, &s->error_queue);
	notice_drop(s);
	multicast_leave_all(s);
	*(s->previous ? &s->previous->next : &st->sockets) = s->next;
	if (s->next)
		s->next->previous = s->previous;
	st->counts.sockets--;
	stack_wake(st);
	memory_release(st, s);
}

void sockets_free_all(struct stack *st)
{
	while (st->sockets)
		socket_free(st->sockets);
}

static void insert(struct socket *s)
{
	struct socket **bucket = bucket_of(s->stack, s->local.port);

	s->bucket_next = *bucket;
	*bucket = s;
	s->hashed = true;
	s->bound = true;
}

struct socket *socket_new_child(struct socket *listener, const struct endpoint *local, const struct endpoint *remote)
{
	struct socket *s = socket_new(listener->stack, listener->domain, listener->type, listener->protocol);

	if (!s)
		return NULL;
	s->ops = listener->ops;
	s->options = listener->options;
	s->options.priority = 0;                             /* follows what the child itself sends */
	s->peek_offset = listener->peek_offset;
	s->shut_read = listener->shut_read;                  /* by a shutdown() before it listened */
	s->shut_write = listener->shut_write;
	s->local = *local;
	s->remote = *remote;
	insert(s);
	return s;
}

void socket_unhash(struct socket *s)
{
	struct socket **at = bucket_of(s->stack, s->local.port);

	if (!s->hashed)
		return;
	while (*at != s)
		at = &(*at)->bucket_next;
	*at = s->bucket_next;
	s->hashed = false;
}

/* ---- ports ---- */

/* Is there a local address whose packets both would get? An address of version 0 stands for all versions that the
 * socket speaks. */
static bool addresses_overlap(const struct socket *a, const struct socket *b)
{
	if (a->local.ip.version && b->local.ip.version)
		return ip_address_equal(&a->local.ip, &b->local.ip);
	if (a->local.ip.version)
		return socket_speaks(b, a->local.ip.version);
	if (b->local.ip.version)
		return socket_speaks(a, b->local.ip.version);
	return (socket_speaks(a, 4) && socket_speaks(b, 4)) || (socket_speaks(a, 6) && socket_speaks(b, 6));
}

/* Both must have agreed to share: SO_REUSEPORT always counts, SO_REUSEADDR unless one of them listens. If the choice of
 * the port is left to connect(), it matters only that no other connection has both ends in common (RFC 9293, 3.4.1: the
 * pair of ends identifies a connection), unless that one, @b, is over and gives way. */
static bool may_share(const struct socket *a, const struct socket *b)
{
	if (a->port_chosen_by_connect && b->port_chosen_by_connect) {
		bool other = a->remote.port != b->remote.port || !ip_address_equal(&a->remote.ip, &b->remote.ip);
		return other || (b->ops->gives_way && b->ops->gives_way(b));
	}
	if (a->options.reuse_port && b->options.reuse_port)
		return true;
	return a->options.reuse_address && b->options.reuse_address && !a->listening && !b->listening;
}

static bool port_taken(const struct socket *s, uint16_t port)
{
	for (struct socket *o = *bucket_of(s->stack, port); o; o = o->bucket_next)
		if (o != s && o->local.port == port && o->protocol == s->protocol && addresses_overlap(s, o) &&
		    !may_share(s, o))
			return true;
	return false;
}

/* The host's range, and within it the user's (IP_LOCAL_PORT_RANGE). */
static void port_range(const struct socket *s, uint32_t *first, uint32_t *last)
{
	uint32_t own_first = s->options.port_range & UINT16_MAX, own_last = s->options.port_range >> 16;

	*first = (uint32_t)s->stack->config.port_first;
	*last = (uint32_t)s->stack->config.port_last;
	if (defect(s->stack, DEFECT_PORT_RANGE_IGNORED))
		return;
	/* Each end of the user's range counts only if it lies within the host's; otherwise that end of the host's
	 * stays. */
	bool last_counts = own_last >= *first && own_last <= *last;
	if (own_first >= *first && own_first <= *last)
		*first = own_first;
	if (last_counts)
		*last = own_last;
}

/* RFC 6056, 3.3.1: start at a random port of the range and take the next free one. */
static uint16_t choose_free_port(struct socket *s)
{
	struct stack *st = s->stack;
	uint32_t first, last;

	port_range(s, &first, &last);
	uint32_t count = last >= first ? last - first + 1 : 0;
	uint32_t start = (uint32_t)random_below(&st->random, count);

	for (uint32_t i = 0; i < count; i++) {
		uint16_t port = (uint16_t)(first + (start + i) % count);
		if (!port_taken(s, port))
			return port;
	}
	return 0;
}

int socket_hash(struct socket *s, bool choose_port)
{
	if (s->hashed)
		return 0;
	s->port_chosen_by_connect = !s->local.port && choose_port && s->tcp && s->remote.ip.version &&
	                            !defect(s->stack, DEFECT_TCP_PORT_OF_ONE);
	/* A port that connect() chooses need not be free as a whole: what must differ is the pair of ends. */
	if (!s->local.port && choose_port) {
		s->local.port = choose_free_port(s);
		if (!s->local.port)
			return -EADDRINUSE;
	} else if (port_taken(s, s->local.port)) {
		return -EADDRINUSE;
	}
	insert(s);
	return 0;
}

/* ---- look-up ---- */

/* One point for a local address that is set and matches, two for the remote end: a connected socket beats a bound one,
 * and a bound one beats a socket for any address. A mismatch rules the socket out. */
int socket_match(const struct socket *s, const struct tuple *t)
{
	int score = 0;

	if (s->local.port != t->destination_port || !socket_speaks(s, t->destination.version) || !device_takes(s))
		return -1;
	if (s->local.ip.version) {
		if (!ip_address_equal(&s->local.ip, &t->destination))
			return -1;
		score++;
	}
	if (s->remote.ip.version) {
		if (s->remote.port != t->source_port || !ip_address_equal(&s->remote.ip, &t->source))
			return -1;
		score += 2;
	}
	return score;
}

struct socket *socket_find(struct stack *st, uint8_t protocol, const struct tuple *t)
{
	struct socket *best = NULL;
	int best_score = -1;

	for (struct socket *s = *bucket_of(st, t->destination_port); s; s = s->bucket_next) {
		int score = s->protocol == protocol ? socket_match(s, t) : -1;
		if (score > best_score) {
			best = s;
			best_score = score;
		}
	}
	return best;
}

struct socket *socket_next_on_port(struct stack *st, uint8_t protocol, uint16_t port, struct socket *previous)
{
	struct socket *s = previous ? previous->bucket_next : *bucket_of(st, port);

	while (s && (s->protocol != protocol || s->local.port != port))
		s = s->bucket_next;
	return s;
}

struct socket *socket_find_same(const struct socket *s)
{
	for (struct socket *o = *bucket_of(s->stack, s->local.port); o; o = o->bucket_next)
		if (o != s && o->protocol == s->protocol && o->local.port == s->local.port &&
		    o->remote.port == s->remote.port && ip_address_equal(&o->local.ip, &s->local.ip) &&
		    ip_address_equal(&o->remote.ip, &s->remote.ip))
			return o;
	return NULL;
}
