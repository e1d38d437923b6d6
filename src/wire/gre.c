/* SPDX-License-Identifier: MIT
 *
 * gre.c - the GRE header (RFC 2784, 2; RFC 2890, 2)
 *
 * Each field is on the wire when its flag is set, in the order checksum and offset, key, sequence number.
 * Left out: routing (RFC 1701) and other versions are refused when read; nothing is refused when written.
 */
#include "wire/codec.h"
#include "wire/header.h"

enum { GRE_FIXED_BYTES = 4 };

static size_t size_of_flags(uint16_t flags)
{
	return GRE_FIXED_BYTES + (flags & GRE_CHECKSUM ? 4 : 0) + (flags & GRE_KEY ? 4 : 0) +
	       (flags & GRE_SEQUENCE ? 4 : 0);
}

size_t gre_size(const struct gre_header *h)
{
	return size_of_flags(h->flags);
}

size_t gre_parse(const uint8_t *bytes, size_t length, struct gre_header *out, const char **why)
{
	if (length < GRE_FIXED_BYTES)
		return refuse(why, "packet too short for a GRE header");
	struct gre_header h = { .flags = get16(bytes), .protocol = get16(bytes + 2) };
	if (h.flags & GRE_VERSION)
		return refuse(why, "GRE version is not 0");
	if (h.flags & GRE_ROUTING)
		return refuse(why, "GRE routing is not supported");
	if (length < gre_size(&h))
		return refuse(why, "packet too short for the fields of its GRE header");

	const uint8_t *at = bytes + GRE_FIXED_BYTES;
	if (h.flags & GRE_CHECKSUM) {
		h.checksum = get16(at);
		h.offset = get16(at + 2);
		at += 4;
	}
	if (h.flags & GRE_KEY) {
		h.key = get32(at);
		at += 4;
	}
	if (h.flags & GRE_SEQUENCE)
		h.sequence = get32(at);
	*out = h;
	return gre_size(&h);
}

size_t gre_build(const struct gre_header *h, uint8_t *bytes, size_t room)
{
	if (room < gre_size(h))
		return 0;
	put16(bytes, h->flags);
	put16(bytes + 2, h->protocol);
	uint8_t *at = bytes + GRE_FIXED_BYTES;
	if (h->flags & GRE_CHECKSUM) {
		put16(at, h->checksum);
		put16(at + 2, h->offset);
		at += 4;
	}
	if (h->flags & GRE_KEY) {
		put32(at, h->key);
		at += 4;
	}
	if (h->flags & GRE_SEQUENCE)
		put32(at, h->sequence);
	return gre_size(h);
}
