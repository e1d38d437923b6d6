/* SPDX-License-Identifier: MIT
 *
 * scripted_icmp.c - ICMP messages of a script and what they quote
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "script/scripted_packet.h"
#include "util/buf.h"
#include "util/table.h"
#include "wire/icmp_words.h"

enum {
	ADVERTISED_TIMERS = 8, MTU_OPTION = 5, MTU_OPTION_BYTES = 8,
	ADVERTISED_LIFETIME_S = 1800,
	QUOTED_BYTES = 8,                                    /* of the transport header: RFC 792 */
	QUOTED_TTL = 255,
};

/* ---- types and codes ---- */

/* "type_13", "code_4": the number after @prefix, or -1. */
static int numbered(const char *word, const char *prefix)
{
	size_t length = strlen(prefix), digits;

	if (strncmp(word, prefix, length))
		return -1;
	word += length;
	digits = strspn(word, "0123456789");
	return digits && digits <= 3 && !word[digits] && atoi(word) <= UINT8_MAX ? atoi(word) : -1;
}

static bool bad_word(struct scripted_builder *b, const char *what, struct loc place, const char *word,
                     const char *nearest)
{
	char *headline = arena_printf(b->arena, "bad ICMP %s %s", what, word);
	struct loc at = scripted_loc(b, place);

	if (nearest)
		return scripted_error(b, at, headline, "did you mean '%s'?", nearest);
	return scripted_error(b, at, headline, "want a name of ICMPv%c, %s_N with N from 0 to 255, or a symbol that -D "
	                      "defines", b->ipv6 ? '6' : '4', what);
}

/* What other tools and texts call types and codes. NULL: nothing is known. */
static const char *our_word(const char *word)
{
	static const struct {
		const char *word, *ours;
	} words[] = {
		{ "dest_unreach", "unreachable" }, { "dst_unreach", "unreachable" },
		{ "destination_unreachable", "unreachable" },
		{ "dest_unreachable", "unreachable" }, { "echo", "echo_request" }, { "ping", "echo_request" },
		{ "pong", "echo_reply" }, { "ttl_exceeded", "time_exceeded ttl_exceeded_in_transit" },
		{ "fragmentation_needed", "frag_needed" }, { "need_to_frag", "frag_needed" },
		{ "fragmentation_required", "frag_needed" }, { "too_big", "packet_too_big" },
		{ "pkt_too_big", "packet_too_big" }, { "timestamp", "timestamp_request" },
		{ "port_unreach", "port_unreachable" }, { "host_unreach", "host_unreachable" },
		{ "net_unreach", "net_unreachable" }, { "proto_unreach", "protocol_unreachable" },
		{ "protocol_unreach", "protocol_unreachable" }, { "noport", "port_unreachable" },
		{ "network_unreachable", "net_unreachable" },
	};

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (!strcmp(words[i].word, word))
			return words[i].ours;
	return NULL;
}

/* The type that has a code @word: what people know by one name has two words here. */
static const struct icmp_type *type_of_code(const struct icmp_type *types, size_t count, const char *word)
{
	int64_t value;

	for (size_t i = 0; i < count; i++)
		if (types[i].codes && table_value(types[i].codes, types[i].code_count, word, &value))
			return &types[i];
	return NULL;
}

static bool unknown_type(struct scripted_builder *b)
{
	struct buf names = BUF_INIT;
	size_t count;
	const struct icmp_type *types = icmp_types(b->ipv6, &count);

	for (size_t i = 0; i < count; i++)
		buf_printf(&names, "%s%s", i ? ", " : "", types[i].name);
	scripted_error(b, scripted_loc(b, b->spec->icmp_type_loc),
	               arena_printf(b->arena, "bad ICMP type %s", b->spec->icmp_type),
	               "of ICMPv%c there are %s, type_N with N from 0 to 255, and symbols that -D defines",
	               b->ipv6 ? '6' : '4', names.data);
	buf_free(&names);
	return false;
}

static bool find_type(struct scripted_builder *b, uint8_t *type, const struct icmp_type **row)
{
	size_t count;
	const struct icmp_type *types = icmp_types(b->ipv6, &count);
	const char *word = b->spec->icmp_type;
	struct guess guess = { .wanted = word };
	int number = numbered(word, "type_");

	*row = NULL;
	if (number >= 0) {
		*type = (uint8_t)number;
		return true;
	}
	for (size_t i = 0; i < count; i++) {
		if (!strcmp(types[i].name, word)) {
			*row = &types[i];
			*type = types[i].type;
			return true;
		}
		guess_offer(&guess, types[i].name);
	}
	/* PMTU discovery has a type of its own with ICMPv6, and a code with ICMPv4. */
	const char *meant = our_word(word) ? our_word(word) : word;
	if (!b->ipv6 && !strcmp(meant, "packet_too_big"))
		meant = "frag_needed";
	if (b->ipv6 && !strcmp(meant, "frag_needed"))
		meant = "packet_too_big";
	const struct icmp_type *of_code = type_of_code(types, count, meant);
	if (of_code)
		return bad_word(b, "type", b->spec->icmp_type_loc, word,
		                arena_printf(b->arena, "%s %s", of_code->name, meant));
	if (meant != word)
		return bad_word(b, "type", b->spec->icmp_type_loc, word, meant);
	return guess.nearest ? bad_word(b, "type", b->spec->icmp_type_loc, word, guess.nearest) : unknown_type(b);
}

/* An unknown code of a type whose codes have names: the message lists them. */
static bool unknown_code(struct scripted_builder *b, const struct icmp_type *row)
{
	struct buf names = BUF_INIT;

	for (size_t i = 0; i < row->code_count; i++)
		buf_printf(&names, "%s%s", i ? ", " : "", row->codes[i].name);
	scripted_error(b, scripted_loc(b, b->spec->icmp_code_loc),
	               arena_printf(b->arena, "bad ICMP code %s", b->spec->icmp_code),
	               "of '%s' there are %s, code_N, and symbols that -D defines", row->name, names.data);
	buf_free(&names);
	return false;
}

static bool find_code(struct scripted_builder *b, const struct icmp_type *row, uint8_t *code)
{
	const char *word = b->spec->icmp_code;
	struct guess guess = { .wanted = word };
	int64_t value = 0;
	int number = word ? numbered(word, "code_") : 0;

	if (number >= 0) {
		*code = (uint8_t)number;
		return true;
	}
	if (row && row->codes) {
		if (table_value(row->codes, row->code_count, word, &value)) {
			*code = (uint8_t)value;
			return true;
		}
		if (our_word(word) && table_value(row->codes, row->code_count, our_word(word), &value))
			return bad_word(b, "code", b->spec->icmp_code_loc, word, our_word(word));
		guess_offer_table(&guess, row->codes, row->code_count);
	}
	if (row && row->codes && !guess.nearest)
		return unknown_code(b, row);
	return bad_word(b, "code", b->spec->icmp_code_loc, word, guess.nearest);
}

/* ---- bytes 4 to 7 ---- */

static bool mtu_error(struct scripted_builder *b, const char *headline)
{
	return scripted_error(b, scripted_loc(b, b->spec->transport_loc), headline, "mtu %" PRId64 " is written",
	                      b->spec->mtu);
}

static bool add_mtu(struct scripted_builder *b, struct icmp_header *icmp)
{
	int64_t mtu = b->spec->mtu;

	if (!b->spec->has_mtu)
		return true;
	if (b->ipv6 && icmp->type == ICMPV6_ROUTER_ADVERTISEMENT)
		return mtu >= 0 && mtu <= UINT32_MAX ? true : mtu_error(b, "ICMPv6 MTU out of 32-bit range");
	if (b->ipv6) {
		if (icmp->type != ICMPV6_PACKET_TOO_BIG || icmp->code)
			return mtu_error(b, "ICMPv6 MTU is only valid for packet_too_big-0");
		if (mtu < 0 || mtu > UINT32_MAX)
			return mtu_error(b, "ICMPv6 MTU out of 32-bit range");
	} else {
		if (icmp->type != ICMPV4_UNREACHABLE || icmp->code != ICMPV4_FRAG_NEEDED)
			return mtu_error(b, "ICMPv4 MTU is only valid for unreachable-frag_needed");
		if (mtu < 0 || mtu > UINT16_MAX)
			return mtu_error(b, "ICMPv4 MTU out of 16-bit range");
	}
	icmp->rest = (uint32_t)mtu;
	return true;
}

static bool add_echo_id(struct scripted_builder *b, struct icmp_header *icmp)
{
	int64_t id = b->spec->echo_id;

	if (!scripted_range(b, scripted_loc(b, b->spec->transport_loc), id, UINT16_MAX,
	                    "invalid echo_id, must be between 0 and 65535"))
		return false;
	if (id > 0)
		icmp->rest = (uint32_t)id << 16 | (icmp->rest & UINT16_MAX);
	return true;
}

/* ---- the quoted packet ---- */

/* The IP header of the packet that the message quotes; its addresses are filled in later. Returns the bytes written. */
static size_t quote_ip(bool ipv6, uint8_t protocol, size_t length, uint8_t *bytes)
{
	if (ipv6) {
		struct ipv6_header ip = {
			.payload_length = (uint16_t)length, .next_header = protocol, .protocol = protocol,
			.hop_limit = QUOTED_TTL, .source.version = 6, .destination.version = 6,
		};
		return ipv6_build(&ip, bytes, IPV6_HEADER_BYTES);
	}
	struct ipv4_header ip = {
		.header_length = IPV4_HEADER_BYTES / 4, .total_length = (uint16_t)(IPV4_HEADER_BYTES + length),
		.ttl = QUOTED_TTL, .protocol = protocol, .source.version = 4, .destination.version = 4,
	};
	return ipv4_build(&ip, bytes, IPV4_HEADER_BYTES);
}

/* @length: bytes of the quoted packet after its IP header, quoted or not. */
static bool quote(struct scripted_builder *b, uint8_t protocol, size_t length)
{
	uint8_t bytes[IPV6_HEADER_BYTES + UDP_HEADER_BYTES + QUOTED_BYTES] = { 0 };
	const struct udp_tunnel *tunnel = protocol == PROTOCOL_TCP ? b->spec->udp_tunnel : NULL;
	size_t ip_bytes = b->ipv6 ? IPV6_HEADER_BYTES : IPV4_HEADER_BYTES, at = ip_bytes;

	length += tunnel ? UDP_HEADER_BYTES : 0;

	if (length + (b->ipv6 ? 0 : ip_bytes) > UINT16_MAX)
		return scripted_error(b, scripted_loc(b, b->spec->transport_loc),
		                      protocol == PROTOCOL_UDP ? "UDP datagram too large" : "TCP segment too large",
		                      "the quoted packet has %zu bytes: more than the length field of IP can say",
		                      length + ip_bytes);
	quote_ip(b->ipv6, tunnel ? PROTOCOL_UDP : protocol, length, bytes);
	if (tunnel) {
		struct udp_header udp = {
			(uint16_t)tunnel->source, (uint16_t)tunnel->destination, .length = (uint16_t)length,
		};
		at += udp_build(&udp, bytes + at, UDP_HEADER_BYTES);
	}
	if (protocol == PROTOCOL_UDPLITE) {
		bytes[ip_bytes + 4] = (uint8_t)(b->spec->echo.coverage >> 8);
		bytes[ip_bytes + 5] = (uint8_t)b->spec->echo.coverage;
	}
	if (protocol == PROTOCOL_TCP)
		for (size_t i = 0; i < 4; i++)
			bytes[at + 4 + i] = (uint8_t)(b->scripted->echo_seq >> (24 - 8 * i));
	b->scripted->packet.payload_length = at + QUOTED_BYTES;
	b->scripted->echo_ports_at = (uint8_t)at;
	b->scripted->packet.payload = arena_copy(b->arena, bytes, b->scripted->packet.payload_length);
	b->scripted->echo_header_at = 0;
	return true;
}

static bool quote_raw(struct scripted_builder *b, int64_t length)
{
	struct loc at = scripted_loc(b, b->spec->transport_loc);

	if (length < ICMP_HEADER_BYTES) {
		char *headline = arena_printf(b->arena, "icmp_bytes %" PRId64 " smaller than icmp header length %d",
		                              length, ICMP_HEADER_BYTES);
		return scripted_error(b, at, headline, NULL);
	}
	if (!scripted_range(b, at, length, UINT16_MAX, "ICMP message size out of range"))
		return false;
	b->scripted->packet.payload_length = (size_t)length - ICMP_HEADER_BYTES;
	return true;
}

static bool add_quote(struct scripted_builder *b)
{
	const struct echo_spec *echo = &b->spec->echo;
	struct loc at = b->spec->transport_loc;

	b->scripted->echo = echo->kind;
	switch (echo->kind) {
	case ECHO_TCP:
		if (!scripted_sequence(b, at, echo->seq_start, echo->seq_end, echo->length))
			return false;
		b->scripted->echo_seq = (uint32_t)echo->seq_start;
		return quote(b, PROTOCOL_TCP, TCP_HEADER_BYTES + (size_t)echo->length);
	case ECHO_UDP:
		return scripted_range(b, at, echo->length, UINT16_MAX, "UDP payload size out of range") &&
		       quote(b, PROTOCOL_UDP, UDP_HEADER_BYTES + (size_t)echo->length);
	case ECHO_UDPLITE:
		return scripted_range(b, at, echo->length, UINT16_MAX, "UDP payload size out of range") &&
		       scripted_range(b, at, echo->coverage, UINT16_MAX, "UDP-Lite coverage out of range") &&
		       quote(b, PROTOCOL_UDPLITE, UDP_HEADER_BYTES + (size_t)echo->length);
	case ECHO_RAW:
		return quote_raw(b, echo->length);
	default:
		return quote(b, PROTOCOL_TCP, TCP_HEADER_BYTES);
	}
}

/* RFC 4861, 4.2 and 4.6.4: no timers, the default lifetime of a router, and an MTU if the line has one. It goes from
 * the router's link-local address to ours. */
static bool advertise(struct scripted_builder *b, struct icmp_header *icmp)
{
	struct header *ip = packet_ip(&b->scripted->packet);
	uint8_t bytes[ADVERTISED_TIMERS + MTU_OPTION_BYTES] = {
		[ADVERTISED_TIMERS] = MTU_OPTION, MTU_OPTION_BYTES / 8,
	};
	size_t length = b->spec->has_mtu ? sizeof(bytes) : ADVERTISED_TIMERS;

	for (size_t i = 0; i < 4; i++)
		bytes[ADVERTISED_TIMERS + 4 + i] = (uint8_t)(b->spec->mtu >> (24 - 8 * i));
	icmp->rest = ADVERTISED_LIFETIME_S;
	b->scripted->packet.payload = arena_copy(b->arena, bytes, length);
	b->scripted->packet.payload_length = length;
	ip->ipv6.source = b->config->gateway_linklocal_ip;
	ip->ipv6.destination = b->config->local_linklocal_ip;
	b->scripted->own_addresses = true;
	return true;
}

bool scripted_icmp(struct scripted_builder *b, struct header *header)
{
	struct icmp_header *icmp = &header->icmp;
	const struct icmp_type *row;
	bool ok = find_type(b, &icmp->type, &row) && find_code(b, row, &icmp->code) && add_mtu(b, icmp);

	ok &= add_echo_id(b, icmp);
	if (ok && b->ipv6 && icmp->type == ICMPV6_ROUTER_ADVERTISEMENT && b->spec->echo.kind == ECHO_DEFAULT)
		return advertise(b, icmp);
	ok &= add_quote(b);
	return ok;
}
