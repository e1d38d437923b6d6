/* SPDX-License-Identifier: MIT
 *
 * neighbour.c - questions and answers of ARP and of Neighbor Discovery, as bytes
 */
#include "target/process/neighbour.h"

#include <net/ethernet.h>
#include <string.h>

#include "wire/checksum.h"

enum { ARP_BYTES = 28, ARP_REQUEST = 1, ARP_REPLY = 2 };

/* Of ICMPv6: RFC 4861, 4. */
enum {
	ROUTER_SOLICITATION = 133, SOLICITATION = 135, ADVERTISEMENT = 136, REDIRECT = 137,
	IPV6_HEADER = 40, TARGET_AT = 8, OPTION_AT = 24, WITH_OPTION = 32, HOP_LIMIT = 255,
	TARGET_OPTION = 2, SOLICITED_OVERRIDE = 0x60
};

/* ---- ARP ---- */

static void write_arp(const struct neighbour *n, int operation, const uint8_t *sender, const uint8_t *to,
                      const uint8_t *wanted, struct neighbour_frame *out)
{
	uint8_t *a = out->bytes;

	*out = (struct neighbour_frame){ .type = ETHERTYPE_ARP, .length = ARP_BYTES };
	memset(out->to, 255, sizeof(out->to));
	memcpy(a, (uint8_t[]){ 0, 1, 8, 0, NEIGHBOUR_HARDWARE, 4, 0, (uint8_t)operation }, 8);
	memcpy(a + 8, n->own, sizeof(n->own));
	memcpy(a + 14, sender, 4);
	if (to) {
		memcpy(out->to, to, sizeof(out->to));
		memcpy(a + 18, to, sizeof(out->to));
	}
	memcpy(a + 24, wanted, 4);
}

/* Whoever asks for an address that is not its own is told ours; an answer to our own question says where the other
 * machine is. */
static void hear_arp(struct neighbour *n, const uint8_t *a, size_t length, struct neighbour_frame *answer)
{
	if (length < ARP_BYTES || a[1] != 1 || a[4] != NEIGHBOUR_HARDWARE || a[5] != 4 || n->address.version != 4)
		return;
	if (!memcmp(a + 14, n->address.bytes, 4)) {
		memcpy(n->other, a + 8, sizeof(n->other));
		n->found = true;
	}
	if (a[7] == ARP_REQUEST && memcmp(a + 24, n->address.bytes, 4) != 0 && memcmp(a + 24, a + 14, 4) != 0)
		write_arp(n, ARP_REPLY, a + 24, a + 8, a + 14, answer);
}

/* ---- Neighbor Discovery ---- */

/* A message about the address @target. An advertisement names our card. */
static void write_message(const struct neighbour *n, int type, const struct ip_address *source,
                          const struct ip_address *destination, const uint8_t *target, struct neighbour_frame *out)
{
	const bool tells = type == ADVERTISEMENT;
	const size_t length = tells ? WITH_OPTION : OPTION_AT;
	uint8_t *p = out->bytes, *message = p + IPV6_HEADER;

	out->type = ETHERTYPE_IPV6;
	out->length = IPV6_HEADER + length;
	memset(p, 0, out->length);
	p[0] = 0x60;
	p[5] = (uint8_t)length;
	p[6] = PROTOCOL_ICMPV6;
	p[7] = HOP_LIMIT;
	memcpy(p + 8, source->bytes, 16);
	memcpy(p + 24, destination->bytes, 16);
	message[0] = (uint8_t)type;
	message[4] = tells ? SOLICITED_OVERRIDE : 0;
	memcpy(message + TARGET_AT, target, 16);
	if (tells) {
		message[OPTION_AT] = TARGET_OPTION;
		message[OPTION_AT + 1] = 1;
		memcpy(message + OPTION_AT + 2, n->own, sizeof(n->own));
	}
	uint32_t sum = checksum_pseudo(source, destination, PROTOCOL_ICMPV6, length);
	uint16_t value = checksum_finish(checksum_add(sum, message, length));
	message[2] = (uint8_t)(value >> 8);
	message[3] = (uint8_t)value;
}

/* To the group of all nodes with such an address (RFC 4291, 2.7.1), sent as by a node that is not sure of its own
 * address. */
static void write_solicitation(const struct neighbour *n, struct neighbour_frame *out)
{
	const struct ip_address nobody = { .version = 6 };
	struct ip_address group = { .version = 6, .bytes = { 0xff, 2, [11] = 1, [12] = 0xff } };

	memcpy(group.bytes + 13, n->address.bytes + 13, 3);
	memcpy(out->to, (uint8_t[]){ 0x33, 0x33, 0xff, group.bytes[13], group.bytes[14], group.bytes[15] },
	       sizeof(out->to));
	write_message(n, SOLICITATION, &nobody, &group, n->address.bytes, out);
}

/* True: this is a message of a kind that neighbours exchange. */
static bool is_between_neighbours(int type)
{
	return type >= ROUTER_SOLICITATION && type <= REDIRECT;
}

/* Where the ICMPv6 message of the packet begins, behind one header of options hop by hop at most; 0: there is none. */
static size_t find_message(const uint8_t *p, size_t length)
{
	size_t at = IPV6_HEADER, next = length > IPV6_HEADER + 2 ? p[6] : PROTOCOL_NONE;

	if (next == PROTOCOL_HOPOPTS) {
		next = p[at];
		at += 8 * ((size_t)p[at + 1] + 1);
	}
	return next == PROTOCOL_ICMPV6 && at + 4 <= length ? at : 0;
}

static bool hear_message(struct neighbour *n, const uint8_t *from, const uint8_t *p, size_t length,
                         struct neighbour_frame *answer)
{
	static const uint8_t nobody[16];
	const size_t at = find_message(p, length);
	const uint8_t *message = p + at, *target = message + TARGET_AT;
	struct ip_address asker = { .version = 6 }, asked = { .version = 6 };

	if (!at || !is_between_neighbours(message[0]))
		return false;
	if (at + OPTION_AT > length || p[7] != HOP_LIMIT || n->address.version != 6)
		return true;
	if (message[0] == ADVERTISEMENT && !memcmp(target, n->address.bytes, 16)) {
		memcpy(n->other, from, sizeof(n->other));
		n->found = true;
	}
	if (message[0] != SOLICITATION || !memcmp(target, n->address.bytes, 16) || !memcmp(p + 8, nobody, 16) ||
	    !memcmp(target, p + 8, 16))
		return true;
	memcpy(asker.bytes, p + 8, 16);
	memcpy(asked.bytes, target, 16);
	memcpy(answer->to, from, sizeof(answer->to));
	write_message(n, ADVERTISEMENT, &asked, &asker, target, answer);
	return true;
}

/* ---- both ---- */

void neighbour_ask(const struct neighbour *n, struct neighbour_frame *out)
{
	static const uint8_t nobody[4];

	if (n->address.version == 6)
		write_solicitation(n, out);
	else
		write_arp(n, ARP_REQUEST, nobody, NULL, n->address.bytes, out);
}

bool neighbour_hear(struct neighbour *n, uint16_t type, const uint8_t from[NEIGHBOUR_HARDWARE], const uint8_t *bytes,
                    size_t length, struct neighbour_frame *answer)
{
	answer->length = 0;
	if (type == ETHERTYPE_ARP)
		hear_arp(n, bytes, length, answer);
	return type == ETHERTYPE_ARP || (type == ETHERTYPE_IPV6 && hear_message(n, from, bytes, length, answer));
}
