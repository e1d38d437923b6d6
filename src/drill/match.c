/* SPDX-License-Identifier: MIT
 *
 * match.c - the comparison of packets
 *
 * Comparing means to walk over tables. For each type of header there is a list of rules, a field and how to get its
 * number, and apply_rules() holds the two packets against each other. Only what a table cannot say is a function of its
 * own: the type of service (of which a script may mean a part), the TTL (of which some values mean nothing), options,
 * labels, data.
 *
 * The order of the tables is part of the interface. The first difference is what the original tool prints and then
 * stops, so its scripts and the people who read its output know exactly one sentence for each fault. Sorting a table
 * would change which sentence that is.
 *
 * A note has the same difference twice: as one sentence in the old wording, and as field, expected and observed value.
 * Programs that read results use the second form, so the sentence never needs to be taken apart.
 *
 * Ranges are in no table. loose.c has put what came in their places, or left these as they are if it does not fit, so
 * here they matter only for how the expected value is printed. The TTL and the amount of data are the exceptions: their
 * ranges are tried here.
 */
#include "drill/match.h"

#include <inttypes.h>
#include <string.h>

#include "drill/loose.h"
#include "drill/quoted.h"
#include "script/print.h"
#include "util/buf.h"
#include "wire/tcp_option.h"

/* ---- reporting ---- */

static void note(const struct match *m, enum packet_field field, const char *expected, const char *observed,
                 const char *text)
{
	record_field_mismatch(m->record, m->entry, field, expected, observed, text);
}

/* The field that was noted last is called as the line calls it; the old sentence stays as it is. */
static void call_it(const struct match *m, const char *name)
{
	for (struct mismatch *last = m->entry->mismatches; last; last = last->next)
		if (!last->next)
			last->field = name;
}

static const char *range_text(struct arena *arena, const struct number_range *range)
{
	struct buf b = BUF_INIT;

	if (range->kind == NUMBER_SPAN && range->low == range->high)
		buf_printf(&b, "%" PRId64, range->low);
	else
		number_range_print(&b, range);
	const char *text = arena_strdup(arena, b.data);
	buf_free(&b);
	return text;
}

/* In the wording of the original, which prints every number twice. Scripts that look for these
 * sentences exist. */
static void differ(const struct match *m, enum packet_field field, uint32_t expected, uint32_t observed)
{
	struct arena *arena = m->record->arena;
	const struct number_range *range = loose_range(m->scripted, field);

	if (range) {
		const char *text = range_text(arena, range);
		note(m, field, text, arena_printf(arena, "%u", observed),
		     arena_printf(arena, "live packet field %s: expected: %s vs actual: %u (0x%x)",
		                  packet_fields[field].name, text, observed, observed));
		return;
	}
	note(m, field, arena_printf(arena, "%u (0x%x)", expected, expected),
			arena_printf(arena, "%u (0x%x)", observed, observed),
			arena_printf(arena, "live packet field %s: expected: %u (0x%x) vs actual: %u (0x%x)",
				     packet_fields[field].name, expected, expected, observed, observed));
}

/* Numbers of up to 32 bits, which is what headers have; what is longer has a function of its own. */
static void compare(const struct match *m, enum packet_field field, uint32_t expected, uint32_t observed)
{
	if (expected != observed)
		differ(m, field, expected, observed);
}

/* ---- fields of each layer, in the order in which they are compared ---- */

struct field_rule {
	enum packet_field field;
	uint32_t (*get)(const struct header *h);
	bool strict_only;                                    /* not looked at when segments are joined */
};

static uint32_t ipv4_version(const struct header *h) { (void)h; return 4; }
static uint32_t ipv4_protocol(const struct header *h) { return h->ipv4.protocol; }
static uint32_t ipv4_header_length(const struct header *h) { return h->ipv4.header_length; }
static uint32_t ipv4_total_length(const struct header *h) { return h->ipv4.total_length; }
static uint32_t ipv4_ttl(const struct header *h) { return h->ipv4.ttl; }
static uint32_t ipv6_hop_limit(const struct header *h) { return h->ipv6.hop_limit; }
static uint32_t ipv6_version(const struct header *h) { (void)h; return 6; }
static uint32_t ipv6_payload_length(const struct header *h) { return h->ipv6.payload_length; }
static uint32_t ipv6_next_header(const struct header *h) { return h->ipv6.next_header; }
static uint32_t tcp_data_offset(const struct header *h) { return h->tcp.data_offset; }
static uint32_t tcp_fin(const struct header *h) { return !!(h->tcp.flags & TCP_FIN); }
static uint32_t tcp_syn(const struct header *h) { return !!(h->tcp.flags & TCP_SYN); }
static uint32_t tcp_rst(const struct header *h) { return !!(h->tcp.flags & TCP_RST); }
static uint32_t tcp_psh(const struct header *h) { return !!(h->tcp.flags & TCP_PSH); }
static uint32_t tcp_ack(const struct header *h) { return !!(h->tcp.flags & TCP_ACK); }
static uint32_t tcp_urg(const struct header *h) { return !!(h->tcp.flags & TCP_URG); }
static uint32_t tcp_ece(const struct header *h) { return !!(h->tcp.flags & TCP_ECE); }
static uint32_t tcp_cwr(const struct header *h) { return !!(h->tcp.flags & TCP_CWR); }
static uint32_t tcp_ae(const struct header *h) { return !!(h->tcp.flags & TCP_AE); }
static uint32_t tcp_reserved(const struct header *h) { return (h->tcp.flags & TCP_RESERVED) >> 9; }
static uint32_t tcp_seq(const struct header *h) { return h->tcp.seq; }
static uint32_t tcp_ack_seq(const struct header *h) { return h->tcp.ack; }
static uint32_t tcp_window(const struct header *h) { return h->tcp.window; }
static uint32_t tcp_urgent(const struct header *h) { return h->tcp.urgent; }
static uint32_t udp_length(const struct header *h) { return h->udp.length; }
static uint32_t udp_source_port(const struct header *h) { return h->udp.source_port; }
static uint32_t udp_destination_port(const struct header *h) { return h->udp.destination_port; }
static uint32_t icmp_type(const struct header *h) { return h->icmp.type; }
static uint32_t icmp_code(const struct header *h) { return h->icmp.code; }

/* The three bits that AccECN uses as one counter (RFC 9768). A script may write the counter, as a
 * digit among the flags. */
static uint32_t tcp_ace(const struct header *h)
{
	return tcp_ae(h) << 2 | tcp_cwr(h) << 1 | tcp_ece(h);
}

static const struct field_rule ipv4_rules[] = {
	{ PACKET_FIELD_IPV4_VERSION, ipv4_version, false },
	{ PACKET_FIELD_IPV4_PROTOCOL, ipv4_protocol, false },
	{ PACKET_FIELD_IPV4_HEADER_LENGTH, ipv4_header_length, false },
	{ PACKET_FIELD_IPV4_TOTAL_LENGTH, ipv4_total_length, true },
	{ 0 },
};

static const struct field_rule ipv6_rules[] = {
	{ PACKET_FIELD_IPV6_VERSION, ipv6_version, false },
	{ PACKET_FIELD_IPV6_PAYLOAD_LEN, ipv6_payload_length, true },
	{ PACKET_FIELD_IPV6_NEXT_HEADER, ipv6_next_header, false },
	{ 0 },
};

static const struct field_rule tcp_rules[] = {
	{ PACKET_FIELD_TCP_DATA_OFFSET, tcp_data_offset, false },
	{ PACKET_FIELD_TCP_FIN, tcp_fin, true },
	{ PACKET_FIELD_TCP_SYN, tcp_syn, false },
	{ PACKET_FIELD_TCP_RST, tcp_rst, false },
	{ PACKET_FIELD_TCP_PSH, tcp_psh, true },
	{ PACKET_FIELD_TCP_ACK, tcp_ack, false },
	{ PACKET_FIELD_TCP_URG, tcp_urg, false },
	{ 0 },
};

/* E, W and A: as one number when the script wrote one, else one by one. */
static const struct field_rule tcp_ace_rules[] = { { PACKET_FIELD_TCP_ACE, tcp_ace, false }, { 0 } };
static const struct field_rule tcp_ecn_rules[] = {
	{ PACKET_FIELD_TCP_ECE, tcp_ece, false },
	{ PACKET_FIELD_TCP_CWR, tcp_cwr, true },
	{ PACKET_FIELD_TCP_AE, tcp_ae, false },
	{ 0 },
};

static const struct field_rule tcp_number_rules[] = {
	{ PACKET_FIELD_TCP_RESERVED_BITS, tcp_reserved, false },
	{ PACKET_FIELD_TCP_SEQ, tcp_seq, false },
	{ PACKET_FIELD_TCP_ACK_SEQ, tcp_ack_seq, false },
	{ 0 },
};
static const struct field_rule tcp_window_rules[] = { { PACKET_FIELD_TCP_WINDOW, tcp_window, false }, { 0 } };
static const struct field_rule tcp_urgent_rules[] = { { PACKET_FIELD_TCP_URG_PTR, tcp_urgent, false }, { 0 } };
/* Compared when segments are joined; a packet line has its own rule for them. */
static const struct field_rule ttl_rules[] = { { PACKET_FIELD_TTL, ipv4_ttl, false }, { 0 } };
static const struct field_rule hop_limit_rules[] = { { PACKET_FIELD_TTL, ipv6_hop_limit, false }, { 0 } };
static const struct field_rule udp_rules[] = { { PACKET_FIELD_UDP_LEN, udp_length, true }, { 0 } };
static const struct field_rule tunnel_rules[] = {
	{ PACKET_FIELD_UDP_SOURCE_PORT, udp_source_port, false },
	{ PACKET_FIELD_UDP_DESTINATION_PORT, udp_destination_port, false }, { 0 },
};
static const struct field_rule udplite_rules[] = { { PACKET_FIELD_UDPLITE_COV, udp_length, false }, { 0 } };
static const struct field_rule icmp_rules[] = {
	{ PACKET_FIELD_ICMP_TYPE, icmp_type, false },
	{ PACKET_FIELD_ICMP_CODE, icmp_code, false },
	{ 0 },
};

/* All fields of one table, in its order. */
static void apply_rules(const struct match *m, const struct field_rule *rules, const struct header *expected,
                        const struct header *observed)
{
	for (; rules->field; rules++)
		compare(m, rules->field, rules->get(expected), rules->get(observed));
}

/* ---- IP: type of service and TTL ---- */

/* The byte has two fields, and a script says which it means: the whole byte, or only DSCP or ECN. */
static void match_tos(const struct match *m, int layer, uint8_t observed)
{
	uint8_t expected = m->scripted->ip_checks[layer].tos;
	uint8_t ecn = observed & 3;

	switch (m->scripted->ip_checks[layer].tos_check) {
	case TOS_UNCHECKED:
		break;
	case TOS_ECN:
		compare(m, PACKET_FIELD_IP_ECN, expected & 3, ecn);
		break;
	case TOS_DSCP:
		compare(m, PACKET_FIELD_DSCP, expected >> 2, observed >> 2);
		break;
	case TOS_BYTE:
		compare(m, PACKET_FIELD_TOS, expected, observed);
		if (expected != observed && m->scripted->ip_checks[layer].says_class)
			call_it(m, "class");
		break;
	case TOS_ECT01:
		if (ecn != 1 && ecn != 2)
			note(m, PACKET_FIELD_IP_ECN, "0x1 or 0x2",
			                arena_printf(m->record->arena, "0x%x", ecn),
			                arena_printf(m->record->arena,
			                             "live packet field ip_ecn: expected: 0x1 or 0x2 vs actual: 0x%x",
			                             ecn));
	}
}

/* 0 and 255 are what a line has that says nothing. They are not compared: the value depends on the stack and its
 * settings. */
static void match_ttl(const struct match *m, int layer, uint8_t observed)
{
	const struct number_range *range = m->scripted->ip_checks[layer].ttl_range;
	uint8_t expected = m->scripted->ip_checks[layer].ttl;
	struct arena *arena = m->record->arena;

	if (range && !number_range_has(range, observed))
		note(m, PACKET_FIELD_TTL, range_text(arena, range), arena_printf(arena, "%u", observed),
		     arena_printf(arena, "live packet field ttl: expected: %s vs actual: %u", range_text(arena, range),
		                  observed));
	else if (!range && expected != 0 && expected != 255 && expected != observed)
		compare(m, PACKET_FIELD_TTL, expected, observed);
	else
		return;
	if (m->scripted->ip_checks[layer].says_hlim)
		call_it(m, "hlim");
}

static const char *bytes_text(struct arena *arena, const uint8_t *bytes, size_t length)
{
	struct buf b = BUF_INIT;

	for (size_t i = 0; i < length; i++)
		buf_printf(&b, "%02x", bytes[i]);
	const char *text = length ? arena_strdup(arena, b.data) : "none";
	buf_free(&b);
	return text;
}

/* Options and extension headers byte by byte. Where a line has none, the lengths of the headers tell. */
static void match_parts(const struct match *m, const uint8_t *want, size_t wanted, const uint8_t *got, size_t length)
{
	struct arena *arena = m->record->arena;

	if (!wanted || (wanted == length && !memcmp(want, got, length)))
		return;
	const char *expected = bytes_text(arena, want, wanted), *observed = bytes_text(arena, got, length);
	note(m, PACKET_FIELD_IP_OPTIONS, expected, observed,
	     arena_printf(arena, "live packet field ip_options: expected: %s vs actual: %s", expected, observed));
}

/* The addresses that the line writes; others are those of the connection. */
static void match_addresses(const struct match *m, int layer, const struct ip_address *source,
                            const struct ip_address *destination)
{
	const struct ip_address *const *want = m->scripted->ip_checks[layer].addresses;
	const struct ip_address *got[] = { source, destination };
	struct arena *arena = m->record->arena;

	for (size_t i = 0; i < ARRAY_LEN(got); i++) {
		enum packet_field v4 = i ? PACKET_FIELD_IPV4_DESTINATION : PACKET_FIELD_IPV4_SOURCE;
		enum packet_field v6 = i ? PACKET_FIELD_IPV6_DESTINATION : PACKET_FIELD_IPV6_SOURCE;
		enum packet_field field = source->version == 4 ? v4 : v6;
		char expected[IP_ADDRESS_TEXT], observed[IP_ADDRESS_TEXT];
		if (!want[i] || ip_address_equal(want[i], got[i]))
			continue;
		ip_address_print(want[i], expected);
		ip_address_print(got[i], observed);
		note(m, field, arena_strdup(arena, expected), arena_strdup(arena, observed),
		     arena_printf(arena, "live packet field %s: expected: %s vs actual: %s", packet_fields[field].name,
		                  expected, observed));
	}
}

static void match_ipv4(const struct match *m, int layer, const struct header *expected, const struct header *observed)
{
	const struct ipv4_header *want = &expected->ipv4, *got = &observed->ipv4;

	match_addresses(m, layer, &got->source, &got->destination);
	match_parts(m, want->options, want->option_length, got->options, got->option_length);
	apply_rules(m, ipv4_rules, expected, observed);
	match_tos(m, layer, observed->ipv4.tos);
	match_ttl(m, layer, observed->ipv4.ttl);
}

static void match_ipv6(const struct match *m, int layer, const struct header *expected, const struct header *observed)
{
	const struct ipv6_header *want = &expected->ipv6, *got = &observed->ipv6;

	match_addresses(m, layer, &got->source, &got->destination);
	match_parts(m, want->extensions, want->extension_length, got->extensions, got->extension_length);
	apply_rules(m, ipv6_rules, expected, observed);
	match_tos(m, layer, observed->ipv6.traffic_class);
	match_ttl(m, layer, observed->ipv6.hop_limit);
}

/* ---- tunnels ---- */

/* Optional fields are compared where the line has them. Their presence is part of the flags, which are
 * compared anyway. */
static void match_gre(const struct match *m, int layer, const struct header *expected, const struct header *observed)
{
	const struct gre_header *want = &expected->gre, *got = &observed->gre;
	const struct {
		enum packet_field field;
		uint16_t flag;
		uint32_t want, got;
	} fields[] = {
		{ PACKET_FIELD_GRE_SUM, GRE_CHECKSUM, want->checksum, got->checksum },
		{ PACKET_FIELD_GRE_OFF, GRE_CHECKSUM, want->offset, got->offset },
		{ PACKET_FIELD_GRE_KEY, GRE_KEY, want->key, got->key },
		{ PACKET_FIELD_GRE_SEQ, GRE_SEQUENCE, want->sequence, got->sequence },
	};
	struct arena *arena = m->record->arena;

	(void)layer;
	compare(m, PACKET_FIELD_GRE_LEN, (uint32_t)gre_size(want), (uint32_t)gre_size(got));
	if (want->flags != got->flags)
		note(m, PACKET_FIELD_GRE_FLAGS, arena_printf(arena, "0x%04x", want->flags),
				arena_printf(arena, "0x%04x", got->flags), "mismatch in GRE flags");
	if (want->protocol != got->protocol)
		note(m, PACKET_FIELD_GRE_PROTO, arena_printf(arena, "0x%04x", want->protocol),
				arena_printf(arena, "0x%04x", got->protocol), "mismatch in GRE proto");
	for (size_t i = 0; i < ARRAY_LEN(fields); i++)
		if (want->flags & fields[i].flag && fields[i].want != fields[i].got)
			note(m, fields[i].field, arena_printf(arena, "%u", fields[i].want),
					arena_printf(arena, "%u", fields[i].got),
					arena_printf(arena, "mismatch in GRE %s",
					     packet_fields[fields[i].field].name + strlen("gre_")));
}

static const char *mpls_text(struct arena *arena, const struct mpls_entry *e)
{
	return arena_printf(arena, "(label %u, tc %u,%s ttl %u)", e->label, e->traffic_class, e->bottom ? " [S]," : "",
			    e->ttl);
}

/* Entry by entry, from the outermost. If the depth differs they cannot be paired. */
static void match_mpls(const struct match *m, int layer, const struct header *expected, const struct header *observed)
{
	const struct mpls_header *want = &expected->mpls, *got = &observed->mpls;
	struct arena *arena = m->record->arena;

	(void)layer;
	if (want->depth != got->depth) {
		note(m, PACKET_FIELD_MPLS_DEPTH, arena_printf(arena, "%u", want->depth),
				arena_printf(arena, "%u", got->depth), "mismatch in MPLS label stack depth");
		return;
	}
	for (int i = 0; i < want->depth; i++) {
		const struct mpls_entry *a = &want->stack[i], *b = &got->stack[i];
		if (a->label != b->label || a->traffic_class != b->traffic_class || a->bottom != b->bottom ||
		    a->ttl != b->ttl)
			note(m, PACKET_FIELD_MPLS_LABEL, mpls_text(arena, a), mpls_text(arena, b),
					arena_printf(arena, "mismatch in MPLS label %d", i));
	}
}

/* ---- transport ---- */

/* The order is that of the old wording: flags before numbers, the window last but one, and only if it
 * is written. */
static void match_tcp(const struct match *m, int layer, const struct header *expected, const struct header *observed)
{
	(void)layer;
	apply_rules(m, tcp_rules, expected, observed);
	apply_rules(m, m->scripted->ace ? tcp_ace_rules : tcp_ecn_rules, expected, observed);
	apply_rules(m, tcp_number_rules, expected, observed);
	if (m->scripted->has_window)
		apply_rules(m, tcp_window_rules, expected, observed);
	apply_rules(m, tcp_urgent_rules, expected, observed);
}

/* The ports of a datagram are those of the connection; around a segment they are those of the line. */
static void match_udp(const struct match *m, int layer, const struct header *expected, const struct header *observed)
{
	bool outer = layer + 1 < m->scripted->packet.header_count;

	apply_rules(m, outer ? tunnel_rules : udp_rules, expected, observed);
}

/* UDP-Lite has the coverage where UDP has its length, so the two share a field of the header. */
static void match_udplite(const struct match *m, int layer, const struct header *expected,
                          const struct header *observed)
{
	(void)layer;
	apply_rules(m, udplite_rules, expected, observed);
}

static void match_icmp(const struct match *m, int layer, const struct header *expected, const struct header *observed)
{
	(void)layer;
	apply_rules(m, icmp_rules, expected, observed);
}

static void (*const layer_matchers[HEADER_TYPES])(const struct match *, int, const struct header *,
                                                  const struct header *) = {
	[HEADER_IPV4] = match_ipv4,   [HEADER_IPV6] = match_ipv6,     [HEADER_GRE] = match_gre,
	[HEADER_MPLS] = match_mpls,   [HEADER_TCP] = match_tcp,       [HEADER_UDP] = match_udp,
	[HEADER_UDPLITE] = match_udplite,
	[HEADER_ICMPV4] = match_icmp, [HEADER_ICMPV6] = match_icmp,
};

/* Layers are paired from outside. If their number or a type differs, the fields behind it belong to
 * different things, and comparing them would only list everything. */
void match_headers(const struct match *m, const struct packet *expected, const struct packet *observed)
{
	struct arena *arena = m->record->arena;

	if (expected->header_count != observed->header_count) {
		note(
		        m, PACKET_FIELD_HEADERS, arena_printf(arena, "%d headers", expected->header_count),
		        arena_printf(arena, "%d headers", observed->header_count),
		        arena_printf(arena, "live packet header layers: expected: %d headers vs actual: %d headers",
		                     expected->header_count, observed->header_count));
		return;
	}
	for (int i = 0; i < expected->header_count; i++) {
		enum header_type want = expected->headers[i].type, got = observed->headers[i].type;
		if (want != got) {
			note(
			        m, PACKET_FIELD_HEADERS, header_type_name[want], header_type_name[got],
			        arena_printf(arena,
			                     "live packet header layer %d: expected: %s header vs actual: %s header", i,
			                     header_type_name[want], header_type_name[got]));
			return;
		}
		layer_matchers[want](m, i, &expected->headers[i], &observed->headers[i]);
	}
}

/* ---- options ---- */

/* Options that are not compared still count in the lengths of three headers, so they are taken over
 * from what came. */
struct packet *match_expectation(struct record *record, const struct scripted_packet *scripted,
                                 const struct packet *observed)
{
	struct packet *expected = arena_copy(record->arena, &scripted->packet, sizeof(*expected));

	loose_adopt(scripted, expected, observed);
	if (quoted_fits(scripted, observed)) {
		expected->payload_length = observed->payload_length;
		packet_fill_lengths(expected);
	}
	return expected;
}

static const char *option_text(struct arena *arena, const struct tcp_option *option)
{
	struct buf b = BUF_INIT;

	tcp_option_print(&b, option);
	const char *text = arena_strdup(arena, b.data);
	buf_free(&b);
	return text;
}

static const char *options_text(struct arena *arena, const struct tcp_header *tcp)
{
	struct buf b = BUF_INIT;
	const char *why;

	tcp_options_print(&b, tcp->options, tcp->option_length, &why);
	const char *text = arena_strdup(arena, b.data);
	buf_free(&b);
	return text;
}

static const char *pattern_text(struct arena *arena, const struct scripted_packet *scripted)
{
	struct buf b = BUF_INIT;

	option_specs_print(&b, scripted->option_pattern, scripted->option_order);
	const char *text = arena_strdup(arena, b.data);
	buf_free(&b);
	return text;
}

/* One pair of options of the same kind. The value of a time-stamp has its own rule, and its echo is never compared. */
static void match_option(const struct match *m, const struct tcp_option *want, const struct tcp_option *got)
{
	bool length_differs = want->length != got->length;

	if (want->kind == TCP_OPTION_NOP || want->kind == TCP_OPTION_EOL || want->kind == TCP_OPTION_TS)
		return;
	if (!length_differs && !memcmp(want->data, got->data, want->length - 2u))
		return;
	struct arena *arena = m->record->arena;
	const char *expected = option_text(arena, want), *observed = option_text(arena, got);
	note(m, PACKET_FIELD_TCP_OPTIONS, expected, observed,
			arena_printf(arena, "bad %s in outbound TCP option (kind=%d): expected: %s actual: %s",
				     length_differs ? "length" : "value", want->kind, expected, observed));
}

/* All octets of the area: a line that spells them out means each of them. */
static void match_literal_options(const struct match *m, const struct tcp_header *want, const struct tcp_header *got)
{
	if (want->option_length != got->option_length || memcmp(want->options, got->options, want->option_length))
		note(m, PACKET_FIELD_TCP_OPTIONS, options_text(m->record->arena, want),
		     options_text(m->record->arena, got), "bad outbound TCP options");
}

/* Options are compared in their order, padding included: where an option stands is visible on the wire, and a script
 * that says so means it. From the first one of another kind on, the lists have nothing in common. */
void match_tcp_options(const struct match *m, const struct packet *expected, const struct packet *observed)
{
	const struct tcp_header *want = &packet_transport(expected)->tcp, *got = &packet_transport(observed)->tcp;
	size_t want_at = 0, got_at = 0;
	struct tcp_option a, b;
	const char *why = NULL;

	if (m->scripted->literal_options) {
		match_literal_options(m, want, got);
		return;
	}
	if (!loose_options_fit(m->scripted, got)) {
		note(m, PACKET_FIELD_TCP_OPTIONS, pattern_text(m->record->arena, m->scripted),
		     options_text(m->record->arena, got), "bad outbound TCP options");
		return;
	}
	for (;;) {
		int more = tcp_option_next(want->options, want->option_length, &want_at, &a, &why);
		int live = tcp_option_next(got->options, got->option_length, &got_at, &b, &why);
		if (more != live || (more > 0 && a.kind != b.kind)) {
			note(m, PACKET_FIELD_TCP_OPTIONS, options_text(m->record->arena, want),
					options_text(m->record->arena, got),
					live < 0 ? why : "bad outbound TCP options");
			return;
		}
		if (more <= 0)
			return;
		match_option(m, &a, &b);
	}
}

void match_option_area(const struct match *m, const struct packet *observed)
{
	const struct header *transport = packet_transport(observed);
	struct buf problem = BUF_INIT;

	if (transport->type == HEADER_TCP && !m->scripted->odd_options &&
	    !tcp_options_check(transport->tcp.options, transport->tcp.option_length, &problem))
		note(m, PACKET_FIELD_TCP_OPTIONS, NULL, NULL, problem.data);
	buf_free(&problem);
}

/* How much data there is, where a line leaves that open. */
void match_data_range(const struct match *m, const struct packet *observed)
{
	struct arena *arena = m->record->arena;
	const struct number_range *length = m->scripted->ranges.length, *end = m->scripted->ranges.seq_end;
	const char *got = arena_printf(arena, "%zu bytes", observed->payload_length);

	if (length && !number_range_has(length, (int64_t)observed->payload_length)) {
		const char *want = arena_printf(arena, "%s bytes", range_text(arena, length));
		note(m, PACKET_FIELD_PAYLOAD, want, got,
		     arena_printf(arena, "live packet payload: expected %s vs actual %s", want, got));
	} else if (!loose_end_fits(m->scripted, observed)) {
		const char *want = end ? range_text(arena, end) : arena_printf(arena, "%u", m->scripted->seq_end);
		uint32_t last = packet_transport(observed)->tcp.seq + (uint32_t)observed->payload_length;
		note(m, PACKET_FIELD_PAYLOAD, arena_printf(arena, "up to %s", want),
		     arena_printf(arena, "up to %u", last),
		     arena_printf(arena, "live packet payload: expected to end at %s but ends at %u", want, last));
	}
}

/* What is carried from byte @at on, as a script writes it; @bytes NULL: zeros. */
static const char *contents_text(struct arena *arena, const uint8_t *bytes, size_t length, size_t at)
{
	enum { SHOWN = 40 };
	struct buf b = BUF_INIT;
	size_t zeros = at;

	while (bytes && zeros < length && !bytes[zeros])
		zeros++;
	if (!bytes || zeros == length)
		buf_puts(&b, "zeros");
	else
		buf_add_string(&b, bytes + at, length - at, SHOWN);
	buf_printf(&b, " at byte %zu", at);
	const char *text = arena_strdup(arena, b.data);
	buf_free(&b);
	return text;
}

/* Without contents in the line all payload is zeros, because calls of a script send zeros. Any other byte comes from
 * somewhere else. */
void match_payload(const struct match *m, const struct packet *observed)
{
	const uint8_t *want = m->scripted->packet.payload, *got = observed->payload;
	size_t at = 0, length = observed->payload_length;

	if (!got || (want && length > m->scripted->packet.payload_length))
		return;                                      /* the length is judged by itself */
	while (at < length && got[at] == (want ? want[at] : 0))
		at++;
	if (at == length)
		return;
	note(m, PACKET_FIELD_PAYLOAD, contents_text(m->record->arena, want, length, at),
	     contents_text(m->record->arena, got, length, at), "incorrect outbound data payload");
	if (!want && !m->entry->explanation)
		m->entry->explanation = "The data of a packet is expected to be zeros, unless its line ends in "
		                        "contents, as in > P. 1:6(5) ack 1 \"hello\".";
}

/* ---- joining segments ---- */

/* The first field that keeps two segments apart, as a sentence; NULL: none of these does. */
static const char *rules_differ(struct arena *arena, const struct field_rule *rules, const struct header *a,
                                const struct header *b)
{
	for (; rules->field; rules++) {
		uint32_t want = rules->get(a), got = rules->get(b);
		if (!rules->strict_only && want != got)
			return arena_printf(arena, "live packet field %s: expected: %u (0x%x) vs actual: %u (0x%x)",
					    packet_fields[rules->field].name, want, want, got, got);
	}
	return NULL;
}

/* The rules of each layer for joining; ended by NULL. */
static const struct field_rule *const joining_rules[HEADER_TYPES][6] = {
	[HEADER_IPV4] = { ipv4_rules, ttl_rules },
	[HEADER_IPV6] = { ipv6_rules, hop_limit_rules },
	[HEADER_TCP] = { tcp_rules, tcp_ecn_rules, tcp_number_rules, tcp_window_rules, tcp_urgent_rules },
};

/* The next segment must continue the one before it and agree with it in everything that is not about
 * cutting data. The sentence is about the first field that does not. */
const char *match_joinable(struct record *record, const struct packet *previous, const struct packet *next)
{
	struct arena *arena = record->arena;

	if (previous->header_count != next->header_count)
		return arena_printf(
		        arena, "aggregate candidate packet header layers: expected: %d headers vs actual: %d headers",
		        previous->header_count, next->header_count);
	for (int i = 0; i < previous->header_count; i++) {
		struct header a = previous->headers[i];
		const struct header *b = &next->headers[i];
		const char *text = NULL;
		if (a.type != b->type)
			return arena_printf(
			        arena,
			        "aggregate candidate packet header layers: layer %d: expected: %s header "
			        "vs actual: %s header",
			        i, header_type_name[a.type], header_type_name[b->type]);
		if (a.type == HEADER_TCP)
			a.tcp.seq += (uint32_t)previous->payload_length;
		for (const struct field_rule *const *rules = joining_rules[a.type]; *rules && !text; rules++)
			text = rules_differ(arena, *rules, &a, b);
		if (text)
			return text;
	}
	return NULL;
}
