/* SPDX-License-Identifier: MIT
 *
 * icmp_send.h - inside the stack: ICMP errors that this host sends
 */
#ifndef STACK_ICMP_SEND_H
#define STACK_ICMP_SEND_H

#include "stack/ip_output.h"
#include "stack/ip_packet.h"

/* Put the checksum into an ICMP message that is to be sent as @s says. */
void icmp_finish(const struct stack *st, uint8_t *message, const struct ip_send *s);

/* Counts a message of @version that was sent, or that came and was well-formed. */
void icmp_count(struct stack *st, int version, uint8_t type, bool out);

/* Errors that this host sends; all rules against storms are inside (RFC 1122, 3.2.2; RFC 4443, 2.4). */
void icmp_send_unreachable_port(struct stack *st, const struct ip_packet *about);
void icmp_send_unreachable_protocol(struct stack *st, const struct ip_packet *about, uint32_t pointer);
void icmp_send_time_exceeded(struct stack *st, const struct ip_packet *about);       /* of reassembly */
void icmp_send_parameter_problem(struct stack *st, const struct ip_packet *about, uint8_t code, uint32_t pointer);

#endif
