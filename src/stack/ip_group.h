/* SPDX-License-Identifier: MIT
 *
 * ip_group.h - inside the stack: multicast groups that the host is a member of (RFC 1112, 7.1)
 */
#ifndef STACK_IP_GROUP_H
#define STACK_IP_GROUP_H

#include <stdbool.h>

#include "stack/stack.h"

/* JoinHostGroup and LeaveHostGroup: each join must be followed by one leave. 0 or -ENOBUFS. */
int ip_group_join(struct stack *st, const struct ip_address *group);
void ip_group_leave(struct stack *st, const struct ip_address *group);
/* Is anybody on this host a member? */
bool ip_group_joined(const struct stack *st, const struct ip_address *group);

#endif
