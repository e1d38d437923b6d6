/* SPDX-License-Identifier: MIT
 *
 * ip_option.h - inside the stack: options of IPv4 packets
 */
#ifndef STACK_IP_OPTION_H
#define STACK_IP_OPTION_H

#include "stack/ip_packet.h"
#include "stack/stack.h"

/* The options of a reply to @p (RFC 1122, 3.2.2.6). Sends to the first hop of a reversed route: *destination
 * changes. Returns the bytes in @out, a multiple of 4. */
size_t ip_reply_options(const struct stack *st, const struct ip_packet *p, struct ip_address *destination,
                        uint8_t out[IPV4_OPTION_BYTES]);
/* Are these IPv4 options well-formed? Returns the offset of the first bad byte, or -1. *source_routed: there is a
 * source route with hops left. */
int ip_check_options(const uint8_t *options, size_t length, bool *source_routed);

#endif
