/* SPDX-License-Identifier: MIT
 *
 * wire.h - a network card, by which packets reach a stack on another machine and come from it
 *
 * We are whoever the script wants to be on the other side: every address that the other machine asks for is
 * ours, and no stack of this machine may answer in our place. So the interface must have no address here: it lies in a
 * network namespace of its own, or nobody has given it one. Nothing is configured, and nothing can be left behind.
 *
 * Only Ethernet; IPv4 and IPv6.
 */
#ifndef TARGET_PROCESS_WIRE_H
#define TARGET_PROCESS_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/buf.h"
#include "util/vtime.h"
#include "wire/header.h"

enum { WIRE_ROOM = 65536 };

struct wire;

struct wire_packet {
	const uint8_t *bytes;                                /* an IP packet; lives until the next call */
	size_t length;
	vtime_t at;                                          /* CLOCK_REALTIME when it came */
};

/* Opens the interface, and finds the machine that has the address @local. NULL: @problem says why. */
struct wire *wire_open(const char *interface, const struct ip_address *local, struct buf *problem);
void wire_close(struct wire *w);                         /* NULL is fine */

vtime_t wire_now(void);                                  /* CLOCK_REALTIME */
/* How long the other machine took to answer the question for its address. */
vtime_t wire_round_trip(const struct wire *w);
/* 0 or an errno. */
int wire_send(struct wire *w, const void *packet, size_t length);
/* Sleep until everything sent must have arrived, so that a call made then finds it. */
void wire_let_arrive(const struct wire *w);
/* Sleep until a packet of the other machine has come, which goes to *out, or until @until. False: none came. */
bool wire_receive(struct wire *w, vtime_t until, struct wire_packet *out);

#endif
