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
	uint8_t protocol;                                    /* of the datagram: part of the key for IPv4 */
	size_t offset;                                       /* in bytes */
	bool more;
	size_t next_header_at;                               /* IPv6: the field to say what follows, once whole */
};

/* NULL: no memory. */
struct reass *reass_new(struct stack *st);
void reass_free(struct reass *r);
/* Take a fragment. When it completes its datagram, that is @whole, in the bytes returned, which are the caller's to
 * release; else NULL. */
uint8_t *reass_add(struct reass *r, const struct reass_fragment *f, struct ip_packet *whole);

#endif
