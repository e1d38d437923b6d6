/* SPDX-License-Identifier: MIT
 *
 * path.h - inside the stack: routes, and what was learnt about paths (RFC 1191, RFC 8201)
 */
#ifndef STACK_PATH_H
#define STACK_PATH_H

#include "stack/stack.h"

/* The address that this host would use towards @destination; false when there is none. */
bool ip_source_for(const struct stack *st, const struct ip_address *destination, struct ip_address *source);
/* The route with the longest prefix, or NULL (then the interface's values count). */
const struct stack_route *ip_route(const struct stack *st, const struct ip_address *destination);
/* MTU of the interface or the route, without what path MTU discovery learnt. */
uint32_t ip_link_mtu(const struct stack *st, const struct ip_address *destination);
/* Lower the path MTU (RFC 1191, RFC 8201); @mtu 0: to the next plateau below @packet_length. True if it was lowered. */
bool ip_lower_path_mtu(struct stack *st, const struct ip_address *destination, uint32_t mtu, size_t packet_length);
/* Forget everything learnt. */
void path_forget(struct stack *st);

#endif
