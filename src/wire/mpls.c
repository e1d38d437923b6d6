/* SPDX-License-Identifier: MIT
 *
 * mpls.c - the MPLS label stack (RFC 3032, 2.1)
 *
 * Read up to the entry with the bottom-of-stack bit; written as it is, with or without that bit.
 */
#include "wire/codec.h"
#include "wire/header.h"

enum { MPLS_ENTRY_BYTES = 4 };

size_t mpls_parse(const uint8_t *bytes, size_t length, struct mpls_header *out, const char **why)
{
	*out = (struct mpls_header){ 0 };
	for (size_t at = 0; out->depth < MPLS_STACK_ENTRIES; at += MPLS_ENTRY_BYTES) {
		if (length - at < MPLS_ENTRY_BYTES)
			return refuse(why, "packet too short for its MPLS label stack");
		uint32_t word = get32(bytes + at);
		struct mpls_entry *e = &out->stack[out->depth++];
		e->label = word >> 12;
		e->traffic_class = word >> 9 & 7;
		e->bottom = word >> 8 & 1;
		e->ttl = (uint8_t)word;
		if (e->bottom)
			return at + MPLS_ENTRY_BYTES;
	}
	return refuse(why, "too many MPLS labels");
}

size_t mpls_build(const struct mpls_header *h, uint8_t *bytes, size_t room)
{
	size_t size = h->depth * (size_t)MPLS_ENTRY_BYTES;

	if (h->depth > MPLS_STACK_ENTRIES || size > room)
		return 0;
	for (size_t i = 0; i < h->depth; i++) {
		const struct mpls_entry *e = &h->stack[i];
		put32(bytes + i * MPLS_ENTRY_BYTES, e->label << 12 | (uint32_t)(e->traffic_class & 7) << 9 |
		                                            (uint32_t)e->bottom << 8 | e->ttl);
	}
	return size;
}
