/* SPDX-License-Identifier: MIT
 *
 * fragment.c - an IP packet in pieces, and back
 */
#include "wire/fragment.h"

#include <string.h>

#include "wire/checksum.h"
#include "wire/codec.h"
#include "wire/header.h"

enum { MORE = 0x2000, OFFSET = 0x1fff, NEXT_FRAGMENT = 44 };

static bool is_ipv6(const uint8_t *bytes)
{
	return bytes[0] >> 4 == 6;
}

size_t fragment_header(const uint8_t *bytes)
{
	return is_ipv6(bytes) ? IPV6_HEADER_BYTES : (size_t)(bytes[0] & 15) * 4;
}

size_t fragment_count(const uint8_t *whole, size_t length, size_t size)
{
	size_t data = length - fragment_header(whole);

	return data ? (data + size - 1) / size : 1;
}

static void finish_ipv4(uint8_t *out, size_t header, size_t length)
{
	put16(out + 2, (uint16_t)length);
	put16(out + 10, 0);
	put16(out + 10, checksum_finish(checksum_add(0, out, header)));
}

size_t fragment_cut(const uint8_t *whole, size_t length, size_t size, uint32_t id, size_t index, uint8_t *out)
{
	const size_t header = fragment_header(whole), data = length - header, from = index * size;

	if (index >= fragment_count(whole, length, size))
		return 0;
	const size_t take = data - from < size ? data - from : size;
	const bool more = from + take < data;
	memcpy(out, whole, header);
	if (!is_ipv6(whole)) {
		memcpy(out + header, whole + header + from, take);
		if (id)
			put16(out + 4, (uint16_t)id);
		put16(out + 6, (uint16_t)((get16(out + 6) & ~(MORE | OFFSET)) | (more ? MORE : 0) | from / 8));
		finish_ipv4(out, header, header + take);
		return header + take;
	}
	put16(out + 4, (uint16_t)(FRAGMENT_HEADER_BYTES + take));
	out[6] = NEXT_FRAGMENT;
	out[header] = whole[6];
	out[header + 1] = 0;
	put16(out + header + 2, (uint16_t)(from | more));
	put32(out + header + 4, id);
	memcpy(out + header + FRAGMENT_HEADER_BYTES, whole + header + from, take);
	return header + FRAGMENT_HEADER_BYTES + take;
}

bool fragment_read(const uint8_t *bytes, size_t length, struct fragment *out)
{
	if (length < IPV4_HEADER_BYTES)
		return false;
	const size_t header = fragment_header(bytes);
	if (is_ipv6(bytes)) {
		if (length < header + FRAGMENT_HEADER_BYTES || bytes[6] != NEXT_FRAGMENT)
			return false;
		const uint16_t place = get16(bytes + header + 2);
		*out = (struct fragment){
			.offset = place & ~7u, .more = place & 1, .id = get32(bytes + header + 4),
			.protocol = bytes[header], .at = header + FRAGMENT_HEADER_BYTES,
		};
		out->length = length - out->at;
		return true;
	}
	const uint16_t place = get16(bytes + 6);
	const size_t total = get16(bytes + 2);
	if (bytes[0] >> 4 != 4 || !(place & (MORE | OFFSET)) || total > length || header > total)
		return false;
	*out = (struct fragment){
		.offset = (size_t)(place & OFFSET) * 8, .more = place & MORE, .id = get16(bytes + 4),
		.protocol = bytes[9], .at = header, .length = total - header,
	};
	return true;
}

void fragment_make_whole(uint8_t *out, size_t header, size_t length, uint8_t protocol)
{
	if (is_ipv6(out)) {
		put16(out + 4, (uint16_t)(length - header));
		out[6] = protocol;
		return;
	}
	put16(out + 6, (uint16_t)(get16(out + 6) & ~(MORE | OFFSET)));
	finish_ipv4(out, header, length);
}
