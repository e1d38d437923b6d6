/* SPDX-License-Identifier: MIT
 *
 * icmp.h - inside the stack: ICMP and ICMPv6 as protocols above IP
 */
#ifndef STACK_ICMP_H
#define STACK_ICMP_H

#include "stack/protocol.h"

extern const struct protocol icmp_protocol, icmpv6_protocol;

#endif
