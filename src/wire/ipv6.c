/* SPDX-License-Identifier: MIT
 *
 * ipv6.c - the IPv6 header and its extension headers (RFC 8200, 3 and 4)
 *
 * Extension headers are stepped over and kept as bytes: hop-by-hop options straight after the fixed header,
 * routing, destination options and fragment headers anywhere. What is none of these, or finds no
 * room left, counts as what the packet carries.
 */
#include <string.h>

#include "wire/codec.h"
#include "wire/header.h"

enum { FRAGMENT_BYTES = 8 };

static bool is_extension(uint8_t protocol, bool first)
{
	return (protocol == PROTOCOL_HOPOPTS && first) || protocol == PROTOCOL_ROUTING ||
	       protocol == PROTOCOL_DSTOPTS || protocol == PROTOCOL_FRAGMENT;
}

static void take_fragment_header(const uint8_t *bytes, struct ipv6_header *h)
{
	uint16_t field = get16(bytes + 2);

	h->fragment_offset = field >> 3;
	h->more_fragments = field & 1;
	h->fragment_identification = get32(bytes + 4);
	h->is_fragment = h->fragment_offset || h->more_fragments;
}

/* Bytes of the extension headers; false if they are cut off. Behind the header of a real fragment stands a
 * piece of a packet, not a header: the walk ends there. */
static bool parse_extensions(const uint8_t *bytes, size_t length, struct ipv6_header *h)
{
	size_t used = 0;

	h->protocol = h->next_header;
	while (is_extension(h->protocol, used == 0) && !h->is_fragment) {
		if (length - used < 8)
			return false;
		const uint8_t *e = bytes + used;
		size_t size = h->protocol == PROTOCOL_FRAGMENT ? FRAGMENT_BYTES : (e[1] + 1u) * 8;
		if (size > length - used)
			return false;
		if (used + size > IPV6_EXTENSION_BYTES)
			break;
		if (h->protocol == PROTOCOL_FRAGMENT)
			take_fragment_header(e, h);
		h->protocol = e[0];
		used += size;
	}
	memcpy(h->extensions, bytes, used);
	h->extension_length = (uint8_t)used;
	return true;
}

size_t ipv6_parse(const uint8_t *bytes, size_t length, struct ipv6_header *out, const char **why)
{
	if (length < IPV6_HEADER_BYTES)
		return refuse(why, "packet too short for an IPv6 header");
	uint32_t first = get32(bytes);
	if (first >> 28 != 6)
		return refuse(why, "IP version is not 6");

	*out = (struct ipv6_header){
		.traffic_class = (uint8_t)(first >> 20),
		.flow_label = first & 0xfffff,
		.payload_length = get16(bytes + 4),
		.next_header = bytes[6],
		.hop_limit = bytes[7],
		.source.version = 6,
		.destination.version = 6,
	};
	memcpy(out->source.bytes, bytes + 8, 16);
	memcpy(out->destination.bytes, bytes + 24, 16);
	if (!parse_extensions(bytes + IPV6_HEADER_BYTES, length - IPV6_HEADER_BYTES, out))
		return refuse(why, "IPv6 extension header cut off");
	return IPV6_HEADER_BYTES + (size_t)out->extension_length;
}

size_t ipv6_size(const struct ipv6_header *h)
{
	return IPV6_HEADER_BYTES + (size_t)h->extension_length;
}

uint8_t *ipv6_protocol_field(struct ipv6_header *h)
{
	uint8_t *field = &h->next_header;
	size_t used = 0;

	while (h->extension_length - used >= 8) {
		uint8_t *e = h->extensions + used;
		used += *field == PROTOCOL_FRAGMENT ? FRAGMENT_BYTES : (e[1] + 1u) * 8;
		if (used > h->extension_length)
			break;
		field = e;
	}
	return field;
}

size_t ipv6_build(const struct ipv6_header *h, uint8_t *bytes, size_t room)
{
	size_t size = ipv6_size(h);

	if (h->extension_length > IPV6_EXTENSION_BYTES || size > room)
		return 0;
	put32(bytes, 6u << 28 | (uint32_t)h->traffic_class << 20 | (h->flow_label & 0xfffff));
	put16(bytes + 4, h->payload_length);
	bytes[6] = h->next_header;
	bytes[7] = h->hop_limit;
	memcpy(bytes + 8, h->source.bytes, 16);
	memcpy(bytes + 24, h->destination.bytes, 16);
	memcpy(bytes + IPV6_HEADER_BYTES, h->extensions, h->extension_length);
	return size;
}
