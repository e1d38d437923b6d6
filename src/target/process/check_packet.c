/* SPDX-License-Identifier: MIT
 *
 * check_packet.c - packets of IPv4 as bytes
 *
 * They are written out here, rather than with the headers of the room wire, so that an author who reads what the check
 * sends finds all of it on this page.
 */
#include "target/process/check_packet.h"

#include <netinet/in.h>
#include <string.h>

#include "wire/checksum.h"

enum {
	IP_HEADER = 20, TCP_HEADER = 20, UDP_HEADER = 8, IP_CHECKSUM_AT = 10, TCP_CHECKSUM_AT = 16, UDP_CHECKSUM_AT = 6,
	TTL = 64, ROOM = 256
};

static void put(uint8_t *at, uint32_t value, int bytes)
{
	while (bytes--) {
		at[bytes] = (uint8_t)value;
		value >>= 8;
	}
}

static uint32_t get(const uint8_t *at, int bytes)
{
	uint32_t value = 0;

	while (bytes--)
		value = value << 8 | *at++;
	return value;
}

void check_packet_write(const struct check_packet *packet, struct buf *out)
{
	const bool tcp = packet->protocol == IPPROTO_TCP;
	const size_t header = tcp ? TCP_HEADER : UDP_HEADER, length = header + packet->length;
	uint8_t bytes[ROOM] = { 0x45 }, *transport = bytes + IP_HEADER;
	struct ip_address source = { .version = 4 }, destination = { .version = 4 };

	put(bytes + 2, (uint32_t)(IP_HEADER + length), 2);
	bytes[8] = TTL;
	bytes[9] = (uint8_t)packet->protocol;
	memcpy(bytes + 12, packet->source, 4);
	memcpy(bytes + 16, packet->destination, 4);
	memcpy(source.bytes, packet->source, 4);
	memcpy(destination.bytes, packet->destination, 4);
	put(bytes + IP_CHECKSUM_AT, checksum_finish(checksum_add(0, bytes, IP_HEADER)), 2);
	put(transport, packet->source_port, 2);
	put(transport + 2, packet->destination_port, 2);
	if (tcp) {
		put(transport + 4, packet->sequence, 4);
		put(transport + 8, packet->acknowledgement, 4);
		transport[12] = TCP_HEADER / 4 << 4;
		transport[13] = (uint8_t)packet->flags;
		put(transport + 14, UINT16_MAX, 2);
	} else {
		put(transport + 4, (uint32_t)length, 2);
	}
	memcpy(transport + header, packet->text ? packet->text : "", packet->length);
	uint32_t sum = checksum_pseudo(&source, &destination, (uint8_t)packet->protocol, length);
	put(transport + (tcp ? TCP_CHECKSUM_AT : UDP_CHECKSUM_AT),
	    checksum_finish(checksum_add(sum, transport, length)), 2);
	buf_add(out, bytes, IP_HEADER + length);
}

const char *check_packet_fault(const uint8_t *bytes, size_t length)
{
	const unsigned version = length ? bytes[0] >> 4 : 0;

	if (version != 4 && version != 6)
		return "its first four bits are neither 4 nor 6: a packet begins with its IP header, not with that of "
		       "a link";
	return length < (version == 4 ? 20U : 40U) ? "it is shorter than its IP header" : NULL;
}

bool check_packet_read(const uint8_t *bytes, size_t length, struct check_packet *out)
{
	const size_t header = length >= IP_HEADER ? (size_t)(bytes[0] & 15) * 4 : 0;
	const bool tcp = header && bytes[9] == IPPROTO_TCP;
	const uint8_t *transport = bytes + header;

	if (!header || bytes[0] >> 4 != 4 || (!tcp && bytes[9] != IPPROTO_UDP) ||
	    length < header + (tcp ? TCP_HEADER : UDP_HEADER))
		return false;
	*out = (struct check_packet){
		.protocol = bytes[9],
		.source_port = (uint16_t)get(transport, 2), .destination_port = (uint16_t)get(transport + 2, 2),
		.sequence = tcp ? get(transport + 4, 4) : 0, .acknowledgement = tcp ? get(transport + 8, 4) : 0,
		.flags = tcp ? transport[13] & 0x3f : 0,
	};
	memcpy(out->source, bytes + 12, 4);
	memcpy(out->destination, bytes + 16, 4);
	return true;
}
