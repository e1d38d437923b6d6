/* SPDX-License-Identifier: MIT
 *
 * group_report.h - inside the stack: telling routers about groups, by IGMP and MLD
 */
#ifndef STACK_GROUP_REPORT_H
#define STACK_GROUP_REPORT_H

#include "stack/ip_group.h"
#include "stack/ip_packet.h"
#include "stack/protocol.h"

/* The filter of @g was @before; report what has changed, if anything. May end the group. */
void group_report_change(struct stack *st, struct ip_group *g, const struct ip_filter *before);
/* A message of MLD that ICMPv6 has checked, of a type that membership_find() knows (wire/membership.h). */
void group_report_input6(struct stack *st, const struct ip_packet *p);

extern const struct protocol igmp_protocol;

#endif
