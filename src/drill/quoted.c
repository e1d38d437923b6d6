/* SPDX-License-Identifier: MIT
 *
 * quoted.c - reads the IP header of a quote, which is cut off as no packet is
 */
#include "drill/quoted.h"

enum { TRANSPORT_BYTES = 8, TCP_OFFSET_AT = 12 };

struct quote {
	uint8_t protocol;
	size_t text;                                         /* octets behind the header of TCP, else of IP */
};

static size_t get16(const uint8_t *bytes)
{
	return (size_t)bytes[0] << 8 | bytes[1];
}

/* The header of a segment is as long as it says, if so much of it is quoted. */
static size_t tcp_header_length(const uint8_t *tcp, size_t length)
{
	return length > TCP_OFFSET_AT ? (size_t)(tcp[TCP_OFFSET_AT] >> 4) * 4 : TCP_HEADER_BYTES;
}

static bool read_quote(bool ipv6, const uint8_t *bytes, size_t length, bool whole, struct quote *out)
{
	const size_t least = ipv6 ? IPV6_HEADER_BYTES : IPV4_HEADER_BYTES;

	if (!bytes || length < least)
		return false;
	const size_t header = ipv6 ? least : (size_t)(bytes[0] & 0xf) * 4;
	const size_t total = ipv6 ? least + get16(bytes + 4) : get16(bytes + 2);
	if (length < header + TRANSPORT_BYTES || length > total)
		return false;
	out->protocol = bytes[ipv6 ? 6 : 9];
	out->text = total - header;
	if (out->protocol == PROTOCOL_TCP)
		out->text -= whole ? tcp_header_length(bytes + header, length - header) : TCP_HEADER_BYTES;
	return true;
}

bool quoted_fits(const struct scripted_packet *scripted, const struct packet *observed)
{
	const struct packet *expected = &scripted->packet;
	const enum header_type type = packet_transport(expected) ? packet_transport(expected)->type : HEADER_TYPES;
	const bool ipv6 = type == HEADER_ICMPV6;
	struct quote want, got;

	if ((type != HEADER_ICMPV4 && !ipv6) || !packet_transport(observed) || packet_transport(observed)->type != type)
		return false;
	return read_quote(ipv6, expected->payload, expected->payload_length, false, &want) &&
	       read_quote(ipv6, observed->payload, observed->payload_length, true, &got) &&
	       want.protocol == got.protocol && want.text == got.text;
}
