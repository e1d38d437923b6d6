/* SPDX-License-Identifier: MIT
 *
 * tcp.c - the TCP header (RFC 9293, 3.1)
 *
 * Options are kept as bytes; tcp_option.c reads them.
 */
#include <string.h>

#include "wire/codec.h"
#include "wire/header.h"

size_t tcp_parse(const uint8_t *bytes, size_t length, struct tcp_header *out, const char **why)
{
	if (length < TCP_HEADER_BYTES)
		return refuse(why, "packet too short for a TCP header");
	size_t size = (bytes[12] >> 4) * 4u;
	if (size < TCP_HEADER_BYTES)
		return refuse(why, "TCP data offset too small");
	if (size > length)
		return refuse(why, "TCP data offset too big");

	*out = (struct tcp_header){
		.source_port = get16(bytes),
		.destination_port = get16(bytes + 2),
		.seq = get32(bytes + 4),
		.ack = get32(bytes + 8),
		.data_offset = bytes[12] >> 4,
		.flags = get16(bytes + 12) & 0x0fff,
		.window = get16(bytes + 14),
		.checksum = get16(bytes + 16),
		.urgent = get16(bytes + 18),
		.option_length = (uint8_t)(size - TCP_HEADER_BYTES),
	};
	memcpy(out->options, bytes + TCP_HEADER_BYTES, out->option_length);
	return size;
}

size_t tcp_build(const struct tcp_header *h, uint8_t *bytes, size_t room)
{
	size_t size = TCP_HEADER_BYTES + (size_t)h->option_length;

	if (h->option_length > TCP_OPTION_BYTES || size > room)
		return 0;
	put16(bytes, h->source_port);
	put16(bytes + 2, h->destination_port);
	put32(bytes + 4, h->seq);
	put32(bytes + 8, h->ack);
	put16(bytes + 12, (uint16_t)(h->data_offset << 12 | (h->flags & 0x0fff)));
	put16(bytes + 14, h->window);
	put16(bytes + 16, h->checksum);
	put16(bytes + 18, h->urgent);
	memcpy(bytes + TCP_HEADER_BYTES, h->options, h->option_length);
	return size;
}
