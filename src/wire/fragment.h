/* SPDX-License-Identifier: MIT
 *
 * fragment.h - an IP packet in pieces, and back
 *
 * RFC 791, 3.2 for IPv4, RFC 8200, 4.5 for IPv6. What follows the IP header is cut: for IPv6 that includes extension
 * headers, which come behind the fragment header like everything else. Options of IPv4 are not copied selectively: each
 * piece has the whole header. Fragments are not fragmented again.
 */
#ifndef WIRE_FRAGMENT_H
#define WIRE_FRAGMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FRAGMENT_HEADER_BYTES = 8 };

struct fragment {
	size_t offset, length;                               /* in bytes of what is behind the IP header of the whole */
	size_t at;                                           /* where its data begin in the packet */
	uint32_t id;
	bool more;
	uint8_t protocol;                                    /* behind the IP header of the whole */
};

/* Into how many pieces of @size bytes of data each a packet of @length bytes is cut. */
size_t fragment_count(const uint8_t *whole, size_t length, size_t size);
/* Write piece @index, from 0 on, to @out, which has room for @length bytes and FRAGMENT_HEADER_BYTES. An @id of 0
 * leaves that of an IPv4 header. Returns its length; 0: there is no such piece. */
size_t fragment_cut(const uint8_t *whole, size_t length, size_t size, uint32_t id, size_t index, uint8_t *out);
/* What the @length bytes of a packet say about being a piece. False if it is a whole packet, or cannot be read. */
bool fragment_read(const uint8_t *bytes, size_t length, struct fragment *out);
/* @out holds the header of the first piece, @header bytes long, and behind it the data of all pieces. Turn that header
 * into the one of a whole packet of @length bytes. */
void fragment_make_whole(uint8_t *out, size_t header, size_t length, uint8_t protocol);
/* How long the IP header of the whole packet is of which @bytes is a piece. */
size_t fragment_header(const uint8_t *bytes);

#endif
