/* SPDX-License-Identifier: MIT
 *
 * ip_input.h - inside the stack: packets that arrive
 */
#ifndef STACK_IP_INPUT_H
#define STACK_IP_INPUT_H

#include "stack/icmp_error.h"
#include "stack/ip_packet.h"
#include "stack/stack.h"

/* A packet has arrived, from the link or from ourselves. Borrows @bytes. */
void ip_input(struct stack *st, const uint8_t *bytes, size_t length);
/* Hands an ICMP error to the protocol of the packet that it quotes. False: no such protocol, or it takes none. */
bool ip_transport_error(struct stack *st, const struct icmp_error *e);

/* Hands the payload of @p to its protocol: for a packet that was found within another one. False: the host has no such
 * protocol. */
bool ip_hand_up(struct stack *st, const struct ip_packet *p);

/* The checksum over pseudo-header and payload, checksum field included: 0 if that is right. */
uint16_t ip_payload_checksum(const struct ip_packet *p);

#endif
