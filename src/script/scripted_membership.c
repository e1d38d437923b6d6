/* SPDX-License-Identifier: MIT
 *
 * scripted_membership.c - lines of IGMP and MLD as the packet that is sent or expected
 *
 * Such a message is of no connection, so nothing in it is translated, and the packet is bytes at once. What a line does
 * not say is as the RFCs want it: one hop, the option that makes routers look (RFC 3376, 4; RFC 3810, 5), the address
 * that the message goes to, in queries a response time of ten seconds, a robustness of 2 and a query interval of 125 s.
 * A message that is injected comes from the remote address, or, with MLD, from the link address of the gateway.
 */
#include <inttypes.h>
#include <string.h>

#include "script/scripted_packet.h"
#include "wire/checksum.h"
#include "wire/codec.h"
#include "wire/membership.h"

enum {
	MESSAGE_BYTES = 2048, RECORD_HEAD = 4, TOS_OF_IGMP = 0xc0, MAX_IGMP = 100, MAX_MLD = 10000, ROBUSTNESS = 2,
	INTERVAL = 125,
};

struct message {
	const struct membership_kind *kind;
	uint8_t bytes[MESSAGE_BYTES];
	size_t length;
	const char *sum;                                     /* NULL: the right one; else "bad" or a number */
	int64_t sum_value;
};

static size_t address_size(const struct membership_kind *k)
{
	return k->ip_version == 4 ? 4 : 16;
}

static bool put_address(struct scripted_builder *b, struct message *m, const struct ip_address *address)
{
	size_t size = address_size(m->kind);

	if (m->length + size > sizeof(m->bytes))
		return scripted_error(b, b->spec->membership->loc, "too many groups and sources",
		                      "at most %d bytes fit", MESSAGE_BYTES);
	memcpy(m->bytes + m->length, address->bytes, size);
	m->length += size;
	return true;
}

/* Returns how many there are; -1 after reporting. */
static int put_sources(struct scripted_builder *b, struct message *m, const struct group_source *first)
{
	int count = 0;

	for (const struct group_source *s = first; s; s = s->next, count++)
		if (!put_address(b, m, &s->address))
			return -1;
	return count;
}

static bool put_record(struct scripted_builder *b, struct message *m, const struct group_spec *g)
{
	size_t at = m->length;

	if (!g->change)
		return scripted_error(b, g->loc, "a record without its type",
		                      "write is_in, is_ex, to_in, to_ex, allow or block behind the group");
	if (m->length + RECORD_HEAD > sizeof(m->bytes))
		return put_address(b, m, &g->address);
	m->length += RECORD_HEAD;
	if (!put_address(b, m, &g->address))
		return false;
	int count = put_sources(b, m, g->sources);
	m->bytes[at] = membership_change(g->change);
	put16(m->bytes + at + 2, (uint16_t)(count > 0 ? count : 0));
	return count >= 0;
}

static bool put_records(struct scripted_builder *b, struct message *m, const struct membership_spec *spec)
{
	uint16_t count = 0;

	for (const struct group_spec *g = spec->groups; g; g = g->next, count++)
		if (!put_record(b, m, g))
			return false;
	put16(m->bytes + 6, count);
	return count ? true : scripted_error(b, spec->loc, "a report of no group",
	                                     "write the groups behind it: igmp v3 report 224.1.2.3 to_ex");
}

/* At most one group, which every message but a query must have, and sources only in queries of the latest versions. */
static bool put_group(struct scripted_builder *b, struct message *m, const struct membership_spec *spec)
{
	const struct group_spec *g = spec->groups;
	bool query = !strcmp(m->kind->word, "query"), sources = membership_asks_for_sources(m->kind);

	if (!g)
		return query ? true : scripted_error(b, spec->loc, "a message of no group",
		                                     "'%s' names a group: igmp v2 report 224.1.2.3", m->kind->word);
	if (g->next)
		return scripted_error(b, g->next->loc, "too many groups", "this message has one");
	if (g->change)
		return scripted_error(b, g->change_loc, "a type of a record out of place",
		                      "only reports of igmp v3 and mld v2 have records");
	if (g->sources && !sources)
		return scripted_error(b, g->loc, "sources out of place",
		                      "queries of igmp v3 and mld v2 have sources, and reports of these");
	memcpy(m->bytes + (m->kind->ip_version == 4 ? 4 : 8), g->address.bytes, address_size(m->kind));
	if (!sources)
		return true;
	int count = put_sources(b, m, g->sources);
	put16(m->bytes + m->kind->head - 2, (uint16_t)(count > 0 ? count : 0));
	return count >= 0;
}

static void put_field(struct message *m, const char *word, int64_t value)
{
	const struct header_field *f = membership_field(m->kind->ip_version, word);

	if (f->bit + f->width <= m->kind->head * 8u)
		header_field_put(f, m->bytes, (uint32_t)value);
}

/* What a query says when the line does not: RFC 3376, 8; RFC 3810, 9. */
static void put_defaults(struct message *m)
{
	bool v4 = m->kind->ip_version == 4;

	if (strcmp(m->kind->word, "query") != 0 || !strcmp(m->kind->version, v4 ? "v1" : ""))
		return;
	put_field(m, "max", v4 ? MAX_IGMP : MAX_MLD);
	put_field(m, "qrv", ROBUSTNESS);
	put_field(m, "qqic", INTERVAL);
}

static bool set_field(struct scripted_builder *b, struct message *m, const struct field_spec *spec)
{
	const struct header_field *f = membership_field(m->kind->ip_version, spec->word);
	bool query = !strcmp(m->kind->word, "query");

	if (!f || (!f->checksum && (!query || f->bit + f->width > m->kind->head * 8u)))
		return scripted_error(b, spec->loc, arena_printf(b->arena, "unknown field '%s'", spec->word),
		                      query ? "a query has max and sum, and those of igmp v3 and mld v2 s, qrv and qqic"
		                            : "a report has sum");
	const int64_t most = (INT64_C(1) << f->width) - 1;
	if (spec->kind != FIELD_NUMBER && !f->checksum)
		return scripted_error(b, spec->loc, "a field has a number", "only a checksum is bad or ok");
	if (spec->number.range)
		return scripted_error(b, spec->loc, "a field with several values",
		                      "a message about groups has one number here");
	if (spec->kind == FIELD_NUMBER && !scripted_range(b, spec->loc, spec->number.value, most,
	                                                  arena_printf(b->arena, "%s out of range", f->word)))
		return false;
	if (!f->checksum)
		header_field_put(f, m->bytes, (uint32_t)spec->number.value);
	else if (spec->kind != FIELD_OK)
		m->sum = spec->kind == FIELD_BAD ? "bad" : "number";
	m->sum_value = f->checksum ? spec->number.value : m->sum_value;
	return true;
}

static void put_checksum(struct message *m, const struct ip_address *source, const struct ip_address *destination)
{
	uint32_t sum = m->kind->ip_version == 6 ? checksum_pseudo(source, destination, PROTOCOL_ICMPV6, m->length) : 0;
	uint16_t right;

	put16(m->bytes + 2, 0);
	right = checksum_finish(checksum_add(sum, m->bytes, m->length));
	put16(m->bytes + 2, !m->sum ? right : *m->sum == 'b' ? right ^ 1 : (uint16_t)m->sum_value);
}

static struct ip_address destination_of(struct scripted_builder *b, const struct message *m)
{
	const struct group_spec *g = b->spec->membership->groups;
	bool v4 = m->kind->ip_version == 4;
	struct ip_address to = { 0 };

	if (b->spec->addresses[1])
		return *b->spec->addresses[1];
	if (!m->kind->to && g)
		return g->address;
	ip_address_parse(m->kind->to ? m->kind->to : v4 ? "224.0.0.1" : "ff02::1", &to);
	return to;
}

/* The IP header: of all packets only these have one hop and a router alert. */
static void make_ip(struct scripted_builder *b, const struct message *m, struct header *ip)
{
	static const uint8_t alert4[] = { 148, 4, 0, 0 }, alert6[] = { PROTOCOL_ICMPV6, 0, 5, 2, 0, 0, 1, 0 };
	const struct ip_info *info = &b->spec->info;
	const struct ip_address *source = b->spec->addresses[0], destination = destination_of(b, m);
	bool first = m->kind->ip_version == 4 && m->kind->version && m->kind->version[1] == '1';
	uint8_t hops = info->ttl ? (uint8_t)info->ttl : 1;

	if (m->kind->ip_version == 4) {
		ip->type = HEADER_IPV4;
		ip->ipv4 = (struct ipv4_header){
			.tos = info->tos_check ? (uint8_t)info->tos : TOS_OF_IGMP, .ttl = hops,
			.protocol = PROTOCOL_IGMP,
			.source = source ? *source : b->config->remote_ip, .destination = destination,
			.option_length = first ? 0 : sizeof(alert4),
		};
		memcpy(ip->ipv4.options, alert4, sizeof(alert4));
		return;
	}
	ip->type = HEADER_IPV6;
	ip->ipv6 = (struct ipv6_header){
		.traffic_class = (uint8_t)info->tos, .hop_limit = hops, .protocol = PROTOCOL_ICMPV6,
		.source = source ? *source : b->config->gateway_linklocal_ip, .destination = destination,
		.extension_length = sizeof(alert6),
	};
	memcpy(ip->ipv6.extensions, alert6, sizeof(alert6));
}

bool scripted_membership(struct scripted_builder *b)
{
	const struct membership_spec *spec = b->spec->membership;
	struct raw_bytes *raw = arena_new_object(b->arena, struct raw_bytes);
	struct message m = { .kind = spec->kind };
	bool ok = true;

	if (!m.kind)
		return false;
	if ((m.kind->ip_version == 6) != b->ipv6)
		return scripted_error(b, spec->loc, b->ipv6 ? "IGMP in a script of IPv6" : "MLD in a script of IPv4",
		                      b->ipv6 ? "groups of IPv6 have mld" : "groups of IPv4 have igmp");
	m.length = m.kind->head;
	m.bytes[0] = m.kind->type;
	put_defaults(&m);
	if (!(m.kind->records ? put_records(b, &m, spec) : put_group(b, &m, spec)))
		return false;
	for (const struct field_spec *f = b->spec->fields; f; f = f->next)
		ok &= set_field(b, &m, f);
	struct packet packet = { .header_count = 1, .payload = m.bytes, .payload_length = m.length };
	make_ip(b, &m, &packet.headers[0]);
	const struct header *ip = &packet.headers[0];
	put_checksum(&m, ip->type == HEADER_IPV4 ? &ip->ipv4.source : &ip->ipv6.source,
	             ip->type == HEADER_IPV4 ? &ip->ipv4.destination : &ip->ipv6.destination);
	raw->bytes = arena_alloc(b->arena, IPV6_HEADER_BYTES + 8 + m.length);
	packet_fill_lengths(&packet);
	raw->length = packet_build_with_checksums(&packet, raw->bytes, IPV6_HEADER_BYTES + 8 + m.length);
	raw->any = arena_new_array(b->arena, bool, raw->length);
	b->scripted->raw = raw;
	b->scripted->membership = true;
	return ok;
}
