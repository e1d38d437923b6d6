/* SPDX-License-Identifier: MIT
 *
 * ip_output.c - packets that leave: source address, path MTU, fragments, and the way back to ourselves
 *
 * ip_output() gets the finished message of a transport, checksum included, and a wish about fragmentation; it
 * returns an error at once when the packet cannot leave as wished, and has no queue: what it accepts has left when
 * it returns.
 *
 * The wish (enum ip_fragmentation) becomes a plan: the MTU that counts, whether we may cut, and whether routers may
 * (DF). The four values of IP_MTU_DISCOVER differ in nothing else:
 *
 *   off    cut here to the path MTU, DF clear, so routers may cut further
 *   want   DF set on what fits, and what does not fit is cut here with DF clear (RFC 1191, 3)
 *   do     DF always; too large is an error for the caller
 *   probe  as do, but measured against the link, not against what path MTU discovery has learnt (RFC 4821)
 *
 * IPv6 has no DF and no router that cuts (RFC 8200, 5), so there the same plan only decides about the Fragment
 * header.
 *
 * A packet to one of our own addresses goes to loopback.c instead of the link and is never cut, as a queue in memory
 * has no MTU. Multicast goes to both when a member is on this host (RFC 1112, 7.1).
 */
#include "stack/ip_output.h"

#include <errno.h>
#include <string.h>

#include "stack/host.h"
#include "stack/ip_address.h"
#include "stack/ip_group.h"
#include "stack/ip_option.h"
#include "stack/loopback.h"
#include "stack/path.h"
#include "wire/checksum.h"
#include "wire/codec.h"

enum { LEAST_MTU4 = 68, LONGEST4 = 65535, LONGEST6_PAYLOAD = 65535, FRAGMENT_HEADER = 8, OPTION_COPIED = 0x80 };

/* RFC 4293, 3.2.1. */
static void count_group(struct stack *st, const struct ip_address *to, size_t length)
{
	bool v4 = to->version == 4, many = ip_is_multicast(to);

	if (!many && !ip_is_broadcast(st, to))
		return;
	count(st, many ? (v4 ? IpExtOutMcastPkts : Ip6OutMcastPkts) : IpExtOutBcastPkts);
	st->counters[many ? (v4 ? IpExtOutMcastOctets : Ip6OutMcastOctets) : IpExtOutBcastOctets] += length;
}

/* The finished packet in st->packet leaves: to the link, to ourselves, or both. 0 or -ENOBUFS. */
static int emit(struct stack *st, const struct ip_send *s, size_t length)
{
	bool to_host = ip_is_own(st, &s->destination);

	if ((to_host && s->only_link) || (!to_host && s->only_loopback))
		return 0;
	count(st, s->destination.version == 4 ? IpOutTransmits : Ip6OutTransmits);
	st->counters[s->destination.version == 4 ? IpExtOutOctets : Ip6OutOctets] += length;
	if (to_host)
		return loopback_send(st, st->packet, length, s->segment);
	if (s->loop_group && ip_group_joined(st, &s->destination))
		loopback_send(st, st->packet, length, 0);
	if (s->host_only && !defect(st, DEFECT_IP_ZERO_TTL_SENT))            /* RFC 1112, 6.1; RFC1122-3.2.1.7-TTL0 */
		return 0;
	count_group(st, &s->destination, length);
	st->counts.packets_out++;
	st->hooks.output(st->hooks.context, st->packet, length, st->now);
	return 0;
}

/* ---- how large, and in one piece? ---- */

struct plan {
	const struct ip_send *send;
	size_t mtu;
	bool may_fragment;                                   /* the host may cut */
	bool dont_fragment;                                  /* DF: routers may not cut */
};

static enum ip_fragmentation by_config(const struct stack *st)
{
	static const enum ip_fragmentation meaning[] = {
		[IP_PMTU_OFF] = IP_FRAGMENT_ALLOWED, [IP_PMTU_WANT] = IP_FRAGMENT_AS_NEEDED,
		[IP_PMTU_DO] = IP_FRAGMENT_NEVER, [IP_PMTU_PROBE] = IP_FRAGMENT_PROBE,
	};

	return meaning[st->config.ip_pmtu_discovery];
}

static void make_plan(const struct stack *st, const struct ip_send *s, struct plan *p)
{
	const struct stack_route *r = ip_route(st, &s->destination);
	enum ip_fragmentation how = s->fragmentation == IP_FRAGMENT_BY_CONFIG ? by_config(st) : s->fragmentation;
	size_t header = s->destination.version == 4 ? IPV4_HEADER_BYTES + s->option_length : IPV6_HEADER_BYTES;

	p->send = s;
	bool by_link = how == IP_FRAGMENT_PROBE || how == IP_FRAGMENT_LINK_NEVER || how == IP_FRAGMENT_LINK_ALLOWED;
	bool never_set = how == IP_FRAGMENT_ALLOWED || how == IP_FRAGMENT_LINK_NEVER || how == IP_FRAGMENT_LINK_ALLOWED;
	p->mtu = by_link ? ip_link_mtu(st, &s->destination) : stack_path_mtu(st, &s->destination);
	if (ip_is_own(st, &s->destination))
		p->mtu = LONGEST4;
	if (s->largest && s->largest < p->mtu && header + s->length > p->mtu)
		p->mtu = s->largest;
	p->may_fragment = how == IP_FRAGMENT_ALLOWED || how == IP_FRAGMENT_AS_NEEDED || how == IP_FRAGMENT_LINK_ALLOWED;
	/* RFC 1191, 3 (RFC1191-3-DF): discovery means DF on everything that fits. If the path MTU is at our minimum,
	 * routers may need less than we would believe, so they must be allowed to fragment (RFC1191-3-CONVERGE). */
	p->dont_fragment = !never_set && !(r && r->mtu_locked) && header + s->length <= p->mtu;
	if (defect(st, DEFECT_PMTU_FRAGMENTS))
		p->dont_fragment = false;
}

/* The TTL: the sender's own, the route's, or the host's. */
static uint8_t hop_limit(const struct stack *st, const struct ip_send *s, int64_t usual)
{
	const struct stack_route *r = ip_route(st, &s->destination);

	if (s->ttl || s->host_only || s->zero_ttl)
		return s->ttl;
	return (uint8_t)(r && r->hop_limit && !defect(st, DEFECT_IP_ROUTE_TTL) ? r->hop_limit : usual);
}

/* ---- IPv4 ---- */

/* RFC 791, 3.1: only options whose copied flag is set go with later fragments. */
static void keep_copied_options(struct ipv4_header *h)
{
	size_t used = 0, length = h->option_length;

	for (size_t i = 0; i < length && h->options[i] != 0; ) {
		size_t size = h->options[i] == 1 ? 1 : i + 1 < length ? h->options[i + 1] : 0;
		if (!size || i + size > length)
			break;
		if (h->options[i] & OPTION_COPIED) {
			memmove(h->options + used, h->options + i, size);
			used += size;
		}
		i += size;
	}
	while (used % 4)
		h->options[used++] = 0;
	h->option_length = (uint8_t)used;
}

static uint16_t identification4(struct stack *st, const struct plan *p)
{
	if (p->dont_fragment && st->config.ip_identification_zero)
		return 0;
	return (uint16_t)st->next_identification++;
}

static void header4(struct stack *st, const struct plan *p, struct ipv4_header *h)
{
	const struct ip_send *s = p->send;

	*h = (struct ipv4_header){
		.tos = s->tos, .identification = identification4(st, p),
		.flags = p->dont_fragment ? IPV4_DONT_FRAGMENT : 0,
		.ttl = hop_limit(st, s, st->config.ip_ttl), .protocol = s->protocol,
		.source = s->source, .destination = s->destination, .option_length = s->option_length,
	};
	if (!s->option_length)
		return;
	memcpy(h->options, s->options, s->option_length);
	if (!defect(st, DEFECT_IP_ROUTE_NOT_TAKEN))
		ip_enter_route(h->options, h->option_length, &h->destination);
}

/* One packet or fragment with @length bytes of the payload from @offset on. */
static int emit4(struct stack *st, const struct ip_send *s, struct ipv4_header *h, size_t offset, size_t length)
{
	size_t size = IPV4_HEADER_BYTES + (size_t)h->option_length;

	h->header_length = (uint8_t)(size / 4);
	h->total_length = (uint16_t)(size + length);
	h->fragment_offset = (uint16_t)(offset / 8);
	h->checksum = 0;
	ipv4_build(h, st->packet, STACK_BUFFER_BYTES);
	put16(st->packet + 10, checksum_finish(checksum_add(0, st->packet, size)));
	if (length)
		memcpy(st->packet + size, s->payload + offset, length);
	return emit(st, s, size + length);
}

static int output4(struct stack *st, const struct plan *p)
{
	const struct ip_send *s = p->send;
	struct ipv4_header h;
	size_t size = IPV4_HEADER_BYTES + (size_t)s->option_length;

	if (size + s->length > LONGEST4)
		return -EMSGSIZE;
	/* RFC 791, 3.2: every network for IPv4 takes 68 octets. A route may claim less all the same. */
	if (p->mtu < LEAST_MTU4)
		return defect(st, DEFECT_PMTU_ROUTE_LOST) ? 0 : -ENETUNREACH;
	header4(st, p, &h);
	if (size + s->length <= p->mtu)
		return emit4(st, s, &h, 0, s->length);
	if (!p->may_fragment)
		return -EMSGSIZE;
	/* RFC 791, 3.2: pieces in units of 8 bytes. An MTU of 68 has room for one. */
	count(st, IpFragOKs);
	for (size_t offset = 0; offset < s->length; ) {
		size_t room = (p->mtu - IPV4_HEADER_BYTES - h.option_length) / 8 * 8, left = s->length - offset;
		size_t take = left < room ? left : room;
		h.flags = offset + take < s->length ? IPV4_MORE_FRAGMENTS : 0;
		int error = emit4(st, s, &h, offset, take);
		if (error)
			return error;
		count(st, IpFragCreates);
		offset += take;
		keep_copied_options(&h);
	}
	return 0;
}

/* ---- IPv6 ---- */

static int emit6(struct stack *st, const struct ip_send *s, struct ipv6_header *h, size_t offset, size_t length)
{
	h->payload_length = (uint16_t)(h->extension_length + length);
	size_t size = ipv6_build(h, st->packet, STACK_BUFFER_BYTES);
	if (length)
		memcpy(st->packet + size, s->payload + offset, length);
	return emit(st, s, size + length);
}

/* RFC 8200, 4.5: only the source fragments, and never below what fits 1280 bytes. */
static int output6(struct stack *st, const struct plan *p)
{
	const struct ip_send *s = p->send;
	struct ipv6_header h = {
		.traffic_class = s->tos, .flow_label = s->flow_label, .next_header = s->protocol,
		.hop_limit = hop_limit(st, s, st->config.ip6_hop_limit), .source = s->source,
		.destination = s->destination,
	};

	if (s->length > LONGEST6_PAYLOAD)
		return -EMSGSIZE;
	if (IPV6_HEADER_BYTES + s->length <= p->mtu)
		return emit6(st, s, &h, 0, s->length);
	if (!p->may_fragment)
		return -EMSGSIZE;
	h.next_header = PROTOCOL_FRAGMENT;
	h.extension_length = FRAGMENT_HEADER;
	h.extensions[0] = s->protocol;
	put32(h.extensions + 4, st->next_identification++);
	size_t room = (p->mtu - IPV6_HEADER_BYTES - FRAGMENT_HEADER) / 8 * 8;
	count(st, Ip6FragOKs);
	for (size_t offset = 0; offset < s->length; offset += room) {
		size_t left = s->length - offset;
		put16(h.extensions + 2, (uint16_t)(offset | (left > room)));
		int error = emit6(st, s, &h, offset, left < room ? left : room);
		if (error)
			return error;
		count(st, Ip6FragCreates);
	}
	return 0;
}

int ip_output(struct stack *st, const struct ip_send *s)
{
	struct ip_send send = *s;
	const struct stack_route *r = ip_route(st, &s->destination);
	struct plan p;

	if (s->option_length > IPV4_OPTION_BYTES || s->option_length % 4 != 0)
		return -EINVAL;
	if (r && r->error && !ip_is_multicast(&s->destination))            /* groups are on the link in any case */
		return -r->error;
	if (!send.source.version && !ip_source_for(st, &send.destination, &send.source))
		return -ENETUNREACH;
	count(st, send.destination.version == 4 ? IpOutRequests : Ip6OutRequests);
	make_plan(st, &send, &p);
	return send.destination.version == 4 ? output4(st, &p) : output6(st, &p);
}
