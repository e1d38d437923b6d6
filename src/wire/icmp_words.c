/* SPDX-License-Identifier: MIT
 *
 * icmp_words.c - the words of packet lines for types and codes of ICMP
 */
#include "wire/icmp_words.h"

#include "util/common.h"

static const struct name_value unreachable4[] = {
	{ "net_unreachable", 0 }, { "host_unreachable", 1 }, { "protocol_unreachable", 2 }, { "port_unreachable", 3 },
	{ "frag_needed", ICMPV4_FRAG_NEEDED }, { "source_route_failed", 5 }, { "net_unknown", 6 },
	{ "host_unknown", 7 }, { "source_host_isolated", 8 }, { "net_prohibited", 9 }, { "host_prohibited", 10 },
	{ "net_unreachable_for_tos", 11 }, { "host_unreachable_for_tos", 12 }, { "packet_filtered", 13 },
	{ "precedence_violation", 14 }, { "precedence_cutoff", 15 },
};
static const struct name_value unreachable6[] = {
	{ "net_unreachable", 0 }, { "no_route", 0 }, { "admin_prohibited", 1 }, { "not_neighbour", 2 },
	{ "address_unreachable", 3 }, { "port_unreachable", 4 },
};
static const struct name_value time_exceeded4[] = { { "ttl_exceeded_in_transit", 0 }, { "frag_reass_exceeded", 1 } };
static const struct name_value time_exceeded6[] = { { "exceeded_hop_limit", 0 }, { "exceeded_frag_time", 1 } };
static const struct name_value parameter_problem6[] = {
	{ "header_field", 0 }, { "unknown_next_header", 1 }, { "unknown_option", 2 },
};

#define CODES(table) table, ARRAY_LEN(table)

static const struct icmp_type types4[] = {
	{ "echo_reply", 0, NULL, 0 }, { "unreachable", ICMPV4_UNREACHABLE, CODES(unreachable4) },
	{ "source_quench", 4, NULL, 0 }, { "redirect", 5, NULL, 0 }, { "echo_request", 8, NULL, 0 },
	{ "router_advertisement", 9, NULL, 0 }, { "router_solicitation", 10, NULL, 0 },
	{ "time_exceeded", 11, CODES(time_exceeded4) }, { "parameter_problem", 12, NULL, 0 },
	{ "timestamp_request", 13, NULL, 0 },
	{ "timestamp_reply", 14, NULL, 0 }, { "information_request", 15, NULL, 0 },
	{ "information_reply", 16, NULL, 0 },
	{ "address_mask_request", 17, NULL, 0 }, { "address_mask_reply", 18, NULL, 0 },
};
static const struct icmp_type types6[] = {
	{ "unreachable", 1, CODES(unreachable6) }, { "packet_too_big", ICMPV6_PACKET_TOO_BIG, NULL, 0 },
	{ "time_exceeded", 3, CODES(time_exceeded6) }, { "parameter_problem", 4, CODES(parameter_problem6) },
	{ "echo_request", 128, NULL, 0 }, { "echo_reply", 129, NULL, 0 },
	{ "router_solicitation", 133, NULL, 0 }, { "router_advertisement", ICMPV6_ROUTER_ADVERTISEMENT, NULL, 0 },
	{ "neighbor_solicitation", 135, NULL, 0 }, { "neighbor_advertisement", 136, NULL, 0 },
};

const struct icmp_type *icmp_types(bool ipv6, size_t *count)
{
	*count = ipv6 ? ARRAY_LEN(types6) : ARRAY_LEN(types4);
	return ipv6 ? types6 : types4;
}

struct icmp_words icmp_words(uint8_t type, uint8_t code, bool ipv6)
{
	size_t count;
	const struct icmp_type *types = icmp_types(ipv6, &count);
	struct icmp_words words = {
		.mtu = ipv6 ? type == ICMPV6_PACKET_TOO_BIG && !code
		            : type == ICMPV4_UNREACHABLE && code == ICMPV4_FRAG_NEEDED,
	};

	for (size_t i = 0; i < count; i++)
		if (types[i].type == type) {
			words.type = types[i].name;
			words.code = table_name(types[i].codes, types[i].code_count, code);
		}
	return words;
}

void icmp_type_print(struct buf *out, uint8_t type, bool ipv6)
{
	struct icmp_words words = icmp_words(type, 0, ipv6);

	if (words.type)
		buf_puts(out, words.type);
	else
		buf_printf(out, "type_%u", type);
}

void icmp_code_print(struct buf *out, uint8_t type, uint8_t code, bool ipv6)
{
	struct icmp_words words = icmp_words(type, code, ipv6);

	if (words.code)
		buf_puts(out, words.code);
	else if (code)
		buf_printf(out, "code_%u", code);
}
