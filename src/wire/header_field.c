/* SPDX-License-Identifier: MIT
 *
 * header_field.c - fields of headers as bits (RFC 791, 3.1; RFC 8200, 3; RFC 9293, 3.1; RFC 768; RFC 3828; RFC 792)
 */
#include "wire/header_field.h"

#include <string.h>

static const struct header_field fields[] = {
	{ HEADER_IPV4, "version", "ipv4_version", 0, 4, false },
	{ HEADER_IPV4, "ihl", "ipv4_header_length", 4, 4, false },
	{ HEADER_IPV4, "len", "ipv4_total_length", 16, 16, false },
	{ HEADER_IPV4, "id", "ipv4_identification", 32, 16, false },
	{ HEADER_IPV4, "rf", "ipv4_reserved_flag", 48, 1, false },
	{ HEADER_IPV4, "df", "ipv4_dont_fragment", 49, 1, false },
	{ HEADER_IPV4, "mf", "ipv4_more_fragments", 50, 1, false },
	{ HEADER_IPV4, "off", "ipv4_fragment_offset", 51, 13, false },
	{ HEADER_IPV4, "proto", "ipv4_protocol", 72, 8, false },
	{ HEADER_IPV4, "sum", "ipv4_checksum", 80, 16, true },
	{ HEADER_IPV6, "version", "ipv6_version", 0, 4, false },
	{ HEADER_IPV6, "len", "ipv6_payload_len", 32, 16, false },
	{ HEADER_IPV6, "proto", "ipv6_next_header", 48, 8, false },
	{ HEADER_TCP, "doff", "tcp_data_offset", 96, 4, false },
	{ HEADER_TCP, "res", "tcp_reserved_bits", 100, 3, false },
	{ HEADER_TCP, "sum", "tcp_checksum", 128, 16, true },
	{ HEADER_UDP, "len", "udp_len", 32, 16, false },
	{ HEADER_UDP, "sum", "udp_checksum", 48, 16, true },
	{ HEADER_UDPLITE, "sum", "udplite_checksum", 48, 16, true },
	{ HEADER_ICMPV4, "sum", "icmp_checksum", 16, 16, true },
	{ HEADER_ICMPV4, "id", "icmp_id", 32, 16, false },
	{ HEADER_ICMPV4, "seq", "icmp_seq", 48, 16, false },
	{ HEADER_ICMPV4, "ptr", "icmp_pointer", 32, 8, false },
	{ HEADER_ICMPV4, "mtu", "icmp_mtu", 48, 16, false },
	{ HEADER_ICMPV6, "sum", "icmp_checksum", 16, 16, true },
	{ HEADER_ICMPV6, "id", "icmp_id", 32, 16, false },
	{ HEADER_ICMPV6, "seq", "icmp_seq", 48, 16, false },
	{ HEADER_ICMPV6, "ptr", "icmp_pointer", 32, 32, false },
	{ HEADER_ICMPV6, "mtu", "icmp_mtu", 32, 32, false },
};

const struct header_field *header_field_at(size_t index)
{
	return index < ARRAY_LEN(fields) ? &fields[index] : NULL;
}

const struct header_field *header_field(enum header_type type, const char *word)
{
	for (size_t i = 0; i < ARRAY_LEN(fields); i++)
		if (fields[i].type == type && !strcmp(fields[i].word, word))
			return &fields[i];
	return NULL;
}

bool header_field_known(const char *word)
{
	for (size_t i = 0; i < ARRAY_LEN(fields); i++)
		if (!strcmp(fields[i].word, word))
			return true;
	return false;
}

uint32_t header_field_get(const struct header_field *f, const uint8_t *header)
{
	uint32_t value = 0;

	for (unsigned bit = f->bit; bit < (unsigned)f->bit + f->width; bit++)
		value = value << 1 | (header[bit / 8] >> (7 - bit % 8) & 1u);
	return value;
}

void header_field_put(const struct header_field *f, uint8_t *header, uint32_t value)
{
	for (unsigned i = 0; i < f->width; i++) {
		unsigned bit = f->bit + i;
		uint8_t mask = (uint8_t)(0x80 >> bit % 8);

		header[bit / 8] = (uint8_t)(header[bit / 8] & ~mask);
		if (value >> (f->width - 1 - i) & 1)
			header[bit / 8] |= mask;
	}
}
