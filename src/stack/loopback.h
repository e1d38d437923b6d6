/* SPDX-License-Identifier: MIT
 *
 * loopback.h - inside the stack: packets of the host to itself
 */
#ifndef STACK_LOOPBACK_H
#define STACK_LOOPBACK_H

#include <stddef.h>
#include <stdint.h>

struct stack;

struct looped {
	struct looped *next;
	size_t length;
	uint16_t segment;                                    /* as in struct ip_send */
	uint8_t bytes[];
};

/* Copies the packet to the end of the queue. @segment as in struct ip_send. 0 or -ENOBUFS. */
int loopback_send(struct stack *st, const uint8_t *bytes, size_t length, uint16_t segment);
/* Takes the oldest packet, which the caller releases; NULL: none. The timer stays armed while there are more. */
struct looped *loopback_take(struct stack *st);
/* Release the packets that still wait. */
void loopback_forget(struct stack *st);

#endif
