/* SPDX-License-Identifier: MIT
 *
 * words.c - packets, results and times in the words of the language
 */
#include "report/observed/words.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "wire/icmp_words.h"
#include "wire/ip_part.h"
#include "wire/tcp_option.h"

/* ---- packets ---- */

/* The header of the datagram that carries a segment; NULL: none does. */
static const struct header *tunnel_in(const struct packet *p)
{
	const struct header *segment = packet_transport(p);
	bool inside = segment && segment->type == HEADER_TCP && segment > p->headers && segment[-1].type == HEADER_UDP;

	return inside ? segment - 1 : NULL;
}

static const struct udp_tunnel *tunnel_of(const struct packet *observed, struct arena *arena)
{
	const struct header *h = tunnel_in(observed);

	if (!h)
		return NULL;
	const struct udp_tunnel tunnel = { h->udp.source_port, h->udp.destination_port };
	return arena_copy(arena, &tunnel, sizeof(tunnel));
}

/* How many headers there are that a line cannot add or take away: all but a UDP header around a segment. */
static int headers_but_tunnel(const struct packet *p)
{
	return p->header_count - (tunnel_in(p) != NULL);
}

/* Do fields differ for which the language has no words? */
static bool is_unspeakable(const struct entry *e, const struct packet *observed)
{
	static const enum packet_field fields[] = {
		PACKET_FIELD_HEADERS, PACKET_FIELD_IPV4_VERSION, PACKET_FIELD_IPV4_PROTOCOL, PACKET_FIELD_IPV6_VERSION,
		PACKET_FIELD_TCP_RESERVED_BITS, PACKET_FIELD_GRE_LEN, PACKET_FIELD_GRE_PROTO, PACKET_FIELD_MPLS_DEPTH,
	};
	const bool tunnel = headers_but_tunnel(&e->event->scripted->packet) == headers_but_tunnel(observed);

	for (const struct mismatch *m = e->mismatches; m; m = m->next)
		for (size_t i = 0; i < ARRAY_LEN(fields); i++)
			if (m->id == fields[i] && !(m->id == PACKET_FIELD_HEADERS && tunnel))
				return true;
	return false;
}

static bool differs_in(const struct entry *e, enum packet_field field)
{
	for (const struct mismatch *m = e->mismatches; m; m = m->next)
		if (m->id == field)
			return true;
	return false;
}

static bool is_zero(const uint8_t *bytes, size_t length)
{
	for (size_t i = 0; bytes && i < length; i++)
		if (bytes[i])
			return false;
	return true;
}

/* Those parts of the IP header that the author wrote. */
static void fill_info(struct ip_info *info, const struct header *ip, bool label_differs)
{
	uint8_t tos = ip->type == HEADER_IPV4 ? ip->ipv4.tos : ip->ipv6.traffic_class;
	uint8_t ttl = ip->type == HEADER_IPV4 ? ip->ipv4.ttl : ip->ipv6.hop_limit;
	bool ect = (tos & 3) == 1 || (tos & 3) == 2;

	if (info->tos_check == TOS_BYTE)
		info->tos = tos;
	if (info->tos_check == TOS_DSCP)
		info->tos = tos & 0xfc;
	if (info->tos_check == TOS_ECT01 && !ect)
		info->tos_check = TOS_ECN;
	if (info->tos_check == TOS_ECN)
		info->tos = tos & 3;
	if (info->ttl && info->ttl != UINT8_MAX)
		info->ttl = ttl;
	if (label_differs)
		info->has_flow_label = false;
}

/* Options and extension headers as they came. False: their lengths are wrong, which no line can say. */
static bool fill_parts(struct packet_spec *spec, const struct header *ip, struct arena *arena)
{
	struct ip_part **last = &spec->info.parts;
	struct ip_part_bytes bytes;
	bool broken;

	*last = NULL;
	for (size_t at = 0; ip_part_next(ip, &at, &bytes, &broken); last = &(*last)->next) {
		char *hex = arena_alloc(arena, 2 * bytes.length + 1);
		for (size_t i = 0; i < bytes.length; i++)
			snprintf(hex + 2 * i, 3, "%02x", bytes.data[i]);
		hex[2 * bytes.length] = '\0';
		const struct ip_part part = { .extension = bytes.extension, .kind = bytes.kind, .hex = hex };
		*last = arena_copy(arena, &part, sizeof(part));
	}
	return !broken;
}

/* The addresses that the author wrote. */
static void fill_addresses(struct packet_spec *spec, const struct header *ip, struct arena *arena)
{
	bool v4 = ip->type == HEADER_IPV4;

	if (spec->addresses[0])
		spec->addresses[0] = arena_copy(arena, v4 ? &ip->ipv4.source : &ip->ipv6.source,
		                                sizeof(struct ip_address));
	if (spec->addresses[1])
		spec->addresses[1] = arena_copy(arena, v4 ? &ip->ipv4.destination : &ip->ipv6.destination,
		                                sizeof(struct ip_address));
}

/* The outer headers, of the same types in the same order. */
static void fill_encaps(struct packet_spec *spec, const struct packet *observed, struct arena *arena)
{
	const struct header *h = observed->headers;

	for (struct encap **at = &spec->encaps; *at; at = &(*at)->next, h++) {
		struct encap *copy = arena_copy(arena, *at, sizeof(*copy));
		*at = copy;
		if (h->type == HEADER_GRE)
			copy->gre = h->gre;
		else if (h->type == HEADER_MPLS)
			copy->mpls = h->mpls;
		else
			fill_info(&copy->info, h, false);
	}
}

static const char *flags_text(uint16_t flags, bool digit, struct arena *arena)
{
	int ace = !!(flags & TCP_AE) << 2 | !!(flags & TCP_CWR) << 1 | !!(flags & TCP_ECE);
	struct buf text = BUF_INIT;

	tcp_flag_letters(&text, digit ? flags & ~(TCP_ECE | TCP_CWR | TCP_AE) : flags);
	if (digit && ace)
		buf_printf(&text, "%d", ace);
	if (!text.length)
		buf_puts(&text, "-");
	const char *copy = arena_strdup(arena, text.data);
	buf_free(&text);
	return copy;
}

/* The data of the first option of @kind; @length 0: of any length. */
static const uint8_t *option_of(const struct packet *packet, uint8_t kind, uint8_t length)
{
	const struct header *transport = packet_transport(packet);
	struct tcp_option option;
	const char *why;
	size_t at = 0;

	while (transport && transport->type == HEADER_TCP &&
	       tcp_option_next(transport->tcp.options, transport->tcp.option_length, &at, &option, &why) > 0)
		if (option.kind == kind && (!length || option.length == length))
			return option.data;
	return NULL;
}

static const uint8_t *stamp_of(const struct packet *packet)
{
	return option_of(packet, TCP_OPTION_TS, 10);
}

/* Time-stamps are compared by a rule of their own, and echoes not at all: what was not found wrong stays. */
static void keep_stamp(struct tcp_header *tcp, const struct entry *e)
{
	const uint8_t *written = stamp_of(&e->event->scripted->packet);
	struct packet shown = { .header_count = 1, .headers[0] = { .type = HEADER_TCP, .tcp = *tcp } };
	const uint8_t *seen = stamp_of(&shown);
	bool wrong = false;

	for (const struct mismatch *m = e->mismatches; m; m = m->next)
		wrong |= strstr(m->text, "timestamp value") != NULL;
	if (written && seen)
		memcpy(tcp->options + (seen - shown.headers[0].tcp.options) + (wrong ? 4 : 0),
		       written + (wrong ? 4 : 0),
		       wrong ? 4 : 8);
}

/* The data of the option of @kind at the same place as @like in @tcp, and of the same length; NULL:
 * something else is. */
static const uint8_t *data_at(const struct tcp_header *tcp, const struct tcp_option *like)
{
	bool there = like->at + like->length <= tcp->option_length && tcp->options[like->at] == like->kind &&
	             tcp->options[like->at + 1] == like->length;

	return there ? tcp->options + like->at + 2 : NULL;
}

/* A signature's octets depend on the connection's numbers. So unless the author spelt them out, it is "valid" if it was
 * found to be what the keys make, and "any" otherwise. */
static bool print_signature(struct buf *out, const struct entry *e, const struct tcp_option *o, bool inserted)
{
	const struct scripted_packet *scripted = e->event->scripted;
	bool ao = o->kind == TCP_OPTION_AO;
	enum signature_word word = ao ? scripted->ao : scripted->md5;
	const struct header *expected = e->expected ? packet_transport(e->expected) : NULL;

	bool literal = word == SIGNATURE_LITERAL && !inserted && option_of(&scripted->packet, o->kind, 0);
	if ((o->kind != TCP_OPTION_MD5 && !ao) || literal || o->length != (ao ? 16 : 2 + TCP_MD5_BYTES))
		return false;
	const uint8_t *right = NULL;
	if (expected && expected->type == HEADER_TCP && word == SIGNATURE_VALID)
		right = data_at(&expected->tcp, o);
	bool valid = right && !memcmp(right, o->data, o->length - 2u);
	if (ao)
		buf_printf(out, "ao %u:%u ", o->data[0], o->data[1]);
	buf_printf(out, "%s%s", ao ? "" : "md5 ", valid ? "valid" : "any");
	return true;
}

/* Like tcp_options_print(), except for signatures. */
static bool print_options(struct buf *out, const struct entry *e, const struct tcp_header *tcp, bool inserted)
{
	struct tcp_option o;
	size_t at = 0;
	const char *why;
	int more;

	while ((more = tcp_option_next(tcp->options, tcp->option_length, &at, &o, &why)) > 0) {
		if (o.at)
			buf_add_byte(out, ',');
		if (!print_signature(out, e, &o, inserted) && tcp_option_print(out, &o))
			return false;
	}
	return more == 0;
}

/* Does the line, with its question marks, allow these flags? */
static bool flags_are_open(const struct scripted_packet *scripted, const struct tcp_header *tcp, bool inserted)
{
	uint16_t open = scripted->optional_flags;

	return open && !inserted && !(((packet_transport(&scripted->packet)->tcp.flags ^ tcp->flags) & ~open));
}

/* A number that the line leaves open stays so if it is one of those allowed. */
static void keep_ranges(struct packet_spec *spec, const struct tcp_header *tcp, int64_t length, bool inserted)
{
	struct packet_ranges *r = &spec->ranges;
	const struct {
		const struct number_range **range;
		int64_t value;
	} ranges[] = {
		{ &r->seq_start, tcp->seq }, { &r->seq_end, tcp->seq + length }, { &r->length, length },
		{ &r->ack, tcp->ack }, { &r->window, tcp->window }, { &r->urgent, tcp->urgent },
	};

	for (size_t i = 0; i < ARRAY_LEN(ranges); i++)
		if (*ranges[i].range && (inserted || !number_range_has(*ranges[i].range, ranges[i].value)))
			*ranges[i].range = NULL;
}

static bool print_tcp(struct buf *out, struct packet_spec *spec, const struct entry *e, const struct packet *observed,
                      bool inserted, struct arena *arena)
{
	const struct scripted_packet *scripted = e->event->scripted;
	struct tcp_header tcp = packet_transport(observed)->tcp;
	struct buf problem = BUF_INIT, options = BUF_INIT;

	/* A SYN that no line announced has taught nobody its number, so the script may choose one. */
	if (tcp.flags & TCP_SYN && (scripted->nothing || !(packet_transport(&scripted->packet)->tcp.flags & TCP_SYN)))
		tcp.seq = 0;
	if (!flags_are_open(scripted, &tcp, inserted))
		spec->flags = flags_text(tcp.flags, scripted->ace, arena);
	keep_ranges(spec, &tcp, (int64_t)observed->payload_length, inserted);
	spec->seq_start = tcp.seq;
	spec->payload_length = (int64_t)observed->payload_length;
	spec->seq_end = spec->seq_start + spec->payload_length;
	spec->has_ack = tcp.flags & TCP_ACK || tcp.ack;
	spec->ack = tcp.ack;
	spec->window = tcp.window;
	spec->urgent = tcp.urgent;
	spec->absolute &= !inserted;
	if (inserted)
		spec->reset_cause = NULL;
	bool good = spec->seq_end <= UINT32_MAX &&
	            (scripted->odd_options || tcp_options_check(tcp.options, tcp.option_length, &problem));
	bool pattern = scripted->option_pattern && !inserted && !differs_in(e, PACKET_FIELD_TCP_OPTIONS);
	if (!spec->any_options && !pattern) {
		spec->options = NULL;
		spec->option_bytes = NULL;
		keep_stamp(&tcp, e);
		good = good && print_options(&options, e, &tcp, inserted);
		if (options.length)                          /* printed as they stand, like those in hexadecimal */
			spec->option_bytes = arena_strdup(arena, options.data);
	}
	if (good)
		packet_spec_print(out, spec);
	buf_free(&problem);
	buf_free(&options);
	return good;
}

static void fill_icmp(struct packet_spec *spec, const struct entry *e, const struct packet *observed,
                      struct arena *arena)
{
	const struct icmp_header *want = &packet_transport(&e->event->scripted->packet)->icmp;
	const struct icmp_header *got = &packet_transport(observed)->icmp;

	if (want->type != got->type || want->code != got->code) {
		const bool ipv6 = packet_transport(observed)->type == HEADER_ICMPV6;
		struct buf type = BUF_INIT, code = BUF_INIT;
		icmp_type_print(&type, got->type, ipv6);
		icmp_code_print(&code, got->type, got->code, ipv6);
		spec->icmp_type = arena_strndup(arena, type.data, type.length);
		spec->icmp_code = code.length ? arena_strndup(arena, code.data, code.length) : NULL;
		buf_free(&type);
		buf_free(&code);
	}
	if (e->event->scripted->packet.payload_length != observed->payload_length)
		spec->echo = (struct echo_spec){
			.kind = ECHO_RAW, .length = (int64_t)observed->payload_length + ICMP_HEADER_BYTES,
		};
}

/* What the script leaves open stays open if it holds. */
static void fill_number(int64_t *number, const struct number_range **range, int64_t observed, bool inserted)
{
	if (*range && (inserted || !number_range_has(*range, observed)))
		*range = NULL;
	*number = observed;
}

static void fill_udp(struct packet_spec *spec, const struct packet *observed, bool inserted)
{
	const struct header *transport = packet_transport(observed);

	fill_number(&spec->payload_length, &spec->ranges.length, (int64_t)observed->payload_length, inserted);
	if (transport->type == HEADER_UDPLITE)
		fill_number(&spec->coverage, &spec->ranges.coverage, transport->udp.length, inserted);
}

/* If the bytes are those of the line, its words are kept; others are written in hexadecimal. */
static void fill_payload(struct packet_spec *spec, const struct packet *observed, struct arena *arena)
{
	struct expr *e = arena_new_object(arena, struct expr);
	struct evaluation_error error;
	size_t length = observed->payload_length;
	struct buf hex = BUF_INIT;
	uint8_t *bytes;

	if (spec->payload && expr_contents(spec->payload, arena, length, &bytes, &error) &&
	    !memcmp(bytes, observed->payload, length))
		return;
	spec->payload = NULL;
	if (is_zero(observed->payload, length))
		return;
	for (size_t i = 0; i < length; i++)
		buf_printf(&hex, "%02x", observed->payload[i]);
	e->kind = EXPR_STRING;
	e->string.contents = CONTENTS_HEX;
	e->string.text = arena_strdup(arena, hex.data);
	e->string.length = hex.length;
	spec->payload = e;
	buf_free(&hex);
}

/* The fields that the line names, without those that came out differently. */
static struct field_spec *fields_that_hold(const struct entry *e, const struct field_spec *first, struct arena *arena)
{
	struct field_spec *list = NULL, **last = &list;

	for (; first; first = first->next) {
		const struct scripted_field *f = e->event->scripted->fields;
		const struct mismatch *m = e->mismatches;
		while (f && f->spec != first)
			f = f->next;
		while (f && m && strcmp(m->field, f->field->name))
			m = m->next;
		if (m)
			continue;
		*last = arena_copy(arena, first, sizeof(*first));
		(*last)->next = NULL;
		last = &(*last)->next;
	}
	return list;
}

/* The connection of a packet that no line expected, as a packet line names it; NULL: the one under test. */
static const struct expr *connection_of(const struct entry *e, struct arena *arena)
{
	struct expr *name = e->connection ? arena_new_object(arena, struct expr) : NULL;

	if (name) {
		name->kind = EXPR_WORD;
		name->word = e->connection;
	}
	return name;
}

bool observed_packet(struct buf *out, const struct entry *e, const struct packet *observed, bool inserted,
                     struct arena *arena)
{
	struct packet_spec spec = *e->event->packet;
	const struct header *transport = packet_transport(observed);
	bool silence = e->event->scripted->nothing;
	bool icmp = transport && (transport->type == HEADER_ICMPV4 || transport->type == HEADER_ICMPV6);

	if (!transport || is_unspeakable(e, observed) ||
	    (silence ? icmp : transport->type != packet_transport(&e->event->scripted->packet)->type))
		return false;
	spec.nothing = false;
	spec.optional = spec.optional && !inserted;
	if (silence)                                         /* a line that expects a packet is of the same connection
	                                                        as the packet */
		spec.connection = connection_of(e, arena);
	spec.stream = NULL;                                  /* what was observed is a single segment */
	spec.transport = icmp ? spec.transport : transport->type;
	spec.fields = inserted ? NULL : fields_that_hold(e, spec.fields, arena);
	if (!icmp)
		fill_payload(&spec, observed, arena);
	fill_encaps(&spec, observed, arena);
	spec.udp_tunnel = tunnel_of(observed, arena);
	if (inserted)
		spec.info = (struct ip_info){ 0 };
	else
		fill_info(&spec.info, packet_ip(observed), differs_in(e, PACKET_FIELD_FLOWLABEL));
	if (!fill_parts(&spec, packet_ip(observed), arena))
		return false;
	if (inserted)
		memset(spec.addresses, 0, sizeof(spec.addresses));
	fill_addresses(&spec, packet_ip(observed), arena);
	if (transport->type == HEADER_TCP)
		return print_tcp(out, &spec, e, observed, inserted, arena);
	if (icmp)
		fill_icmp(&spec, e, observed, arena);
	else
		fill_udp(&spec, observed, inserted);
	packet_spec_print(out, &spec);
	return true;
}

/* Bytes that change from run to run, or with the address: @length of them from @at. What an error quotes was sent to
 * us. */
static const struct {
	uint8_t protocol;                                    /* 4 and 6 of the IP version: its own header */
	uint8_t at, length;
	bool quoted;                                         /* in a quote only */
} run_bytes[] = {
	{ 0x40, 16, 4, true }, { 0x60, 24, 16, true },       /* destination address */
	{ 0x40, 4, 2, false }, { 0x40, 10, 6, false }, { 0x60, 8, 16, false }, /* identification, checksum, source */
	{ PROTOCOL_TCP, 0, 12, false }, { PROTOCOL_TCP, 16, 2, false },        /* ports, numbers; checksum */
	{ PROTOCOL_UDP, 0, 4, false }, { PROTOCOL_UDP, 6, 2, false },
	{ PROTOCOL_UDPLITE, 0, 4, false }, { PROTOCOL_UDPLITE, 6, 2, false },
	{ PROTOCOL_ICMP, 2, 2, false }, { PROTOCOL_ICMPV6, 2, 2, false },
};

/* Does byte @i belong to the value of a time-stamp, which counts from a random time? TCP begins at byte @tcp. */
static bool is_of_stamp(const struct live_packet *live, size_t tcp, size_t i)
{
	const uint8_t *bytes = live->bytes;
	size_t at = tcp + TCP_HEADER_BYTES, end = at;

	if (live->length >= at)
		end = tcp + 4u * (bytes[tcp + 12] >> 4);
	if (end > live->length)
		end = live->length;
	while (at + 1 < end && bytes[at] != TCP_OPTION_EOL && !(bytes[at] == TCP_OPTION_TS && i < at + 6)) {
		if (bytes[at] != TCP_OPTION_NOP && bytes[at + 1] < 2)
			return false;
		at += bytes[at] == TCP_OPTION_NOP ? 1 : bytes[at + 1];
	}
	return at + 5 < end && bytes[at] == TCP_OPTION_TS && i >= at + 2 && i < at + 6;
}

/* RFC 792; RFC 4443, 2.1 */
static bool is_error(uint8_t type, bool ipv6)
{
	enum { UNREACHABLE = 3, REDIRECT = 5, TIME_EXCEEDED = 11, PARAMETER = 12, INFORMATION6 = 128 };

	return ipv6 ? type < INFORMATION6
	            : (type >= UNREACHABLE && type <= REDIRECT) || type == TIME_EXCEEDED || type == PARAMETER;
}

/* Is byte @i one of these in the packet @bytes, which may be what an error of ICMP quotes? */
static bool is_run_byte(const uint8_t *bytes, size_t length, bool quoted, size_t i)
{
	const bool v6 = length && bytes[0] >> 4 == 6;
	const size_t header = v6 || !length ? IPV6_HEADER_BYTES : 4u * (bytes[0] & 15);
	const uint8_t protocol = header >= IPV4_HEADER_BYTES && length > header ? bytes[v6 ? 6 : 9] : 0;
	const size_t quote = header + ICMP_HEADER_BYTES;

	for (size_t k = 0; k < ARRAY_LEN(run_bytes); k++) {
		bool ip = run_bytes[k].protocol == 0x40 || run_bytes[k].protocol == 0x60;
		size_t at = run_bytes[k].at + (ip ? 0 : header);
		if ((quoted || !run_bytes[k].quoted) && i >= at && i < at + run_bytes[k].length &&
		    run_bytes[k].protocol == (ip ? v6 ? 0x60 : 0x40 : protocol))
			return true;
	}
	if (quoted || i < quote || protocol != (v6 ? PROTOCOL_ICMPV6 : PROTOCOL_ICMP) || !is_error(bytes[header], v6))
		return false;
	return is_run_byte(bytes + quote, length - quote, true, i - quote);
}

static bool depends_on_run(const struct live_packet *live, size_t i)
{
	const bool v6 = live->bytes[0] >> 4 == 6;
	const size_t header = v6 ? IPV6_HEADER_BYTES : 4u * (live->bytes[0] & 15);

	return is_run_byte(live->bytes, live->length, false, i) ||
	       (live->length > header && live->bytes[v6 ? 6 : 9] == PROTOCOL_TCP && is_of_stamp(live, header, i));
}

static bool is_any(const struct live_packet *live, const struct raw_bytes *author, size_t i)
{
	return author ? i < author->length && author->any[i] : depends_on_run(live, i);
}

void observed_raw(struct buf *out, const struct live_packet *live, const struct raw_bytes *author)
{
	enum { GROUP = 2, LINE = 32 };
	bool open = author && author->open && live->length > author->length;
	size_t length = open ? author->length : live->length;

	buf_puts(out, "> raw \"");
	for (size_t i = 0; i < length; i++) {
		if (i && !(i % LINE))
			buf_puts(out, "\"\n\t\"");
		else if (i && !(i % GROUP))
			buf_add_byte(out, ' ');
		if (is_any(live, author, i))
			buf_puts(out, "..");
		else
			buf_printf(out, "%02x", live->bytes[i]);
	}
	buf_puts(out, open ? "\" ..." : "\"");
}

/* ---- calls ---- */

/* A descriptor that the script has no name for yet. */
static int64_t free_descriptor(const struct script *script, int64_t live)
{
	int64_t number = live;

	for (const struct event *event = script->events; event; event = event->next)
		if (event->kind == EVENT_CALL && event->call->result && event->call->result->kind == EXPR_INTEGER &&
		    event->call->result->integer.value >= number)
			number = event->call->result->integer.value + 1;
	return number;
}

/* The words of an error in parentheses, as far as the language accepts them. */
static void add_note(struct buf *out, int error)
{
	const char *text = strerror(error);
	bool plain = true;

	for (const char *c = text; *c; c++)
		plain &= (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || *c == ' ';
	buf_printf(out, " (%s)", plain ? text : "error");
}

void observed_result(struct buf *out, const struct entry *e, const struct script *script)
{
	const struct signature *signature = e->event->call->signature;
	int64_t value = e->result.value;
	const char *name = value < 0 ? constant_errno_name(e->result.error) : NULL;

	if (value >= 0 && signature && signature->result == RESULT_FD)
		value = free_descriptor(script, value);
	buf_printf(out, "%" PRId64, value);
	if (name) {
		buf_printf(out, " %s", name);
		add_note(out, e->result.error);
	}
}

/* ---- times ---- */

static vtime_t rounded(vtime_t t, vtime_t grain)
{
	int64_t below = t.ns / grain.ns - (t.ns % grain.ns < 0);

	return vtime_ns((below + ((t.ns - below * grain.ns) * 2 >= grain.ns)) * grain.ns);
}

struct time_spec observed_time(const struct time_spec *t, vtime_t planned, vtime_t actual, vtime_t grain)
{
	struct time_spec moved = *t;
	vtime_t width = vtime_sub(t->end, t->start), half = vtime_ns(width.ns / 2);
	bool relative = t->kind == TIME_RELATIVE || t->kind == TIME_RELATIVE_RANGE;
	vtime_t base = relative ? vtime_sub(planned, t->start) : VTIME_ZERO;
	vtime_t at = rounded(vtime_sub(actual, base), grain);

	if (t->kind == TIME_ANY)
		return moved;
	if (relative && vtime_before(at, VTIME_ZERO)) {
		moved.kind = TIME_ABSOLUTE;
		at = rounded(actual, grain);
		width = half = VTIME_ZERO;
	}
	moved.start = vtime_us(vtime_to_us(vtime_max(VTIME_ZERO, vtime_sub(at, half))));
	moved.end = vtime_add(moved.start, width);
	return moved;
}
