/* SPDX-License-Identifier: MIT
 *
 * udp.c - the UDP header (RFC 768)
 */
#include "wire/codec.h"
#include "wire/header.h"

size_t udp_parse(const uint8_t *bytes, size_t length, struct udp_header *out, const char **why)
{
	if (length < UDP_HEADER_BYTES)
		return refuse(why, "packet too short for a UDP header");
	*out = (struct udp_header){
		.source_port = get16(bytes),
		.destination_port = get16(bytes + 2),
		.length = get16(bytes + 4),
		.checksum = get16(bytes + 6),
	};
	return UDP_HEADER_BYTES;
}

size_t udp_build(const struct udp_header *h, uint8_t *bytes, size_t room)
{
	if (room < UDP_HEADER_BYTES)
		return 0;
	put16(bytes, h->source_port);
	put16(bytes + 2, h->destination_port);
	put16(bytes + 4, h->length);
	put16(bytes + 6, h->checksum);
	return UDP_HEADER_BYTES;
}
