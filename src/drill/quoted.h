/* SPDX-License-Identifier: MIT
 *
 * quoted.h - what an ICMP error of the stack quotes, against the packet that the line names
 *
 * The language means by [udp(10)] the IP header and eight octets of such a datagram (RFC 792). Stacks quote more: up to
 * 576 octets of message (RFC 1812, 4.3.2.3), or what 1280 octets hold (RFC 4443, 2.4 (c)). So an expected line takes
 * any length of quote, provided that it is of a packet as large as the one that the line names.
 */
#ifndef DRILL_QUOTED_H
#define DRILL_QUOTED_H

#include "script/ast.h"

/* Does @observed quote the packet that @scripted names, all of it or as much as its sender liked? */
bool quoted_fits(const struct scripted_packet *scripted, const struct packet *observed);

#endif
