/* SPDX-License-Identifier: MIT
 *
 * print_packet.c - packet lines as canonical text
 */
#include <inttypes.h>
#include <stdio.h>

#include "script/outer_number.h"
#include "script/print.h"
#include "wire/membership.h"
#include "wire/tcp_option.h"

static void print_hex(struct buf *out, const char *name, int64_t value)
{
	if (value < 0)
		buf_printf(out, "%s %" PRId64, name, value);
	else
		buf_printf(out, "%s 0x%" PRIx64, name, (uint64_t)value);
}

static void print_tos(struct buf *out, const struct ip_info *info)
{
	static const char *const ecn[] = { "noecn", "ect1", "ect0", "ce" };

	if (info->tos_value) {
		buf_puts(out, info->tos_is_dscp ? "dscp " : info->says_class ? "class " : "tos ");
		number_print(out, 0, info->tos_value);
		if (info->tos_is_dscp && info->tos_check == TOS_BYTE)
			buf_printf(out, ", %s", ecn[info->tos & 3]);
	} else if (info->tos_check == TOS_ECN)
		buf_puts(out, ecn[info->tos & 3]);
	else if (info->tos_check == TOS_ECT01)
		buf_puts(out, "ect01");
	else if (info->tos_check == TOS_DSCP && dscp_name(info->tos >> 2))
		buf_printf(out, "dscp %s", dscp_name(info->tos >> 2));
	else if (info->tos_check == TOS_DSCP)
		print_hex(out, "dscp", info->tos >> 2);
	else
		print_hex(out, info->says_class ? "class" : "tos", info->tos);
}

/* The fields of IP, or those of the transport. Returns what stands before the next one. */
static const char *print_fields(struct buf *out, const struct field_spec *first, bool transport, const char *before)
{
	for (const struct field_spec *f = first; f; f = f->next) {
		if (f->transport != transport)
			continue;
		buf_printf(out, "%s%s ", before, f->word);
		if (f->kind == FIELD_NUMBER)
			number_print(out, f->number.value, f->number.range);
		else
			buf_puts(out, f->kind == FIELD_OK ? "ok" : "bad");
		before = ", ";
	}
	return before;
}

/* "[ect0] " or nothing. */
static void print_info(struct buf *out, const struct ip_info *info, const struct ip_address *const *addresses,
                       const struct field_spec *fields)
{
	char text[IP_ADDRESS_TEXT];
	const char *before = "[";

	if (info->tos_check != TOS_UNCHECKED) {
		buf_puts(out, before);
		print_tos(out, info);
		before = ", ";
	}
	if (info->has_flow_label) {
		buf_puts(out, before);
		if (info->flow_label_value) {
			buf_puts(out, "flowlabel ");
			number_print(out, 0, info->flow_label_value);
		} else {
			print_hex(out, "flowlabel", info->flow_label);
		}
		before = ", ";
	}
	if (info->ttl || info->ttl_range) {
		buf_printf(out, "%s%s ", before, info->says_hlim ? "hlim" : "ttl");
		number_print(out, info->ttl, info->ttl_range);
		before = ", ";
	}
	for (const struct ip_part *part = info->parts; part; part = part->next) {
		buf_printf(out, "%s%s-%" PRId64 "%s%s", before, part->extension ? "ext" : "gen", part->kind,
		           *part->hex ? " " : "", part->hex);
		before = ", ";
	}
	for (int i = 0; addresses && i < 2; i++) {
		if (!addresses[i])
			continue;
		buf_printf(out, "%s%s %s", before, i ? "dst" : "src", ip_address_print(addresses[i], text));
		before = ", ";
	}
	before = print_fields(out, fields, false, before);
	if (*before == ',')
		buf_puts(out, "] ");
}

static void print_outer(struct buf *out, const char *before, const struct encap *e, enum outer_field field, int entry,
                        int64_t value)
{
	buf_puts(out, before);
	number_print(out, value, outer_number_find(e, field, entry));
}

static void print_named_mpls(struct buf *out, const struct encap *e)
{
	for (int i = 0; i < e->mpls.depth; i++) {
		const struct mpls_entry *m = &e->mpls.stack[i];
		print_outer(out, i ? " (label " : "(label ", e, OUTER_LABEL, i, m->label);
		print_outer(out, ", tc ", e, OUTER_TC, i, m->traffic_class);
		print_outer(out, m->bottom ? ", [S], ttl " : ", ttl ", e, OUTER_TTL, i, m->ttl);
		buf_add_byte(out, ')');
	}
}

static void print_named_gre(struct buf *out, const struct encap *e)
{
	buf_printf(out, "flags 0x%04x", e->gre.flags);
	print_outer(out, " sum ", e, OUTER_SUM, 0, e->gre.checksum);
	print_outer(out, " off ", e, OUTER_OFF, 0, e->gre.offset);
	print_outer(out, " key ", e, OUTER_KEY, 0, e->gre.key);
	print_outer(out, " seq ", e, OUTER_SEQ, 0, e->gre.sequence);
}

static void print_encap(struct buf *out, const struct encap *e)
{
	char source[IP_ADDRESS_TEXT], destination[IP_ADDRESS_TEXT];

	if (e->type == HEADER_IPV4 || e->type == HEADER_IPV6) {
		buf_puts(out, e->type == HEADER_IPV4 ? "ipv4 " : "ipv6 ");
		print_info(out, &e->info, NULL, NULL);
		buf_printf(out, "%s > %s: ", ip_address_print(&e->source, source),
		           ip_address_print(&e->destination, destination));
	} else if (e->type == HEADER_MPLS) {
		buf_puts(out, e->mpls.depth ? "mpls " : "mpls");
		if (e->numbers)
			print_named_mpls(out, e);
		else
			mpls_print(out, &e->mpls);
		buf_puts(out, ": ");
	} else {
		buf_puts(out, "gre ");
		if (e->numbers)
			print_named_gre(out, e);
		else
			gre_print(out, &e->gre);
		buf_puts(out, ": ");
	}
}

/* ---- TCP ---- */

static void print_option(struct buf *out, const struct tcp_option_spec *o)
{
	const struct tcp_option_row *row = tcp_option_row(o->kind);

	if (o->generic) {
		buf_printf(out, "gen-%u%s%s", o->kind, *o->hex ? " " : "", o->hex);
		return;
	}
	if (o->absent)
		buf_add_byte(out, '!');
	if (row->form == TCP_FORM_NAMED && !o->value_count && !o->absent) {
		buf_puts(out, o->kind == TCP_OPTION_ACCECN0 ? "AccECN0" : "AccECN1");
		return;
	}
	buf_puts(out, row->word);
	for (int i = 0; i < o->value_count; i++) {
		bool pair = row->form == TCP_FORM_RANGES || row->form == TCP_FORM_SIGNED;
		buf_add_byte(out, pair && i % 2 ? ':' : ' ');
		if (row->form == TCP_FORM_NAMED)
			buf_printf(out, "%s ", row->names[i]);
		number_print(out, o->values[i], o->ranges[i]);
	}
	if (o->hex)
		buf_printf(out, " %s", o->hex);
	if (o->literal_echo)
		buf_add_byte(out, '!');
}

void option_specs_print(struct buf *out, const struct tcp_option_spec *first, enum option_order order)
{
	static const char *const begin[] = {
		[OPTIONS_EXACT] = "<", [OPTIONS_OPEN] = "<", [OPTIONS_AMONG] = "<...,",
		[OPTIONS_UNORDERED] = "<unordered ",
	};

	buf_puts(out, begin[order]);
	for (const struct tcp_option_spec *o = first; o; o = o->next) {
		print_option(out, o);
		if (o->next)
			buf_add_byte(out, ',');
	}
	buf_puts(out, order == OPTIONS_OPEN ? ",...>" : ">");
}

static void print_plain(struct buf *out, const char *before, int64_t number, const struct expr *value)
{
	buf_puts(out, before);
	if (value)
		expr_print(out, value);
	else
		buf_printf(out, "%" PRId64, number);
}

static void print_ports(struct buf *out, const struct packet_spec *p)
{
	const struct expr *source = p->plain[PLAIN_SOURCE_PORT], *destination = p->plain[PLAIN_DESTINATION_PORT];

	if (!p->source_port && !p->destination_port && !source && !destination)
		return;
	print_plain(out, "", p->source_port, source);
	print_plain(out, " > ", p->destination_port, destination);
	buf_add_byte(out, ' ');
}

static void print_field(struct buf *out, const char *before, int64_t value, const struct number_range *range)
{
	buf_puts(out, before);
	number_print(out, value, range);
}

static void print_payload(struct buf *out, const struct packet_spec *p)
{
	if (!p->payload)
		return;
	buf_add_byte(out, ' ');
	expr_print(out, p->payload);
}

/* Forms of other dialects. */
static void print_extras(struct buf *out, const struct packet_spec *p)
{
	if (p->reset_cause)
		buf_printf(out, " [code %" PRId64 ", pen %" PRId64 "]", p->reset_cause->code,
		           p->reset_cause->enterprise);
	if (p->udp_tunnel)
		buf_printf(out, " /udp(%" PRId64 " > %" PRId64 ")", p->udp_tunnel->source, p->udp_tunnel->destination);
}

static void print_tcp(struct buf *out, const struct packet_spec *p)
{
	print_ports(out, p);
	buf_printf(out, "%s", p->flags);
	print_field(out, " ", p->seq_start, p->ranges.seq_start);
	print_field(out, ":", p->seq_end, p->ranges.seq_end);
	print_field(out, "(", p->payload_length, p->ranges.length);
	buf_puts(out, p->absolute ? ")!" : ")");
	if (p->has_ack)
		print_field(out, " ack ", p->ack, p->ranges.ack);
	if (p->has_window)
		print_field(out, " win ", p->window, p->ranges.window);
	if (p->urgent || p->ranges.urgent)
		print_field(out, " urg ", p->urgent, p->ranges.urgent);
	if (p->any_options)
		buf_puts(out, " <...>");
	if (p->option_bytes)
		buf_printf(out, " <%s>", p->option_bytes);
	if (p->options) {
		buf_add_byte(out, ' ');
		option_specs_print(out, p->options, p->option_order);
	}
	print_payload(out, p);
	print_extras(out, p);
}

/* ---- UDP, ICMP ---- */

static void print_udp(struct buf *out, const struct packet_spec *p)
{
	buf_puts(out, p->transport == HEADER_UDPLITE ? "udplite " : "udp ");
	print_ports(out, p);
	print_field(out, "(", p->payload_length, p->ranges.length);
	if (p->transport == HEADER_UDPLITE)
		print_field(out, ", ", p->coverage, p->ranges.coverage);
	buf_add_byte(out, ')');
	print_payload(out, p);
}

static void print_icmp(struct buf *out, const struct packet_spec *p)
{
	const struct echo_spec *e = &p->echo;

	buf_printf(out, "icmp %s", p->icmp_type);
	if (p->icmp_code)
		buf_printf(out, " %s", p->icmp_code);
	if (p->has_mtu)
		print_plain(out, " mtu ", p->mtu, p->plain[PLAIN_MTU]);
	if (p->echo_id || p->plain[PLAIN_ECHO_ID])
		print_plain(out, " id ", p->echo_id, p->plain[PLAIN_ECHO_ID]);
	if (e->kind == ECHO_TCP && p->udp_tunnel)
		buf_printf(out, " [%" PRId64 ":%" PRId64 "(%" PRId64 ")/udp(%" PRId64 " > %" PRId64 ")]", e->seq_start,
		           e->seq_end, e->length, p->udp_tunnel->source, p->udp_tunnel->destination);
	else if (e->kind == ECHO_TCP)
		buf_printf(out, " [%" PRId64 ":%" PRId64 "(%" PRId64 ")]", e->seq_start, e->seq_end, e->length);
	else if (e->kind == ECHO_UDPLITE)
		buf_printf(out, " [udplite(%" PRId64 ", %" PRId64 ")]", e->length, e->coverage);
	else if (e->kind != ECHO_DEFAULT) {
		print_plain(out, e->kind == ECHO_UDP ? " [udp(" : " [raw(", e->length, p->plain[PLAIN_ECHO_LENGTH]);
		buf_puts(out, ")]");
	}
}

static void print_membership(struct buf *out, const struct membership_spec *m)
{
	char text[IP_ADDRESS_TEXT];

	buf_puts(out, m->ip_version == 4 ? "igmp " : "mld ");
	if (m->kind && m->kind->version)
		buf_printf(out, "%s ", m->kind->version);
	buf_puts(out, m->kind ? m->kind->word : "");
	for (const struct group_spec *g = m->groups; g; g = g->next) {
		buf_printf(out, "%s%s", g == m->groups ? " " : ", ", ip_address_print(&g->address, text));
		if (g->change)
			buf_printf(out, " %s", g->change);
		for (const struct group_source *s = g->sources; s; s = s->next)
			buf_printf(out, "%s%s%s", s == g->sources ? " (" : ", ", ip_address_print(&s->address, text),
			           s->next ? "" : ")");
	}
}

void packet_spec_print(struct buf *out, const struct packet_spec *p)
{
	buf_puts(out, p->direction == DIRECTION_INBOUND ? "< " : p->optional ? ">? " : "> ");
	if (p->connection) {
		expr_print(out, p->connection);
		buf_puts(out, ": ");
	}
	if (p->nothing) {
		buf_puts(out, "nothing");
		return;
	}
	if (p->raw) {
		buf_printf(out, "raw \"%s\"%s", p->raw->string.text, p->raw_open ? " ..." : "");
		return;
	}
	for (const struct encap *e = p->encaps; e; e = e->next)
		print_encap(out, e);
	if (p->fragment) {
		buf_puts(out, "fragment ");
		number_print(out, p->fragment->size.value, p->fragment->size.range);
		if (p->fragment->pieces) {
			buf_add_byte(out, ' ');
			number_range_print(out, p->fragment->pieces);
		}
		if (p->fragment->id)
			buf_printf(out, " id %" PRId64, p->fragment->id);
		buf_add_byte(out, ' ');
	}
	if (p->stream) {
		bool one = p->stream->kind == NUMBER_SPAN && p->stream->low == p->stream->high;
		buf_puts(out, "stream ");
		number_print(out, p->stream->low, one ? NULL : p->stream);
		buf_add_byte(out, ' ');
	}
	print_info(out, &p->info, p->addresses, p->fields);
	if (p->membership)
		print_membership(out, p->membership);
	else if (p->transport == HEADER_TCP)
		print_tcp(out, p);
	else if (p->transport == HEADER_UDP || p->transport == HEADER_UDPLITE)
		print_udp(out, p);
	else
		print_icmp(out, p);
	if (*print_fields(out, p->fields, true, " {") == ',')
		buf_add_byte(out, '}');
}
