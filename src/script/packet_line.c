/* SPDX-License-Identifier: MIT
 *
 * packet_line.c - packets of a script: encapsulation, IP and UDP (language reference, sections 8.2, 10 and 12)
 */
#include "script/packet_line.h"

#include <inttypes.h>

enum { DEFAULT_TTL = 255, HEADER_BYTES_MAX = 256, IP_BYTES_MAX = 65536, FLOW_LABEL_MAX = 0xfffff };

bool line_range(struct line_builder *b, struct loc at, int64_t value, int64_t most, const char *headline)
{
	if (value >= 0 && value <= most)
		return true;
	return line_error(b, at, headline, "%" PRId64 " is written, 0 to %" PRId64 " is allowed",
	                  value, most);
}

struct loc line_loc(const struct line_builder *b, struct loc at)
{
	return at.line == b->spec->loc.line ? at : b->spec->loc;
}

bool line_sequence(struct line_builder *b, struct loc at, int64_t start, int64_t end, int64_t length)
{
	bool ok = line_range(b, at, start, UINT32_MAX, "TCP start sequence number out of range");

	ok &= line_range(b, at, end, UINT32_MAX, "TCP end sequence number out of range");
	ok &= line_range(b, at, length, UINT16_MAX, "TCP payload size out of range");
	if (ok && end != start + length)
		return line_error(b, at, "inconsistent TCP sequence numbers and payload size",
		                  "%" PRId64 " + %" PRId64 " is %" PRId64 ", not %" PRId64,
		                  start, length, start + length, end);
	return ok;
}

/* ---- IP ---- */

static bool check_ip_info(struct line_builder *b, const struct ip_info *info)
{
	bool ok = line_range(b, info->loc, info->tos, UINT8_MAX, "tos out of range for 8 bits");

	ok &= line_range(b, info->loc, info->flow_label, FLOW_LABEL_MAX, "flowlabel out of range for 20 bits");
	if (info->tos_check == TOS_ECT01 && b->spec->direction == DIRECTION_INBOUND)
		ok = line_error(b, info->loc, "[ect01] can only be used with outbound packets",
		                "it stands for two values; an injected packet needs ect0 or ect1");
	return ok;
}

static uint8_t ttl_of(const struct ip_info *info)
{
	uint8_t ttl = (uint8_t)info->ttl;

	return ttl ? ttl : DEFAULT_TTL;
}

/* What is compared at each IP header: the innermost header says which bits, unless it says nothing. */
static void note_ip_check(struct line_builder *b, size_t index, const struct ip_info *info)
{
	enum tos_check inner = b->spec->info.tos_check;

	b->line->ip_checks[index].tos_check = inner == TOS_UNCHECKED ? info->tos_check : inner;
	b->line->ip_checks[index].tos = (uint8_t)info->tos;
	b->line->ip_checks[index].ttl = ttl_of(info);
}

static struct header *add_header(struct line_builder *b, enum header_type type)
{
	struct packet *packet = &b->line->packet;
	struct header *header = &packet->headers[packet->header_count++];

	header->type = type;
	return header;
}

static void add_ip(struct line_builder *b, bool ipv6, const struct ip_info *info, const struct ip_address *source,
                   const struct ip_address *destination)
{
	size_t index = b->line->packet.header_count;
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
}

static void add_inner_ip(struct line_builder *b)
{
	const struct ip_info *info = &b->spec->info;
	const struct ip_address none = { .version = b->ipv6 ? 6 : 4 };

	add_ip(b, b->ipv6, info, &none, &none);
	if (b->ipv6 && info->has_flow_label)
		b->line->flow_label = (uint32_t)info->flow_label;
}

/* ---- outer headers ---- */

static bool add_encap(struct line_builder *b, const struct encap *encap)
{
	switch (encap->type) {
	case HEADER_IPV4:
	case HEADER_IPV6:
		if (!check_ip_info(b, &encap->info))
			return false;
		add_ip(b, encap->type == HEADER_IPV6, &encap->info, &encap->source, &encap->destination);
		return true;
	case HEADER_GRE:
		add_header(b, HEADER_GRE)->gre = encap->gre;
		return true;
	default:
		add_header(b, HEADER_MPLS)->mpls = encap->mpls;
		return true;
	}
}

/* All outer headers. Two places are kept for the innermost IP header and the transport. */
static bool add_encaps(struct line_builder *b)
{
	bool ok = true;

	for (const struct encap *e = b->spec->encaps; e; e = e->next) {
		if (b->line->packet.header_count >= PACKET_HEADERS - 2)
			return line_error(b, line_loc(b, e->loc), "too many headers",
			                  "at most %d with the innermost IP and transport headers", PACKET_HEADERS);
		ok &= add_encap(b, e);
	}
	return ok;
}

/* ---- UDP ---- */

static bool line_udp(struct line_builder *b, struct header *header)
{
	const struct packet_spec *spec = b->spec;
	bool ok = line_range(b, spec->transport_loc, spec->payload_length, UINT16_MAX, "UDP payload size out of range");

	if (spec->info.tos_check == TOS_ECN)
		ok = line_error(b, spec->info.loc, "ECN can only be used with TCP packets",
		                "write the whole byte: tos 0x%02" PRIx64, spec->info.tos);
	header->udp = (struct udp_header){
		.source_port = (uint16_t)spec->source_port, .destination_port = (uint16_t)spec->destination_port,
	};
	b->line->packet.payload_length = (size_t)spec->payload_length;
	return ok;
}

/* ---- the whole packet ---- */

static bool add_transport(struct line_builder *b)
{
	const struct packet_spec *spec = b->spec;
	bool ok = line_range(b, spec->transport_loc, spec->source_port, UINT16_MAX, "src port out of range");

	ok &= line_range(b, spec->transport_loc, spec->destination_port, UINT16_MAX, "dst port out of range");
	switch (spec->transport) {
	case HEADER_TCP:
		return line_tcp(b, add_header(b, HEADER_TCP)) && ok;
	case HEADER_UDP:
		return line_udp(b, add_header(b, HEADER_UDP)) && ok;
	default:
		return line_icmp(b, add_header(b, b->ipv6 ? HEADER_ICMPV6 : HEADER_ICMPV4)) && ok;
	}
}

static size_t header_bytes(const struct header *h)
{
	switch (h->type) {
	case HEADER_IPV4: return IPV4_HEADER_BYTES;
	case HEADER_IPV6: return IPV6_HEADER_BYTES;
	case HEADER_GRE:  return gre_size(&h->gre);
	case HEADER_MPLS: return 4u * h->mpls.depth;
	case HEADER_TCP:  return TCP_HEADER_BYTES + h->tcp.option_length;
	default:          return UDP_HEADER_BYTES;           /* ICMP takes as many */
	}
}

static bool finish(struct line_builder *b)
{
	struct packet *packet = &b->line->packet;
	size_t headers = 0, whole;

	for (size_t i = 0; i < packet->header_count; i++)
		headers += header_bytes(&packet->headers[i]);
	if (headers > HEADER_BYTES_MAX)
		return line_error(b, b->spec->loc, "too many headers",
		                  "%zu bytes, at most %d are allowed", headers,
		                  HEADER_BYTES_MAX);
	whole = headers + packet->payload_length;
	if (whole <= IP_BYTES_MAX && packet_fill_lengths(packet))
		return true;
	return line_error(b, line_loc(b, b->spec->transport_loc),
	                  b->spec->transport == HEADER_UDP ? "UDP datagram too large" : "TCP segment too large",
	                  "%zu bytes with all headers: more than the length field of IP can say", whole);
}

struct packet_line *packet_line_build(const struct packet_spec *spec, const struct config *config, struct arena *arena,
                                      struct diags *diags)
{
	struct packet_line *line = arena_new_object(arena, struct packet_line);
	struct line_builder b = {
		.spec = spec, .arena = arena, .diags = diags, .line = line, .ipv6 = config->ip_version == IP_VERSION_6,
	};
	bool ok;

	line->direction = spec->direction;
	line->loc = spec->loc;
	if (spec->raw)
		return line_raw(&b) ? line : NULL;
	ok = add_encaps(&b);
	ok &= check_ip_info(&b, &spec->info);
	add_inner_ip(&b);
	ok &= add_transport(&b);
	return ok && finish(&b) ? line : NULL;
}
