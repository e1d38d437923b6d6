/* SPDX-License-Identifier: MIT
 *
 * capture.c - reading capture files through libpcap
 *
 * libpcap gives frames of a link layer; what stands before the IP header is stepped over by a row for each link type. A
 * capture that was cut at some length (tcpdump -s) still has all headers. The missing part of a payload counts as
 * zeros, which it would become in a script anyway. */
#include "capture/capture.h"
#include "wire/checksum.h"

#include <pcap/pcap.h>
#include <string.h>

enum {
	NANOSECONDS = 1000000000,
	ETHERTYPE_IPV4 = 0x0800, ETHERTYPE_IPV6 = 0x86dd, ETHERTYPE_VLAN = 0x8100, ETHERTYPE_QINQ = 0x88a8,
	VLAN_TAG_BYTES = 4,
};

/* Where an IP packet begins in a frame. */
struct link_type {
	int type;
	size_t header;                                       /* bytes before the packet */
	size_t ethertype_at;                                 /* where its type stands; 0: it has none of these */
};

static const struct link_type link_types[] = {
	{ DLT_RAW, 0, 0 },        { DLT_IPV4, 0, 0 },        { DLT_IPV6, 0, 0 },
	{ DLT_NULL, 4, 0 },       { DLT_LOOP, 4, 0 },        { DLT_EN10MB, 14, 12 },
	{ DLT_LINUX_SLL, 16, 14 }, { DLT_LINUX_SLL2, 20, 0 },
};

struct reading {
	struct capture *capture;
	struct arena *arena;
	const struct link_type *link;
	size_t room;
	bool started;
	vtime_t start, latest;
	uint8_t bytes[PACKET_BYTES];                         /* length of the present packet, uncut */
};

static const struct link_type *link_type_find(int type)
{
	for (size_t i = 0; i < ARRAY_LEN(link_types); i++)
		if (link_types[i].type == type)
			return &link_types[i];
	return NULL;
}

static const char *link_type_name(int type)
{
	const char *name = pcap_datalink_val_to_name(type);

	return name ? name : "unknown";
}

static unsigned get_u16(const uint8_t *p)
{
	return (unsigned)p[0] << 8 | p[1];
}

/* The IP packet of a frame, or NULL. */
static const uint8_t *find_ip(const struct link_type *link, const uint8_t *frame, size_t length, size_t *left)
{
	size_t at = link->header;

	if (length <= at)
		return NULL;
	if (link->ethertype_at) {
		unsigned type = get_u16(frame + link->ethertype_at);
		for (; type == ETHERTYPE_VLAN || type == ETHERTYPE_QINQ; at += VLAN_TAG_BYTES) {
			if (length <= at + VLAN_TAG_BYTES)
				return NULL;
			type = get_u16(frame + at + 2);
		}
		if (type != ETHERTYPE_IPV4 && type != ETHERTYPE_IPV6)
			return NULL;
	}
	*left = length - at;
	return frame + at;
}

/* How long the packet says that it is; 0: it does not say so. */
static size_t length_of(const uint8_t *ip, size_t left)
{
	if (ip[0] >> 4 == 4 && left >= IPV4_HEADER_BYTES)
		return get_u16(ip + 2);
	if (ip[0] >> 4 == 6 && left >= IPV6_HEADER_BYTES)
		return IPV6_HEADER_BYTES + (size_t)get_u16(ip + 4);
	return 0;
}

static bool is_fragment(const struct packet *packet)
{
	const struct header *ip = packet_ip(packet);

	if (!ip)
		return false;
	if (ip->type == HEADER_IPV6)
		return ip->ipv6.is_fragment;
	return ip->ipv4.flags & IPV4_MORE_FRAGMENTS || ip->ipv4.fragment_offset;
}

/* A checksum that the network card has yet to finish: that of the pseudo-header alone, not complemented. A host sees it
 * in captures of its own packets, which are fine. */
static bool is_unfinished(const struct packet *packet, size_t length)
{
	const struct header *transport = packet_transport(packet);
	const bool tcp = transport->type == HEADER_TCP;
	struct tuple ends;

	packet_tuple(packet, &ends);
	uint32_t sum = checksum_pseudo(&ends.source, &ends.destination, tcp ? PROTOCOL_TCP : PROTOCOL_UDP, length);
	return (uint16_t)~checksum_finish(sum) == (tcp ? transport->tcp.checksum : transport->udp.checksum);
}

/* @bytes: the whole packet. */
static bool is_damaged(const struct packet *packet, const uint8_t *bytes)
{
	const struct header *transport = packet_transport(packet);
	const size_t end = (size_t)(packet->payload - bytes) + packet->payload_length;
	const size_t start = packet_header_at(packet, (size_t)(transport - packet->headers));
	const bool finishes = transport->type == HEADER_TCP || transport->type == HEADER_UDP;

	return !packet_l4_checksum_ok(bytes, packet) && !(finishes && is_unfinished(packet, end - start));
}

static void keep(struct reading *r, vtime_t at, const struct packet *packet, bool damaged)
{
	struct capture *c = r->capture;
	const struct header *transport = packet_transport(packet);

	if (c->count == r->room) {
		size_t room = r->room ? 2 * r->room : 64;
		struct captured *larger = arena_new_array(r->arena, struct captured, room);
		if (c->count)
			memcpy(larger, c->packets, c->count * sizeof(*larger));
		c->packets = larger;
		r->room = room;
	}
	struct captured *kept = &c->packets[c->count++];
	*kept = (struct captured){ .at = vtime_sub(at, r->start), .damaged = damaged, .packet = *packet };
	bool icmp = transport->type == HEADER_ICMPV4 || transport->type == HEADER_ICMPV6;
	kept->packet.payload = icmp && packet->payload_length ?
	                       arena_copy(r->arena, packet->payload, packet->payload_length) : NULL;
}

static void take(struct reading *r, vtime_t at, const uint8_t *frame, size_t length)
{
	struct capture *c = r->capture;
	struct packet packet;
	const char *why;
	size_t left = 0;
	const uint8_t *ip = find_ip(r->link, frame, length, &left);
	size_t whole = ip ? length_of(ip, left) : 0;

	/* Time-stamps may run backwards if several processors or files had clocks of their own: the order in the file
	 * counts. */
	if (!r->started)
		r->start = r->latest = at;
	r->started = true;
	at = r->latest = vtime_max(r->latest, at);
	if (!whole || whole > sizeof(r->bytes)) {
		c->others++;
		return;
	}
	memset(r->bytes, 0, whole);
	memcpy(r->bytes, ip, left < whole ? left : whole);
	enum packet_parse_result result = packet_parse(r->bytes, whole, &packet, &why);
	if (result == PACKET_OK && packet_transport(&packet))
		keep(r, at, &packet, left >= whole && is_damaged(&packet, r->bytes));
	else if (is_fragment(&packet))
		c->fragments++;
	else
		*(result == PACKET_MALFORMED ? &c->malformed : &c->others) += 1;
}

/* Times of pcapng have 64 bits in a unit that the file chooses, and libpcap passes on what a damaged file says: years
 * beyond the range of nanoseconds, and fractions of more than a second. */
static bool is_sane(const struct timeval *ts)
{
	return ts->tv_sec >= 0 && ts->tv_sec <= UINT32_MAX && ts->tv_usec >= 0 && ts->tv_usec < NANOSECONDS;
}

/* False, and @problem says why: reading cannot go on. */
static bool read_all(struct reading *r, pcap_t *file, const char *path, struct buf *problem)
{
	struct pcap_pkthdr *header;
	const u_char *frame;
	size_t number = 0;
	int got;

	while ((got = pcap_next_ex(file, &header, &frame)) == 1) {
		number++;
		if (!is_sane(&header->ts)) {
			buf_printf(problem, "packet %zu of '%s' has the time %lld s and %lld ns; want 0 to %u s (1970 "
			           "to 2106), and less than a second of ns", number, path, (long long)header->ts.tv_sec,
			           (long long)header->ts.tv_usec, UINT32_MAX);
			return false;
		}
		take(r, vtime_ns((int64_t)header->ts.tv_sec * NANOSECONDS + header->ts.tv_usec), frame,
		     header->caplen);
	}
	if (got != PCAP_ERROR_BREAK)
		buf_printf(problem, "cannot read on in '%s' after %zu packets: %s", path, number, pcap_geterr(file));
	return got == PCAP_ERROR_BREAK;
}

bool capture_read(struct capture *capture, const char *path, struct arena *arena, struct buf *problem)
{
	char message[PCAP_ERRBUF_SIZE] = "";
	pcap_t *file = pcap_open_offline_with_tstamp_precision(path, PCAP_TSTAMP_PRECISION_NANO, message);

	*capture = (struct capture){ 0 };
	if (!file) {
		buf_printf(problem, "cannot read '%s' as a capture file: %s; want pcap or pcapng, as tcpdump and "
		           "Wireshark write them", path, message);
		return false;
	}
	int type = pcap_datalink(file);
	struct reading *r = arena_new_object(arena, struct reading);
	*r = (struct reading){ .capture = capture, .arena = arena, .link = link_type_find(type) };
	bool good = r->link && read_all(r, file, path, problem);
	if (!r->link)
		buf_printf(problem, "'%s' has frames of the link type %s; want Ethernet, Linux cooked, "
		           "loopback or raw IP", path, link_type_name(type));
	pcap_close(file);
	return good;
}
