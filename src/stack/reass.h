/* SPDX-License-Identifier: MIT
 *
 * reass.h - datagrams from fragments (RFC 791, 3.2; RFC 8200, 4.5)
 *
 * Fragments that overlap others spoil the whole datagram (RFC 5722; RFC 8200, 4.5); an exact duplicate is
 * ignored. Limits: datagrams at a time, fragments of one, memory of all; ip_reassembly_timeout_s.
 */
#ifndef STACK_REASS_H
#define STACK_REASS_H

#include "stack/ip_packet.h"
#include "stack/stack.h"

struct reass;                                            /* defined in reass.c alone */

/* One fragment. Borrows everything. */
struct reass_fragment {
	const struct ip_packet *packet;                      /* payload: the bytes of this fragment */
	uint32_t identification;
	uint8_t protocol;                                    /* of the datagram: for IPv4 part of the key */
	size_t offset;                                       /* in bytes */
	bool more;
	size_t next_header_at;            /* IPv6: the Next Header field that is to name the payload once it is whole */
};

/* NULL: no memory. */
struct reass *reass_new(struct stack *st);
void reass_free(struct reass *r);
/* Take a fragment. If it completes its datagram, @whole describes that, within the bytes returned, which the caller
 * releases; else NULL. */
uint8_t *reass_add(struct reass *r, const struct reass_fragment *f, struct ip_packet *whole);

#endif
