/* SPDX-License-Identifier: MIT
 *
 * values.c - names that stand for what was observed
 *
 * Three things happen to a name while a script is played:
 *
 * 1. Before an event, values_in() makes the copy in which names have become numbers. Only now can a packet with names
 *    be built and checked: when the script was read, nobody knew whether a sum fits into its field. So an error of this
 *    kind ends the run, although its text is the one that the check of a script would print.
 * 2. After an event, values_of_packet() and values_of_call() read the places that were left open. A packet has been
 *    translated by its flow before, so a name never holds a number of the wire, and the script may compare it with the
 *    numbers that it writes itself.
 * 3. If an event fails, values_explain() adds what each name and each sum stood for. The line says `ack $next+1`, the
 *    message says what was expected; without the value of $next nobody sees how the two belong together.
 *
 * The newest value counts, and the line that gave it is kept with it: when a value surprises, that line is where to
 * look. There are few names in a script, so they are a list.
 */
#include "drill/values.h"

#include <inttypes.h>
#include <netinet/in.h>
#include <string.h>

#include "script/names.h"
#include "script/print.h"
#include "script/resolve.h"
#include "script/scripted_packet.h"
#include "wire/tcp_option.h"

struct value {
	struct value *older;
	const char *name;
	int64_t number;
	int line;                                            /* that gave it */
};

static struct value *find(const struct play *p, const char *name)
{
	struct value *v = p->values;

	while (v && strcmp(v->name, name) != 0)
		v = v->older;
	return v;
}

void values_give(struct play *p, const char *name, int64_t number, int line)
{
	struct value *v = find(p, name);

	/* A name keeps its place: the list is as long as the script has names, however often a loop sets them. */
	if (!v) {
		v = arena_new_object(p->record->arena, struct value);
		*v = (struct value){ .older = p->values, .name = name };
		p->values = v;
	}
	v->number = number;
	v->line = line;
}

/* ---- events with values ---- */

bool values_observed(const void *user, const char *name, int64_t *number)
{
	const struct value *v = find(user, name);

	if (v)
		*number = v->number;
	return v;
}

static enum entry_kind kind_of(const struct event *event)
{
	if (event->kind == EVENT_PACKET)
		return event->packet->direction == DIRECTION_INBOUND ? ENTRY_INBOUND : ENTRY_OUTBOUND;
	return event->kind == EVENT_CALL ? ENTRY_CALL : ENTRY_COMMAND;
}

/* An event that is not played has no entry yet in which its failure could stand. */
static void fail(struct play *p, const struct event *event, const char *what, const char *detail)
{
	struct entry *e = record_append(p->record, kind_of(event), event);

	e->actual = play_now(p);
	play_fail(p, e, MISMATCH_BASIS, "%s%s%s", what, detail ? ": " : "", detail ? detail : "");
	values_explain(p, e);
}

/* A name that still stands in the copy must be one that gets its value here. Any other was to get it from a line that
 * has passed without an answer, such as a packet that may be missing. */
static bool has_values(struct play *p, const struct event *event, const struct open_name *names)
{
	for (const struct open_name *n = names; n; n = n->next) {
		if (names_takes_value(event, n))
			continue;
		fail(p, event, arena_printf(p->record->arena, "the name '%s' has no value", n->name->name.text),
		     "the line that gives it one was not answered");
		return false;
	}
	return true;
}

const struct event *values_in(struct play *p, const struct event *event)
{
	struct diags diags;
	struct resolver r = {
		.config = p->config, .observed = values_observed, .user = p, .arena = p->record->arena, .diags = &diags,
	};

	/* The names in a command are in no list, as they may be the shell's. */
	bool command = event->kind == EVENT_COMMAND && p->values;

	if (!command && (!event->names || event->kind == EVENT_LET))
		return event;
	diags_init(&diags);
	struct event *e = resolve_event(&r, event);
	bool good = !diags.errors && has_values(p, event, e->names);
	if (good && e->kind == EVENT_PACKET)                 /* with its values all of it can be checked, only now */
		e->scripted = scripted_packet_build(names_open_packet(e->packet, r.arena), p->config, r.arena, &diags);
	if (diags.errors)
		fail(p, event, diags.first->headline, diags.first->detail);
	good = good && !diags.errors;
	diags_free(&diags);
	return good ? e : NULL;
}

/* ---- values of what came ---- */

/* A number of a TCP option: the first option of this kind that is long enough to hold it. Experimental options begin
 * with a magic number, which is not counted among their numbers. False: there is none. */
static bool of_option(const struct tcp_header *tcp, const struct open_name *n, int64_t *out)
{
	const struct tcp_option_row *row = tcp_option_row(n->kind);
	struct tcp_option option;
	const char *why;
	size_t at = 0, from = (row->magic ? sizeof(row->magic) : 0) + (size_t)n->index * row->width;

	while (tcp_option_next(tcp->options, tcp->option_length, &at, &option, &why) > 0) {
		if (option.kind != n->kind || option.length < 2 + from + row->width)
			continue;
		*out = 0;
		for (size_t i = 0; i < row->width; i++)
			*out = *out << 8 | option.data[from + i];
		return true;
	}
	return false;
}

static bool of_ports(const struct header *h, const struct open_name *n, int64_t *out)
{
	bool source = n->index == PLAIN_SOURCE_PORT;

	if (h->type == HEADER_TCP)
		*out = source ? h->tcp.source_port : h->tcp.destination_port;
	else if (h->type == HEADER_UDP)
		*out = source ? h->udp.source_port : h->udp.destination_port;
	return h->type == HEADER_TCP || h->type == HEADER_UDP;
}

/* False: the packet has no such field, so the name stays without a value, and the next line that uses it says so. */
static bool of_packet(const struct packet *packet, const struct open_name *n, int64_t *out)
{
	const struct header *h = packet_transport(packet);
	const struct tcp_header *tcp = h->type == HEADER_TCP ? &h->tcp : NULL;

	*out = (int64_t)packet->payload_length;
	if (n->place == NAME_LENGTH)
		return true;
	if (n->place == NAME_PLAIN)
		return of_ports(h, n, out);
	if (!tcp)
		return false;
	switch (n->place) {
	case NAME_SEQ_START: *out = tcp->seq; return true;
	case NAME_SEQ_END:   *out = (uint32_t)(tcp->seq + packet->payload_length); return true;
	case NAME_ACK:       *out = tcp->ack; return true;
	case NAME_WINDOW:    *out = tcp->window; return true;
	case NAME_URGENT:    *out = tcp->urgent; return true;
	default:             return of_option(tcp, n, out);
	}
}

void values_of_packet(struct play *p, const struct event *event, const struct packet *observed)
{
	int64_t number;

	for (const struct open_name *n = event->names; n; n = n->next)
		if (of_packet(observed, n, &number))
			values_give(p, n->name->name.text, number, event_line(event, &n->name->loc));
}

static int64_t port_of(const struct sockaddr_storage *address)
{
	return ntohs(address->ss_family == AF_INET6 ? ((const struct sockaddr_in6 *)address)->sin6_port
	                                            : ((const struct sockaddr_in *)address)->sin_port);
}

/* A name in the place of an address takes its port: that is the part that a stack chooses. */
void values_of_call(struct play *p, const struct event *event, const struct running_call *r,
                    const struct call_result *result)
{
	for (const struct open_name *n = event->names; n; n = n->next) {
		int64_t number = result->value;
		int32_t output;

		if (n->place == NAME_ARGUMENT) {
			memcpy(&output, r->call.arguments[n->index].pointer, sizeof(output));
			number = r->signature->shapes[n->index] == SHAPE_ADDRESS_OUT ? port_of(&r->peer) : output;
		}
		values_give(p, n->name->name.text, number, event_line(event, &n->name->loc));
	}
}

/* ---- why a number was expected ---- */

/* The value of a name, once, however often the line uses the name. */
static void add_value(struct buf *out, const struct play *p, const struct expr *name)
{
	const struct value *v = find(p, name->name.text);

	if (v && !strstr(out->data, arena_printf(p->record->arena, " $%s is ", v->name)))
		buf_printf(out, " $%s is %" PRId64 ", of line %d.", v->name, v->number, v->line);
}

/* An expression with its value; a name alone says that itself. */
static void add_expression(struct buf *out, struct play *p, const struct expr *e)
{
	struct diags diags;
	int64_t number;
	struct resolver r = {
		.config = p->config, .observed = values_observed, .user = p, .arena = p->record->arena, .diags = &diags,
	};

	if (e->kind != EXPR_ARITHMETIC)
		return;
	diags_init(&diags);
	if (resolve_number(&r, e, &number)) {
		buf_add_byte(out, ' ');
		expr_print(out, e);
		buf_printf(out, " is %" PRId64 ".", number);
	}
	diags_free(&diags);
}

static void add_packet(struct buf *out, struct play *p, const struct packet_spec *packet)
{
	const struct number_range *const ranges[] = {
		packet->ranges.seq_start, packet->ranges.seq_end, packet->ranges.length, packet->ranges.ack,
		packet->ranges.window, packet->ranges.urgent,
	};

	for (size_t i = 0; i < ARRAY_LEN(ranges); i++)
		if (ranges[i] && ranges[i]->kind == NUMBER_VALUE)
			add_expression(out, p, ranges[i]->expr);
	for (const struct tcp_option_spec *o = packet->options; o; o = o->next)
		for (int i = 0; i < o->value_count; i++)
			if (o->ranges[i] && o->ranges[i]->kind == NUMBER_VALUE)
				add_expression(out, p, o->ranges[i]->expr);
}

/* Sums first, as they stand in the line, and then the names in them. Each sentence begins with the space that divides
 * it from the one before. */
void values_explain(struct play *p, struct entry *e)
{
	const struct event *written = p->written;
	struct buf text = BUF_INIT;

	if (!written || !written->names || !e)
		return;
	if (written->kind == EVENT_PACKET)
		add_packet(&text, p, written->packet);
	else if (written->kind == EVENT_CALL)
		for (const struct expr *x = written->call->arguments; x; x = x->next)
			add_expression(&text, p, x);
	if (written->kind == EVENT_CALL)
		add_expression(&text, p, written->call->result);
	for (const struct open_name *n = written->names; n; n = n->next)
		add_value(&text, p, n->name);
	if (text.length)
		e->explanation = arena_printf(p->record->arena, "%s%s%s", e->explanation ? e->explanation : "",
		                              e->explanation ? " " : "", text.data + 1);
	buf_free(&text);
}
