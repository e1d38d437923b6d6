/* SPDX-License-Identifier: MIT
 *
 * tcp_stack.h - a TCP of two pages over IPv4, for the example beside it
 *
 * It opens, sends, acknowledges each segment at once, sends again after a second, then after two, and closes. It has no
 * option but MSS, keeps no text out of order, and has neither a congestion window nor TIME-WAIT, so protodrill finds
 * much wrong with it.
 */
#ifndef TCP_STACK_H
#define TCP_STACK_H

#include <errno.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "internet.h"

enum { FIN = 1, SYN = 2, RST = 4, PSH = 8, ACK = 16 };
enum { IP_HEADER = 20, TCP_HEADER = 20, ROOM = 65535, MSS = 1460, LEAST_MSS = 536, SECOND = 1000000000 };
enum state { CLOSED, LISTENING, SYN_SENT, SYN_RECEIVED, OPEN, DEAD };

static void device_send(const void *packet, size_t length); /* set by the user of the stack */
static int64_t device_now(void);                         /* nanoseconds */

struct connection {
	struct connection *next, *listener;
	uint8_t remote[4];
	unsigned port, remote_port, mss;
	enum state state;
	int accepted, read_closed, write_closed, error;
	uint32_t unacknowledged, next_out, next_in, window;  /* RFC 9293: SND.UNA, SND.NXT, RCV.NXT, SND.WND */
	uint8_t in[ROOM], out[ROOM];                         /* .out begins at .unacknowledged */
	size_t in_length, out_length;
	int64_t timer, wait;                                 /* INT64_MAX: off */
};

static struct connection *connections;
static uint8_t own_address[4];
static uint32_t first_number;

static void send_segment(const struct connection *c, int flags, uint32_t number, const void *text, size_t length)
{
	uint8_t p[IP_HEADER + TCP_HEADER + 4 + MSS] = { [0] = 0x45, [8] = 64, [9] = IPPROTO_TCP };
	const size_t header = flags & SYN ? TCP_HEADER + 4 : TCP_HEADER;
	const unsigned whole = (unsigned)(header + length);

	put(p + 2, IP_HEADER + whole, 2);
	memcpy(p + 12, own_address, 4);
	memcpy(p + 16, c->remote, 4);
	put(p + 10, checksum(p, IP_HEADER, 0), 2);
	put(p + 20, c->port, 2);
	put(p + 22, c->remote_port, 2);
	put(p + 24, number, 4);
	put(p + 28, flags & ACK ? c->next_in : 0, 4);
	p[32] = (uint8_t)(header / 4 << 4);
	p[33] = (uint8_t)flags;
	put(p + 34, flags & RST ? 0 : (unsigned)(ROOM - c->in_length), 2);
	if (flags & SYN)
		put(p + 40, 2U << 24 | 4U << 16 | MSS, 4);
	if (length)
		memcpy(p + IP_HEADER + header, text, length);
	/* With the pseudo header: addresses, protocol and length (RFC 9293, 3.1). */
	put(p + 36, checksum(p + 12, 8 + whole, IPPROTO_TCP + whole), 2);
	device_send(p, IP_HEADER + whole);
}

static void start_timer(struct connection *c, int64_t wait)
{
	c->wait = wait;
	c->timer = device_now() + wait;
}

/* Send from number @from on, as much as the window allows, and a FIN behind the last octet. */
static void send_from(struct connection *c, uint32_t from)
{
	for (;;) {
		const size_t at = from - c->unacknowledged, there = c->out_length > at ? c->out_length - at : 0;
		const size_t open = c->window > at ? c->window - at : 0;
		size_t length = there < c->mss ? there : c->mss;

		length = length < open ? length : open;
		const int last = at + length == c->out_length, fin = c->write_closed && last;
		if (!length && !fin)
			return;
		send_segment(c, ACK | (length && last ? PSH : 0) | (fin ? FIN : 0), from, c->out + at, length);
		from += (uint32_t)length + (uint32_t)fin;
		if ((int32_t)(from - c->next_out) > 0)
			c->next_out = from;
		if (c->timer == INT64_MAX)
			start_timer(c, SECOND);
	}
}

static struct connection *new_connection(void)
{
	struct connection *c = calloc(1, sizeof(*c));

	c->next = connections;
	c->timer = INT64_MAX;
	return connections = c;
}

/* Our SYN, or the answer to one. */
static void tcp_open(struct connection *c, enum state state)
{
	c->state = state;
	c->unacknowledged = first_number += 64000;
	c->next_out = c->unacknowledged + 1;
	send_segment(c, state == SYN_SENT ? SYN : SYN | ACK, c->unacknowledged, NULL, 0);
	start_timer(c, SECOND);
}

static void tcp_end(struct connection *c, int error)
{
	c->state = DEAD;
	c->error = error;
	c->timer = INT64_MAX;
}

static void time_is_up(struct connection *c)
{
	start_timer(c, 2 * c->wait);
	if (c->state == OPEN)
		send_from(c, c->unacknowledged);
	else
		send_segment(c, c->state == SYN_SENT ? SYN : SYN | ACK, c->unacknowledged, NULL, 0);
}

static void acknowledged(struct connection *c, uint32_t number)
{
	uint32_t count = number - c->unacknowledged;

	if ((int32_t)count <= 0 || (int32_t)(c->next_out - number) < 0)
		return;
	if (c->state != OPEN) {                              /* the SYN */
		if (c->state == SYN_SENT)
			send_segment(c, ACK, c->next_out, NULL, 0);
		c->state = OPEN;
		count--;
	}
	if (count > c->out_length) {                         /* the FIN */
		count = (uint32_t)c->out_length;
		c->write_closed = 0;
	}
	memmove(c->out, c->out + count, c->out_length -= count);
	c->unacknowledged = number;
	c->timer = INT64_MAX;
	if (number != c->next_out)
		start_timer(c, SECOND);
}

/* The connection of a segment, or the socket that listens for it. */
static struct connection *find(const uint8_t *p, const uint8_t *tcp)
{
	struct connection *listener = NULL;

	for (struct connection *c = connections; c; c = c->next) {
		if (c->port != get(tcp + 2, 2))
			continue;
		if (c->state == LISTENING)
			listener = c;
		else if (c->state != DEAD && c->remote_port == get(tcp, 2) && !memcmp(c->remote, p + 12, 4))
			return c;
	}
	return listener;
}

/* A SYN has come for @listener. */
static struct connection *new_of(struct connection *listener, const uint8_t *p, const uint8_t *tcp)
{
	struct connection *c = new_connection();

	c->listener = listener;
	c->port = listener->port;
	memcpy(c->remote, p + 12, 4);
	c->remote_port = get(tcp, 2);
	return c;
}

/* A RST for a segment without a connection, which ends at the number @end. */
static void refuse(const uint8_t *p, const uint8_t *tcp, uint32_t end)
{
	struct connection nobody = { .port = get(tcp + 2, 2), .remote_port = get(tcp, 2), .next_in = end };
	const int flags = tcp[13];

	memcpy(nobody.remote, p + 12, 4);
	if (!(flags & RST))
		send_segment(&nobody, flags & ACK ? RST : RST | ACK, flags & ACK ? get(tcp + 8, 4) : 0, NULL, 0);
}

static void take_text(struct connection *c, uint32_t number, const uint8_t *text, size_t length, int fin)
{
	if (number == c->next_in && length <= ROOM - c->in_length) {
		memcpy(c->in + c->in_length, text, length);
		c->in_length += length;
		c->next_in += (uint32_t)length + (uint32_t)fin;
		c->read_closed |= fin;
	}
	send_segment(c, ACK, c->next_out, NULL, 0);
}

static void tcp_input(const void *packet, size_t length)
{
	const uint8_t *p = packet, *tcp = p + IP_HEADER;
	struct connection *c;

	if (length < IP_HEADER + TCP_HEADER || p[0] != 0x45 || p[9] != IPPROTO_TCP || length != get(p + 2, 2) ||
	    checksum(p + 12, length - 12, IPPROTO_TCP + (unsigned)(length - IP_HEADER)))
		return;
	const size_t header = (size_t)(tcp[12] >> 4) * 4, text = length - IP_HEADER - header;
	if (header < TCP_HEADER || header > length - IP_HEADER)
		return;
	const uint32_t number = get(tcp + 4, 4), ack = get(tcp + 8, 4);
	const int flags = tcp[13];

	c = find(p, tcp);
	if (!c || (c->state == LISTENING && flags & ACK)) {
		refuse(p, tcp, number + (uint32_t)text + !!(flags & SYN) + (flags & FIN));
		return;
	}
	if (c->state == LISTENING && (flags & RST || !(flags & SYN)))
		return;
	if (c->state == LISTENING)
		c = new_of(c, p, tcp);
	if (flags & RST) {
		tcp_end(c, c->state == SYN_SENT ? ECONNREFUSED : ECONNRESET);
		return;
	}
	c->window = get(tcp + 14, 2);
	if (flags & SYN && c->state != OPEN) {
		c->next_in = number + 1;
		c->mss = header > TCP_HEADER && tcp[20] == 2 ? get(tcp + 22, 2) : LEAST_MSS;
		c->mss = c->mss < MSS ? c->mss : MSS;
		if (c->state == CLOSED)
			tcp_open(c, SYN_RECEIVED);
	}
	if (flags & ACK)
		acknowledged(c, ack);
	if (c->state == OPEN && !(flags & SYN) && (text || flags & FIN))
		take_text(c, number, tcp + header, text, flags & FIN);
	if (c->state == OPEN)
		send_from(c, c->next_out);
}

/* ---- for users: minus an errno where something is wrong ---- */

static struct connection *tcp_waiting(const struct connection *listener)
{
	struct connection *c = connections;

	while (c && (c->listener != listener || c->state != OPEN || c->accepted))
		c = c->next;
	return c;
}

static struct connection *tcp_accept(const struct connection *listener)
{
	struct connection *c = tcp_waiting(listener);

	if (c)
		c->accepted = 1;
	return c;
}

static void tcp_connect(struct connection *c, const uint8_t *address, unsigned port)
{
	memcpy(c->remote, address, sizeof(c->remote));
	c->remote_port = port;
	c->port = c->port ? c->port : 49152;
	tcp_open(c, SYN_SENT);
}

static int64_t tcp_write(struct connection *c, const void *bytes, size_t length)
{
	const size_t room = sizeof(c->out) - c->out_length;

	if (c->state != OPEN)
		return c->state == SYN_SENT ? -EAGAIN : c->error ? -c->error : -EPIPE;
	if (!room)
		return -EAGAIN;
	length = length < room ? length : room;
	memcpy(c->out + c->out_length, bytes, length);
	c->out_length += length;
	send_from(c, c->next_out);
	return (int64_t)length;
}

static int64_t tcp_read(struct connection *c, void *bytes, size_t room)
{
	const size_t length = c->in_length < room ? c->in_length : room;

	if (!c->in_length)
		return c->error ? -c->error : c->read_closed ? 0 : c->state == OPEN ? -EAGAIN : -ENOTCONN;
	memcpy(bytes, c->in, length);
	memmove(c->in, c->in + length, c->in_length -= length);
	return (int64_t)length;
}

static void tcp_close(struct connection *c)
{
	c->write_closed = c->state == OPEN;
	if (c->state == OPEN)
		send_from(c, c->next_out);
	else
		tcp_end(c, 0);
}

#endif
