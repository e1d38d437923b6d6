/* SPDX-License-Identifier: MIT
 *
 * scripted_packet.c - packets of a script: encapsulation, IP and UDP
 */
#include "script/scripted_packet.h"

#include <inttypes.h>

enum { DEFAULT_TTL = 255, HEADER_BYTES_MAX = 256, IP_BYTES_MAX = 65536, FLOW_LABEL_MAX = 0xfffff };

/* ---- IP ---- */

static bool check_ip_info(struct scripted_builder *b, const struct ip_info *info)
{
	bool ok = scripted_range(b, info->loc, info->tos, UINT8_MAX, "tos out of range for 8 bits");

	ok &= scripted_range(b, info->loc, info->flow_label, FLOW_LABEL_MAX, "flowlabel out of range for 20 bits");
	ok &= scripted_range(b, info->loc, info->ttl, UINT8_MAX, "ttl out of range for 8 bits");
	ok &= scripted_loose(b, info->ttl_range, UINT8_MAX, "ttl out of range for 8 bits");
	if (info->tos_check == TOS_ECT01 && b->spec->direction == DIRECTION_INBOUND)
		ok = scripted_error(b, info->loc, "[ect01] can only be used with outbound packets",
		                    "it stands for two values; an injected packet needs ect0 or ect1");
	return ok;
}

static uint8_t ttl_of(const struct ip_info *info)
{
	uint8_t ttl = (uint8_t)info->ttl;

	return ttl ? ttl : DEFAULT_TTL;
}

/* What is compared at each IP header. Which bits of the TOS byte count is decided by the innermost header, unless it
 * says nothing. */
static void note_ip_check(struct scripted_builder *b, size_t index, const struct ip_info *info)
{
	enum tos_check inner = b->spec->info.tos_check;

	b->scripted->ip_checks[index].tos_check = inner == TOS_UNCHECKED ? info->tos_check : inner;
	b->scripted->ip_checks[index].tos = (uint8_t)info->tos;
	b->scripted->ip_checks[index].ttl = ttl_of(info);
	b->scripted->ip_checks[index].ttl_range = info->ttl_range;
	b->scripted->ip_checks[index].says_class = info->says_class;
	b->scripted->ip_checks[index].says_hlim = info->says_hlim;
}

static struct header *add_header(struct scripted_builder *b, enum header_type type)
{
	struct packet *packet = &b->scripted->packet;
	struct header *header = &packet->headers[packet->header_count++];

	header->type = type;
	return header;
}

static bool add_ip(struct scripted_builder *b, bool ipv6, const struct ip_info *info, const struct ip_address *source,
                   const struct ip_address *destination)
{
	size_t index = b->scripted->packet.header_count;
	struct header *header = add_header(b, ipv6 ? HEADER_IPV6 : HEADER_IPV4);

	note_ip_check(b, index, info);
	if (ipv6) {
		header->ipv6 = (struct ipv6_header){
			.traffic_class = (uint8_t)info->tos, .flow_label = (uint32_t)info->flow_label,
			.hop_limit = ttl_of(info), .source = *source, .destination = *destination,
		};
	} else {
		header->ipv4 = (struct ipv4_header){
			.tos = (uint8_t)info->tos, .ttl = ttl_of(info), .source = *source, .destination = *destination,
		};
	}
	return scripted_ip_parts(b, info, header);
}

/* Addresses that the line writes must be of the connection's family. */
static bool note_addresses(struct scripted_builder *b, size_t index)
{
	for (size_t i = 0; i < ARRAY_LEN(b->spec->addresses); i++) {
		const struct ip_address *address = b->spec->addresses[i];
		b->scripted->ip_checks[index].addresses[i] = address;
		if (address && address->version != (b->ipv6 ? 6 : 4))
			return scripted_error(b, scripted_loc(b, b->spec->info.loc), "an address of the other family",
			                      "%s has one of IPv%d, and the packet is IPv%d", i ? "dst" : "src",
			                      address->version, b->ipv6 ? 6 : 4);
	}
	return true;
}

static bool add_inner_ip(struct scripted_builder *b)
{
	const struct ip_info *info = &b->spec->info;
	const struct ip_address none = { .version = b->ipv6 ? 6 : 4 };
	bool ok = note_addresses(b, b->scripted->packet.header_count);

	ok &= add_ip(b, b->ipv6, info, &none, &none);
	if (b->ipv6 && info->has_flow_label)
		b->scripted->flow_label = (uint32_t)info->flow_label;
	return ok;
}

/* ---- outer headers ---- */

static bool add_encap(struct scripted_builder *b, const struct encap *encap)
{
	switch (encap->type) {
	case HEADER_IPV4:
	case HEADER_IPV6:
		if (!check_ip_info(b, &encap->info))
			return false;
		return add_ip(b, encap->type == HEADER_IPV6, &encap->info, &encap->source, &encap->destination);
	case HEADER_GRE:
		add_header(b, HEADER_GRE)->gre = encap->gre;
		return true;
	default:
		add_header(b, HEADER_MPLS)->mpls = encap->mpls;
		return true;
	}
}

/* All outer headers. Room is left for the innermost IP header and the transport. */
static bool add_encaps(struct scripted_builder *b)
{
	bool ok = true;

	for (const struct encap *e = b->spec->encaps; e; e = e->next) {
		if (b->scripted->packet.header_count >= PACKET_HEADERS - 2)
			return scripted_error(b, scripted_loc(b, e->loc), "too many headers",
			                      "at most %d with the innermost IP and transport headers", PACKET_HEADERS);
		ok &= add_encap(b, e);
	}
	return ok;
}

/* ---- UDP ---- */

static bool scripted_udp(struct scripted_builder *b, struct header *header)
{
	const struct packet_spec *spec = b->spec;
	bool ok = scripted_range(b, spec->transport_loc, spec->payload_length, UINT16_MAX,
	                         "UDP payload size out of range");

	ok &= scripted_loose(b, spec->ranges.length, UINT16_MAX, "UDP payload size out of range");
	header->udp = (struct udp_header){
		.source_port = (uint16_t)spec->source_port, .destination_port = (uint16_t)spec->destination_port,
	};
	b->scripted->packet.payload_length = (size_t)spec->payload_length;
	return ok;
}

/* A coverage of 1 to 7 is invalid, and may be sent for that very reason. */
static bool scripted_udplite(struct scripted_builder *b, struct header *header)
{
	const struct packet_spec *spec = b->spec;
	bool ok = scripted_udp(b, header);

	ok &= scripted_range(b, spec->transport_loc, spec->coverage, UINT16_MAX, "UDP-Lite coverage out of range");
	ok &= scripted_loose(b, spec->ranges.coverage, UINT16_MAX, "UDP-Lite coverage out of range");
	if (ok && spec->coverage > spec->payload_length + UDP_HEADER_BYTES && !spec->ranges.length)
		ok = scripted_error(b, spec->transport_loc, "UDP-Lite coverage out of range",
		                    "%" PRId64 " is written, and the datagram has %" PRId64 " bytes", spec->coverage,
		                    spec->payload_length + UDP_HEADER_BYTES);
	header->udp.length = (uint16_t)spec->coverage;
	return ok;
}

/* The UDP header around a segment of TCP. */
static bool add_tunnel(struct scripted_builder *b, const struct udp_tunnel *tunnel)
{
	bool ok = scripted_range(b, b->spec->transport_loc, tunnel->source, UINT16_MAX, "src port out of range");

	if (b->scripted->packet.header_count >= PACKET_HEADERS - 1)
		return scripted_error(b, scripted_loc(b, b->spec->loc), "too many headers",
		                      "at most %d with that of UDP", PACKET_HEADERS);
	ok &= scripted_range(b, b->spec->transport_loc, tunnel->destination, UINT16_MAX, "dst port out of range");
	add_header(b, HEADER_UDP)->udp = (struct udp_header){
		.source_port = (uint16_t)tunnel->source, .destination_port = (uint16_t)tunnel->destination,
	};
	return ok;
}

/* ---- the whole packet ---- */

static bool add_transport(struct scripted_builder *b)
{
	const struct packet_spec *spec = b->spec;
	bool ok = scripted_range(b, spec->ports_loc, spec->source_port, UINT16_MAX, "src port out of range");

	ok &= scripted_range(b, spec->ports_loc, spec->destination_port, UINT16_MAX, "dst port out of range");
	switch (spec->transport) {
	case HEADER_TCP:
		ok &= !spec->udp_tunnel || add_tunnel(b, spec->udp_tunnel);
		return scripted_tcp(b, add_header(b, HEADER_TCP)) && ok;
	case HEADER_UDP:
		return scripted_udp(b, add_header(b, HEADER_UDP)) && ok;
	case HEADER_UDPLITE:
		return scripted_udplite(b, add_header(b, HEADER_UDPLITE)) && ok;
	default:
		return scripted_icmp(b, add_header(b, b->ipv6 ? HEADER_ICMPV6 : HEADER_ICMPV4)) && ok;
	}
}

static size_t header_bytes(const struct header *h)
{
	switch (h->type) {
	case HEADER_IPV4: return IPV4_HEADER_BYTES + (size_t)h->ipv4.option_length;
	case HEADER_IPV6: return IPV6_HEADER_BYTES + (size_t)h->ipv6.extension_length;
	case HEADER_GRE:  return gre_size(&h->gre);
	case HEADER_MPLS: return 4u * h->mpls.depth;
	case HEADER_TCP:  return TCP_HEADER_BYTES + h->tcp.option_length;
	default:          return UDP_HEADER_BYTES;           /* ICMP takes as many */
	}
}

static bool finish(struct scripted_builder *b)
{
	struct packet *packet = &b->scripted->packet;
	size_t headers = 0, whole;

	for (size_t i = 0; i < packet->header_count; i++)
		headers += header_bytes(&packet->headers[i]);
	if (headers > HEADER_BYTES_MAX)
		return scripted_error(b, b->spec->loc, "too many headers",
		                      "%zu bytes, at most %d are allowed", headers,
		                      HEADER_BYTES_MAX);
	whole = headers + packet->payload_length;
	if (whole <= IP_BYTES_MAX && packet_fill_lengths(packet))
		return true;
	return scripted_error(b, scripted_loc(b, b->spec->transport_loc),
	                      b->spec->transport == HEADER_UDP ? "UDP datagram too large" : "TCP segment too large",
	                      "%zu bytes with all headers: more than the length field of IP can say", whole);
}

struct scripted_packet *scripted_packet_build(const struct packet_spec *spec, const struct config *config,
                                              struct arena *arena, struct diags *diags)
{
	struct scripted_packet *scripted = arena_new_object(arena, struct scripted_packet);
	struct scripted_builder b = {
		.spec = spec, .config = config, .arena = arena, .diags = diags, .scripted = scripted,
		.ipv6 = config->ip_version == IP_VERSION_6,
	};
	bool ok;

	scripted->direction = spec->direction;
	scripted->loc = spec->loc;
	scripted->connection = spec->connection ? spec->connection->word : NULL;
	scripted->nothing = spec->nothing;
	scripted->optional = spec->optional;
	scripted->stream = spec->stream;
	scripted->fragment = spec->fragment;
	scripted->ranges = spec->ranges;
	if (spec->nothing && spec->direction == DIRECTION_INBOUND) {
		scripted_error(&b, spec->transport_loc, "nothing can only be expected", "write '> nothing'");
		return NULL;
	}
	if (spec->nothing)
		return scripted;
	if (spec->raw)
		return scripted_raw(&b) ? scripted : NULL;
	if (spec->membership)
		return check_ip_info(&b, &spec->info) && scripted_membership(&b) ? scripted : NULL;
	ok = add_encaps(&b);
	ok &= check_ip_info(&b, &spec->info);
	ok &= add_inner_ip(&b);
	ok &= add_transport(&b);
	ok = ok && scripted_contents(&b) && scripted_fields(&b);
	return ok && finish(&b) ? scripted : NULL;
}
