/* SPDX-License-Identifier: MIT
 *
 * icmp_send.c - ICMP errors that this host sends, and the rules that keep them few
 *
 * RFC 792; RFC 1122, 3.2.2; RFC 4443, 2.4 and 3. An error that answers an error, or one packet that a whole subnet
 * answers, can grow into a storm. So whoever finds a fault in a packet just reports it here, and this file alone
 * decides whether a message goes out: none about ICMP errors, packets to groups, fragments other than the first, or
 * packets whose source is not a single host; and never more per second than the configured rate, measured by a token
 * bucket.
 *
 * One row (struct message) describes an error for both versions of IP, with the numbers that each uses for it. As much
 * of the offending packet is quoted as the version allows.
 *
 * Left out: Redirect, Source Quench (RFC 6633, 3: RFC6633-3-NOSEND), and messages that only routers send.
 */
#include "stack/icmp_send.h"

#include <string.h>

#include "stack/host.h"
#include "stack/ip_address.h"
#include "stack/ip_output.h"
#include "stack/ip_packet.h"
#include "stack/path.h"
#include "util/common.h"
#include "wire/checksum.h"
#include "wire/codec.h"

enum { MIN_MTU6 = 1280, NS_PER_S = 1000000000, FRAGMENT_OFFSET_MASK = 0x1fff };

struct message {
	uint8_t type4, code4, type6, code6;
	uint32_t rest;
	bool even_to_group6;                                 /* RFC 4443, 2.4 (e.3): Parameter Problem, code 2 */
};

/* RFC 4443, 2.4 (e.1, e.2): types under 128 are errors; 137 is Redirect. Found behind any extension headers, and in a
 * fragment, too, if it is the first. */
static bool is_error_message6(const struct ip_packet *p)
{
	struct ipv6_header h;
	const char *why;
	size_t size = ipv6_parse(p->whole, p->whole_length, &h, &why);

	if (!size || size >= p->whole_length || h.protocol != PROTOCOL_ICMPV6 || h.fragment_offset)
		return false;
	return p->whole[size] < 128 || p->whole[size] == 137;
}

/* An error, not a query (RFC 1122, 3.2.2). */
static bool is_error_message(const struct ip_packet *p)
{
	static const uint8_t errors4[] = { 3, 4, 5, 11, 12 };

	if (p->source.version == 6)
		return is_error_message6(p);
	return p->length && p->protocol == PROTOCOL_ICMP && memchr(errors4, p->payload[0], sizeof(errors4));
}

static bool is_later_fragment(const struct ip_packet *p)
{
	return p->source.version == 4 && (get16(p->whole + 6) & FRAGMENT_OFFSET_MASK);
}

/* RFC 1122, 3.2.2 (RFC1122-3.2.2-NOERR, -NOERRBCAST, -NOERRFRAG, -NOERRSRC); RFC 4443, 2.4 (e). */
static bool may_answer(struct stack *st, const struct ip_packet *p, bool even_to_group)
{
	if (is_error_message(p) && !defect(st, DEFECT_ICMP_ERROR_ON_ERROR))
		return false;
	if (p->group && !even_to_group && !defect(st, DEFECT_ICMP_ERROR_ON_BROADCAST))
		return false;
	return (!is_later_fragment(p) || defect(st, DEFECT_ICMP_ERROR_ON_FRAGMENT)) &&
	       (ip_is_single_host(st, &p->source) || defect(st, DEFECT_ICMP_ERROR_ON_GROUP_SOURCE));
}

/* RFC 4443, 2.4 (f): a token bucket; RFC 1812, 4.3.2.8 for IPv4. Tokens are counted in the time that it takes to earn
 * them. */
static bool take_token(struct stack *st)
{
	struct token_bucket *b = &st->icmp_bucket;
	int64_t rate = st->config.icmp_rate;

	if (rate == 0 || defect(st, DEFECT_ICMP_UNLIMITED))
		return true;                                 /* no limit */
	int64_t cost = NS_PER_S / rate, full = cost * st->config.icmp_burst;
	int64_t since = vtime_sub(st->now, b->filled).ns;

	b->tokens_ns = b->tokens_ns > full - since ? full : b->tokens_ns + since;
	b->filled = st->now;
	if (b->tokens_ns < cost)
		return false;
	b->tokens_ns -= cost;
	return true;
}

/* RFC 1122, 3.2.2 (RFC1122-3.2.2-QUOTE): header and at least 8 bytes; RFC 4443, 2.4 (c): as much as 1280 bytes hold. */
static size_t quote_length(const struct stack *st, const struct ip_packet *p)
{
	size_t most = MIN_MTU6 - IPV6_HEADER_BYTES - ICMP_HEADER_BYTES;

	if (p->source.version == 4)
		most = p->header_length + (size_t)st->config.icmp_quote_bytes;
	if (p->source.version == 4 && most > 576 - IPV4_HEADER_BYTES - ICMP_HEADER_BYTES)
		most = 576 - IPV4_HEADER_BYTES - ICMP_HEADER_BYTES;
	if (p->source.version == 6 && defect(st, DEFECT_ICMP6_SHORT_QUOTE))
		most = p->header_length + 8;
	if (defect(st, DEFECT_ICMP_SHORT_QUOTE))
		most = p->header_length;
	return p->whole_length < most ? p->whole_length : most;
}

/* The messages that have counters of their own (RFC 4293, icmpMsgStatsTable; Linux has one for each of these). */
static const struct counted {
	uint8_t version, type;
	enum counter in, out;
} counted[] = {
	{ 4, 0, IcmpInEchoReps, IcmpOutEchoReps }, { 4, 3, IcmpInDestUnreachs, IcmpOutDestUnreachs },
	{ 4, 4, IcmpInSrcQuenchs, IcmpOutSrcQuenchs }, { 4, 5, IcmpInRedirects, IcmpOutRedirects },
	{ 4, 8, IcmpInEchos, IcmpOutEchos }, { 4, 11, IcmpInTimeExcds, IcmpOutTimeExcds },
	{ 4, 12, IcmpInParmProbs, IcmpOutParmProbs }, { 4, 13, IcmpInTimestamps, IcmpOutTimestamps },
	{ 4, 14, IcmpInTimestampReps, IcmpOutTimestampReps }, { 4, 17, IcmpInAddrMasks, IcmpOutAddrMasks },
	{ 4, 18, IcmpInAddrMaskReps, IcmpOutAddrMaskReps },
	{ 6, 1, Icmp6InDestUnreachs, Icmp6OutDestUnreachs }, { 6, 2, Icmp6InPktTooBigs, Icmp6OutPktTooBigs },
	{ 6, 3, Icmp6InTimeExcds, Icmp6OutTimeExcds }, { 6, 4, Icmp6InParmProblems, Icmp6OutParmProblems },
	{ 6, 128, Icmp6InEchos, Icmp6OutEchos }, { 6, 129, Icmp6InEchoReplies, Icmp6OutEchoReplies },
	{ 6, 130, Icmp6InGroupMembQueries, Icmp6OutGroupMembQueries },
	{ 6, 131, Icmp6InGroupMembResponses, Icmp6OutGroupMembResponses },
	{ 6, 132, Icmp6InGroupMembReductions, Icmp6OutGroupMembReductions },
	{ 6, 133, Icmp6InRouterSolicits, Icmp6OutRouterSolicits },
	{ 6, 134, Icmp6InRouterAdvertisements, Icmp6OutRouterAdvertisements },
	{ 6, 135, Icmp6InNeighborSolicits, Icmp6OutNeighborSolicits },
	{ 6, 136, Icmp6InNeighborAdvertisements, Icmp6OutNeighborAdvertisements },
	{ 6, 137, Icmp6InRedirects, Icmp6OutRedirects },
	{ 6, 143, Icmp6InMLDv2Reports, Icmp6OutMLDv2Reports },
};

void icmp_count(struct stack *st, int version, uint8_t type, bool out)
{
	for (size_t i = 0; i < ARRAY_LEN(counted); i++)
		if (counted[i].version == version && counted[i].type == type)
			count(st, out ? counted[i].out : counted[i].in);
	st->icmp_messages[counter_icmp(version, out, type)]++;
	if (out)
		count(st, version == 6 ? Icmp6OutMsgs : IcmpOutMsgs);
}

static void send_error(struct stack *st, const struct ip_packet *p, const struct message *m)
{
	bool v6 = p->source.version == 6;
	struct icmp_header h = {
		.type = v6 ? m->type6 : m->type4, .code = v6 ? m->code6 : m->code4, .rest = m->rest,
	};
	struct ip_send s = {
		/* RFC 4443, 2.2 (RFC4443-2.2-SRC): from the address that was spoken to, unless that is a group. */
		.source = p->destination, .destination = p->source, .protocol = v6 ? PROTOCOL_ICMPV6 : PROTOCOL_ICMP,
		.tos = v6 ? 0 : (uint8_t)st->config.icmp_error_tos,       /* RFC1122-3.2.2-TOS0 */
		.fragmentation = IP_FRAGMENT_ALLOWED, .payload = st->segment,
	};
	size_t quoted = quote_length(st, p);

	if (defect(st, DEFECT_ICMP_ERROR_TOS))
		s.tos = p->tos;
	if (!may_answer(st, p, v6 && m->even_to_group6))
		return;
	if (!take_token(st)) {
		st->counts.icmp_errors_suppressed++;
		return;
	}
	if (p->group && !ip_source_for(st, &s.destination, &s.source))
		return;
	if (!h.rest && defect(st, DEFECT_ICMP_UNUSED_NOT_ZERO))
		h.rest = 1;
	icmp_build(&h, st->segment, STACK_BUFFER_BYTES);
	memcpy(st->segment + ICMP_HEADER_BYTES, p->whole, quoted);
	s.length = ICMP_HEADER_BYTES + quoted;
	icmp_finish(st, st->segment, &s);
	st->counts.icmp_errors_sent++;
	icmp_count(st, v6 ? 6 : 4, h.type, true);
	ip_output(st, &s);
}

void icmp_finish(const struct stack *st, uint8_t *message, const struct ip_send *s)
{
	/* RFC 4443, 2.3 (RFC4443-2.3-CKSUM): ICMPv6 covers the pseudo-header; RFC 792: ICMP does not. */
	bool covered = s->protocol == PROTOCOL_ICMPV6 && !defect(st, DEFECT_ICMP6_NO_PSEUDO_HEADER);
	uint32_t sum = covered
	               ? checksum_pseudo(&s->source, &s->destination, s->protocol, s->length) : 0;

	put16(message + 2, 0);
	put16(message + 2, checksum_finish(checksum_add(sum, message, s->length)));
}

/* RFC 1122, 3.2.2.1 (RFC1122-3.2.2.1-GEN), 4.1.3.1; RFC 4443, 3.1 (RFC4443-3.1-PORT). */
void icmp_send_unreachable_port(struct stack *st, const struct ip_packet *about)
{
	uint8_t code = defect(st, DEFECT_ICMP_PORT_AS_PROTOCOL) ? 2 : 3;

	send_error(st, about, &(struct message){ .type4 = 3, .code4 = code, .type6 = 1, .code6 = 4 });
}

/* IPv6 calls an unknown protocol an unrecognized next header: RFC 8200, 4; RFC 4443, 3.4. */
void icmp_send_unreachable_protocol(struct stack *st, const struct ip_packet *about, uint32_t pointer)
{
	uint32_t rest = about->source.version == 6 ? pointer : 0;

	send_error(st, about, &(struct message){ .type4 = 3, .code4 = 2, .type6 = 4, .code6 = 1, .rest = rest });
}

/* RFC 792, Time Exceeded, code 1; RFC 4443, 3.3. */
void icmp_send_time_exceeded(struct stack *st, const struct ip_packet *about)
{
	send_error(st, about, &(struct message){ .type4 = 11, .code4 = 1, .type6 = 3, .code6 = 1 });
}

/* RFC 792: the pointer is the first byte of the last four; RFC 4443, 3.4: all four. */
void icmp_send_parameter_problem(struct stack *st, const struct ip_packet *about, uint8_t code, uint32_t pointer)
{
	bool v6 = about->source.version == 6;

	if (defect(st, DEFECT_ICMP_POINTER_ZERO))
		pointer = 0;
	send_error(st, about, &(struct message){
		.type4 = 12, .code4 = 0, .type6 = 4, .code6 = code, .rest = v6 ? pointer : pointer << 24,
		.even_to_group6 = code == 2,
	});
}
