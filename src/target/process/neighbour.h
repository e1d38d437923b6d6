/* SPDX-License-Identifier: MIT
 *
 * neighbour.h - who has which address on a wire: ARP (RFC 826) and Neighbor Discovery (RFC 4861)
 *
 * The machine under test has one address that matters, and we want to know where it is. Every other address that it
 * asks for is ours, because we are whoever a script wants to be. Both protocols come to the same here: a question that
 * finds it, and an answer for each of its questions. Neither of them leaves anything behind but what expires by itself
 * in its own tables.
 */
#ifndef TARGET_PROCESS_NEIGHBOUR_H
#define TARGET_PROCESS_NEIGHBOUR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire/header.h"

enum { NEIGHBOUR_HARDWARE = 6, NEIGHBOUR_ROOM = 96 };

struct neighbour {
	struct ip_address address;                           /* of the machine under test */
	uint8_t own[NEIGHBOUR_HARDWARE];                     /* our card */
	uint8_t other[NEIGHBOUR_HARDWARE];                   /* its card, once it is .found */
	bool found;
};

/* A frame without its Ethernet header; .length 0: none. */
struct neighbour_frame {
	uint8_t to[NEIGHBOUR_HARDWARE];
	uint16_t type;                                       /* ETHERTYPE_ARP or ETHERTYPE_IPV6 */
	uint8_t bytes[NEIGHBOUR_ROOM];
	size_t length;
};

/* The question who has @n->address. It says nothing of us (RFC 5227, 1.1; RFC 4862, 5.4.2), so nobody notes it. */
void neighbour_ask(const struct neighbour *n, struct neighbour_frame *out);

/* True: the @length @bytes of a frame of @type from the card @from are about addresses, and no script is to see them.
 * They may have found the machine, and what they ask for is answered in *answer. */
bool neighbour_hear(struct neighbour *n, uint16_t type, const uint8_t from[NEIGHBOUR_HARDWARE], const uint8_t *bytes,
                    size_t length, struct neighbour_frame *answer);

#endif
