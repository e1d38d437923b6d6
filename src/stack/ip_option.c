/* SPDX-License-Identifier: MIT
 *
 * ip_option.c - options of IPv4 packets: checked when they arrive, carried over into echo replies
 *
 * RFC 791, 3.1. Options are checked once, on arrival. The other functions rely on it that each length lies within the
 * header. An option of unknown kind is skipped by its length. Record Route and Time-stamp are filled in only where this
 * host answers an echo request (RFC 1122, 3.2.2.6), since it forwards nothing; a source route that has ended here is
 * reversed for the reply, and for the connection that a SYN opens. Security and stream identifier are left out.
 *
 * Inside the stack, a route is the list of all hops, and the destination stands beside it. Only this file knows how a
 * packet writes that: the next hop stands in the destination field, and the destination at the end of the list.
 */
#include "stack/ip_option.h"

#include <string.h>

#include "stack/host.h"
#include "stack/ip_packet.h"
#include "wire/codec.h"

enum {
	OPTION_END = 0, OPTION_NOP = 1, OPTION_RECORD_ROUTE = 7, OPTION_STAMP = 0x44, OPTION_LSRR = 0x83,
	OPTION_SSRR = 0x89,
};
enum { STAMP_ONLY = 0, STAMP_WITH_ADDRESS = 1, FIRST_SLOT = 4 };

static bool is_source_route(uint8_t kind)
{
	return kind == OPTION_LSRR || kind == OPTION_SSRR;
}

void ip_clear_behind_end(uint8_t *options, size_t length)
{
	for (size_t i = 0; i < length; i += options[i] == OPTION_NOP ? 1 : options[i + 1])
		if (options[i] == OPTION_END) {
			memset(options + i, OPTION_END, length - i);
			return;
		}
}

bool ip_has_unknown_option(const uint8_t *options, size_t length)
{
	static const uint8_t known[] = { OPTION_NOP, OPTION_RECORD_ROUTE, OPTION_STAMP, OPTION_LSRR, OPTION_SSRR };

	for (size_t i = 0; i < length && options[i] != OPTION_END; ) {
		if (!memchr(known, options[i], sizeof(known)))
			return true;
		i += options[i] == OPTION_NOP ? 1 : options[i + 1];
	}
	return false;
}

/* Octets of one entry of a time-stamp option. */
static size_t stamp_slot(const uint8_t *option)
{
	return (option[3] & 15) == STAMP_ONLY ? 4 : 8;
}

/* RFC 791, 3.1: four octets stand before the entries, so the pointer is 5 at least; room for only a part of an entry is
 * an error, and so is an overflow of the counter of hosts that found no room. Returns the offset of the wrong octet in
 * the option; 0: none. */
static int wrong_in_stamp(const uint8_t *option)
{
	uint8_t length = option[1];

	if (length < 4)
		return 1;
	uint8_t pointer = option[2];
	if ((option[3] & 15) > STAMP_WITH_ADDRESS)           /* an unknown form */
		return 0;
	if (pointer < FIRST_SLOT + 1)
		return 2;
	if (pointer > length)
		return option[3] >> 4 == 15 ? 3 : 0;
	return pointer - 1 + stamp_slot(option) > length ? 2 : 0;
}

int ip_check_options(const uint8_t *options, size_t length, enum source_route *route)
{
	*route = SOURCE_ROUTE_NONE;
	for (size_t i = 0; i < length && options[i] != OPTION_END; ) {
		if (options[i] == OPTION_NOP) {
			i++;
			continue;
		}
		if (i + 1 >= length || options[i + 1] < 2 || i + options[i + 1] > length)
			return (int)i + 1;                   /* at the length byte */
		if (is_source_route(options[i])) {
			/* The pointer counts octets from 1, and 4 is its first place. Behind the last one the route is
			 * used up, and this host is where it ends. */
			if (options[i + 1] < 3 || options[i + 2] < 4)
				return (int)i + 2;
			*route = options[i + 2] <= options[i + 1] ? SOURCE_ROUTE_OPEN : SOURCE_ROUTE_ENDED;
		}
		int wrong = options[i] == OPTION_STAMP ? wrong_in_stamp(options + i) : 0;
		if (wrong)
			return (int)i + wrong;
		i += options[i + 1];
	}
	return -1;
}

/* One more slot of a record-route option, if there is room. */
static void record_route(uint8_t *option, const struct ip_address *own)
{
	uint8_t length = option[1], pointer = option[2];

	if (length < 3 || pointer < FIRST_SLOT || pointer + 3 > length)
		return;
	memcpy(option + pointer - 1, own->bytes, 4);
	option[2] = (uint8_t)(pointer + 4);
}

/* Milliseconds since midnight; the high bit says that the stack does not know when midnight was (RFC 791, 3.1). */
static void record_stamp(const struct stack *st, uint8_t *option, const struct ip_address *own)
{
	uint8_t length = option[1], pointer = length >= 4 ? option[2] : 0, form = length >= 4 ? option[3] & 15 : 0;

	if (pointer < FIRST_SLOT + 1 || form > STAMP_WITH_ADDRESS)
		return;
	size_t slot = stamp_slot(option);
	if (pointer > length) {
		if (option[3] >> 4 < 15)                     /* count hosts that found no room */
			option[3] = (uint8_t)(option[3] + 16);
		return;
	}
	if (form == STAMP_WITH_ADDRESS)
		memcpy(option + pointer - 1, own->bytes, 4);
	put32(option + pointer - 1 + slot - 4, (uint32_t)(vtime_to_us(st->now) / 1000) | 1u << 31);
	option[2] = (uint8_t)(pointer + slot);
}

/* RFC 1122, 3.2.1.8 (c): back along the recorded hops. The packet came by hops 1 to n, so the reply goes to n first. */
static void reverse_route(uint8_t *option)
{
	size_t hops = (option[1] - 3u) / 4;
	uint8_t *route = option + 3, back[IPV4_OPTION_BYTES];

	for (size_t i = 0; i < hops; i++)
		memcpy(back + 4 * i, route + 4 * (hops - 1 - i), 4);
	memcpy(route, back, 4 * hops);
	option[2] = FIRST_SLOT;
}

void ip_enter_route(uint8_t *options, size_t length, struct ip_address *destination)
{
	for (size_t i = 0; i + 2 < length && options[i] != OPTION_END; ) {
		uint8_t *option = options + i, last[4];
		size_t size = *option == OPTION_NOP ? 1 : option[1];

		if (!size || i + size > length)
			return;
		/* From the stack's form into that of a packet: the first hop becomes the destination, the others move
		 * up, and the true destination is the last of the list (RFC 791, 3.1). */
		if (is_source_route(*option) && size >= 7 && size % 4 == 3 && option[2] == FIRST_SLOT) {
			memcpy(last, destination->bytes, 4);
			memcpy(destination->bytes, option + 3, 4);
			memmove(option + 3, option + 7, size - 7);
			memcpy(option + size - 4, last, 4);
			return;
		}
		i += size;
	}
}

size_t ip_way_back(const struct ip_packet *p, uint8_t out[IPV4_OPTION_BYTES])
{
	for (size_t i = 0; i < p->option_length && p->options[i] != OPTION_END; ) {
		const uint8_t *option = p->options + i;
		size_t size = *option == OPTION_NOP ? 1 : option[1], used = size;

		i += size;
		if (!is_source_route(*option))
			continue;
		memcpy(out, option, size);
		reverse_route(out);
		while (used % 4)
			out[used++] = OPTION_END;
		return used;
	}
	return 0;
}

size_t ip_reply_options(const struct stack *st, const struct ip_packet *p, uint8_t out[IPV4_OPTION_BYTES])
{
	size_t used = 0;

	for (size_t i = 0; i < p->option_length && p->options[i] != OPTION_END; ) {
		const uint8_t *option = p->options + i;
		size_t size = *option == OPTION_NOP ? 1 : option[1];
		uint8_t *copy = out + used;
		i += size;
		memcpy(copy, option, size);
		/* RFC1122-3.2.2.6-RROUTE, RFC1122-3.2.2.6-SROUTE. */
		if (*option == OPTION_RECORD_ROUTE)
			record_route(copy, &p->destination);
		else if (*option == OPTION_STAMP)
			record_stamp(st, copy, &p->destination);
		else if (is_source_route(*option))
			reverse_route(copy);
		else if (*option != OPTION_NOP)
			continue;                            /* the others were about the way here */
		used += size;
	}
	/* IHL counts words of four octets. */
	while (used % 4)
		out[used++] = OPTION_END;
	return used;
}

size_t ip_return_options(const struct stack *st, const struct ip_packet *p, uint8_t out[IPV4_OPTION_BYTES])
{
	uint8_t dense[IPV4_OPTION_BYTES] = { 0 };
	struct ip_packet without = *p;

	without.options = dense;
	without.option_length = 0;
	for (size_t i = 0; i < p->option_length && p->options[i] != OPTION_END; ) {
		size_t size = p->options[i] == OPTION_NOP ? 1 : p->options[i + 1];
		if (p->options[i] != OPTION_NOP) {
			memcpy(dense + without.option_length, p->options + i, size);
			without.option_length = (uint8_t)(without.option_length + size);
		}
		i += size;
	}
	return ip_reply_options(st, &without, out);
}
