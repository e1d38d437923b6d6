/* SPDX-License-Identifier: MIT
 *
 * socket_packet.h - inside the stack: what the options of a socket mean for its packets
 */
#ifndef STACK_SOCKET_PACKET_H
#define STACK_SOCKET_PACKET_H

#include "stack/ip_output.h"
#include "stack/ip_packet.h"
#include "stack/sock.h"

enum ip_fragmentation socket_fragmentation(int discovery);           /* what a value of IP_MTU_DISCOVER means */
/* Fills in how the options want a packet to be sent; .payload, .length and .protocol are left to the caller. */
void socket_fill_send(const struct socket *s, struct ip_send *send);
/* If @p came by a source route, packets to the peer take it in reverse from now on, unless the user has set options
 * (RFC 9293, 3.9.2.1, MUST-52, MUST-53). A later route replaces an earlier one (SHLD-24). */
void socket_follow_route(struct socket *s, const struct ip_packet *p);
/* @p has opened a connection that was waited for. As Linux has it, TTL and interface for multicast become those with
 * which it came, although no stream goes to a group. */
void socket_follow_opening(struct socket *s, const struct ip_packet *p);
/* RFC 5082, 3: does the packet come from no farther than the user allows? */
bool socket_near_enough(const struct socket *s, const struct ip_packet *p);

#endif
