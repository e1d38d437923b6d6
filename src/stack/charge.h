/* SPDX-License-Identifier: MIT
 *
 * charge.h - how much of SO_RCVBUF a packet uses while it waits for its reader
 */
#ifndef STACK_CHARGE_H
#define STACK_CHARGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/vtime.h"

struct stack;

/* The charge of a packet, or of a piece of its text. */
struct charge {
	uint32_t memory;                                     /* octets of memory used */
	uint32_t spare;                                      /* octets of text that still fit behind it */
	vtime_t came;                                        /* TCP: when its newest octet arrived */
};

/* True if memory is charged, and not only text (socket_memory_charged). */
bool charge_counts_memory(const struct stack *st);
/* The charge of a packet of @length octets, IP header included. */
struct charge charge_packet(size_t length);
/* The charge of @length octets of text that were copied together: no head room. */
struct charge charge_copy(size_t length);
enum { CHARGE_COPY_MOST = 3776 };                        /* most octets of text in one such copy */
/* Is less than @share, in 256ths, of the memory of a packet with @length octets text? */
bool charge_is_wasteful(const struct charge *charge, uint32_t length, uint32_t share);

#endif
