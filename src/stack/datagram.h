/* SPDX-License-Identifier: MIT
 *
 * datagram.h - inside the stack: messages that wait in a socket, and their queue
 */
#ifndef STACK_DATAGRAM_H
#define STACK_DATAGRAM_H

#include "stack/endpoint.h"
#include "stack/ip_packet.h"

/* A message that was received and not yet read (UDP), or an entry of the error queue. */
struct datagram {
	struct datagram *next;
	struct endpoint from;                      /* error queue: where the packet that the error is about was going */
	struct ip_address to, offender;
	uint8_t tos, ttl, option_length, options[40];
	vtime_t at;
	int error;                                           /* error queue: errno, and the ICMP message */
	uint8_t origin, type, code;                          /* origin: SO_EE_ORIGIN_* */
	uint32_t info, data;
	uint32_t flow;                                       /* traffic class and flow label, as in IPv6's header */
	size_t header_at[HEADER_KINDS], header_size[HEADER_KINDS];           /* extension headers, within bytes[] */
	uint16_t largest_fragment;                           /* the longest fragment; 0: it came whole */
	uint32_t dropped;                                 /* datagrams that the socket had dropped when this one came */
	uint16_t segment;                                    /* several datagrams, each this long; 0: one */
	size_t length, booked;
	uint8_t bytes[];                                     /* the text, and what else came beside it */
};

struct datagram_queue {
	struct datagram *first, **last;
	size_t count, bytes;                                 /* bytes charged to the buffer */
};

/* The queue owns its entries; the one that queue_take() returns is the caller's to release. NULL: empty. */
void queue_add(struct datagram_queue *q, struct datagram *d);
struct datagram *queue_take(struct datagram_queue *q);
void queue_drop(struct stack *st, struct datagram_queue *q);

#endif
