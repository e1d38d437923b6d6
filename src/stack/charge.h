/* SPDX-License-Identifier: MIT
 *
 * charge.h - what a packet that waits for its reader costs of SO_RCVBUF
 */
#ifndef STACK_CHARGE_H
#define STACK_CHARGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct stack;

/* Is memory charged, or only text? (socket_memory_charged) */
bool charge_counts_memory(const struct stack *st);
/* Memory, in octets, that a packet of @length octets with its IP header takes. */
uint32_t charge_packet(size_t length);
/* Octets of text that could still be put behind it for nothing. */
uint32_t charge_spare(size_t length);

#endif
