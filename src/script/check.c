/* SPDX-License-Identifier: MIT
 *
 * check.c - judges a script: what must hold before it is played, and what would fail for certain
 *
 * Left out: what a single time can be ("negative time", ranges that are backwards); the parser says that.
 */
#include <inttypes.h>
#include <string.h>

#include "script/check_call.h"
#include "script/connections.h"
#include "script/freebsd.h"
#include "script/names.h"
#include "script/scripted_packet.h"

/* An injected packet that contains names can be built and checked only when their values are known. */
static void prepare_packet(struct script *s, struct event *e, struct diags *diags)
{
	if (!e->names)
		e->scripted = scripted_packet_build(e->packet, &s->config, s->arena, diags);
	else if (e->packet->direction == DIRECTION_OUTBOUND)
		e->scripted = scripted_packet_build(names_open_packet(e->packet, s->arena), &s->config, s->arena,
		                                    diags);
}

bool script_prepare(struct script *s, struct diags *diags)
{
	int errors = diags->errors;

	for (struct event *e = s->events; e; e = e->next) {
		diags->via = e->via;
		if (e->kind == EVENT_PACKET)
			prepare_packet(s, e, diags);
		if (e->kind != EVENT_CALL)
			continue;
		e->call->signature = signature_find(e->call->name);
		e->call->nothing = freebsd_call_is_nothing(e->call);
	}
	diags->via = NULL;
	return diags->errors == errors;
}

static void check_first_time(struct diags *diags, const struct event *first)
{
	if (first->time.kind != TIME_ANY && first->time.start.ns)
		diag_error(diags, DIAG_SEMANTIC, first->time.loc, "first event should be at time 0",
		           "it is at %.6f sec", vtime_to_s(first->time.start));
}

/* ---- the order of times ---- */

static bool is_absolute(const struct event *e)
{
	return e->time.kind == TIME_ABSOLUTE || e->time.kind == TIME_ABSOLUTE_RANGE;
}

static bool leaves(const struct event *e)
{
	return e->kind == EVENT_PACKET && e->packet->direction == DIRECTION_OUTBOUND;
}

/* The earliest instant at which @e can happen in a run that passes, if the event before it cannot happen before @base:
 * a packet may leave by the tolerance too early, and relative times count from what happened. */
static vtime_t earliest(const struct event *e, vtime_t base, const struct config *config)
{
	vtime_t at = base;

	if (is_absolute(e))
		at = e->time.start;
	else if (e->time.kind != TIME_ANY)
		at = vtime_add(base, e->time.start);
	if (leaves(e) && e->time.kind != TIME_ANY)
		at = vtime_sub(at, config->tolerance);
	return vtime_max(at, VTIME_ZERO);
}

static void report_backward(struct diags *diags, const struct event *before, vtime_t base, const struct event *e)
{
	char headline[96];

	snprintf(headline, sizeof(headline), "time goes backward in script from %" PRId64 " usec to %" PRId64 " usec",
	         vtime_to_us(base), vtime_to_us(e->time.start));
	if (leaves(e) && !is_absolute(before))
		diag_warning(diags, e->time.loc, headline,
		             "right only if this packet leaves before the event of line %d; did you mean '+%g'?",
		             before->time.loc.line, vtime_to_s(e->time.start));
	else if (is_absolute(before))
		diag_error(diags, DIAG_SEMANTIC, e->time.loc, headline, "a run fails here");
	else
		diag_error(diags, DIAG_SEMANTIC, e->time.loc, headline,
		           "the event before it, in line %d, comes no earlier than %.6f; did you mean '+%g'?",
		           before->time.loc.line, vtime_to_s(base), vtime_to_s(e->time.start));
}

static void check_times(struct diags *diags, const struct script *s)
{
	const struct event *before = NULL;
	vtime_t base = VTIME_ZERO;

	for (const struct event *e = s->events; e; before = e, e = e->next) {
		diags->via = e->via;
		/* Two absolute times are compared as they stand. */
		vtime_t limit = before && is_absolute(before) ? before->time.start : base;
		if (before && is_absolute(e) && vtime_before(e->time.start, limit) &&
		    !diags_has_error(diags, e->time.loc))
			report_backward(diags, before, limit, e);
		base = earliest(e, base, &s->config);
		if (vtime_before(vtime_s(SCRIPT_SECONDS_MAX), base)) {
			diag_error(diags, DIAG_SEMANTIC, e->time.loc, "the script gets too long",
			           "its times add up to %.6f seconds here; at most %d are allowed", vtime_to_s(base),
			           SCRIPT_SECONDS_MAX);
			break;
		}
	}
	diags->via = NULL;
}

/* A line that need not be answered ends with its time, so it must have one. */
static void check_end(struct diags *diags, const struct event *e)
{
	if (e->time.kind == TIME_ANY && (e->packet->nothing || e->packet->optional))
		diag_error(diags, DIAG_SEMANTIC, e->time.loc, "this line has no end",
		           "%s: write a time or a range, such as +0~+0.5",
		           e->packet->nothing ? "silence lasts as long as its time says"
		                              : "an optional packet is waited for as long as its time says");
}

/* ---- lines that are answered together, and lines of several segments ---- */

static void check_group(struct diags *diags, const struct event *e)
{
	const struct packet_spec *p = e->kind == EVENT_PACKET ? e->packet : NULL;

	if (!p || p->direction != DIRECTION_OUTBOUND || p->nothing || p->raw || p->optional || p->stream || p->fragment)
		diag_error(diags, DIAG_SEMANTIC, e->loc, "this cannot stand in the block",
		           "in '%s' of line %d there are expected packets, and of these no raw, optional or stream "
		           "lines",
		           e->group->either ? "either" : "unordered", e->group->loc.line);
	else if (e->time.kind == TIME_ANY)
		diag_error(diags, DIAG_SEMANTIC, e->time.loc, "this line has no end",
		           "a packet of a block is waited for as long as its time says: write a range, such as "
		           "+0~+0.5");
}

static void check_stream(struct diags *diags, const struct packet_spec *p)
{
	const struct packet_ranges *r = &p->ranges;

	if (p->direction != DIRECTION_OUTBOUND || p->transport != HEADER_TCP || p->optional)
		diag_error(diags, DIAG_SEMANTIC, p->loc, "a stream of something else",
		           "segments of TCP that are expected, and must come, can be a stream");
	else if (r->seq_start || r->seq_end || r->length)
		diag_error(diags, DIAG_SEMANTIC, p->seq_loc, "a stream without length",
		           "it is known how many bytes there are, START:END(LENGTH), and not in how many segments");
	else if (p->payload_length < 1)
		diag_error(diags, DIAG_SEMANTIC, p->seq_loc, "a stream without data",
		           "a segment without data is an ordinary line");
}

static void check_fragment(struct diags *diags, const struct packet_spec *p)
{
	const struct fragment_spec *f = p->fragment;
	bool inbound = p->direction == DIRECTION_INBOUND;

	if (p->encaps || p->optional)
		diag_error(diags, DIAG_SEMANTIC, f->loc, "fragments of something else",
		           "a packet without outer headers that must come, or is injected, can be in fragments");
	else if (inbound && (f->size.range || f->size.value < 8 || f->size.value % 8))
		diag_error(diags, DIAG_SEMANTIC, f->loc, "no size of a fragment",
		           "fragments of a packet that is injected have a multiple of 8 bytes");
	else if (!inbound && (f->pieces || f->id))
		diag_error(diags, DIAG_SEMANTIC, f->loc, "fragments that are chosen",
		           "only of a packet that is injected one may say which pieces are sent, and their id");
	else if (f->pieces && f->pieces->low < 1)
		diag_error(diags, DIAG_SEMANTIC, f->loc, "no such fragment", "the first one has the number 1");
}

/* ---- IP ---- */

/* Numbers of an expected packet that are not compared as the author may think: a ttl of 255 stands for "unchecked", and
 * a flow label is a name for whichever one comes. */
static void check_ip(struct diags *diags, const struct packet_spec *p)
{
	enum { OPEN_TTL = 255 };
	const struct ip_info *ip = &p->info;

	if (p->direction != DIRECTION_OUTBOUND)
		return;
	if (ip->ttl == OPEN_TTL && !ip->ttl_range)
		diag_warning(diags, ip->loc, "a ttl that is not compared",
		             "255 is what lines have that say nothing; 255~255 is compared");
	if (ip->has_flow_label && !ip->flow_label_value && !ip->flow_label)
		diag_warning(diags, ip->loc, "a flow label of 0",
		             "it is the name of a live label, as any other number is, and no live label may be 0");
}

/* An ICMP error quotes what it is about, and a segment of TCP where a line says nothing. */
static void check_quote(struct diags *diags, const struct packet_spec *p)
{
	static const char *const errors[] = {
		"unreachable", "packet_too_big", "time_exceeded", "parameter_problem", "source_quench", "redirect",
	};

	for (size_t i = 0; i < ARRAY_LEN(errors) && p->transport == HEADER_ICMPV4 && !p->encaps; i++)
		if (p->icmp_type && !strcmp(p->icmp_type, errors[i]) && p->echo.kind == ECHO_DEFAULT)
			diag_warning(diags, p->loc, "an error that quotes no datagram",
			             "the socket is one of UDP, and without [udp(10)] a segment of TCP is quoted");
}

/* ---- acknowledgments ---- */

static bool has_letter(const struct packet_spec *p, char letter)
{
	return p->flags && strchr(p->flags, letter);
}

/* An acknowledgment number without the ACK flag. Sent to the stack it may be a test like any other, so it is only worth
 * a warning, unless the letter A shows that the flag was meant. No stack sends such a packet. */
static void check_ack(struct diags *diags, const struct packet_spec *p)
{
	bool accecn = has_letter(p, 'A');
	char meant[32], *end = meant;

	if (p->transport != HEADER_TCP || p->raw || !p->has_ack || has_letter(p, '.') ||
	    diags_has_error(diags, p->flags_loc))
		return;
	for (const char *c = p->flags ? p->flags : ""; *c && end < meant + sizeof(meant) - 2; c++)
		if (*c != 'A' && *c != '-')
			*end++ = *c;
	*end++ = '.';
	*end = '\0';
	if (accecn)
		diag_error(diags, DIAG_SEMANTIC, p->flags_loc, "an ack number without the ACK flag",
		           "'A' is the flag AE of AccECN, and ACK is the dot; did you mean '%s'?", meant);
	else if (p->direction == DIRECTION_OUTBOUND && p->ack)
		diag_error(diags, DIAG_SEMANTIC, p->flags_loc, "an ack number without the ACK flag",
		           "the dot is the flag; did you mean '%s'?", meant);
	else if (p->ack)
		diag_warning(diags, p->flags_loc, "an ack number without the ACK flag",
		             "it is sent as it is written; did you mean '%s'?", meant);
}

/* ---- sockets ---- */

/* Makes @e the socket that later events are about? A first packet of TCP may do so, too: then it is one to a host where
 * nothing listens. */
static bool makes_socket(const struct event *e)
{
	if (e->kind == EVENT_CALL)
		return !e->call->signature || e->call->signature->id == CALL_SOCKET ||
		       e->call->signature->id == CALL_SOCKETPAIR;
	return e->kind == EVENT_PACKET && e->packet->direction == DIRECTION_INBOUND;
}

static void check_code(struct diags *diags, const struct event *e)
{
	if (e->kind == EVENT_CODE && !diags_has_error(diags, e->code->loc))
		diag_error(diags, DIAG_SEMANTIC, e->code->loc, "no socket to use for code",
		           "a block sees the variables of the last socket that the script made, and there is no "
		           "socket() before it");
}

bool script_check(struct script *s, struct diags *diags)
{
	int errors = diags->errors;
	/* A call that could not be read may have made descriptors. */
	struct call_checker calls = { .diags = diags, .script = s, .unsure = errors > 0 };

	bool socket = errors > 0;
	const struct expr one = { .kind = EXPR_INTEGER, .integer.value = 1 };

	script_prepare(s, diags);
	names_check(s, diags);
	connections_check(s, diags);
	if (s->config.udp_encapsulation && strcmp(s->config.udp_encapsulation, "tcp") != 0 && !s->foreign)
		s->foreign = arena_printf(s->arena, "SCTP within UDP is not on this system (but on FreeBSD)");
	if (s->events)
		check_first_time(diags, s->events);
	check_times(diags, s);
	for (const struct event *e = s->events; e; e = e->next) {
		diags->via = e->via;
		socket = socket || makes_socket(e);
		if (!socket)
			check_code(diags, e);
		if (e->group)
			check_group(diags, e);
		if (e->kind == EVENT_PACKET && e->packet->stream)
			check_stream(diags, e->packet);
		if (e->kind == EVENT_PACKET && e->packet->fragment)
			check_fragment(diags, e->packet);
		if (e->kind == EVENT_CALL) {
			check_call(&calls, e->names ? names_open_call(e->call, &one, s->arena) : e->call);
		} else if (e->kind == EVENT_PACKET) {
			check_ack(diags, e->packet);
			check_ip(diags, e->packet);
			if (calls.udp)
				check_quote(diags, e->packet);
			check_end(diags, e);
		}
	}
	diags->via = NULL;
	return diags->errors == errors;
}
