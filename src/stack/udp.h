/* SPDX-License-Identifier: MIT
 *
 * udp.h - inside the stack: between udp.c (datagrams that arrive) and udp_send.c (those that leave)
 */
#ifndef STACK_UDP_H
#define STACK_UDP_H

#include "stack/counter.h"
#include "stack/protocol.h"
#include "stack/sock.h"

extern const struct protocol udp_protocol, udplite_protocol;

/* What is counted, for UDP and UDP-Lite apart. */
enum udp_counter { UDP_IN, UDP_NO_PORT, UDP_ERROR, UDP_OUT, UDP_FULL, UDP_CHECKSUM, UDP_COUNTERS };
void udp_count(struct stack *st, uint8_t protocol, uint8_t version, enum udp_counter what);

/* As struct socket_ops says. */
int64_t udp_send(struct socket *s, const struct msghdr *message, int flags);
/* The address that a datagram to @destination would come from; false: there is none. */
bool udp_source_for(const struct socket *s, const struct ip_address *destination, struct ip_address *source);
/* Bytes that UDP_CORK or MSG_MORE hold back; send them (0 or minus an errno), or forget them. */
size_t udp_pending_length(const struct socket *s);
int udp_push(struct socket *s);
void udp_drop_pending(struct socket *s);

#endif
