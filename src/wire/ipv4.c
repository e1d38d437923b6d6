/* SPDX-License-Identifier: MIT
 *
 * ipv4.c - the IPv4 header (RFC 791, 3.1)
 *
 * Reads and writes fragments too. Whether total length and checksum fit the packet is not asked here:
 * an ICMP message quotes a header without its packet.
 */
#include <string.h>

#include "wire/codec.h"
#include "wire/header.h"

size_t ipv4_parse(const uint8_t *bytes, size_t length, struct ipv4_header *out, const char **why)
{
	if (length < IPV4_HEADER_BYTES)
		return refuse(why, "packet too short for an IPv4 header");
	if (bytes[0] >> 4 != 4)
		return refuse(why, "IP version is not 4");
	size_t size = (bytes[0] & 0x0fu) * 4;
	if (size < IPV4_HEADER_BYTES)
		return refuse(why, "IP header too short");
	if (size > length)
		return refuse(why, "IP header too big");

	uint16_t fragment = get16(bytes + 6);
	*out = (struct ipv4_header){
		.header_length = bytes[0] & 0x0f,
		.tos = bytes[1],
		.total_length = get16(bytes + 2),
		.identification = get16(bytes + 4),
		.flags = (uint8_t)(fragment >> 13),
		.fragment_offset = fragment & 0x1fff,
		.ttl = bytes[8],
		.protocol = bytes[9],
		.checksum = get16(bytes + 10),
		.source.version = 4,
		.destination.version = 4,
		.option_length = (uint8_t)(size - IPV4_HEADER_BYTES),
	};
	memcpy(out->source.bytes, bytes + 12, 4);
	memcpy(out->destination.bytes, bytes + 16, 4);
	memcpy(out->options, bytes + IPV4_HEADER_BYTES, out->option_length);
	return size;
}

size_t ipv4_build(const struct ipv4_header *h, uint8_t *bytes, size_t room)
{
	size_t size = IPV4_HEADER_BYTES + (size_t)h->option_length;

	if (h->option_length > IPV4_OPTION_BYTES || size > room)
		return 0;
	bytes[0] = (uint8_t)(4 << 4 | (h->header_length & 0x0f));
	bytes[1] = h->tos;
	put16(bytes + 2, h->total_length);
	put16(bytes + 4, h->identification);
	put16(bytes + 6, (uint16_t)(h->flags << 13 | (h->fragment_offset & 0x1fff)));
	bytes[8] = h->ttl;
	bytes[9] = h->protocol;
	put16(bytes + 10, h->checksum);
	memcpy(bytes + 12, h->source.bytes, 4);
	memcpy(bytes + 16, h->destination.bytes, 4);
	memcpy(bytes + IPV4_HEADER_BYTES, h->options, h->option_length);
	return size;
}
