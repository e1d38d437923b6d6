/* SPDX-License-Identifier: MIT
 *
 * ip_option.h - inside the stack: options of IPv4 packets
 */
#ifndef STACK_IP_OPTION_H
#define STACK_IP_OPTION_H

#include "stack/ip_packet.h"
#include "stack/stack.h"

/* The options of a reply to @p (RFC 1122, 3.2.2.6), a source route reversed. Returns the bytes in @out, a multiple of
 * 4. */
size_t ip_reply_options(const struct stack *st, const struct ip_packet *p, uint8_t out[IPV4_OPTION_BYTES]);
/* The same for a user who is to answer (IP_RETOPTS): there nothing fills up but the end. */
size_t ip_return_options(const struct stack *st, const struct ip_packet *p, uint8_t out[IPV4_OPTION_BYTES]);
/* Only the reverse of the source route by which @p came (RFC 1122, 3.2.1.8). Returns the bytes in @out, 0 if there was
 * no source route. */
size_t ip_way_back(const struct ip_packet *p, uint8_t out[IPV4_OPTION_BYTES]);
/* Converts the route of a packet that leaves. Users and replies give all hops, and the destination apart from them; in
 * the packet the first hop stands in the destination field, and the destination ends the route (RFC 791, 3.1). */
void ip_enter_route(uint8_t *options, size_t length, struct ip_address *destination);
/* A source route among the options; open: with hops left. */
enum source_route { SOURCE_ROUTE_NONE, SOURCE_ROUTE_ENDED, SOURCE_ROUTE_OPEN };

/* Are these IPv4 options well-formed? Returns the offset of the first bad byte, or -1. */
int ip_check_options(const uint8_t *options, size_t length, enum source_route *route);
/* Zero the padding behind the End of Option List of well-formed options. */
void ip_clear_behind_end(uint8_t *options, size_t length);
/* Is there an option that this host does not know? The options must be well-formed. */
bool ip_has_unknown_option(const uint8_t *options, size_t length);

#endif
