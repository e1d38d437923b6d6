/* SPDX-License-Identifier: MIT
 *
 * build_packet.c - builders of packet lines
 *
 * Numbers are kept as written, and the check says later whether they are allowed. Only what a node cannot hold is
 * refused here.
 */
#include <inttypes.h>
#include <string.h>

#include "script/outer_number.h"
#include "script/parse.h"

void build_packet(struct parse *p, struct loc loc, enum direction direction)
{
	struct packet_spec *packet = arena_new_object(p->arena, struct packet_spec);

	packet->loc = loc;
	packet->info.loc = loc;
	packet->direction = direction;
	p->packet = packet;
	p->last_encap = &packet->encaps;
	p->last_tcp_option = &packet->options;
	p->last_field = &packet->fields;
}

/* The name of a connection stands before everything else that may stand before the packet itself. */
void build_connection(struct parse *p, struct loc loc, struct expr *name)
{
	struct packet_spec *packet = p->packet;

	if (packet->connection)
		diag_error(p->diags, DIAG_SEMANTIC, loc, "two connections in one line", "a packet is of one");
	else if (packet->encaps)
		diag_error(p->diags, DIAG_SEMANTIC, loc, "a connection behind outer headers",
		           "write '%s NAME: ipv4 ...'", packet->direction == DIRECTION_INBOUND ? "<" : ">");
	packet->connection = name;
}

void build_stream(struct parse *p, struct loc loc, struct number length)
{
	const struct number_range one = {
		.loc = loc, .kind = NUMBER_SPAN, .low = length.value, .high = length.value,
	};

	p->packet->stream = length.range ? length.range : arena_copy(p->arena, &one, sizeof(one));
}

void build_fragment_id(struct parse *p, struct loc loc, struct number id)
{
	if (id.range || id.value < 1 || id.value > UINT32_MAX)
		diag_error(p->diags, DIAG_SEMANTIC, loc, "identification out of range", "a number from 1 to %u",
		           UINT32_MAX);
	p->packet->fragment_id = id.range ? 0 : id.value;
}

void build_fragment(struct parse *p, struct loc loc, struct number size, struct expr_list pieces)
{
	const struct fragment_spec fragment = {
		.loc = loc, .size = size, .id = p->packet->fragment_id,
		.pieces = pieces.count ? build_set(p, loc, pieces).range : NULL,
	};

	p->packet->fragment = arena_copy(p->arena, &fragment, sizeof(fragment));
}

/* ---- IP information ---- */

struct ip_item build_ip_number(struct parse *p, struct loc loc, enum ip_item_kind kind, struct number number)
{
	const struct ip_item item = { .kind = kind, .value = number.value, .range = number.range };

	if (number.range && number.range->kind != NUMBER_VALUE)
		diag_error(p->diags, DIAG_SEMANTIC, loc, "several values of tos, class, dscp or flowlabel",
		           "each has one number here, which may be a name");
	return item;
}

struct ip_item build_dscp(struct parse *p, struct loc loc, struct number number)
{
	int64_t value = number.value;

	if (number.range)
		return build_ip_number(p, loc, IP_ITEM_DSCP, number);
	if (value < 0 || value > DSCP_MAX) {
		diag_error(p->diags, DIAG_SEMANTIC, loc, "dscp out of range for 6 bits",
		           "%" PRId64 " is written, 0 to %d is allowed; the whole byte is written tos 0xNN",
		           value, DSCP_MAX);
		value = 0;
	}
	return (struct ip_item){ .kind = IP_ITEM_DSCP, .value = value << 2 };
}

struct ip_item build_dscp_name(struct parse *p, struct loc loc, const char *first, const char *second)
{
	const char *name = *second ? arena_printf(p->arena, "%s-%s", first, second) : first;
	const char *nearest = dscp_guess(name);
	int64_t value = 0;

	if (dscp_value(name, &value))
		return (struct ip_item){ .kind = IP_ITEM_DSCP, .value = value << 2 };
	if (nearest)
		diag_error(p->diags, DIAG_SEMANTIC, loc, "unknown dscp", "'%s'; did you mean '%s'?", name, nearest);
	else
		diag_error(p->diags, DIAG_SEMANTIC, loc, "unknown dscp",
		           "'%s': want a number, or cs0 to cs7, af11 to af43, ef, voice-admit or le", name);
	return (struct ip_item){ .kind = IP_ITEM_DSCP, .value = 0 };
}

/* The DSCP and ECN parts of the byte may both be written, in either order: then all of it is compared. */
static bool join_tos(struct ip_info *info, enum tos_check check, int64_t tos)
{
	bool joins = (info->tos_check == TOS_DSCP && check == TOS_ECN) ||
	             (info->tos_check == TOS_ECN && check == TOS_DSCP);

	if (joins) {
		info->tos_check = TOS_BYTE;
		info->tos |= tos;
	}
	return joins;
}

static bool set_tos(struct parse *p, struct ip_info *info, struct loc loc, enum tos_check check, int64_t tos)
{
	if (join_tos(info, check, tos))
		return true;
	if (info->tos_check != TOS_UNCHECKED)
		return diag_error(p->diags, DIAG_SEMANTIC, loc, "tos already set",
		                  "one of noecn, ect0, ect1, ce, ect01 and tos, or a dscp and one of the first four");
	info->tos_check = check;
	info->tos = tos;
	return true;
}

struct ip_item build_ip_part(struct parse *p, struct loc loc, struct lexeme kind, const char *hex, bool extension)
{
	const struct ip_part part = { .loc = loc, .kind = kind.value, .extension = extension, .hex = hex };

	return (struct ip_item){ .kind = IP_ITEM_PART, .part = arena_copy(p->arena, &part, sizeof(part)) };
}

static void add_part(struct ip_info *info, struct ip_part *part)
{
	struct ip_part **last = &info->parts;

	while (*last)
		last = &(*last)->next;
	*last = part;
}

struct ip_item build_ttl(struct number number, bool of_ipv6)
{
	return (struct ip_item){
		.kind = IP_ITEM_TTL, .value = number.value, .range = number.range, .of_ipv6 = of_ipv6,
	};
}

struct ip_info *build_ip_info(struct parse *p, struct ip_info *info, struct loc loc, struct ip_item item)
{
	if (!info) {
		info = arena_new_object(p->arena, struct ip_info);
		info->loc = loc;
	}
	info->loc.end_line = loc.end_line;
	info->loc.end_column = loc.end_column;
	switch (item.kind) {
	case IP_ITEM_ECN: set_tos(p, info, loc, TOS_ECN, item.value); break;
	case IP_ITEM_ECT01: set_tos(p, info, loc, TOS_ECT01, 0); break;
	case IP_ITEM_DSCP:
	case IP_ITEM_TOS:
		set_tos(p, info, loc, item.kind == IP_ITEM_DSCP ? TOS_DSCP : TOS_BYTE, item.value);
		info->says_class = item.of_ipv6;
		if (item.range) {
			info->tos_value = item.range;
			info->tos_is_dscp = item.kind == IP_ITEM_DSCP;
		}
		break;
	case IP_ITEM_FIELD: break;                           /* it is in the packet's list */
	case IP_ITEM_PART: add_part(info, item.part); break;
	case IP_ITEM_TTL:
		if (info->ttl || info->ttl_range)
			diag_error(p->diags, DIAG_SEMANTIC, loc, "ttl already set",
			           "a packet has one, which IPv6 calls hlim");
		info->ttl = item.value;
		info->says_hlim = item.of_ipv6;
		info->ttl_range = item.range;
		break;
	case IP_ITEM_FLOW_LABEL:
		if (info->has_flow_label)
			diag_error(p->diags, DIAG_SEMANTIC, loc, "flowlabel already set", "a packet has one");
		info->has_flow_label = true;
		info->flow_label = item.value;
		info->flow_label_value = item.range;
		break;
	}
	return info;
}

void build_packet_info(struct parse *p, const struct ip_info *info)
{
	p->packet->info = *info;
}

/* ---- outer headers ---- */

static struct encap *add_encap(struct parse *p, struct loc loc, enum header_type type)
{
	struct encap *e = arena_new_object(p->arena, struct encap);

	e->loc = loc;
	e->type = type;
	*p->last_encap = e;
	p->last_encap = &e->next;
	return e;
}

static void set_address(struct parse *p, struct loc loc, struct ip_address *out, const char *text, int version)
{
	if (!ip_address_parse(text, out) || out->version != version)
		diag_error(p->diags, DIAG_SEMANTIC, loc, version == 4 ? "invalid IPv4 address" : "invalid IPv6 address",
		           "'%.64s'", text);
}

void build_encap_ip(struct parse *p, struct loc loc, struct ip_info *info, const char *source,
                    const char *destination)
{
	int version = strchr(source, ':') ? 6 : 4;
	struct encap *e = add_encap(p, loc, version == 6 ? HEADER_IPV6 : HEADER_IPV4);

	if (info)
		e->info = *info;
	if (p->packet->fields) {
		diag_error(p->diags, DIAG_SEMANTIC, p->packet->fields->loc, "a field of an outer header",
		           "fields by name are those of the innermost headers");
		p->packet->fields = NULL;
		p->last_field = &p->packet->fields;
	}
	set_address(p, loc, &e->source, source, version);
	set_address(p, loc, &e->destination, destination, version);
}

void build_encap_gre(struct parse *p, struct loc loc, const struct gre_header *gre)
{
	struct encap *e = add_encap(p, loc, HEADER_GRE);

	if (gre)
		e->gre = *gre;
	e->numbers = p->outer_numbers;
	p->outer_numbers = NULL;
}

void build_encap_mpls(struct parse *p, struct loc loc, const struct mpls_header *mpls)
{
	struct encap *e = add_encap(p, loc, HEADER_MPLS);

	if (mpls)
		e->mpls = *mpls;
	e->numbers = p->outer_numbers;
	p->outer_numbers = NULL;
}

static int64_t fit(struct parse *p, struct loc loc, const char *headline, int64_t value, int64_t most)
{
	if (value >= 0 && value <= most)
		return value;
	diag_error(p->diags, DIAG_SEMANTIC, loc, headline, "%" PRId64 "; allowed: 0 to %" PRId64, value, most);
	return 0;
}

/* A number of an outer header; one that is a name counts as 0 here, and is kept for when the header is there. */
static int64_t outer(struct parse *p, struct loc loc, enum outer_field field, struct number number)
{
	if (!number.range)
		return fit(p, loc, outer_rows[field].headline, number.value, outer_rows[field].most);
	struct outer_number *o = arena_new_object(p->arena, struct outer_number);
	*o = (struct outer_number){ p->outer_numbers, loc, field, OUTER_NO_ENTRY, number.range };
	p->outer_numbers = o;
	return 0;
}

struct gre_header *build_gre(struct parse *p, struct loc loc, int64_t flags, const struct number numbers[4])
{
	struct gre_header *g = arena_new_object(p->arena, struct gre_header);

	g->flags = (uint16_t)fit(p, loc, "GRE flags out of range", flags, UINT16_MAX);
	g->checksum = (uint16_t)outer(p, loc, OUTER_SUM, numbers[0]);
	g->offset = (uint16_t)outer(p, loc, OUTER_OFF, numbers[1]);
	g->key = (uint32_t)outer(p, loc, OUTER_KEY, numbers[2]);
	g->sequence = (uint32_t)outer(p, loc, OUTER_SEQ, numbers[3]);
	return g;
}

struct mpls_header *build_mpls_entry(struct parse *p, struct loc loc, const struct number numbers[3])
{
	struct mpls_header *h = arena_new_object(p->arena, struct mpls_header);

	h->depth = 1;
	h->stack[0].label = (uint32_t)outer(p, loc, OUTER_LABEL, numbers[0]);
	h->stack[0].traffic_class = (uint8_t)outer(p, loc, OUTER_TC, numbers[1]);
	h->stack[0].ttl = (uint8_t)outer(p, loc, OUTER_TTL, numbers[2]);
	return h;
}

void build_mpls_bottom(struct parse *p, struct loc loc, struct lexeme word)
{
	if (strcmp(word.text, "S"))
		diag_error(p->diags, DIAG_SEMANTIC, loc, "expected [S] for MPLS label stack bottom", "'%.64s'",
		           word.text);
}

struct mpls_header *build_mpls(struct parse *p, struct mpls_header *stack, const struct mpls_header *entry,
                               struct loc loc)
{
	if (!stack)
		stack = arena_new_object(p->arena, struct mpls_header);
	for (struct outer_number *o = p->outer_numbers; o; o = o->next)
		o->entry = o->entry == OUTER_NO_ENTRY ? stack->depth : o->entry;
	if (stack->depth < MPLS_STACK_ENTRIES)
		stack->stack[stack->depth++] = entry->stack[0];
	else
		diag_error(p->diags, DIAG_SEMANTIC, loc, "too many MPLS labels", "at most %d", MPLS_STACK_ENTRIES);
	return stack;
}

/* ---- transport ---- */

void build_transport(struct parse *p, struct loc loc, enum header_type type)
{
	p->packet->transport = type;
	p->packet->transport_loc = loc;
}

/* Silence and literal bytes have no headers that others could stand around. */
static void refuse_encaps(struct parse *p, const char *what)
{
	if (p->packet->encaps)
		diag_error(p->diags, DIAG_SEMANTIC, p->packet->encaps->loc, "outer headers without a packet",
		           "%s stands alone behind the direction", what);
}

void build_raw(struct parse *p, struct loc loc, struct expr_list pieces, bool open)
{
	build_transport(p, loc, HEADER_NONE);
	refuse_encaps(p, "raw");
	if (p->packet->connection)
		diag_error(p->diags, DIAG_SEMANTIC, p->packet->connection->loc, "literal bytes of a connection",
		           "nothing in them is translated, so they belong to none: leave the name out");
	p->packet->raw = build_string(p, loc, pieces);
	p->packet->raw_open = open;
}

static int64_t plain_number(struct parse *p, enum plain_number which, struct number number)
{
	p->packet->plain[which] = number.range ? number.range->expr : NULL;
	return number.value;
}

void build_ports(struct parse *p, struct loc loc, struct number source, struct number destination)
{
	p->packet->ports_loc = loc;
	p->packet->source_port = plain_number(p, PLAIN_SOURCE_PORT, source);
	p->packet->destination_port = plain_number(p, PLAIN_DESTINATION_PORT, destination);
}

struct lexeme build_joined(struct parse *p, struct lexeme text, const char *end)
{
	char *joined = arena_printf(p->arena, "%s%s", text.text, end);

	return (struct lexeme){ .text = joined, .length = strlen(joined) };
}

void build_flags(struct parse *p, struct loc loc, const char *before, const char *dot, const char *after)
{
	p->packet->flags = arena_printf(p->arena, "%s%s%s", before, dot, after);
	p->packet->flags_loc = loc;
}

void build_sequence(struct parse *p, struct loc loc, const struct number numbers[3])
{
	struct packet_spec *packet = p->packet;

	packet->seq_loc = loc;
	packet->seq_start = numbers[0].value;
	packet->seq_end = numbers[1].value;
	packet->payload_length = numbers[2].value;
	packet->ranges.seq_start = numbers[0].range;
	packet->ranges.seq_end = numbers[1].range;
	packet->ranges.length = numbers[2].range;
}

void build_ack(struct parse *p, struct number ack)
{
	p->packet->has_ack = true;
	p->packet->ack = ack.value;
	p->packet->ranges.ack = ack.range;
}

void build_window(struct parse *p, struct loc loc, struct number window)
{
	p->packet->has_window = true;
	p->packet->window_loc = loc;
	p->packet->window = window.value;
	p->packet->ranges.window = window.range;
}

void build_urgent(struct parse *p, struct number urgent)
{
	p->packet->urgent = urgent.value;
	p->packet->ranges.urgent = urgent.range;
}

void build_udp_length(struct parse *p, struct number length)
{
	p->packet->payload_length = length.value;
	p->packet->ranges.length = length.range;
}

void build_payload(struct parse *p, const struct expr *text)
{
	p->packet->payload = text;
}

void build_nothing(struct parse *p, struct loc loc)
{
	build_transport(p, loc, HEADER_NONE);
	refuse_encaps(p, "nothing");
	p->packet->nothing = true;
}

void build_optional(struct parse *p)
{
	p->packet->optional = true;
}

/* ---- numbers ---- */

struct number build_number(int64_t value)
{
	return (struct number){ value, NULL };
}

static struct number new_range(struct parse *p, struct number_range range)
{
	return (struct number){ range.low, arena_copy(p->arena, &range, sizeof(range)) };
}

struct number build_any_number(struct parse *p, struct loc loc)
{
	return new_range(p, (struct number_range){ .loc = loc, .kind = NUMBER_ANY });
}

struct number build_span(struct parse *p, struct loc loc, struct number low, struct number high)
{
	struct number_range range = { .loc = loc, .kind = NUMBER_SPAN, .low = low.value, .high = high.value };

	range.ends[0] = low.range ? low.range->expr : NULL;
	range.ends[1] = high.range ? high.range->expr : NULL;
	if (!low.range && !high.range)
		number_range_check(&range, p->diags);
	return new_range(p, range);
}

struct number build_set(struct parse *p, struct loc loc, struct expr_list values)
{
	int64_t *all = arena_new_array(p->arena, int64_t, (size_t)values.count);
	const struct expr **members = arena_new_array(p->arena, const struct expr *, (size_t)values.count);
	struct number_range set = { .loc = loc, .kind = NUMBER_SET, .values = all };

	for (const struct expr *e = values.first; e; e = e->next, set.count++) {
		all[set.count] = e->kind == EXPR_INTEGER ? e->integer.value : 0;
		members[set.count] = e->kind == EXPR_INTEGER ? NULL : e;
		if (members[set.count])
			set.members = members;
	}
	set.low = all[0];
	for (int i = 1; i < set.count; i++)
		set.low = all[i] < set.low ? all[i] : set.low;
	return new_range(p, set);
}

void build_icmp(struct parse *p, struct loc loc, struct lexeme type)
{
	p->packet->icmp_type = type.text;
	p->packet->icmp_type_loc = loc;
	p->packet->icmp_code = NULL;
}

void build_icmp_code(struct parse *p, struct loc loc, struct lexeme code)
{
	p->packet->icmp_code = code.text;
	p->packet->icmp_code_loc = loc;
}

void build_mtu(struct parse *p, struct number mtu)
{
	p->packet->has_mtu = true;
	p->packet->mtu = plain_number(p, PLAIN_MTU, mtu);
}

void build_echo_id(struct parse *p, struct number id)
{
	p->packet->echo_id = plain_number(p, PLAIN_ECHO_ID, id);
}

void build_echo(struct parse *p, enum echo_kind kind, struct number length)
{
	p->packet->echo = (struct echo_spec){ .kind = kind, .length = plain_number(p, PLAIN_ECHO_LENGTH, length) };
}

void build_echo_udplite(struct parse *p, int64_t length, int64_t coverage)
{
	p->packet->echo = (struct echo_spec){ .kind = ECHO_UDPLITE, .length = length, .coverage = coverage };
	p->script->needs_udplite = true;
}

void build_echo_sequence(struct parse *p, int64_t start, int64_t end, int64_t length)
{
	p->packet->echo = (struct echo_spec){ ECHO_TCP, start, end, length, 0 };
}

/* ---- TCP options ---- */

void build_any_options(struct parse *p)
{
	p->packet->has_options = true;
	p->packet->any_options = true;
}

void build_option_order(struct parse *p, enum option_order order)
{
	p->packet->option_order = order;
}

struct tcp_option_spec *build_absent_option(struct parse *p, struct loc loc, uint8_t kind)
{
	struct tcp_option_spec *o = build_option_spec(p, loc, kind, 0, NULL);

	o->absent = true;
	return o;
}

struct tcp_option_spec *build_option_spec(struct parse *p, struct loc loc, uint8_t kind, int count,
                                          const struct number *values)
{
	struct tcp_option_spec *o = arena_new_object(p->arena, struct tcp_option_spec);

	o->loc = loc;
	o->kind = kind;
	o->value_count = count;
	for (int i = 0; i < count; i++) {
		o->values[i] = values[i].value;
		o->ranges[i] = values[i].range;
	}
	return o;
}

struct tcp_option_spec *build_hex_option(struct parse *p, struct loc loc, uint8_t kind, const struct lexeme *hex)
{
	struct tcp_option_spec *o = build_option_spec(p, loc, kind, 0, NULL);

	o->hex = hex ? hex->text : NULL;
	return o;
}

void build_option_value(struct parse *p, struct tcp_option_spec *option, struct loc loc, struct number value)
{
	if (option->value_count < (int)ARRAY_LEN(option->values)) {
		option->values[option->value_count] = value.value;
		option->ranges[option->value_count++] = value.range;
	} else if (!option->overflow) {
		option->overflow = true;
		diag_error(p->diags, DIAG_SEMANTIC, loc, "TCP option list too long", "at most %d SACK blocks fit",
		           TCP_SACK_BLOCKS);
	}
	option->loc.end_line = loc.end_line;
	option->loc.end_column = loc.end_column;
}

void build_tcp_option(struct parse *p, struct tcp_option_spec *option)
{
	p->packet->has_options = true;
	*p->last_tcp_option = option;
	p->last_tcp_option = &option->next;
}
