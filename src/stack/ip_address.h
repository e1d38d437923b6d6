/* SPDX-License-Identifier: MIT
 *
 * ip_address.h - inside the stack: kinds of addresses
 */
#ifndef STACK_IP_ADDRESS_H
#define STACK_IP_ADDRESS_H

#include "stack/stack.h"

/* Are the first @bits bits the same, in addresses of one version? */
bool ip_prefix_equal(const struct ip_address *a, const struct ip_address *b, int bits);
bool ip_is_multicast(const struct ip_address *a);
bool ip_is_broadcast(const struct stack *st, const struct ip_address *a);
bool ip_is_unspecified(const struct ip_address *a);
bool ip_is_loopback(const struct ip_address *a);
/* Can it be the source of a packet: one host's address? (RFC 1122, 3.2.1.3; RFC 4443, 2.4 (e.6)) */
bool ip_is_single_host(const struct stack *st, const struct ip_address *a);
/* One of the host: the link's, or a loopback address. */
bool ip_is_own(const struct stack *st, const struct ip_address *a);

/* ::ffff:a.b.c.d, both ways. */
bool ip_is_mapped(const struct ip_address *a);
struct ip_address ip_mapped(const struct ip_address *ipv4);
struct ip_address ip_unmapped(const struct ip_address *mapped);

#endif
