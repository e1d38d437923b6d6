/* SPDX-License-Identifier: MIT
 *
 * packet.c - whole packets: bytes to headers and back
 *
 * One table says for each header type how to read it, how to write it and what its checksum covers; what may
 * follow what is said by the protocol numbers below.
 */
#include "wire/packet.h"

#include <string.h>

#include "wire/checksum.h"
#include "wire/codec.h"

const char *const header_type_name[HEADER_TYPES] = {
	[HEADER_NONE] = "NONE", [HEADER_IPV4] = "IPV4", [HEADER_IPV6] = "IPV6",     [HEADER_GRE] = "GRE",
	[HEADER_MPLS] = "MPLS", [HEADER_TCP] = "TCP",   [HEADER_UDP] = "UDP",       [HEADER_ICMPV4] = "ICMPV4",
	[HEADER_UDPLITE] = "UDPLITE", [HEADER_ICMPV6] = "ICMPV6",
};

/* ---- what follows what ---- */

struct protocol {
	enum header_type type;
	uint8_t ip_protocol;
	uint16_t gre_protocol;
	uint8_t under;                                       /* IP version that may carry it; 0: both */
};

static const struct protocol protocols[] = {
	{ HEADER_TCP, PROTOCOL_TCP, 0, 0 },
	{ HEADER_UDP, PROTOCOL_UDP, 0, 0 },
	{ HEADER_UDPLITE, PROTOCOL_UDPLITE, 0, 0 },
	{ HEADER_ICMPV4, PROTOCOL_ICMP, 0, 4 },
	{ HEADER_ICMPV6, PROTOCOL_ICMPV6, 0, 6 },
	{ HEADER_IPV4, PROTOCOL_IPIP, GRE_PROTOCOL_IPV4, 0 },
	{ HEADER_IPV6, PROTOCOL_IPV6, GRE_PROTOCOL_IPV6, 0 },
	{ HEADER_GRE, PROTOCOL_GRE, 0, 0 },
	{ HEADER_MPLS, PROTOCOL_MPLS, GRE_PROTOCOL_MPLS, 0 },
};

static enum header_type type_in_ip(uint8_t protocol, uint8_t version)
{
	for (size_t i = 0; i < ARRAY_LEN(protocols); i++)
		if (protocols[i].ip_protocol == protocol && (!protocols[i].under || protocols[i].under == version))
			return protocols[i].type;
	return HEADER_NONE;
}

static enum header_type type_in_gre(uint16_t protocol)
{
	for (size_t i = 0; i < ARRAY_LEN(protocols); i++)
		if (protocols[i].gre_protocol && protocols[i].gre_protocol == protocol)
			return protocols[i].type;
	return HEADER_NONE;
}

static const struct protocol *protocol_of(enum header_type type)
{
	for (size_t i = 0; i < ARRAY_LEN(protocols); i++)
		if (protocols[i].type == type)
			return &protocols[i];
	return NULL;
}

/* Which version of IP it is where nothing but the first four bits can tell: at the start, and under MPLS labels. */
static enum header_type type_by_version(const uint8_t *bytes, size_t length)
{
	if (!length)
		return HEADER_NONE;
	return bytes[0] >> 4 == 4 ? HEADER_IPV4 : bytes[0] >> 4 == 6 ? HEADER_IPV6 : HEADER_NONE;
}

/* ---- bytes to headers ---- */

/* One step: reads the header at @bytes, says in *next what stands behind it, and cuts *length where the header
 * says that its packet ends. Returns the bytes used, or 0 with *why; without *why what comes is unknown. */
typedef size_t parse_step(const uint8_t *bytes, size_t *length, struct header *h, enum header_type *next,
                          const char **why);

static size_t step_ipv4(const uint8_t *bytes, size_t *length, struct header *h, enum header_type *next,
                        const char **why)
{
	size_t used = ipv4_parse(bytes, *length, &h->ipv4, why);

	if (!used)
		return 0;
	if (h->ipv4.total_length < used)
		return refuse(why, "IP total length too small");
	if (h->ipv4.total_length > *length)
		return refuse(why, "IP total length too big");
	if (checksum_finish(checksum_add(0, bytes, used)))
		return refuse(why, "Bad IP checksum");
	if (h->ipv4.flags & IPV4_MORE_FRAGMENTS)
		return refuse(why, "More fragments remaining");
	if (h->ipv4.fragment_offset)
		return refuse(why, "Non-zero fragment offset");
	*length = h->ipv4.total_length;
	*next = type_in_ip(h->ipv4.protocol, 4);
	return used;
}

static size_t step_ipv6(const uint8_t *bytes, size_t *length, struct header *h, enum header_type *next,
                        const char **why)
{
	if (*length >= IPV6_HEADER_BYTES) {
		size_t total = IPV6_HEADER_BYTES + (size_t)get16(bytes + 4);
		if (total > *length)
			return refuse(why, "IPv6 payload length too big");
		*length = total;
	}
	size_t used = ipv6_parse(bytes, *length, &h->ipv6, why);
	if (!used)
		return 0;
	*next = h->ipv6.is_fragment ? HEADER_NONE : type_in_ip(h->ipv6.protocol, 6);
	return used;
}

static size_t step_gre(const uint8_t *bytes, size_t *length, struct header *h, enum header_type *next,
                       const char **why)
{
	if (*length >= 2 && get16(bytes) & (GRE_VERSION | GRE_ROUTING))
		return 0;
	size_t used = gre_parse(bytes, *length, &h->gre, why);
	if (!used)
		return 0;
	*next = type_in_gre(h->gre.protocol);
	return used;
}

static size_t step_mpls(const uint8_t *bytes, size_t *length, struct header *h, enum header_type *next,
                        const char **why)
{
	size_t used = mpls_parse(bytes, *length, &h->mpls, why);

	*next = type_by_version(bytes + used, *length - used);
	return used;
}

static size_t step_tcp(const uint8_t *bytes, size_t *length, struct header *h, enum header_type *next,
                       const char **why)
{
	(void)next;
	return tcp_parse(bytes, *length, &h->tcp, why);
}

static size_t step_udp(const uint8_t *bytes, size_t *length, struct header *h, enum header_type *next,
                       const char **why)
{
	size_t used = udp_parse(bytes, *length, &h->udp, why);

	(void)next;
	if (!used)
		return 0;
	if (h->udp.length < UDP_HEADER_BYTES)
		return refuse(why, "UDP datagram length too small");
	if (h->udp.length > *length)
		return refuse(why, "UDP datagram length too big");
	*length = h->udp.length;
	return used;
}

/* The length is that of the packet of IP (RFC 3828, 3.1). */
static size_t step_udplite(const uint8_t *bytes, size_t *length, struct header *h, enum header_type *next,
                           const char **why)
{
	size_t used = udp_parse(bytes, *length, &h->udp, why);

	(void)next;
	if (used && h->udp.length > *length)
		return refuse(why, "UDP-Lite coverage too big");
	return used;
}

static size_t step_icmp(const uint8_t *bytes, size_t *length, struct header *h, enum header_type *next,
                        const char **why)
{
	(void)next;
	return icmp_parse(bytes, *length, &h->icmp, why);
}

static bool is_transport(enum header_type type)
{
	return type == HEADER_TCP || type == HEADER_UDP || type == HEADER_UDPLITE || type == HEADER_ICMPV4 ||
	       type == HEADER_ICMPV6;
}

static bool is_udp(const struct header *h)
{
	return h->type == HEADER_UDP || h->type == HEADER_UDPLITE;
}

static bool is_ip(enum header_type type)
{
	return type == HEADER_IPV4 || type == HEADER_IPV6;
}

static parse_step *const parse_steps[HEADER_TYPES] = {
	[HEADER_IPV4] = step_ipv4, [HEADER_IPV6] = step_ipv6, [HEADER_GRE] = step_gre,     [HEADER_MPLS] = step_mpls,
	[HEADER_TCP] = step_tcp,   [HEADER_UDP] = step_udp,   [HEADER_UDPLITE] = step_udplite,
	[HEADER_ICMPV4] = step_icmp, [HEADER_ICMPV6] = step_icmp,
};

enum packet_parse_result packet_parse(const uint8_t *bytes, size_t length, struct packet *out, const char **why)
{
	enum header_type type = type_by_version(bytes, length), next = HEADER_NONE;

	out->header_count = 0;
	out->payload = bytes;
	out->payload_length = length;
	*why = NULL;
	if (type == HEADER_NONE) {
		*why = length ? "Bad IP version" : "packet is empty";
		return PACKET_MALFORMED;
	}
	for (; type != HEADER_NONE; type = is_transport(type) ? HEADER_NONE : next) {
		if (out->header_count == PACKET_HEADERS) {
			*why = "too many headers";
			return PACKET_MALFORMED;
		}
		struct header *h = &out->headers[out->header_count];
		h->type = type;
		next = HEADER_NONE;
		size_t used = parse_steps[type](out->payload, &out->payload_length, h, &next, why);
		if (!used)
			return *why ? PACKET_MALFORMED : PACKET_UNKNOWN;
		out->header_count++;
		out->payload += used;
		out->payload_length -= used;
	}
	return is_transport(out->headers[out->header_count - 1].type) ? PACKET_OK : PACKET_UNKNOWN;
}

enum packet_parse_result packet_parse_tcp_in_udp(const uint8_t *bytes, size_t length, struct packet *out,
                                                 const char **why)
{
	enum packet_parse_result result = packet_parse(bytes, length, out, why);
	struct header *inner = &out->headers[out->header_count];
	const char *no_segment;

	if (result != PACKET_OK || inner[-1].type != HEADER_UDP || out->header_count == PACKET_HEADERS)
		return result;
	size_t used = tcp_parse(out->payload, out->payload_length, &inner->tcp, &no_segment);
	if (!used)
		return result;
	inner->type = HEADER_TCP;
	out->header_count++;
	out->payload += used;
	out->payload_length -= used;
	return result;
}

/* ---- headers to bytes ---- */

static size_t header_build(const struct header *h, uint8_t *bytes, size_t room)
{
	switch (h->type) {
	case HEADER_IPV4:
		return ipv4_build(&h->ipv4, bytes, room);
	case HEADER_IPV6:
		return ipv6_build(&h->ipv6, bytes, room);
	case HEADER_GRE:
		return gre_build(&h->gre, bytes, room);
	case HEADER_MPLS:
		return mpls_build(&h->mpls, bytes, room);
	case HEADER_TCP:
		return tcp_build(&h->tcp, bytes, room);
	case HEADER_UDP:
	case HEADER_UDPLITE:
		return udp_build(&h->udp, bytes, room);
	case HEADER_ICMPV4:
	case HEADER_ICMPV6:
		return icmp_build(&h->icmp, bytes, room);
	case HEADER_NONE:
	case HEADER_TYPES:
		break;
	}
	return 0;
}

static size_t header_size(const struct header *h)
{
	switch (h->type) {
	case HEADER_IPV4:
		return IPV4_HEADER_BYTES + (size_t)h->ipv4.option_length;
	case HEADER_IPV6:
		return ipv6_size(&h->ipv6);
	case HEADER_GRE:
		return gre_size(&h->gre);
	case HEADER_MPLS:
		return h->mpls.depth * (size_t)4;
	case HEADER_TCP:
		return TCP_HEADER_BYTES + (size_t)h->tcp.option_length;
	case HEADER_UDP:
	case HEADER_UDPLITE:
		return UDP_HEADER_BYTES;
	case HEADER_ICMPV4:
	case HEADER_ICMPV6:
		return ICMP_HEADER_BYTES;
	case HEADER_NONE:
	case HEADER_TYPES:
		break;
	}
	return 0;
}

static bool fill_ipv4(struct ipv4_header *h, const struct protocol *inner, size_t total)
{
	h->header_length = (uint8_t)((IPV4_HEADER_BYTES + h->option_length) / 4);
	h->total_length = (uint16_t)total;
	h->checksum = 0;
	if (inner)
		h->protocol = inner->ip_protocol;
	return total <= UINT16_MAX && h->option_length % 4 == 0 && h->option_length <= IPV4_OPTION_BYTES;
}

static bool fill_ipv6(struct ipv6_header *h, const struct protocol *inner, size_t total)
{
	size_t payload = total - IPV6_HEADER_BYTES;

	h->payload_length = (uint16_t)payload;
	if (inner) {
		*ipv6_protocol_field(h) = inner->ip_protocol;
		h->protocol = inner->ip_protocol;
	}
	return payload <= UINT16_MAX && h->extension_length % 8 == 0 && h->extension_length <= IPV6_EXTENSION_BYTES;
}

static bool fill_header(struct header *h, const struct protocol *inner, size_t total)
{
	switch (h->type) {
	case HEADER_IPV4:
		return fill_ipv4(&h->ipv4, inner, total);
	case HEADER_IPV6:
		return fill_ipv6(&h->ipv6, inner, total);
	case HEADER_GRE:
		if (inner)
			h->gre.protocol = inner->gre_protocol;
		return true;
	case HEADER_TCP:
		h->tcp.data_offset = (uint8_t)((TCP_HEADER_BYTES + h->tcp.option_length) / 4);
		h->tcp.checksum = 0;
		return h->tcp.option_length % 4 == 0 && h->tcp.option_length <= TCP_OPTION_BYTES;
	case HEADER_UDP:
		h->udp.length = (uint16_t)total;
		h->udp.checksum = 0;
		return total <= UINT16_MAX;
	case HEADER_UDPLITE:
		h->udp.checksum = 0;                             /* the coverage is a choice of who sends */
		return h->udp.length <= total;
	case HEADER_ICMPV4:
	case HEADER_ICMPV6:
		h->icmp.checksum = 0;
		return true;
	default:
		return true;
	}
}

bool packet_fill_lengths(struct packet *p)
{
	const struct protocol *inner = NULL;
	size_t total = p->payload_length;
	bool fits = true;

	for (size_t i = p->header_count; i-- > 0; inner = protocol_of(p->headers[i].type)) {
		total += header_size(&p->headers[i]);
		fits = fill_header(&p->headers[i], inner, total) && fits;
	}
	return fits;
}

size_t packet_build(const struct packet *p, uint8_t *bytes, size_t room)
{
	size_t headers = 0, at = 0;

	for (size_t i = 0; i < p->header_count; i++)
		headers += header_size(&p->headers[i]);
	if (headers > room || p->payload_length > room - headers)
		return 0;
	/* First, because it may stand where the headers will. */
	if (p->payload)
		memmove(bytes + headers, p->payload, p->payload_length);
	else
		memset(bytes + headers, 0, p->payload_length);
	for (size_t i = 0; i < p->header_count; i++) {
		size_t size = header_build(&p->headers[i], bytes + at, headers - at);
		if (size != header_size(&p->headers[i]))
			return 0;
		at += size;
	}
	return headers + p->payload_length;
}

/* ---- checksums ---- */

/* Where the checksum stands in the header, and the protocol number of its pseudo-header (0: has none). */
static const struct {
	uint8_t field, pseudo;
} transport_checksum[HEADER_TYPES] = {
	[HEADER_TCP] = { 16, PROTOCOL_TCP },
	[HEADER_UDP] = { 6, PROTOCOL_UDP },
	[HEADER_UDPLITE] = { 6, PROTOCOL_UDPLITE },
	[HEADER_ICMPV4] = { 2, 0 },
	[HEADER_ICMPV6] = { 2, PROTOCOL_ICMPV6 },
};

static void ip_addresses(const struct header *h, const struct ip_address **source,
                         const struct ip_address **destination)
{
	*source = h->type == HEADER_IPV4 ? &h->ipv4.source : &h->ipv6.source;
	*destination = h->type == HEADER_IPV4 ? &h->ipv4.destination : &h->ipv6.destination;
}

/* Sum of a transport header, its payload (together @length bytes) and its pseudo-header. Of UDP-Lite only as much as
 * the header says is summed up. */
static uint32_t transport_sum(const struct packet *p, const struct header *transport, const uint8_t *bytes,
                              size_t length)
{
	const enum header_type type = transport->type;
	const struct header *ip = packet_ip(p);
	size_t covered = type == HEADER_UDPLITE && transport->udp.length ? transport->udp.length : length;
	const struct ip_address *source, *destination;
	uint32_t sum = 0;

	if (ip && transport_checksum[type].pseudo) {
		ip_addresses(ip, &source, &destination);
		sum = checksum_pseudo(source, destination, transport_checksum[type].pseudo, length);
	}
	return checksum_add(sum, bytes, covered < length ? covered : length);
}

size_t packet_header_at(const struct packet *p, size_t index)
{
	size_t at = 0;

	for (size_t i = 0; i < index; i++)
		at += header_size(&p->headers[i]);
	return at;
}

size_t packet_build_with_checksums(const struct packet *p, uint8_t *bytes, size_t room)
{
	size_t total = packet_build(p, bytes, room);

	if (total)
		packet_refresh_checksums(p, bytes, total);
	return total;
}

/* From the inside, because the checksum of UDP covers that of TCP within it. */
void packet_refresh_checksums(const struct packet *p, uint8_t *bytes, size_t total)
{
	size_t at = packet_header_at(p, p->header_count);

	for (const struct header *h = p->headers + p->header_count; h-- > p->headers;) {
		size_t size = header_size(h);
		at -= size;
		uint8_t *header = bytes + at;
		if (h->type == HEADER_IPV4) {
			put16(header + 10, 0);
			put16(header + 10, checksum_finish(checksum_add(0, header, size)));
		} else if (is_transport(h->type)) {
			uint8_t *field = header + transport_checksum[h->type].field;
			put16(field, 0);
			uint16_t sum = checksum_finish(transport_sum(p, h, header, total - at));
			put16(field, is_udp(h) && sum == 0 ? 0xffff : sum);
		}
	}
}

bool packet_l4_checksum_ok(const uint8_t *bytes, const struct packet *p)
{
	const struct header *transport = packet_transport(p), *ip = packet_ip(p);
	size_t at = 0;

	if (!transport)
		return true;
	if (transport->type == HEADER_UDP && transport->udp.checksum == 0)
		return ip && ip->type == HEADER_IPV4;
	for (const struct header *h = p->headers; h < transport; h++)
		at += header_size(h);
	return checksum_finish(transport_sum(p, transport, bytes + at,
	                                     header_size(transport) + p->payload_length)) == 0;
}

/* ---- looking at headers ---- */

static struct header *find_last(const struct packet *p, bool (*wanted)(enum header_type))
{
	for (size_t i = p->header_count; i-- > 0;)
		if (wanted(p->headers[i].type))
			return (struct header *)&p->headers[i];
	return NULL;
}

struct header *packet_find(const struct packet *p, enum header_type type)
{
	for (size_t i = p->header_count; i-- > 0;)
		if (p->headers[i].type == type)
			return (struct header *)&p->headers[i];
	return NULL;
}

struct header *packet_ip(const struct packet *p)
{
	return find_last(p, is_ip);
}

struct header *packet_transport(const struct packet *p)
{
	return find_last(p, is_transport);
}

/* The two port fields of TCP and UDP; NULL for others. */
static uint16_t *ports_of(struct header *h, uint16_t **destination)
{
	if (h && h->type == HEADER_TCP) {
		*destination = &h->tcp.destination_port;
		return &h->tcp.source_port;
	}
	if (h && is_udp(h)) {
		*destination = &h->udp.destination_port;
		return &h->udp.source_port;
	}
	return NULL;
}

void packet_tuple(const struct packet *p, struct tuple *out)
{
	const struct header *ip = packet_ip(p);
	const struct ip_address *source, *destination;
	uint16_t *to, *from = ports_of(packet_transport(p), &to);

	*out = (struct tuple){ 0 };
	if (ip) {
		ip_addresses(ip, &source, &destination);
		out->source = *source;
		out->destination = *destination;
	}
	if (from) {
		out->source_port = *from;
		out->destination_port = *to;
	}
}

void packet_set_tuple(struct packet *p, const struct tuple *tuple)
{
	struct header *ip = packet_ip(p);
	uint16_t *to, *from = ports_of(packet_transport(p), &to);

	if (ip && ip->type == HEADER_IPV4) {
		ip->ipv4.source = tuple->source;
		ip->ipv4.destination = tuple->destination;
	} else if (ip) {
		ip->ipv6.source = tuple->source;
		ip->ipv6.destination = tuple->destination;
	}
	if (from) {
		*from = tuple->source_port;
		*to = tuple->destination_port;
	}
}

bool tuple_equal(const struct tuple *a, const struct tuple *b)
{
	return a->source_port == b->source_port && a->destination_port == b->destination_port &&
	       ip_address_equal(&a->source, &b->source) && ip_address_equal(&a->destination, &b->destination);
}

struct tuple tuple_reversed(const struct tuple *t)
{
	return (struct tuple){
		.source = t->destination,
		.destination = t->source,
		.source_port = t->destination_port,
		.destination_port = t->source_port,
	};
}
