/* SPDX-License-Identifier: MIT
 *
 * conversation.h - the packets of a capture sorted into TCP connections and exchanges of UDP
 *
 * A conversation is what one script can tell: two ends, and the packets between them, ICMP messages about them
 * included. Ports that are used again for another connection begin another conversation.
 */
#ifndef CAPTURE_CONVERSATION_H
#define CAPTURE_CONVERSATION_H

#include "capture/capture.h"

struct conversation {
	struct conversation *next;
	uint8_t protocol;                                    /* PROTOCOL_TCP or PROTOCOL_UDP */
	struct tuple ends;                                   /* source: who sent the first packet */
	const struct captured **packets;
	size_t count, room;
	uint32_t isn;                                        /* TCP: of its first packet */
	bool over;                                           /* TCP: RST, or a FIN of either side, was seen */
	bool from_beginning;                                 /* TCP: its first packet is a SYN without ACK; UDP: true */
};

/* All conversations of @capture in the order of their first packets, in @arena; *count is their number. *left_out: ICMP
 * messages that are about none. */
struct conversation *conversations_of(const struct capture *capture, struct arena *arena, size_t *count,
                                      size_t *left_out);

/* Which end of a conversation is to be the stack under test. */
enum side_kind {
	SIDE_SERVER,                                         /* who did not begin */
	SIDE_CLIENT,
	SIDE_ADDRESS,
};

struct side {
	enum side_kind kind;
	struct ip_address address;
	uint16_t port;                                       /* 0: any */
};

/* Read "client", "server", an address, or "ADDRESS:PORT" ("[ADDRESS]:PORT" of IPv6). */
bool side_parse(const char *text, struct side *out);
/* The ends of @c with the stack under test as source. False: no end of it is @side. */
bool conversation_ends(const struct conversation *c, const struct side *side, struct tuple *out);
/* Does @packet go to the source of @ends? */
bool conversation_is_inbound(const struct tuple *ends, const struct captured *packet);

/* "192.168.0.1:80 -> 192.0.2.1:8080", client first. */
void conversation_print(struct buf *out, const struct conversation *c);

#endif
