/* SPDX-License-Identifier: MIT
 *
 * ip_part.h - options of an IPv4 header, and extension headers of an IPv6 header, one by one
 */
#ifndef WIRE_IP_PART_H
#define WIRE_IP_PART_H

#include "wire/packet.h"

/* What stands behind kind and length, in the header that it was read from. */
struct ip_part_bytes {
	bool extension;
	uint8_t kind;
	const uint8_t *data;
	size_t length;
};

/* The part at *@at, which moves on; 0 is the first. False at the end, or with *@broken where a length cannot be. */
bool ip_part_next(const struct header *ip, size_t *at, struct ip_part_bytes *out, bool *broken);
/* All of them as a packet line writes them, separated by commas; nothing where there are none. What is behind a broken
 * length is left out. */
void ip_parts_print(struct buf *out, const struct header *ip);

#endif
