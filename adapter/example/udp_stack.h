/* SPDX-License-Identifier: MIT
 *
 * udp_stack.h - a stack in a page of code, for UDP over IPv4 only, used by the example beside it
 */
#ifndef UDP_STACK_H
#define UDP_STACK_H

#include <netinet/in.h>
#include <stdint.h>
#include <string.h>

#include "internet.h"

enum { QUEUE = 8, HEADERS = 28, MOST = 1472, FIRST_PORT = 49152 };

static void device_send(const void *packet, size_t length); /* set by the user of the stack */

struct endpoint {
	uint8_t address[4];
	uint16_t port;
};

static struct socket {
	struct socket *next;
	uint16_t port;                                       /* 0: not bound */
	struct endpoint remote;                              /* port 0: not connected */
	uint8_t queue[QUEUE][HEADERS + MOST];                /* packets as they came */
	int waiting;
} *sockets;

static uint8_t own_address[4];
static uint16_t last_port = FIRST_PORT, last_id;

static void udp_send(struct socket *s, const struct endpoint *to, const void *bytes, size_t length)
{
	uint8_t p[HEADERS + MOST] = { [0] = 0x45, [8] = 64, [9] = IPPROTO_UDP };
	const unsigned whole = (unsigned)(8 + length);

	s->port = s->port ? s->port : ++last_port;
	put(p + 2, 20 + whole, 2);
	put(p + 4, ++last_id, 2);
	memcpy(p + 12, own_address, 4);
	memcpy(p + 16, to->address, 4);
	put(p + 10, checksum(p, 20, 0), 2);
	put(p + 20, s->port, 2);
	put(p + 22, to->port, 2);
	put(p + 24, whole, 2);
	memcpy(p + HEADERS, bytes, length);
	/* With the pseudo header: addresses, protocol and length (RFC 768). */
	const unsigned sum = checksum(p + 12, 16 + length, IPPROTO_UDP + whole);
	put(p + 26, sum ? sum : 0xffff, 2);
	device_send(p, HEADERS + length);
}

/* A packet arrives. */
static void udp_input(const uint8_t *p, size_t length)
{
	if (length < HEADERS || length > HEADERS + MOST || p[0] != 0x45 || p[9] != IPPROTO_UDP ||
	    memcmp(p + 16, own_address, 4) || get(p + 24, 2) < 8 || get(p + 24, 2) + 20 > length)
		return;
	for (struct socket *s = sockets; s; s = s->next) {
		if (s->port != get(p + 22, 2) || s->waiting == QUEUE || (s->remote.port &&
		    (s->remote.port != get(p + 20, 2) || memcmp(s->remote.address, p + 12, 4))))
			continue;
		memcpy(s->queue[s->waiting++], p, length);
		return;
	}
}

#endif
