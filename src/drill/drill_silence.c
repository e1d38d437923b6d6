/* SPDX-License-Identifier: MIT
 *
 * drill_silence.c - lines that no packet need answer: "> nothing", and "> ?" for a packet that may come
 *
 * An ordinary line says that a packet leaves; anything else that leaves shows only at the next line. These two kinds
 * fill that gap. `+0~+0.5 > nothing` lets the time pass and fails with the first packet of the connection: silence
 * itself is what is expected. `+0~+0.1 >? . 1:1(0) ack 2` is a packet that a stack may send or not: if what comes next,
 * in this time, is that packet, then the line has taken it; if it is another one, that is left for the next line.
 *
 * Both end when their time is over, and the line after a silence counts from there. A packet may be late by the
 * tolerance, so the wait includes that. An optional packet is compared by itself; joining would take packets away from
 * the line that they are for.
 */
#include <string.h>

#include "drill/play.h"
#include "script/connections.h"
#include "wire/membership.h"

/* ---- which packets count ---- */

/* Which packets a line is about. */
enum concern { THOSE_UNDER_TEST, ALL_THAT_ARE_FOREIGN, ALL_THERE_ARE };

static enum concern concern_of(const struct scripted_packet *scripted)
{
	if (!scripted->connection)
		return THOSE_UNDER_TEST;
	return !strcmp(scripted->connection, CONNECTION_FOREIGN) ? ALL_THAT_ARE_FOREIGN
	       : !strcmp(scripted->connection, CONNECTION_ANY)   ? ALL_THERE_ARE : THOSE_UNDER_TEST;
}

/* Is it of the connection under test? Without a socket every packet to the remote address counts. */
static bool is_ours(struct play *p, struct flow *flow, const struct packet *live)
{
	const struct scripted_packet like = { .packet = *live };
	const struct header *transport = packet_transport(live);
	struct tuple tuple;

	if (!transport)
		return false;
	packet_tuple(live, &tuple);
	if (!flow || transport->type == HEADER_ICMPV4 || transport->type == HEADER_ICMPV6) {
		const struct ip_address *remote = flow ? &flow->live_remote.address : NULL;
		return ip_address_equal(&tuple.destination, remote && remote->version ? remote : &p->config->remote_ip);
	}
	return flow_takes(&p->flows, flow, &like, live);
}

/* Messages of IGMP and MLD belong to no connection, but are packets as well. Reports of an IPv6 interface that joins
 * the groups of its own addresses are ignored, as a kernel does when it comes up (RFC 4291, 2.7.1). */
static bool is_about_groups(const struct live_packet *live)
{
	static const uint8_t solicited[13] = { 0xff, 2, [11] = 1, 0xff };
	uint8_t report[28] = { MLD_V1_REPORT };
	size_t at, length = live->length;

	if (!membership_find(live->bytes, length, &at))
		return false;
	if (live->bytes[0] >> 4 == 4)
		return true;
	for (size_t i = at; i + 16 <= length; i++)
		if (!memcmp(live->bytes + i, solicited, sizeof(solicited))) {
			memcpy(report + 8, live->bytes + i, 16);
			return !membership_shares_group(6, live->bytes + at, length - at, report, 24);
		}
	return true;
}

/* The next packet of the connection up to @until; NULL: none came, or *ended. Others are noted and passed over. */
static struct live_packet *next_of_ours(struct play *p, enum concern concern, vtime_t until, struct observation *o,
                                        bool *ended)
{
	enum target_event event;
	const char *why;

	for (;;) {
		*ended = !play_wait(p, until, TARGET_WANT_PACKET, o, &event);
		if (*ended || event == TARGET_TIME)
			return NULL;
		struct live_packet *live = play_keep_packet(p, o->bytes, o->length, o->at);
		o->bytes = live->bytes;
		bool readable = play_parse(p, live->bytes, live->length, &live->packet, &why) == PACKET_OK;
		if (concern == ALL_THERE_ARE && is_about_groups(live))
			return live;
		if (!readable)
			continue;
		bool foreign = concern == ALL_THAT_ARE_FOREIGN && !flow_owner(&p->flows, &live->packet);
		if (concern == THOSE_UNDER_TEST ? is_ours(p, p->flows.under_test, &live->packet)
		                                : foreign || concern == ALL_THERE_ARE)
			return live;
		play_pass_over(p, o, live);
	}
}

/* @live in the numbers of the script. A copy of the flow learns from it, since the packet may not be the one of this
 * line. */
static struct packet *in_script(struct play *p, const struct flow *flow, const struct scripted_packet *scripted,
                                const struct live_packet *live)
{
	struct packet *shown = arena_copy(p->record->arena, &live->packet, sizeof(*shown));
	struct flow trial;

	if (!flow || !packet_transport(shown))
		return shown;
	trial = *flow;
	/* Without a line, the number of a SYN is 0 in the script. */
	struct scripted_packet like = { .packet = live->packet };
	struct header *transport = packet_transport(&like.packet);
	if (transport->type == HEADER_TCP && transport->tcp.flags & TCP_SYN)
		transport->tcp.seq = 0;
	flow_learn(&trial, scripted ? scripted : &like, &live->packet);
	flow_to_script(&trial, shown);
	if (scripted)
		flow_keep_literal(scripted, &live->packet, shown);
	return shown;
}

/* ---- the lines ---- */

bool play_nothing(struct play *p, const struct event *event, const struct due *due)
{
	struct entry *e = play_expect(p, event, due);
	struct observation o;
	const enum concern concern = concern_of(event->scripted);
	struct flow *named = event->scripted->connection ? flow_named(&p->flows, event->scripted->connection) : NULL;
	bool ended;

	struct flow *before = named ? named : p->flows.under_test;
	p->flows.under_test = concern == ALL_THAT_ARE_FOREIGN ? NULL : before;
	p->wants_any = concern == ALL_THERE_ARE;
	struct live_packet *live = next_of_ours(p, concern, due->end, &o, &ended);
	p->wants_any = false;
	p->flows.under_test = before;
	if (!live) {
		p->reached = vtime_max(p->reached, due->end);
		e->actual = due->end;
		return !ended;
	}
	e->live = live;
	e->actual = live->at;
	const struct flow *owner = concern == THOSE_UNDER_TEST ? p->flows.under_test
	                                                       : flow_owner(&p->flows, &live->packet);
	e->observed = in_script(p, owner, NULL, live);
	e->connection = owner ? owner->name : NULL;
	e->stray = !owner && !is_ours(p, before, &live->packet);
	p->reached = vtime_max(p->reached, live->at);
	record_field_mismatch(p->record, e, PACKET_FIELD_PACKET, "nothing", "a packet",
	                      "a packet left in a time of silence");
	e->explanation = concern == THOSE_UNDER_TEST ? play_likely(p, e, e->observed, e->actual)
	                 : owner ? arena_printf(p->record->arena, "It is of the connection '%s'.", owner->name)
	                         : "No line names the connection that it is of.";
	return play_fail(p, e, MISMATCH_EXTRA, "error handling packet: a packet left in a time of silence");
}

bool play_may_come(struct play *p, const struct event *event, const struct due *due, bool *comes)
{
	vtime_t until = vtime_add(due->end, due->tolerance);
	struct observation o;
	bool ended;

	*comes = false;
	if (!flow_for_line(&p->flows, event->scripted)) {
		struct entry *e = play_expect(p, event, due);
		e->expected = &event->scripted->packet;
		return play_fail_without_socket(p, e);
	}
	struct live_packet *live = next_of_ours(p, THOSE_UNDER_TEST, until, &o, &ended);
	if (ended)
		return false;
	if (live) {
		/* Whoever waits for a packet next gets this one. */
		play_hold(p, &o, NULL);
		*comes = packet_transport(&live->packet) &&
		         timeline_judge(due, live->at) == TIME_RIGHT &&
		         play_answers(p, event->scripted,
		                      in_script(p, p->flows.under_test, event->scripted, live));
	} else {
		p->reached = vtime_max(p->reached, until);
		timeline_advance(&p->timeline, event, due);  /* the next line is no part of a burst before this */
	}
	if (!*comes)
		play_expect(p, event, due)->explanation = "The packet was optional and did not come.";
	return true;
}
