/* SPDX-License-Identifier: MIT
 *
 * packet_dump.c - a packet as one line of script-like text, and bytes in hexadecimal
 *
 * Other tools compare the text of the one-line form: blanks at the end of a TCP dump belong to it.
 */
#include <string.h>

#include "wire/icmp_words.h"
#include "wire/ip_part.h"
#include "wire/packet.h"
#include "wire/tcp_option.h"

enum { HEX_LINE_BYTES = 16 };

struct dump {
	struct buf *out;
	struct dump_notes *notes;                            /* may be NULL */
};

/* The text from @start to here shows @field. */
static void span(struct dump *d, enum packet_field field, size_t start)
{
	if (d->notes && d->notes->span_count < DUMP_SPANS)
		d->notes->spans[d->notes->span_count++] = (struct field_span){ field, start, d->out->length };
}

static bool in_old_words(const struct dump *d)
{
	return !d->notes || d->notes->old_words;
}

static const char *word_for(const struct dump_notes *notes, enum packet_field field)
{
	for (size_t i = 0; notes && i < notes->word_count; i++)
		if (notes->words[i].field == field)
			return notes->words[i].text;
	return NULL;
}

/* Print one item, by a @format for one unsigned number, and name it. */
static void item(struct dump *d, enum packet_field field, const char *format, uint32_t value)
{
	size_t start = d->out->length;
	const char *word = word_for(d->notes, field);

	if (word)
		buf_printf(d->out, "%.*s%s", (int)strcspn(format, "%"), format, word);
	else
		buf_printf(d->out, format, value);
	span(d, field, start);
}

static void address(struct dump *d, enum packet_field field, const struct ip_address *a)
{
	char text[IP_ADDRESS_TEXT];
	size_t start = d->out->length;

	buf_puts(d->out, ip_address_print(a, text));
	span(d, field, start);
}

/* ---- outer headers ---- */

static void dump_ipv4(struct dump *d, const struct header *h)
{
	buf_puts(d->out, "ipv4 ");
	address(d, PACKET_FIELD_IPV4_SOURCE, &h->ipv4.source);
	buf_puts(d->out, " > ");
	address(d, PACKET_FIELD_IPV4_DESTINATION, &h->ipv4.destination);
	buf_puts(d->out, ": ");
}

static void dump_ipv6(struct dump *d, const struct header *h)
{
	buf_puts(d->out, "ipv6 ");
	address(d, PACKET_FIELD_IPV6_SOURCE, &h->ipv6.source);
	buf_puts(d->out, " > ");
	address(d, PACKET_FIELD_IPV6_DESTINATION, &h->ipv6.destination);
	buf_puts(d->out, ": ");
}

static void dump_gre(struct dump *d, const struct header *h)
{
	buf_puts(d->out, "gre flags ");
	item(d, PACKET_FIELD_GRE_FLAGS, "0x%x", h->gre.flags);
	buf_puts(d->out, " proto ");
	item(d, PACKET_FIELD_GRE_PROTO, "0x%04x", h->gre.protocol);
	if (h->gre.flags & GRE_CHECKSUM) {
		buf_puts(d->out, " sum ");
		item(d, PACKET_FIELD_GRE_SUM, "0x%x", h->gre.checksum);
		buf_puts(d->out, " off ");
		item(d, PACKET_FIELD_GRE_OFF, "0x%x", h->gre.offset);
	}
	if (h->gre.flags & GRE_KEY) {
		buf_puts(d->out, " key ");
		item(d, PACKET_FIELD_GRE_KEY, "0x%x", h->gre.key);
	}
	if (h->gre.flags & GRE_SEQUENCE) {
		buf_puts(d->out, " seq ");
		item(d, PACKET_FIELD_GRE_SEQ, "0x%x", h->gre.sequence);
	}
	buf_puts(d->out, ": ");
}

static void dump_mpls(struct dump *d, const struct header *h)
{
	buf_puts(d->out, "mpls");
	for (size_t i = 0; i < h->mpls.depth && i < MPLS_STACK_ENTRIES; i++) {
		const struct mpls_entry *e = &h->mpls.stack[i];
		buf_add_byte(d->out, ' ');
		size_t start = d->out->length;
		buf_printf(d->out, "(label %u, tc %u,%s ttl %u)", e->label, e->traffic_class, e->bottom ? " [S]," : "",
		           e->ttl);
		span(d, PACKET_FIELD_MPLS_LABEL, start);
	}
	buf_puts(d->out, ": ");
}

/* The UDP header around a segment is printed behind the segment. */
static void dump_tunnel(struct dump *d, const struct header *udp)
{
	bool apart = d->out->length && d->out->data[d->out->length - 1] == ' ';

	buf_puts(d->out, apart ? "/udp(" : " /udp(");
	item(d, PACKET_FIELD_UDP_SOURCE_PORT, "%u", udp->udp.source_port);
	buf_puts(d->out, " > ");
	item(d, PACKET_FIELD_UDP_DESTINATION_PORT, "%u", udp->udp.destination_port);
	buf_puts(d->out, ")");
}

static void (*const dump_outer[HEADER_TYPES])(struct dump *, const struct header *) = {
	[HEADER_IPV4] = dump_ipv4, [HEADER_IPV6] = dump_ipv6,      [HEADER_GRE] = dump_gre,
	[HEADER_MPLS] = dump_mpls,
};

/* ---- the innermost header ---- */

void tcp_flag_letters(struct buf *out, uint16_t flags)
{
	static const struct {
		uint16_t flag;
		char letter;
	} letters[] = {
		{ TCP_FIN, 'F' }, { TCP_SYN, 'S' }, { TCP_RST, 'R' }, { TCP_PSH, 'P' }, { TCP_ACK, '.' },
		{ TCP_URG, 'U' }, { TCP_ECE, 'E' }, { TCP_CWR, 'W' }, { TCP_AE, 'A' },
	};

	for (size_t i = 0; i < ARRAY_LEN(letters); i++)
		if (flags & letters[i].flag)
			buf_add_byte(out, letters[i].letter);
}

static void dump_flags(struct dump *d, uint16_t flags)
{
	bool digit = d->notes && d->notes->ace > 0;
	size_t start = d->out->length;

	tcp_flag_letters(d->out, digit ? flags & ~(TCP_ECE | TCP_CWR | TCP_AE) : flags);
	if (digit)
		buf_printf(d->out, "%d", d->notes->ace);
	span(d, PACKET_FIELD_TCP_FLAGS, start);
	buf_add_byte(d->out, ' ');
}

/* What could not be said in script syntax goes on a line of its own, after all the rest. */
static void dump_options(struct dump *d, const struct tcp_header *tcp)
{
	struct buf problem = BUF_INIT;
	const char *why;

	if (!tcp->option_length)
		return;
	size_t start = d->out->length;
	buf_add_byte(d->out, '<');
	bool printed = tcp_options_print(d->out, tcp->options, tcp->option_length, &why);
	buf_add_byte(d->out, '>');
	span(d, PACKET_FIELD_TCP_OPTIONS, start);
	if (tcp_options_check(tcp->options, tcp->option_length, &problem) && !printed)
		buf_puts(&problem, why);
	if (problem.length)
		buf_printf(d->out, "\n%s", problem.data);
	buf_free(&problem);
}

static void dump_tcp(struct dump *d, const struct tcp_header *tcp, size_t payload)
{
	dump_flags(d, tcp->flags);
	item(d, PACKET_FIELD_TCP_SEQ, "%u", tcp->seq);
	buf_printf(d->out, ":%u", tcp->seq + (uint32_t)payload);
	size_t start = d->out->length;
	buf_printf(d->out, "(%zu)", payload);
	span(d, PACKET_FIELD_PAYLOAD, start);
	buf_add_byte(d->out, ' ');
	if (tcp->flags & TCP_ACK) {
		item(d, PACKET_FIELD_TCP_ACK_SEQ, "ack %u", tcp->ack);
		buf_add_byte(d->out, ' ');
	}
	if (!d->notes || !d->notes->hide_window) {
		item(d, PACKET_FIELD_TCP_WINDOW, "win %u", tcp->window);
		buf_add_byte(d->out, ' ');
	}
	if (!in_old_words(d) && (tcp->flags & TCP_URG || tcp->urgent)) {
		item(d, PACKET_FIELD_TCP_URG_PTR, "urg %u", tcp->urgent);
		buf_add_byte(d->out, ' ');
	}
	if (d->notes && d->notes->any_options) {
		start = d->out->length;
		buf_puts(d->out, *d->notes->options ? d->notes->options : "<...>");
		span(d, PACKET_FIELD_TCP_OPTIONS, start);
	} else {
		dump_options(d, tcp);
	}
}

static void dump_udp(struct dump *d, size_t payload)
{
	buf_puts(d->out, "udp ");
	size_t start = d->out->length;
	buf_printf(d->out, "(%zu)", payload);
	span(d, PACKET_FIELD_UDP_LEN, start);
	span(d, PACKET_FIELD_PAYLOAD, start);
}

static void dump_udplite(struct dump *d, const struct udp_header *udp, size_t payload)
{
	buf_puts(d->out, "udplite ");
	size_t start = d->out->length;
	buf_printf(d->out, "(%zu, %u)", payload, udp->length);
	span(d, PACKET_FIELD_UDP_LEN, start);
	span(d, PACKET_FIELD_PAYLOAD, start);
}

/* Of what it carries only the length is printed, whatever it is, since of a quote only the length is compared. */
static void dump_icmp(struct dump *d, const struct header *h, size_t payload)
{
	const bool ipv6 = h->type == HEADER_ICMPV6;
	size_t start = d->out->length;

	if (in_old_words(d)) {
		buf_puts(d->out, ipv6 ? "icmpv6" : "icmpv4");
		return;
	}
	buf_puts(d->out, "icmp ");
	icmp_type_print(d->out, h->icmp.type, ipv6);
	span(d, PACKET_FIELD_ICMP_TYPE, start);
	buf_add_byte(d->out, ' ');
	start = d->out->length;
	icmp_code_print(d->out, h->icmp.type, h->icmp.code, ipv6);
	if (d->out->length > start) {
		span(d, PACKET_FIELD_ICMP_CODE, start);
		buf_add_byte(d->out, ' ');
	}
	start = d->out->length;
	buf_printf(d->out, "[raw(%zu)]", payload + ICMP_HEADER_BYTES);
	span(d, PACKET_FIELD_PAYLOAD, start);
}

/* The original tool leaves options of IP out. */
static void dump_parts(struct dump *d, const struct header *ip)
{
	size_t length = ip->type == HEADER_IPV4 ? ip->ipv4.option_length : ip->ipv6.extension_length;

	if (in_old_words(d) || !length)
		return;
	buf_add_byte(d->out, '[');
	size_t start = d->out->length;
	ip_parts_print(d->out, ip);
	span(d, PACKET_FIELD_IP_OPTIONS, start);
	buf_puts(d->out, "] ");
}

static void dump_inner(struct dump *d, const struct header *h, size_t payload)
{
	if (!h)
		buf_puts(d->out, "[NO TCP, UDP OR ICMP HEADER]");
	else if (h->type == HEADER_TCP)
		dump_tcp(d, &h->tcp, payload);
	else if (h->type == HEADER_UDP)
		dump_udp(d, payload);
	else if (h->type == HEADER_UDPLITE)
		dump_udplite(d, &h->udp, payload);
	else
		dump_icmp(d, h, payload);
}

void packet_dump(struct buf *out, const struct packet *p, struct dump_notes *notes)
{
	const struct header *ip = packet_ip(p), *inner = packet_transport(p);
	struct dump d = { .out = out, .notes = notes };

	if (notes)
		notes->span_count = 0;
	if (!ip) {
		buf_puts(out, "[NO IP HEADER]");
		return;
	}
	for (const struct header *h = p->headers; h < p->headers + p->header_count; h++)
		if (h != ip && h != inner && dump_outer[h->type])
			dump_outer[h->type](&d, h);
	dump_parts(&d, ip);
	dump_inner(&d, inner, p->payload_length);
	if (inner && inner->type == HEADER_TCP && inner > p->headers && inner[-1].type == HEADER_UDP)
		dump_tunnel(&d, inner - 1);
}

void hex_dump(struct buf *out, const uint8_t *bytes, size_t length)
{
	for (size_t at = 0; at < length; at += HEX_LINE_BYTES) {
		buf_printf(out, "0x%04zx: ", at);
		for (size_t i = at; i < length && i < at + HEX_LINE_BYTES; i++)
			buf_printf(out, "%02x ", bytes[i]);
		buf_add_byte(out, '\n');
	}
}
