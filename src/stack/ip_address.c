/* SPDX-License-Identifier: MIT
 *
 * ip_address.c - kinds of addresses: which may be a source, which are groups, which mean this host
 *
 * The rules are those of RFC 1122, 3.2.1.3 for IPv4 and RFC 4291, 2 for IPv6. Whether an address is a broadcast
 * depends on the subnets of the host, and so that question takes a host; all others can be answered by looking at
 * the bytes.
 *
 * IPv4-mapped IPv6 addresses (RFC 4291, 2.5.5.2) appear only between user and socket: endpoint.c turns them into
 * IPv4 addresses, and below the sockets they do not exist.
 */
#include "stack/ip_address.h"

#include <string.h>

#include "stack/host.h"
#include "wire/codec.h"

static const uint8_t mapped_prefix[12] = { [10] = 0xff, [11] = 0xff };      /* ::ffff:0:0/96, RFC 4291, 2.5.5.2 */

static bool all_bytes(const uint8_t *bytes, size_t count, uint8_t value)
{
	for (size_t i = 0; i < count; i++)
		if (bytes[i] != value)
			return false;
	return true;
}

bool ip_prefix_equal(const struct ip_address *a, const struct ip_address *b, int bits)
{
	if (a->version != b->version)
		return false;
	if (memcmp(a->bytes, b->bytes, (size_t)bits / 8) != 0)
		return false;
	if (bits % 8 == 0)
		return true;
	uint8_t mask = (uint8_t)(0xff00 >> bits % 8);
	return ((a->bytes[bits / 8] ^ b->bytes[bits / 8]) & mask) == 0;
}

bool ip_is_multicast(const struct ip_address *a)
{
	return a->version == 4 ? (a->bytes[0] & 0xf0) == 0xe0 : a->bytes[0] == 0xff;
}

bool ip_is_unspecified(const struct ip_address *a)
{
	return all_bytes(a->bytes, a->version == 4 ? 4 : 16, 0);
}

bool ip_is_loopback(const struct ip_address *a)
{
	if (a->version == 4)
		return a->bytes[0] == 127;
	return all_bytes(a->bytes, 15, 0) && a->bytes[15] == 1;
}

/* Limited broadcast, or all ones in the host part of one of our subnets (RFC 1122, 3.2.1.3, (c) to (f)). */
bool ip_is_broadcast(const struct stack *st, const struct ip_address *a)
{
	if (a->version != 4)
		return false;
	if (all_bytes(a->bytes, 4, 0xff))
		return true;
	for (size_t i = 0; i < st->address_count; i++) {
		const struct host_address *h = &st->addresses[i];
		/* RFC 3021: a subnet of two hosts or one has no broadcast address. */
		if (h->ip.version != 4 || h->prefix_length > 30)
			continue;
		uint32_t host_part = UINT32_MAX >> h->prefix_length;
		if ((get32(a->bytes) & host_part) == host_part && ip_prefix_equal(&h->ip, a, h->prefix_length))
			return true;
	}
	return false;
}

bool ip_is_single_host(const struct stack *st, const struct ip_address *a)
{
	/* Class E (240/4) is reserved; 0/8 is "this network" (RFC 1122, 3.2.1.3 (a), (b)). */
	if (a->version == 4 && (a->bytes[0] == 0 || a->bytes[0] >= 240))
		return false;
	return !ip_is_unspecified(a) && !ip_is_multicast(a) && !ip_is_broadcast(st, a);
}

bool ip_is_own(const struct stack *st, const struct ip_address *a)
{
	return stack_has_address(st, a) || ip_is_loopback(a);
}

bool ip_is_mapped(const struct ip_address *a)
{
	return a->version == 6 && memcmp(a->bytes, mapped_prefix, sizeof(mapped_prefix)) == 0;
}

struct ip_address ip_mapped(const struct ip_address *ipv4)
{
	struct ip_address a = { .version = 6 };

	memcpy(a.bytes, mapped_prefix, sizeof(mapped_prefix));
	memcpy(a.bytes + 12, ipv4->bytes, 4);
	return a;
}

struct ip_address ip_unmapped(const struct ip_address *mapped)
{
	struct ip_address a = { .version = 4 };

	memcpy(a.bytes, mapped->bytes + 12, 4);
	return a;
}
