/* SPDX-License-Identifier: MIT
 *
 * charge.h - what a packet that waits for its reader costs of SO_RCVBUF
 */
#ifndef STACK_CHARGE_H
#define STACK_CHARGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/vtime.h"

struct stack;

/* What a packet, or a piece of its text, has of each. */
struct charge {
	uint32_t memory;                                     /* octets it takes */
	uint32_t spare;                                      /* octets of text that could still be put behind it */
	vtime_t came;                                        /* TCP: when the newest of it came */
};

/* Is memory charged, or only text? (socket_memory_charged) */
bool charge_counts_memory(const struct stack *st);
/* A packet of @length octets with its IP header. */
struct charge charge_packet(size_t length);
/* @length octets of text that were copied together: without head room. */
struct charge charge_copy(size_t length);
enum { CHARGE_COPY_MOST = 3776 };                        /* so much text goes into one such copy */

#endif
