/* SPDX-License-Identifier: MIT
 *
 * icmp_input.c - ICMP and ICMPv6 messages that arrive: echo, and errors about what this host sent
 *
 * RFC 792; RFC 1122, 3.2.2; RFC 4443. Anyone can send an ICMP error, so believing one goes in two steps. Here it is
 * checked as far as IP can: is the quote long enough, and does it quote a packet with one of our addresses as its
 * source? A table then says what the message means (soft, hard, too big) and which errno a user sees. It is then passed
 * to the protocol of the quoted packet by way of its row (protocol.h); the protocol knows its connections, and decides
 * whether to act on it (RFC 5927, 4.1; RFC 1122, 4.2.3.9).
 *
 * Silently discarded are: Time-stamp, Address Mask and Information messages (RFC 1122, 3.2.2.7 to 3.2.2.9), since the
 * stack has no wall clock to report; redirects, since only the first-hop gateway may send one (3.2.2.2), and this host
 * has none, as its link has no addresses; Source Quench (RFC 6633). Neighbour discovery belongs to the link layer,
 * which is left out.
 */
#include <errno.h>
#include <string.h>

#include "stack/group_report.h"
#include "stack/host.h"
#include "stack/icmp.h"
#include "stack/icmp_error.h"
#include "stack/icmp_send.h"
#include "stack/ip_address.h"
#include "stack/ip_input.h"
#include "stack/ip_option.h"
#include "stack/ip_output.h"
#include "stack/ip_packet.h"
#include "stack/path.h"
#include "stack/protocol.h"
#include "util/common.h"
#include "wire/checksum.h"
#include "wire/codec.h"
#include "wire/membership.h"

enum { ECHO_REPLY = 0, QUENCH = 4, REDIRECT = 5, ECHO_REQUEST = 8 };    /* RFC 792 */
enum { ECHO_REQUEST6 = 128, ECHO_REPLY6 = 129 };         /* RFC 4443, 4 */
enum { ANY_CODE = 255, LAST_KNOWN_TYPE = 18 };            /* RFC 950: the last type of IPv4 that hosts knew */

/* What each error means. RFC 1122, 4.2.3.9: codes 0, 1 and 5, Time Exceeded and Parameter Problem are soft, 2 to 4
 * hard; the RFC leaves the other codes open, and those that mean "never" count as hard. */
static const struct meaning {
	uint8_t version, type, code;
	enum icmp_severity severity;
	int error;
} meanings[] = {
	{ 4, 3, 0, ICMP_SOFT, ENETUNREACH },
	{ 4, 3, 1, ICMP_SOFT, EHOSTUNREACH },
	{ 4, 3, 2, ICMP_HARD, ENOPROTOOPT },
	{ 4, 3, 3, ICMP_HARD, ECONNREFUSED },
	{ 4, 3, 4, ICMP_TOO_BIG, EMSGSIZE },
	{ 4, 3, 5, ICMP_SOFT, EOPNOTSUPP },
	{ 4, 3, 6, ICMP_HARD, ENETUNREACH },
	{ 4, 3, 7, ICMP_HARD, EHOSTDOWN },
	{ 4, 3, 8, ICMP_HARD, ENONET },
	{ 4, 3, 9, ICMP_HARD, ENETUNREACH },
	{ 4, 3, 10, ICMP_HARD, EHOSTUNREACH },
	{ 4, 3, 11, ICMP_SOFT, ENETUNREACH },
	{ 4, 3, 12, ICMP_SOFT, EHOSTUNREACH },
	{ 4, 3, 13, ICMP_HARD, EHOSTUNREACH },
	{ 4, 3, 14, ICMP_HARD, EHOSTUNREACH },
	{ 4, 3, 15, ICMP_HARD, EHOSTUNREACH },
	{ 4, 11, ANY_CODE, ICMP_SOFT, EHOSTUNREACH },
	{ 4, 12, ANY_CODE, ICMP_SOFT, EPROTO },
	{ 6, 1, 0, ICMP_SOFT, ENETUNREACH },
	{ 6, 1, 1, ICMP_HARD, EACCES },
	{ 6, 1, 2, ICMP_SOFT, EHOSTUNREACH },
	{ 6, 1, 3, ICMP_SOFT, EHOSTUNREACH },
	{ 6, 1, 4, ICMP_HARD, ECONNREFUSED },
	{ 6, 1, 5, ICMP_HARD, EACCES },
	{ 6, 1, 6, ICMP_HARD, EACCES },
	{ 6, 2, ANY_CODE, ICMP_TOO_BIG, EMSGSIZE },
	{ 6, 3, ANY_CODE, ICMP_SOFT, EHOSTUNREACH },
	{ 6, 4, ANY_CODE, ICMP_SOFT, EPROTO },
};

/* RFC 4443, 2.4 (a) (RFC4443-2.4-A): error messages of unknown types, too, go to the upper layer. */
static const struct meaning unknown_error6 = { 6, 0, ANY_CODE, ICMP_SOFT, EPROTO };

static const struct meaning *find_meaning(const struct icmp_header *h, uint8_t version)
{
	for (size_t i = 0; i < ARRAY_LEN(meanings); i++) {
		const struct meaning *m = &meanings[i];
		if (m->version == version && m->type == h->type && (m->code == h->code || m->code == ANY_CODE))
			return m;
	}
	return version == 6 && h->type < ECHO_REQUEST6 ? &unknown_error6 : NULL;
}

/* ---- echo ---- */

/* RFC 1122, 3.2.2.6 (RFC1122-3.2.2.6-ECHO, -BCAST); RFC 4443, 4.2 (RFC4443-4.2-ECHO, -MCAST). */
static bool echo_wanted(const struct stack *st, const struct ip_packet *p)
{
	const struct stack_config *c = &st->config;
	bool v4 = p->source.version == 4;

	if (defect(st, DEFECT_ICMP_NO_ECHO) || (v4 ? c->icmp_echo_ignore_all : c->icmp6_echo_ignore_all))
		return false;
	bool refused = (v4 ? c->icmp_echo_ignore_broadcasts : c->icmp6_echo_ignore_multicast) &&
	               !defect(st, DEFECT_ICMP_ECHO_GROUP);
	return ip_is_single_host(st, &p->source) && !(p->group && refused);
}

/* The reply is the request with another type and the addresses exchanged. Its route is the reverse of a source route
 * that the request came by (RFC 1122, 3.2.2.6). */
static void echo(struct stack *st, const struct ip_packet *p)
{
	bool v6 = p->source.version == 6;
	struct ip_send s = {
		.source = p->destination, .destination = p->source, .protocol = p->protocol, .tos = p->tos,
		.fragmentation = IP_FRAGMENT_ALLOWED, .payload = st->segment, .length = p->length,
	};

	uint8_t options[IPV4_OPTION_BYTES];

	if (!echo_wanted(st, p)) {
		if (p->group)
			count(st, v6 ? Icmp6InErrors : IcmpInErrors);
		stack_drop(st, p, "echo is off");
		return;
	}
	/* RFC1122-3.2.2.6-SRC, RFC4443-4.2-SRC: from the address that was asked, unless that is a group. */
	if (p->group && !ip_source_for(st, &s.destination, &s.source))
		return;
	if (!v6 && !defect(st, DEFECT_ICMP_ECHO_NO_OPTIONS)) {
		s.option_length = (uint8_t)ip_reply_options(st, p, options);
		s.options = options;
	}
	/* RFC1122-3.2.2.6-DATA, RFC4443-4.2-DATA, RFC792-ECHOID: everything goes back as it came. */
	memcpy(st->segment, p->payload, p->length);
	st->segment[0] = v6 ? ECHO_REPLY6 : ECHO_REPLY;
	if (defect(st, DEFECT_ICMP_ECHO_OTHER_ID))
		st->segment[5] ^= 1;
	if (defect(st, DEFECT_ICMP_ECHO_TRUNCATES) && s.length > ICMP_HEADER_BYTES + 8)
		s.length = ICMP_HEADER_BYTES + 8;
	icmp_finish(st, st->segment, &s);
	icmp_count(st, v6 ? 6 : 4, st->segment[0], true);
	ip_output(st, &s);
}

/* ---- errors ---- */

/* Read the headers of a quoted IPv6 packet. The offset of what they carry, or 0 when that is not in the quote. */
static size_t quoted_transport6(const uint8_t *bytes, size_t length, struct icmp_error *e)
{
	struct ipv6_header h;
	const char *why;
	size_t size = ipv6_parse(bytes, length, &h, &why);

	if (!size)
		return 0;
	e->tuple.source = h.source;
	e->tuple.destination = h.destination;
	e->protocol = h.protocol;
	return h.is_fragment && h.fragment_offset ? 0 : size;
}

static size_t quoted_transport4(const uint8_t *bytes, size_t length, struct icmp_error *e)
{
	struct ipv4_header h;
	const char *why;
	size_t size = ipv4_parse(bytes, length, &h, &why);

	if (!size || h.fragment_offset)
		return 0;
	e->tuple.source = h.source;
	e->tuple.destination = h.destination;
	e->protocol = h.protocol;
	e->quoted_total = h.total_length;
	return size;
}

/* Read the quoted packet. False: too little is quoted to tell which packet the error is about. */
static bool read_quote(const uint8_t *bytes, size_t length, uint8_t version, struct icmp_error *e)
{
	size_t at = version == 4 ? quoted_transport4(bytes, length, e)
	            : quoted_transport6(bytes, length, e);

	/* RFC1122-3.2.2-QUOTE: eight bytes of the transport header are always there. */
	if (!at || length - at < 8)
		return false;
	e->quoted = bytes + at;
	e->quoted_length = length - at;
	if (e->protocol == PROTOCOL_TCP || e->protocol == PROTOCOL_UDP || e->protocol == PROTOCOL_UDPLITE) {
		e->tuple.source_port = get16(e->quoted);
		e->tuple.destination_port = get16(e->quoted + 2);
	}
	if (e->protocol == PROTOCOL_TCP)
		e->seq = get32(e->quoted + 4);
	return true;
}

/* RFC 1191, 4: the MTU is in the last two bytes; RFC 4443, 3.2: in all four. RFC 792: the pointer is the first byte. */
static uint32_t error_info(const struct icmp_header *h, const struct meaning *m)
{
	if (m->version == 6)
		return h->rest;
	return m->severity == ICMP_TOO_BIG ? h->rest & 0xffff : h->rest >> 24;
}

/* What is silently discarded (RFC1122-3.2.2-UNKNOWN, RFC4443-2.4-B), Source Quench (RFC 6633, 3: RFC6633-3-IPMAY)
 * and redirects (RFC1122-3.2.2.2-BADREDIR) included, unless a defect takes it for an error. */
static const struct meaning *mistaken_meaning(const struct stack *st, const struct icmp_header *h, uint8_t version)
{
	static const struct meaning quench = { 4, QUENCH, 0, ICMP_SOFT, 0 };
	static const struct meaning redirect = { 4, REDIRECT, ANY_CODE, ICMP_SOFT, ENETUNREACH };

	static const struct meaning full = { 4, QUENCH, 0, ICMP_HARD, ECONNREFUSED };

	if (version == 4 && h->type == QUENCH && defect(st, DEFECT_TCP_QUENCH))
		return &quench;
	if (version == 4 && h->type == QUENCH && defect(st, DEFECT_UDP_QUENCH))
		return &full;
	return version == 4 && h->type == REDIRECT && defect(st, DEFECT_ICMP_REDIRECT_REPORTED) ? &redirect : NULL;
}

static void take_error(struct stack *st, const struct ip_packet *p, const struct icmp_header *h)
{
	struct icmp_error e = { .offender = p->source, .type = h->type, .code = h->code };
	const struct meaning *m = find_meaning(h, p->source.version);

	if (!m)
		m = mistaken_meaning(st, h, p->source.version);
	if (!m) {
		if (p->source.version == 4 && h->type > LAST_KNOWN_TYPE)
			count(st, IcmpInErrors);
		bool redirect = p->source.version == 4 && h->type == REDIRECT;
		stack_drop(st, p, redirect ? "ICMP redirect from no gateway of ours (RFC 1122, 3.2.2.2)"
		                           : "ICMP message that this host has no use for");
		return;
	}
	if (!read_quote(p->payload + ICMP_HEADER_BYTES, p->length - ICMP_HEADER_BYTES, p->source.version, &e)) {
		count(st, p->source.version == 4 ? IcmpInErrors : Icmp6InErrors);
		stack_drop(st, p, "ICMP error quotes too little");
		return;
	}
	/* RFC 8201, 4 (RFC8201-4-VALIDATE); RFC 5927, 4: it must be about a packet that we can have sent. */
	if (st->looping ? !ip_is_own(st, &e.tuple.source) : !stack_has_address(st, &e.tuple.source)) {
		count(st, p->source.version == 4 ? IcmpInErrors : Icmp6InErrors);
		stack_drop(st, p, "ICMP error about a packet that this host did not send");
		return;
	}
	bool exceeded = h->type == (p->source.version == 4 ? 11 : 3);
	if (exceeded && defect(st, DEFECT_ICMP_TIME_EXCEEDED_DROPPED))
		return;
	if (h->type == (p->source.version == 4 ? 12 : 4) && defect(st, DEFECT_ICMP_PARAMETER_DROPPED))
		return;
	e.severity = m->severity;
	e.error = m->error;
	e.info = error_info(h, m);
	if (!ip_transport_error(st, &e))
		stack_drop(st, p, "ICMP error for no transport");
}

static bool is_about_groups(uint8_t type)
{
	return (type >= MLD_QUERY && type <= MLD_DONE) || type == MLD_V2_REPORT;
}

static void icmp_input(struct stack *st, const struct ip_packet *p)
{
	struct icmp_header h;
	const char *why;

	count(st, p->source.version == 4 ? IcmpInMsgs : Icmp6InMsgs);
	if (!icmp_parse(p->payload, p->length, &h, &why)) {
		count(st, p->source.version == 4 ? IcmpInErrors : Icmp6InErrors);
		stack_drop(st, p, "ICMP message cut off");
		return;
	}
	/* RFC792-CKSUM, RFC4443-2.3-CKSUM. */
	uint16_t checksum = p->protocol == PROTOCOL_ICMPV6
	                    ? ip_payload_checksum(p) : checksum_finish(checksum_add(0, p->payload, p->length));
	if (checksum != 0 && !defect(st, DEFECT_ICMP_BAD_CHECKSUM_TAKEN)) {
		count(st, p->source.version == 4 ? IcmpInErrors : Icmp6InErrors);
		count(st, p->source.version == 4 ? IcmpInCsumErrors : Icmp6InCsumErrors);
		stack_drop(st, p, "wrong ICMP checksum");
		return;
	}
	icmp_count(st, p->source.version, h.type, false);
	if (h.type == (p->source.version == 6 ? ECHO_REQUEST6 : ECHO_REQUEST))
		echo(st, p);
	else if (p->source.version == 6 && is_about_groups(h.type))
		group_report_input6(st, p);
	else
		take_error(st, p, &h);
}

const struct protocol icmp_protocol = { .number = PROTOCOL_ICMP, .version = 4, .input = icmp_input };
const struct protocol icmpv6_protocol = { .number = PROTOCOL_ICMPV6, .version = 6, .input = icmp_input };
