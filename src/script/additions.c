/* SPDX-License-Identifier: MIT
 *
 * additions.c - what a script says in words that only protodrill knows, and the same without them
 *
 * A suite is played elsewhere, too, by tools that know the language as packetdrill's authors publish it. What such a
 * tool does not know falls into two kinds. Some of it says shorter what plain lines can say: statements are over when a
 * script is unfolded, `win *` is a window that is not written, the octet of a dscp that is injected is known. The rest
 * says what plain lines cannot: silence, ranges, patterns of options, literal bytes. additions_expand() writes the
 * first kind in plain lines, additions_report() names the second, and between them nothing may be lost.
 *
 * Left out: constants. Each system has its own, and each tool knows some.
 */
#include "script/additions.h"

#include <string.h>

#include "script/connections.h"
#include "script/print.h"
#include "script/resolve.h"

/* ---- what has an equivalent ---- */

static bool is_plain_flags(const char *flags)
{
	const char *dot = flags ? strchr(flags, '.') : NULL;

	return !dot || !dot[1] || (dot[1] >= '0' && dot[1] <= '9');
}

/* Like @flags, with the dot moved behind the last letter. */
static const char *plain_flags(struct arena *arena, const char *flags)
{
	const char *dot = strchr(flags, '.');

	return is_plain_flags(flags) ? flags : arena_printf(arena, "%.*s%s.", (int)(dot - flags), flags, dot + 1);
}

static void make_plain(struct packet_spec *p, struct arena *arena)
{
	const struct number_range *window = p->ranges.window;

	p->info.says_class = p->info.says_hlim = false;
	if (p->direction == DIRECTION_INBOUND && p->info.tos_check == TOS_DSCP)
		p->info.tos_check = TOS_BYTE;
	if (p->direction == DIRECTION_INBOUND && p->info.tos_check == TOS_ECN && p->transport != HEADER_TCP)
		p->info.tos_check = TOS_BYTE;
	if (p->direction == DIRECTION_OUTBOUND && window && window->kind == NUMBER_ANY) {
		p->has_window = false;
		p->ranges.window = NULL;
	}
	if (p->flags)
		p->flags = plain_flags(arena, p->flags);
}

/* @e in plain words, as far as there are any. */
static struct event plain_event(const struct event *e, struct arena *arena)
{
	struct event plain = *e;

	if (e->kind == EVENT_PACKET) {
		plain.packet = arena_copy(arena, e->packet, sizeof(*e->packet));
		make_plain(plain.packet, arena);
	}
	return plain;
}

/* ---- what has none ---- */

struct report {
	struct diags *diags;
	const struct event *event;
	int count;
};

static void has_none(struct report *r, struct loc loc, const char *what)
{
	diag_warning(r->diags, loc, "no plain equivalent", "%s", what);
	r->count++;
}

static int count_items(const struct ip_info *info)
{
	return (info->tos_check != TOS_UNCHECKED) + info->has_flow_label + (info->ttl != 0);
}

static void report_number(struct report *r, const struct number_range *range)
{
	static const char *const whats[] = {
		[NUMBER_ANY] = "a number that may be any", [NUMBER_SPAN] = "a range of numbers",
		[NUMBER_SET] = "a set of numbers", [NUMBER_VALUE] = "a value that is known when the script is played",
	};

	if (range)
		has_none(r, range->loc, whats[range->kind]);
}

static void report_options(struct report *r, const struct packet_spec *p)
{
	static const char *const orders[] = {
		[OPTIONS_OPEN] = "a list of options with any others behind it",
		[OPTIONS_AMONG] = "options among any others", [OPTIONS_UNORDERED] = "options in any order",
	};

	if (p->option_order != OPTIONS_EXACT)
		has_none(r, p->options ? p->options->loc : p->loc, orders[p->option_order]);
	if (p->option_bytes)
		has_none(r, p->loc, "options as bytes");
	for (const struct tcp_option_spec *o = p->options; o; o = o->next) {
		if (o->absent)
			has_none(r, o->loc, "an option that must not be there");
		else if (o->generic)
			has_none(r, o->loc, "an option that has no word elsewhere");
		else if (o->literal_echo)
			has_none(r, o->loc, "an echo that is sent as it is written");
		for (int i = 0; i < o->value_count; i++)
			report_number(r, o->ranges[i]);
	}
}

/* Words of other dialects. */
static void report_dialect(struct report *r, const struct packet_spec *p)
{
	enum header_type known[] = { HEADER_NONE, HEADER_TCP, HEADER_UDP, HEADER_ICMPV4, HEADER_ICMPV6 };
	size_t i = 0;

	while (i < ARRAY_LEN(known) && known[i] != p->transport)
		i++;
	if (i == ARRAY_LEN(known))
		has_none(r, p->transport_loc, "a protocol that other tools do not know");
	if (p->info.parts)
		has_none(r, p->info.parts->loc, "options of IP, or extension headers");
	if (p->addresses[0] || p->addresses[1])
		has_none(r, p->info.loc, "an address of a packet");
	if (p->absolute)
		has_none(r, p->seq_loc, "a sequence number of the wire");
	if (p->reset_cause)
		has_none(r, p->loc, "the payload of a reset");
	if (p->udp_tunnel)
		has_none(r, p->loc, "a segment in a datagram");
}

static void report_packet(struct report *r, const struct packet_spec *p)
{
	const struct number_range *const ranges[] = {
		p->ranges.seq_start, p->ranges.seq_end, p->ranges.length, p->ranges.ack, p->ranges.window,
		p->ranges.urgent,
	};

	if (p->connection)
		has_none(r, p->connection->loc, "a connection by its name");
	if (p->nothing)
		has_none(r, p->transport_loc, "silence");
	else if (p->raw)
		has_none(r, p->transport_loc, "literal bytes");
	else if (p->membership)
		has_none(r, p->transport_loc, "a message of IGMP or MLD");
	else if (p->optional)
		has_none(r, p->loc, "a packet that need not come");
	else if (p->stream)
		has_none(r, p->loc, "a stream");
	else if (p->fragment)
		has_none(r, p->fragment->loc, "fragments");
	if (p->flags && strchr(p->flags, '?'))
		has_none(r, p->flags_loc, "a flag that may be there or not");
	if (p->info.tos_check == TOS_DSCP)
		has_none(r, p->info.loc, "a dscp without the other two bits of its byte");
	else if (p->info.tos_check == TOS_ECN && (p->transport == HEADER_UDP || p->transport == HEADER_UDPLITE))
		has_none(r, p->info.loc, "the two bits of ECN of a datagram without the rest of their byte");
	else if (count_items(&p->info) > 1)
		has_none(r, p->info.loc, "several items about IP in one list");
	for (size_t i = 0; i < ARRAY_LEN(ranges); i++)
		report_number(r, ranges[i]);
	for (size_t i = 0; i < PLAIN_NUMBERS; i++)
		if (p->plain[i])
			has_none(r, p->plain[i]->loc, "a value that is known when the script is played");
	report_options(r, p);
	report_dialect(r, p);
}

/* The value of a socket option or its length may be left open, and a time-out may be a structure. */
static void report_option_value(struct report *r, const struct expr *e)
{
	const struct expr *value = e->kind == EXPR_LIST ? e->list.first : e;

	if (value && value->kind == EXPR_ELLIPSIS)
		has_none(r, e->loc, "a value that is left open");
	else if (value && value->kind == EXPR_TIMEVAL)
		has_none(r, e->loc, "a time-out as a structure");
}

static void report_call(struct report *r, const struct call_spec *c)
{
	static const char *const calls[] = { "accept4", "getsockname", "getpeername", "recvmmsg", "sendmmsg",
	                                     "ppoll", "select", "dup", "dup2", "epoll_create1",
	                                     "sockatmark", "pread", "pwrite", "dup3", "pselect", "pipe2",
	                                     "epoll_pwait", "socketpair" };

	for (size_t i = 0; i < ARRAY_LEN(calls); i++)
		if (!strcmp(c->name, calls[i]))
			has_none(r, c->loc, "a call that other tools do not know");
	bool option = !strcmp(c->name, "setsockopt") || !strcmp(c->name, "getsockopt");

	int index = 0;
	for (const struct expr *e = c->arguments; e; e = e->next, index++) {
		if (option)
			report_option_value(r, e);
		else if (e->kind == EXPR_SOCKADDR)
			has_none(r, e->loc, "an address in a call");
		else if (connection_argument(c, index))
			has_none(r, e->loc, "a connection by its name");
	}
}

static bool begins_group(const struct event *before, const struct event *e)
{
	return e->group && (!before || before->group != e->group);
}

int additions_report(const struct script *s, struct diags *diags)
{
	struct report r = { .diags = diags };
	struct arena *arena = arena_new();
	const struct event *before = NULL;

	for (const struct event *e = s->events; e; e = e->next) {
		const struct event plain = plain_event(e, arena);

		diags->via = e->via;
		if (begins_group(before, e))
			has_none(&r, e->group->loc, e->group->either ? "one of several packets"
			                                             : "packets in any order");
		before = e;
		if (e->kind == EVENT_PACKET)
			report_packet(&r, plain.packet);
		else if (e->kind == EVENT_CALL)
			report_call(&r, e->call);
		else if (e->kind == EVENT_LET)
			has_none(&r, e->let->loc, "a name for a value that is known when the script is played");
		for (const struct open_name *n = e->kind == EVENT_CALL ? e->names : NULL; n; n = n->next)
			has_none(&r, n->name->loc, "a value that is known when the script is played");
	}
	diags->via = NULL;
	if (s->cleanup && !s->init)
		has_none(&r, s->cleanup->loc, "a clean-up command without an init command");
	arena_free(arena);
	return r.count;
}

/* ---- printing ---- */

static void peer_print(struct buf *out, const struct peer *peer)
{
	char address[IP_ADDRESS_TEXT];

	buf_printf(out, "peer %s", peer->name);
	if (peer->address.version)
		buf_printf(out, " %s", ip_address_print(&peer->address, address));
	if (peer->port)
		buf_printf(out, " port %u", peer->port);
	buf_add_byte(out, '\n');
}

/* The comments above the first line that is played: the case's headers among them. */
static void print_head(struct buf *out, const struct script *s)
{
	const int line = s->options ? s->options->loc.line : s->init ? s->init->loc.line
	                 : s->events ? s->events->loc.line : 0;

	for (const struct comment *c = s->comments; c && c->loc.line < line; c = c->next)
		if (*c->text == '/')
			buf_printf(out, "%s\n", c->text);
}

void additions_expand(struct buf *out, const struct script *s)
{
	struct arena *arena = arena_new();
	const struct event *before = NULL;

	print_head(out, s);
	for (const struct option_line *o = s->options; o; o = o->next)
		buf_printf(out, "--%s%s%s\n", o->name, o->value ? "=" : "", o->value ? o->spelling : "");
	if (s->init)
		buf_printf(out, "`%s`\n", s->init->text);
	for (const struct peer *peer = s->peers; peer; peer = peer->next)
		peer_print(out, peer);
	for (const struct event *e = s->events; e; e = e->next) {
		const struct event plain = plain_event(e, arena);

		if (begins_group(before, e))
			buf_puts(out, e->group->either ? "either {\n" : "unordered {\n");
		event_print(out, &plain);
		buf_puts(out, e->group && (!e->next || e->next->group != e->group) ? "\n}\n" : "\n");
		before = e;
	}
	if (s->cleanup)
		buf_printf(out, "`%s`\n", s->cleanup->text);
	arena_free(arena);
}
