/* SPDX-License-Identifier: MIT
 *
 * ip_input.c - packets that arrive: RFC 791, RFC 1122, 3.2.1, and RFC 8200
 *
 * A packet passes gates in a fixed order, and the first that refuses it decides what becomes of it: dropped in silence,
 * or answered with an ICMP error where the RFC asks for one. Both are reported with the reason (stack_drop()).
 *
 *   1. ip_input()      the version; anything but 4 and 6 is dropped
 *   2. input4/input6   the header: lengths, the IPv4 checksum, addresses (for us? from one single host?), IPv4 options
 *   3. take_fragment() a fragment waits in reass.c; the datagram that it completes goes on at step 4
 *   4. deliver()       IPv6 extension headers, one after the other (RFC 8200, 4), then the protocol's row (protocol.h)
 *
 * Extension headers are stepped over with a struct walk: the packet, whose .payload moves on, and the place of the Next
 * Header field that named the header being looked at, because a Parameter Problem has to point there. A Fragment header
 * ends the walk, unless it says that the fragment is the whole packet (RFC 6946). For the reassembled datagram the walk
 * starts anew, with the headers that followed the Fragment header.
 *
 * The work of routers is left out: nothing is forwarded, and a packet for somebody else is dropped (RFC 1122, 3.2.1.3).
 */
#include "stack/ip_input.h"

#include "stack/host.h"
#include "stack/icmp_error.h"
#include "stack/icmp_send.h"
#include "stack/ip_address.h"
#include "stack/ip_group.h"
#include "stack/ip_option.h"
#include "stack/ip_packet.h"
#include "stack/protocol.h"
#include "stack/reass.h"
#include "util/common.h"
#include "wire/checksum.h"
#include "wire/codec.h"

/* Codes of ICMPv6 Parameter Problem: RFC 4443, 3.4; RFC 7112, 6. */
enum { PARAMETER_FIELD, PARAMETER_NEXT_HEADER, PARAMETER_OPTION, PARAMETER_CHAIN };

static void deliver(struct stack *st, const struct ip_packet *p);

static const struct protocol *protocol_find(const struct stack *st, uint8_t number, uint8_t version)
{
	for (const struct protocol *const *p = st->protocols; *p; p++)
		if ((*p)->number == number && (!(*p)->version || (*p)->version == version))
			return *p;
	return NULL;
}

/* RFC 1122, 3.2.2 (RFC1122-3.2.2-DEMUX), RFC 4443, 2.4 (d): the quoted protocol selects who is told. */
bool ip_transport_error(struct stack *st, const struct icmp_error *e)
{
	const struct protocol *p = protocol_find(st, e->protocol, e->tuple.source.version);

	if (!p || !p->error)
		return false;
	p->error(st, e);
	return true;
}

bool ip_hand_up(struct stack *st, const struct ip_packet *p)
{
	const struct protocol *protocol = protocol_find(st, p->protocol, p->destination.version);

	if (protocol)
		protocol->input(st, p);
	return protocol;
}

uint16_t ip_payload_checksum(const struct ip_packet *p)
{
	uint32_t sum = checksum_pseudo(&p->source, &p->destination, p->protocol, p->length);

	return checksum_finish(checksum_add(sum, p->payload, p->length));
}

/* The block of a completed datagram belongs to this function: who keeps octets of it copies them. */
static void take_fragment(struct stack *st, const struct reass_fragment *f)
{
	struct ip_packet whole;
	uint8_t *bytes = reass_add(st->reass, f, &whole);

	if (!bytes)
		return;
	deliver(st, &whole);
	memory_release(st, bytes);
}

/* ---- IPv6 extension headers: RFC 8200, 4 ---- */

static bool is_extension(uint8_t protocol)
{
	return protocol == PROTOCOL_HOPOPTS || protocol == PROTOCOL_DSTOPTS || protocol == PROTOCOL_ROUTING ||
	       protocol == PROTOCOL_FRAGMENT;
}

/* The length in bytes of the extension header whose first 8 bytes are at @bytes. */
static size_t extension_size(uint8_t protocol, const uint8_t *bytes)
{
	return protocol == PROTOCOL_FRAGMENT ? 8 : (bytes[1] + 1u) * 8;
}

struct walk {
	struct stack *st;
	struct ip_packet packet;                             /* payload: from the next header on */
	size_t next_at;                                      /* where in the packet the last Next Header field was */
};

static size_t walk_offset(const struct walk *w)
{
	return (size_t)(w->packet.payload - w->packet.whole);
}

/* Step over the header being looked at, which has @size bytes; its first byte names the next one. */
static void walk_step(struct walk *w, size_t size)
{
	w->next_at = walk_offset(w);
	w->packet.protocol = w->packet.payload[0];
	w->packet.payload += size;
	w->packet.length -= size;
}

/* Refuse the packet with a Parameter Problem that points at byte @pointer of it. Always false, for the caller to
 * return. */
static bool walk_problem(struct walk *w, uint8_t code, size_t pointer, const char *reason)
{
	/* RFC 4293, 3.2.3: a next header that cannot stand there is counted with the protocols that nobody knows. */
	count(w->st, code == PARAMETER_NEXT_HEADER ? Ip6InUnknownProtos : Ip6InHdrErrors);
	icmp_send_parameter_problem(w->st, &w->packet, code, (uint32_t)pointer);
	stack_drop(w->st, &w->packet, reason);
	return false;
}

enum { PADN = 1 };

/* RFC 8200, 4.2: the two highest bits of an unknown option say what to do with the packet. PadN says: skip it. */
static bool unknown_option(struct walk *w, const uint8_t *option)
{
	unsigned action = option[0] >> 6;

	enum defect skips_not = *option == PADN ? DEFECT_IP6_PADDING_UNKNOWN : DEFECT_IP6_OPTION_NOT_SKIPPED;
	if (action == 0 && defect(w->st, skips_not))
		action = 1;
	if (action == 0 || defect(w->st, DEFECT_IP6_UNKNOWN_OPTION))
		return true;
	/* 10: Parameter Problem, code 2, also for multicast; 11: only if the destination was no multicast address. */
	if (defect(w->st, DEFECT_IP6_OPTION_SILENT))
		action = 1;
	if (action == 2 || (action == 3 && (!w->packet.group || defect(w->st, DEFECT_IP6_GROUP_OPTION_REFUSED))))
		return walk_problem(w, PARAMETER_OPTION, (size_t)(option - w->packet.whole), "unknown IPv6 option");
	count(w->st, Ip6InHdrErrors);
	stack_drop(w->st, &w->packet, "unknown IPv6 option");
	return false;
}

/* Hop-by-hop or destination options: a row of type, length, value, but for Pad1, which is one byte (RFC 8200, 4.2). */
static bool walk_options(struct walk *w, size_t size)
{
	const uint8_t *e = w->packet.payload;

	for (size_t i = 2; i < size; ) {
		if (e[i] == 0) {                             /* Pad1 */
			i++;
			continue;
		}
		if (i + 2 > size || i + 2 + e[i + 1] > size)
			return walk_problem(w, PARAMETER_FIELD, walk_offset(w) + i, "IPv6 option cut off");
		if (!unknown_option(w, e + i))
			return false;
		i += 2u + e[i + 1];
	}
	walk_step(w, size);
	return true;
}

/* RFC 8200, 4.4: no routing type is known here (type 0 is gone since RFC 5095), so a header passes only if no segments
 * are left. */
static bool walk_routing(struct walk *w, size_t size)
{
	if (w->packet.payload[3] != 0 && !defect(w->st, DEFECT_IP6_ROUTING_SKIPPED))
		return walk_problem(w, PARAMETER_FIELD, walk_offset(w) + 2, "unknown IPv6 routing type");
	walk_step(w, size);
	return true;
}

/* RFC 8200, 4.5; RFC 7112, 5: a first fragment has all headers, up to that of the upper layer. */
static bool chain_is_whole(uint8_t protocol, const uint8_t *bytes, size_t length)
{
	static const struct { uint8_t protocol, size; } upper[] = {
		{ PROTOCOL_TCP, 20 }, { PROTOCOL_UDP, UDP_HEADER_BYTES },
		{ PROTOCOL_UDPLITE, UDP_HEADER_BYTES }, { PROTOCOL_ICMPV6, ICMP_HEADER_BYTES },
	};

	while (is_extension(protocol)) {
		size_t size = length < 8 ? 8 : extension_size(protocol, bytes);
		if (size > length)
			return false;
		protocol = bytes[0];
		bytes += size;
		length -= size;
	}
	for (size_t i = 0; i < ARRAY_LEN(upper); i++)
		if (upper[i].protocol == protocol)
			return upper[i].size <= length;
	return true;
}

/* RFC 8200, 4.5. False: there is nothing more to do with this packet, because its fragment now waits or was wrong. */
static bool walk_fragment(struct walk *w)
{
	const uint8_t *e = w->packet.payload;
	uint16_t field = get16(e + 2);
	struct reass_fragment f = {
		.packet = &w->packet, .identification = get32(e + 4), .protocol = e[0], .offset = field & 0xfff8u,
		.more = field & 1,
	};
	size_t next_at = w->next_at, offset = walk_offset(w);

	/* A sender that cuts a packet puts one Fragment header into each piece. Another one, within what was put
	 * together, has no honest use. */
	if (w->packet.reassembled) {
		stack_drop(w->st, &w->packet, "fragments inside a reassembled packet");
		return false;
	}
	count(w->st, Ip6ReasmReqds);
	walk_step(w, 8);
	if (!f.offset && !f.more) {                          /* RFC 6946, 4: an atomic fragment is a whole packet */
		count(w->st, Ip6ReasmOKs);
		return true;
	}
	if (f.more && w->packet.length % 8 != 0)
		return walk_problem(w, PARAMETER_FIELD, 4, "IPv6 fragment length is no multiple of 8");
	if (f.offset + w->packet.length > 65535)
		return walk_problem(w, PARAMETER_FIELD, offset + 2, "IPv6 fragment beyond 65535 bytes");
	bool whole = f.offset || chain_is_whole(f.protocol, w->packet.payload, w->packet.length);
	if (!whole && !defect(w->st, DEFECT_IP6_CHAIN_UNCHECKED))
		return walk_problem(w, PARAMETER_CHAIN, 0, "first IPv6 fragment without all headers");
	/* The reassembled packet has no Fragment header: the headers before it are the per-fragment part. */
	w->packet.header_length = offset;
	f.next_header_at = next_at;
	take_fragment(w->st, &f);
	return false;
}

static enum header_kind kind_of(uint8_t protocol)
{
	return protocol == PROTOCOL_HOPOPTS ? HEADER_HOP_BY_HOP
	       : protocol == PROTOCOL_DSTOPTS ? HEADER_DESTINATION : HEADER_ROUTING;
}

/* Step over one extension header. False: the packet has been dealt with. *done: the next header is the transport's. */
static bool walk_one(struct walk *w, bool first, bool *done)
{
	const struct ip_packet *p = &w->packet;
	bool options = p->protocol == PROTOCOL_HOPOPTS || p->protocol == PROTOCOL_DSTOPTS;

	*done = !is_extension(p->protocol);
	if (*done)
		return true;
	/* RFC 8200, 4.1: hop-by-hop options only right behind the IPv6 header. */
	if (p->protocol == PROTOCOL_HOPOPTS && !first && !defect(w->st, DEFECT_IP6_HOP_BY_HOP_ANYWHERE))
		return walk_problem(w, PARAMETER_NEXT_HEADER, w->next_at, "hop-by-hop options out of place");
	size_t size = p->length < 8 ? 8 : extension_size(p->protocol, p->payload);
	if (size > p->length) {
		count(w->st, Ip6InHdrErrors);
		stack_drop(w->st, p, "IPv6 extension header cut off");
		return false;
	}
	if (p->protocol != PROTOCOL_FRAGMENT)
		w->packet.headers[kind_of(p->protocol)] = (struct header_bytes){ p->payload, size };
	if (options)
		return walk_options(w, size);
	return p->protocol == PROTOCOL_ROUTING ? walk_routing(w, size) : walk_fragment(w);
}

/* From the first header behind the IP header on: IPv6 extension headers, then the transport. */
static void deliver(struct stack *st, const struct ip_packet *p)
{
	struct walk w = { .st = st, .packet = *p, .next_at = 6 };
	bool done = p->destination.version == 4;

	for (bool first = true; !done; first = false)
		if (!walk_one(&w, first && !p->reassembled, &done))
			return;
	w.packet.header_length = walk_offset(&w);
	/* RFC 8200, 4.7: no next header is no error. */
	bool refused = w.packet.protocol != PROTOCOL_NONE || defect(st, DEFECT_IP6_NONE_REFUSED);
	bool taken = ip_hand_up(st, &w.packet);
	if (taken || !refused) {
		count(st, p->destination.version == 4 ? IpInDelivers : Ip6InDelivers);
		if (!taken)
			stack_drop(st, &w.packet, "no next header");
		return;
	}
	if (!defect(st, DEFECT_IP_PROTOCOL_SILENT))
		icmp_send_unreachable_protocol(st, &w.packet, (uint32_t)w.next_at);
	count(st, p->destination.version == 4 ? IpInUnknownProtos : Ip6InUnknownProtos);
	stack_drop(st, &w.packet, "unknown protocol");
}

/* ---- the IP header ---- */

/* What is wrong with a packet, and the counter that it moves (RFC 4293, 3.2.3); COUNTER_COUNT: none. */
struct problem {
	const char *what;
	enum counter counter;
};

/* A host that does not know its address yet sends from none, to all (RFC 1122, 3.2.1.3 (a)). */
static bool is_nobody(const struct ip_packet *p)
{
	return p->source.version == 4 && ip_is_unspecified(&p->source) && !p->group;
}

/* RFC 1122, 3.2.1.3 (RFC1122-3.2.1.3-NOTMINE, -BADSRC): for us, and from one host. */
static struct problem address_problem(struct stack *st, struct ip_packet *p)
{
	const struct ip_address *d = &p->destination;
	static const struct ip_address all_hosts4 = { 4, { 224, 0, 0, 1 } };
	static const struct ip_address all_nodes6 = { 6, { 0xff, 2, [15] = 1 } };
	enum counter strange = d->version == 4 ? COUNTER_COUNT : Ip6InHdrErrors;

	/* RFC 4291, 2.5.2: a host that has no address yet sends from the unspecified one, so that is let in. */
	bool group = ip_is_multicast(&p->source) || ip_is_broadcast(st, &p->source);
	/* RFC 9293, 3.9.2.3, MUST-63: TCP would not take it either. */
	bool taken = p->protocol == PROTOCOL_TCP && defect(st, DEFECT_TCP_GROUP_PEER);
	if (group && !taken && !defect(st, DEFECT_IP_GROUP_SOURCE_TAKEN))
		return (struct problem){ "source is no single host", strange };
	bool loopback = ip_is_loopback(&p->source) || ip_is_loopback(d);
	if (!st->looping && loopback && !defect(st, DEFECT_IP_LOOPBACK_TAKEN))
		return (struct problem){ "loopback address on the link", strange };      /* (g); RFC 4291, 2.5.3 */
	/* RFC 1122, 3.2.1.3: nobody else may have it, so the packet is forged, or came back. */
	bool own = !st->looping && p->source.version == 4 && stack_has_address(st, &p->source);
	if (own && !st->config.ip_accept_own_source && !defect(st, DEFECT_IP_OWN_SOURCE_TAKEN))
		return (struct problem){ "our own address on the link", COUNTER_COUNT };
	p->group = ip_is_multicast(d) || ip_is_broadcast(st, d);
	if (is_nobody(p) && !defect(st, DEFECT_IP_NOBODY_TAKEN))
		return (struct problem){ "source is nobody", COUNTER_COUNT };
	if (ip_is_multicast(d)) {
		bool all = ip_address_equal(d, &all_hosts4) || ip_address_equal(d, &all_nodes6);
		all |= defect(st, DEFECT_IP_ALL_GROUPS_TAKEN);
		/* RFC 3376, 3.2: filtered by source as well, except for queries by routers. */
		all |= p->protocol != PROTOCOL_UDP && p->protocol != PROTOCOL_UDPLITE && ip_group_joined(st, d);
		if (all || ip_group_wanted(st, d, &p->source))
			return (struct problem){ 0 };
		return (struct problem){ "group that nobody joined for this source", COUNTER_COUNT };
	}
	bool mine = p->group || stack_has_address(st, d) || (st->looping && ip_is_loopback(d));
	if (!mine && !defect(st, DEFECT_IP_NOT_MINE_TAKEN))
		return (struct problem){ "not for this host", d->version == 4 ? IpInAddrErrors : Ip6InAddrErrors };
	return (struct problem){ 0 };
}

static void refuse_packet(struct stack *st, const struct ip_packet *p, const struct problem *problem)
{
	if (problem->counter != COUNTER_COUNT)
		count(st, problem->counter);
	stack_drop(st, p, problem->what);
}

/* Indexed by the two bits of ECN (RFC 3168, 5). */
static void count_mark(struct stack *st, const struct ip_packet *p)
{
	static const enum counter marks[2][4] = {
		{ IpExtInNoECTPkts, IpExtInECT1Pkts, IpExtInECT0Pkts, IpExtInCEPkts },
		{ Ip6InNoECTPkts, Ip6InECT1Pkts, Ip6InECT0Pkts, Ip6InCEPkts },
	};

	size_t headers = p->header_length + UDP_HEADER_BYTES, one = st->looping_segment;
	size_t packets = one ? (p->whole_length - headers + one - 1) / one : 1;

	st->counters[marks[p->source.version == 6][p->tos & 3]] += packets;
}

/* RFC 4293, 3.2.1: multicast and broadcast for this host are also counted on their own. */
static void count_group(struct stack *st, const struct ip_packet *p)
{
	bool v4 = p->destination.version == 4, many = ip_is_multicast(&p->destination);

	if (!p->group)
		return;
	count(st, many ? (v4 ? IpExtInMcastPkts : Ip6InMcastPkts) : IpExtInBcastPkts);
	st->counters[many ? (v4 ? IpExtInMcastOctets : Ip6InMcastOctets) : IpExtInBcastOctets] += p->whole_length;
}

/* RFC 791, 3.1: all fragments but the last are a multiple of 8 bytes long, and none may reach beyond 65,535. */
static void fragment4(struct stack *st, struct ip_packet *p, const struct ipv4_header *h)
{
	struct reass_fragment f = {
		.packet = p, .identification = h->identification, .protocol = h->protocol,
		.offset = h->fragment_offset * 8u, .more = h->flags & IPV4_MORE_FRAGMENTS,
	};

	count(st, IpReasmReqds);
	if ((f.more && p->length % 8 != 0) || f.offset + p->length > 65535) {
		count(st, IpReasmFails);
		stack_drop(st, p, "impossible fragment");
	} else {
		take_fragment(st, &f);
	}
}

/* Finds what is wrong with the header. Completes @p, which ipv4_parse() has filled in. */
static struct problem header4_problem(struct stack *st, struct ip_packet *p, const struct ipv4_header *h)
{
	const size_t size = p->header_length;

	/* RFC 1122, 3.2.1.2 (RFC1122-3.2.1.2-CKSUM): silently discard. */
	if (checksum_finish(checksum_add(0, p->whole, size)) != 0 && !defect(st, DEFECT_IP_ACCEPT_BAD_CHECKSUM)) {
		count(st, IpExtInCsumErrors);
		return (struct problem){ "wrong IPv4 header checksum", IpInHdrErrors };
	}
	if (h->total_length < size || h->total_length > p->whole_length) {
		bool cut = h->total_length > p->whole_length;
		return (struct problem){ "IPv4 total length does not fit", cut ? IpExtInTruncatedPkts : IpInHdrErrors };
	}
	p->whole_length = h->total_length;                   /* the rest is padding of the link */
	p->payload = p->whole + size;
	p->length = p->whole_length - size;
	struct problem problem = address_problem(st, p);
	/* RFC 1122, 3.2.1.7 (RFC1122-3.2.1.7-TTLRX): a TTL below 2 is no reason to drop what has arrived. */
	if (!problem.what && h->ttl < 2 && defect(st, DEFECT_IP_TTL_ONE))
		problem = (struct problem){ "TTL below 2", IpInHdrErrors };
	return problem;
}

/* Checks in this order: can it be parsed, is it ours and intact, are its options well-formed, is it at its end. */
static void input4(struct stack *st, const uint8_t *bytes, size_t length)
{
	struct ipv4_header h;
	struct problem problem = { .counter = IpInHdrErrors };
	size_t size = ipv4_parse(bytes, length, &h, &problem.what);
	struct ip_packet p = {
		.source = h.source, .destination = h.destination, .protocol = h.protocol, .tos = h.tos, .ttl = h.ttl,
		.option_length = h.option_length, .options = bytes + IPV4_HEADER_BYTES, .whole = bytes,
		.whole_length = length, .header_length = size, .charge = charge_packet(length),
	};
	enum source_route route;

	if (size) {
		count_mark(st, &p);
		problem = header4_problem(st, &p, &h);
	}
	if (problem.what) {
		refuse_packet(st, size ? &p : NULL, &problem);
		return;
	}
	count_group(st, &p);
	int bad = ip_check_options(p.options, p.option_length, &route);
	if (bad >= 0) {                                      /* RFC 1122, 3.2.2.5 (RFC1122-3.2.2.5-GENPARAM) */
		if (!defect(st, DEFECT_IP_BAD_OPTION_SILENT))
			icmp_send_parameter_problem(st, &p, 0, IPV4_HEADER_BYTES + (uint32_t)bad);
		count(st, IpInHdrErrors);
		stack_drop(st, &p, "malformed IPv4 option");
		return;
	}
	/* RFC 9293, 3.9.2, MUST-50: options that are not understood are ignored. */
	if (defect(st, DEFECT_IP_OPTION_REFUSED) && ip_has_unknown_option(p.options, p.option_length)) {
		stack_drop(st, &p, "unknown IPv4 option");
		return;
	}
	/* RFC 1122, 3.3.5: a host need not forward, and would have to if hops were left in the route. */
	if (route == SOURCE_ROUTE_OPEN && !defect(st, DEFECT_IP_ROUTE_NOT_ENDED)) {
		stack_drop(st, &p, "source route goes on");
		return;
	}
	/* A route that ends here is fine by RFC 1122, 3.2.1.8. Whoever writes one chooses the way of the answers, so
	 * that many hosts refuse it. */
	if (route == SOURCE_ROUTE_ENDED && !st->config.ip_accept_source_route) {
		stack_drop(st, &p, "source route");
		return;
	}
	if (h.fragment_offset || h.flags & IPV4_MORE_FRAGMENTS)
		fragment4(st, &p, &h);
	else
		deliver(st, &p);
}

static void input6(struct stack *st, const uint8_t *bytes, size_t length)
{
	struct ipv6_header h;
	struct problem problem = { .counter = Ip6InHdrErrors };
	bool whole = ipv6_parse(bytes, length, &h, &problem.what);
	struct ip_packet p = {
		.source = h.source, .destination = h.destination, .protocol = h.next_header, .tos = h.traffic_class,
		.ttl = h.hop_limit, .flow_label = h.flow_label, .payload = bytes + IPV6_HEADER_BYTES,
		.length = h.payload_length, .whole = bytes,
		.whole_length = IPV6_HEADER_BYTES + (size_t)h.payload_length,
		.header_length = IPV6_HEADER_BYTES, .charge = charge_packet(length),
	};

	if (whole)
		count_mark(st, &p);
	if (whole && p.whole_length > length) {
		whole = false;
		problem = (struct problem){ "IPv6 payload length does not fit", Ip6InTruncatedPkts };
	} else if (whole) {
		problem = address_problem(st, &p);
	}
	if (problem.what) {
		refuse_packet(st, whole ? &p : NULL, &problem);
	} else {
		count_group(st, &p);
		deliver(st, &p);
	}
}

void ip_input(struct stack *st, const uint8_t *bytes, size_t length)
{
	/* RFC 1122, 3.2.1.1 (RFC1122-3.2.1.1-VERSION): any other version is silently discarded. */
	const int version = length ? bytes[0] >> 4 : 0;

	if (version == 4 || version == 6) {
		count(st, version == 4 ? IpInReceives : Ip6InReceives);
		st->counters[version == 4 ? IpExtInOctets : Ip6InOctets] += length;
		(version == 4 ? input4 : input6)(st, bytes, length);
		return;
	}
	stack_drop(st, NULL, "IP version is neither 4 nor 6");
}
