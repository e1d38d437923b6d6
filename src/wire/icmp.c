/* SPDX-License-Identifier: MIT
 *
 * icmp.c - the eight bytes that every ICMP message starts with (RFC 792; RFC 4443, 2.1)
 */
#include "wire/codec.h"
#include "wire/header.h"

size_t icmp_parse(const uint8_t *bytes, size_t length, struct icmp_header *out, const char **why)
{
	if (length < ICMP_HEADER_BYTES)
		return refuse(why, "packet too short for an ICMP header");
	*out = (struct icmp_header){
		.type = bytes[0],
		.code = bytes[1],
		.checksum = get16(bytes + 2),
		.rest = get32(bytes + 4),
	};
	return ICMP_HEADER_BYTES;
}

size_t icmp_build(const struct icmp_header *h, uint8_t *bytes, size_t room)
{
	if (room < ICMP_HEADER_BYTES)
		return 0;
	bytes[0] = h->type;
	bytes[1] = h->code;
	put16(bytes + 2, h->checksum);
	put32(bytes + 4, h->rest);
	return ICMP_HEADER_BYTES;
}
