/* SPDX-License-Identifier: MIT
 *
 * ip_input.h - inside the stack: packets that arrive
 */
#ifndef STACK_IP_INPUT_H
#define STACK_IP_INPUT_H

#include "stack/icmp_error.h"
#include "stack/ip_packet.h"
#include "stack/stack.h"

/* A packet has arrived. */
void ip_input(struct stack *st, const uint8_t *bytes, size_t length);
/* What the transport of @protocol does with an ICMP error; false: no such transport. */
bool ip_transport_error(struct stack *st, const struct icmp_error *e);

/* The sum over pseudo-header and payload, 0 if right. */
uint16_t ip_payload_checksum(const struct ip_packet *p);

#endif
