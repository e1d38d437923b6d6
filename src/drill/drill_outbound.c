/* SPDX-License-Identifier: MIT
 *
 * drill_outbound.c - lines of outbound packets: awaiting, joining and verifying (language
 * reference, 14)
 *
 * A line is answered in three steps. First, packets are taken from the target, one at a time and only now: a packet
 * that no line has asked for stays in the device's queue, where the stack counts it as unsent. Those of other
 * connections are noted and passed over. Then the pieces are joined until they carry as much data as the line says,
 * because a stack is free in how it cuts its data; --strict_segments takes that freedom away. Last, the whole is
 * translated into the numbers of the script and compared.
 *
 * The wait ends two seconds and a bit after the time at which the packet was due, whoever is late. A packet that is
 * late by a second is still taken, and fails because of its time: that says more than "missing".
 *
 * What a joined packet is: headers, options and time of the last piece, sequence number and CWR of
 * the first, all the data.
 */
#include <stdlib.h>
#include <string.h>

#include "drill/fields.h"
#include "drill/loose.h"
#include "drill/match.h"
#include "drill/play.h"
#include "drill/quoted.h"
#include "drill/signing.h"
#include "drill/values.h"
#include "wire/fragment.h"
#include "wire/tcp_option.h"

/* ---- taking packets from the wire ---- */

/* One expected packet being answered. */
struct answer {
	struct play *p;
	const struct event *event;
	const struct scripted_packet *scripted;
	struct entry *e;
	struct flow *flow;
	struct live_packet **last_live;                      /* end of e->live */
	struct live_packet *newest;
	size_t payload;                                      /* bytes collected so far */
	int count;
	struct live_packet *fragment;                        /* of IPv6, the first that passed by; NULL: none */
};

/* The line wants one packet, and a part of one came. */
static void record_fragment(struct answer *a, const struct fragment *f, const char *text)
{
	struct arena *arena = a->p->record->arena;

	record_mismatch(a->p->record, a->e, "fragments", "a packet in one piece",
	                arena_printf(arena, "a fragment, %zu bytes at offset %zu", f->length, f->offset), text);
	a->e->explanation = arena_printf(arena, "A packet that leaves in fragments has how long they are in front of "
	                                 "it: '> fragment %zu udp (4000)'.", f->length);
}

/* A packet that cannot be read is a failure of the stack, whichever connection it was meant for. Its
 * bytes are all there is to show. */
static bool take_malformed(struct answer *a, const struct observation *o, const char *why)
{
	const uint8_t *bytes = o->bytes;
	size_t length = o->length;
	struct buf dump = BUF_INIT;
	struct fragment f;

	*a->last_live = play_keep_packet(a->p, bytes, length, o->at);
	a->e->actual = (*a->last_live)->at;
	if (fragment_read(bytes, length, &f))
		record_fragment(a, &f, why);
	else
		record_mismatch(a->p->record, a->e, "packet", NULL, NULL, why);
	hex_dump(&dump, bytes, length);
	play_fail(a->p, a->e, MISMATCH_FIELDS, "error handling packet: %s: packet of %zu bytes:\n%s", why, length,
	          dump.data);
	buf_free(&dump);
	return false;
}

/* *mine is the observed packet, kept, if it is one of the flow's, else NULL. False only when the run ends. */
static bool take(struct answer *a, const struct observation *o, struct live_packet **mine)
{
	struct play *p = a->p;
	struct packet parsed;
	const char *why;
	enum packet_parse_result result = play_parse(p, o->bytes, o->length, &parsed, &why);

	*mine = NULL;
	if (result == PACKET_MALFORMED)
		return take_malformed(a, o, why);
	if (result == PACKET_UNKNOWN) {
		struct fragment f;
		if (!a->fragment && fragment_read(o->bytes, o->length, &f))
			a->fragment = play_keep_packet(p, o->bytes, o->length, o->at);
		return true;
	}
	struct live_packet *live = play_keep_packet(p, o->bytes, o->length, o->at);
	play_parse(p, live->bytes, live->length, &live->packet, &why);
	if (!flow_takes(&p->flows, a->flow, a->scripted, &live->packet)) {
		play_pass_over(p, o, live);
		return true;
	}
	flow_captured(a->flow, &live->packet);
	flow_learn_stamp(a->flow, &live->packet);
	*a->last_live = live;
	a->last_live = &live->next;
	*mine = live;
	return true;
}

/* Several packets for one line, or too few: each is reported by itself. */
static void show_pieces(struct answer *a)
{
	if (a->e->live)
		flow_learn(a->flow, a->scripted, &a->e->live->packet);
	for (struct live_packet *live = a->e->live; live; live = live->next) {
		struct packet *shown = arena_copy(a->p->record->arena, &live->packet, sizeof(*shown));
		flow_to_script(a->flow, shown);
		live->in_script = shown;
	}
}

/* The data of a packet as a line says it: "1:1001(1000)", "(1000)" where there are no sequence numbers. */
static void add_data(struct buf *out, const struct packet *packet)
{
	const struct header *h = packet_transport(packet);

	if (h->type == HEADER_TCP)
		buf_printf(out, "%u:%u", h->tcp.seq, h->tcp.seq + (uint32_t)packet->payload_length);
	buf_printf(out, "(%zu)", packet->payload_length);
}

/* What was expected in one piece, and the pieces that came, as one mismatch with the text @text. @end is none of them;
 * NULL: all are. */
static void record_pieces(struct answer *a, const struct live_packet *end, const char *text)
{
	struct buf want = BUF_INIT, got = BUF_INIT;

	add_data(&want, &a->scripted->packet);
	for (const struct live_packet *live = a->e->live; live != end; live = live->next) {
		add_data(&got, live->in_script);
		buf_puts(&got, live->next != end ? ", " : "");
	}
	record_field_mismatch(a->p->record, a->e, PACKET_FIELD_PAYLOAD, want.data, got.data, text);
	buf_free(&want);
	buf_free(&got);
}

/* Does @misfit repeat data that has come already? */
static bool is_repetition(const struct answer *a, const struct live_packet *misfit)
{
	const struct header *first = packet_transport(&a->e->live->packet), *odd = packet_transport(&misfit->packet);

	return a->payload && first->type == HEADER_TCP && odd->type == HEADER_TCP &&
	       (int32_t)(odd->tcp.seq - first->tcp.seq - (uint32_t)a->payload) < 0;
}

/* Which packet stands in the way of the data: the one that does not fit; but if that one begins the data anew, perhaps
 * the one before it, which may have been a probe. */
static const char *likely_of_pieces(struct answer *a, const struct live_packet *misfit)
{
	const struct live_packet *first = a->e->live;
	const bool first_may_be = !a->payload || (a->count == 1 && is_repetition(a, misfit));
	const char *likely = first_may_be ? play_likely(a->p, a->e, first->in_script, first->at) : NULL;

	return likely || !a->payload ? likely : play_likely(a->p, a->e, misfit->in_script, misfit->at);
}

/* How much had come before the piece that does not fit, and what that probably was. */
static void explain_pieces(struct answer *a, const struct live_packet *misfit)
{
	struct arena *arena = a->p->record->arena;
	const char *likely = likely_of_pieces(a, misfit);
	const char *sentence = "A packet without data came before the data.";

	if (a->payload)
		sentence = arena_printf(
		        arena,
		        "Of %zu bytes %zu had come at %.6f s; the next packet, at %.6f s, %s.",
		        a->scripted->packet.payload_length, a->payload, (double)vtime_to_us(a->newest->at) / 1e6,
		        (double)vtime_to_us(misfit->at) / 1e6,
		        is_repetition(a, misfit) ? "begins them anew" : "does not continue them");
	a->e->explanation = likely ? arena_printf(arena, "%s %s", sentence, likely) : sentence;
}

/* The message about packets that cannot be joined shows all of them. */
static bool cannot_join(struct answer *a, const struct live_packet *misfit, const char *text)
{
	struct buf b = BUF_INIT;
	int number = 0;
	const bool again = is_repetition(a, misfit);

	show_pieces(a);
	a->e->actual = a->payload ? misfit->at : a->newest->at;
	explain_pieces(a, misfit);
	struct dump_notes notes = {
		.old_words = true, .hide_window = !a->scripted->has_window, .ace = (int8_t)a->scripted->ace,
	};
	buf_printf(&b, "%s\n   script packet: ", text);
	packet_dump(&b, &a->scripted->packet, &notes);
	for (const struct live_packet *live = a->e->live; live; live = live->next) {
		buf_printf(&b, "\nactual #%d packet: ", number++);
		packet_dump(&b, live->in_script, NULL);
	}
	record_pieces(a, again ? misfit : NULL, text);
	if (!a->payload || (again && a->count == 1))         /* one packet tells what is wrong */
		a->e->observed = a->e->live->in_script;
	play_fail(a->p, a->e, a->payload ? MISMATCH_RESEGMENTED : MISMATCH_EXTRA, "error handling packet: %s", b.data);
	buf_free(&b);
	return false;
}

/* Add the packet just taken to the answer. */
static bool join(struct answer *a, struct live_packet *live)
{
	size_t wanted = a->scripted->packet.payload_length, previous = a->newest ? a->newest->packet.payload_length : 0;
	struct arena *arena = a->p->record->arena;

	if (a->newest) {
		const char *text = match_joinable(a->p->record, &a->newest->packet, &live->packet);
		if (text)
			return cannot_join(a, live, text);
		size_t total = a->payload + live->packet.payload_length;
		if (total < wanted && live->packet.payload_length != previous)
			return cannot_join(
			        a, live,
			        arena_printf(
			                arena,
			                "fragment payload: expected %zu bytes vs actual %zu bytes; "
			                "total payload: expected %zu bytes vs actual %zu bytes",
			                previous, live->packet.payload_length, wanted, total));
	}
	a->newest = live;
	a->payload += live->packet.payload_length;
	a->count++;
	return true;
}

/* The packets of other connections while the line waited: the first, and how many. */
static void explain_foreign(struct answer *a)
{
	struct arena *arena = a->p->record->arena;
	const struct entry *first = NULL;
	struct tuple to;
	char address[IP_ADDRESS_TEXT];
	int count = 0;

	for (const struct entry *o = a->e->next; o; o = o->next) {
		if (o->kind != ENTRY_FOREIGN || !packet_transport(&o->live->packet))
			continue;
		first = count++ ? first : o;
	}
	if (!first)
		return;
	packet_tuple(&first->live->packet, &to);
	a->e->explanation = arena_printf(
	        arena,
	        "%sWhat came meanwhile belongs to another connection: %d packet%s, the first to %s port %u at %.6f s. "
	        "A line is about the socket that the script made last, or the last connection to it.",
	        a->e->explanation ? arena_printf(arena, "%s ", a->e->explanation) : "", count, count > 1 ? "s" : "",
	        ip_address_print(&to.destination, address), to.destination_port,
	        (double)vtime_to_us(first->actual) / 1e6);
}

/* The length was found to be wrong. Where a packet cannot come in pieces, its other fields are compared as well; those
 * of TCP depend on how the data was cut. */
static void match_beside_length(struct answer *a, const struct packet *observed)
{
	struct match m = { .record = a->p->record, .entry = a->e, .scripted = a->scripted };

	if (packet_transport(observed)->type != HEADER_TCP)
		match_headers(&m, match_expectation(m.record, a->scripted, observed), observed);
}

static const char timed_out_text[] = "Timed out waiting for packet";

/* Packets came, but with less data than the line says, and that is the difference. But if they had no data at all and
 * were of another kind (SYN, FIN, RST), they were not meant for the line, whose packet is missing. */
static enum mismatch_kind too_little(struct answer *a)
{
	enum { KIND = TCP_SYN | TCP_FIN | TCP_RST };
	struct arena *arena = a->p->record->arena;
	const struct packet *first = a->e->live->in_script;
	const struct header *want = packet_transport(&a->scripted->packet), *got = packet_transport(first);
	const bool tcp = want->type == HEADER_TCP && got->type == HEADER_TCP;
	const char *likely = play_likely(a->p, a->e, first, a->e->live->at);

	a->e->explanation = arena_printf(arena, "Only %zu of %zu bytes came, in %d packet%s.%s%s", a->payload,
	                                 a->scripted->packet.payload_length, a->count, a->count > 1 ? "s" : "",
	                                 likely ? " " : "", likely ? likely : "");
	if (!a->payload || a->count == 1)
		a->e->observed = first;
	a->e->actual = a->payload ? a->newest->at : a->e->live->at;
	if (tcp && !a->payload && (!(got->tcp.flags & KIND) || (got->tcp.flags ^ want->tcp.flags) & KIND)) {
		record_field_mismatch(a->p->record, a->e, PACKET_FIELD_PACKET, "a packet", "none", timed_out_text);
		return MISMATCH_MISSING;
	}
	record_pieces(a, NULL, timed_out_text);
	match_beside_length(a, first);
	return tcp && a->payload ? MISMATCH_RESEGMENTED : MISMATCH_FIELDS;
}

/* Nothing came, or too little. What did come stands in the report, whether it was for this connection
 * or not. */
static bool timed_out(struct answer *a, vtime_t patience)
{
	struct arena *arena = a->p->record->arena;
	enum mismatch_kind kind = MISMATCH_MISSING;
	struct fragment f;

	show_pieces(a);
	a->e->actual = play_now(a->p);
	if (a->count) {
		kind = too_little(a);
	} else if (a->fragment && fragment_read(a->fragment->bytes, a->fragment->length, &f)) {
		kind = MISMATCH_FIELDS;
		record_fragment(a, &f, timed_out_text);
		a->e->actual = a->fragment->at;
		*a->last_live = a->fragment;
	} else {
		record_field_mismatch(a->p->record, a->e, PACKET_FIELD_PACKET, "a packet", "none", timed_out_text);
		if (a->event->time.kind == TIME_ANY)
			a->e->explanation = arena_printf(arena, "It was awaited for %.0f s: --wildcard_limit_secs "
			                                 "says how long.", vtime_to_s(patience));
		else
			a->e->explanation = play_misplaced(a->p, a->e);
		play_explain(a->p, a->e, play_held_back(a->p, a->e));
	}
	explain_foreign(a);
	return play_fail(a->p, a->e, kind, "error handling packet: %s", timed_out_text);
}

/* Take packets until they carry the payload that the line wants: the last of them; NULL when it came to a verdict. */
static const struct live_packet *collect(struct answer *a, const struct due *due)
{
	struct play *p = a->p;
	vtime_t patience = timeline_patience(&p->timeline, due);
	/* As in the original tool, every packet restarts the wait; but not for the time `*`, where the wait would never
	 * end. */
	vtime_t limit = due->any ? vtime_add(play_now(p), patience) : VTIME_NEVER;
	bool enough = false;

	while (!enough) {
		struct observation o;
		enum target_event event;
		struct live_packet *mine;
		vtime_t began = play_now(p);

		if (!play_wait(p, vtime_min(limit, vtime_add(began, patience)), TARGET_WANT_PACKET, &o, &event))
			return NULL;
		if (event == TARGET_TIME)
			return timed_out(a, patience), NULL;
		vtime_t left = vtime_sub(o.at, p->record->start), seen = vtime_sub(o.seen, p->record->start);
		vtime_t late = vtime_sub(seen, vtime_max(left, began));
		a->e->lateness = vtime_max(a->e->lateness, late);
		p->record->worst_lateness = vtime_max(p->record->worst_lateness, late);
		/* A packet has a stamp of its own, so it does not matter that we looked late; but the stack may have
		 * waited for us to take it from the device. */
		p->record->disturbance.worst_wake = vtime_max(p->record->disturbance.worst_wake, late);
		if (!take(a, &o, &mine))
			return NULL;
		if (!mine)
			continue;
		if (!join(a, mine))
			return NULL;
		enough = a->payload >= a->scripted->packet.payload_length || a->scripted->ranges.length ||
		         p->config->strict_segments;
	}
	return a->newest;
}

/* All live packets as one: headers, options and time of the last, sequence number and CWR of the first. */
static struct packet *joined(struct answer *a)
{
	struct arena *arena = a->p->record->arena;
	struct packet *whole = arena_copy(arena, &a->newest->packet, sizeof(*whole));

	if (a->count == 1)
		return whole;
	uint8_t *payload = arena_alloc(arena, a->payload);
	whole->payload = payload;
	whole->payload_length = a->payload;
	for (const struct live_packet *live = a->e->live; live; live = live->next) {
		if (live->packet.payload_length)
			memcpy(payload, live->packet.payload, live->packet.payload_length);
		payload += live->packet.payload_length;
	}
	struct header *transport = packet_transport(whole), *first = packet_transport(&a->e->live->packet);
	if (transport->type == HEADER_TCP) {
		transport->tcp.seq = first->tcp.seq;
		transport->tcp.flags = (uint16_t)((transport->tcp.flags & ~TCP_CWR) | (first->tcp.flags & TCP_CWR));
	}
	packet_fill_lengths(whole);
	return whole;
}

/* ---- verifying ---- */

/* The value is compared with the time at which it was due, in ticks of the size that the script
 * states; without one time-stamps are labels and have no distance. */
static void verify_stamp(struct answer *a, struct packet *observed, const struct due *due)
{
	const struct config *config = a->p->config;
	struct arena *arena = a->p->record->arena;
	int64_t difference, tick = config->tcp_ts_tick_usecs;

	if (!flow_map_stamp(&a->p->flows, a->flow, &a->scripted->packet, observed, &difference) || !tick)
		return;
	int64_t tolerance = vtime_to_us(timeline_tolerance(config, due->start));
	if (llabs(difference) * tick > tolerance)
		record_field_mismatch(a->p->record, a->e, PACKET_FIELD_TCP_OPTIONS, NULL,
				arena_printf(arena, "TS val off by %lld ticks",
										  (long long)difference),
				arena_printf(arena, "bad outbound TCP timestamp value, tolerance %lld",
					     (long long)tolerance));
}

/* Only IPv6 has them. The pair is kept by the flow, as other names are. */
static void verify_label(struct answer *a, const struct packet *observed)
{
	const struct header *ip = packet_ip(observed);

	if (ip->type != HEADER_IPV6)
		return;
	struct arena *arena = a->p->record->arena;
	uint32_t want = a->scripted->flow_label, got = ip->ipv6.flow_label;
	const char *text = flow_check_label(&a->p->flows, a->flow, want, got);
	if (!text)
		return;
	/* The script's name for the label where it has one. */
	const char *name = !got ? "none"
	                        : arena_printf(arena, "0x%x", got == a->flow->live_label ? a->flow->script_label : got);
	record_field_mismatch(a->p->record, a->e, PACKET_FIELD_FLOWLABEL, arena_printf(arena, "0x%x", want), name,
	                      text);
}

static bool both_tcp(const struct packet *a, const struct packet *b)
{
	return a->header_count == b->header_count && packet_transport(a)->type == HEADER_TCP &&
	       packet_transport(b)->type == HEADER_TCP;
}

/* Compare in the order of 14.3, so that the first mismatch is the one of the old wording. */
static void verify(struct answer *a, struct packet *observed, const struct due *due)
{
	struct match m = { .record = a->p->record, .entry = a->e, .scripted = a->scripted };
	bool icmp = packet_transport(observed)->type == HEADER_ICMPV4 ||
	            packet_transport(observed)->type == HEADER_ICMPV6;

	match_option_area(&m, observed);
	struct packet *expected = match_expectation(m.record, a->scripted, observed);
	signing_expect(&a->p->flows, a->flow, &m, expected, a->e->live);
	a->e->expected = expected;
	match_headers(&m, expected, observed);
	match_data_range(&m, observed);
	verify_label(a, observed);
	if (!a->scripted->any_options && both_tcp(expected, observed)) {
		match_tcp_options(&m, expected, observed);
		if (!loose_stamp(a->scripted))
			verify_stamp(a, observed, due);
	}
	if (!icmp)
		match_payload(&m, observed);
	fields_compare(a->scripted, a->e->live, m.record, a->e);
	play_judge_time(a->p, a->e, due, "outbound packet");
}

static bool judge(struct answer *a, const struct due *due)
{
	struct play *p = a->p;
	struct entry *e = a->e;

	if (!e->mismatches)
		return true;
	e->show_packets = true;
	play_diagnose(p, e, due);
	return play_conclude(p, e, e->mismatch_kind);
}

/* The pieces fit, but their sum does not: the last of them was larger than what was left. */
static bool wrong_size(struct answer *a, const struct due *due)
{
	struct arena *arena = a->p->record->arena;
	size_t wanted = a->scripted->packet.payload_length;
	const char *text = arena_printf(arena, "live packet payload: expected %zu bytes vs actual %zu bytes", wanted,
	                                a->payload);

	record_field_mismatch(a->p->record, a->e, PACKET_FIELD_PAYLOAD, arena_printf(arena, "%zu bytes", wanted),
			arena_printf(arena, "%zu bytes", a->payload), text);
	match_beside_length(a, a->e->observed);
	play_diagnose(a->p, a->e, due);
	return play_fail(a->p, a->e, a->e->mismatch_kind, "error handling packet: %s", text);
}

/* A time-stamp that has a name is one that later lines may echo. */
static void learn_stamps(struct answer *a, struct packet *observed)
{
	int64_t difference;

	for (const struct open_name *n = a->event->names; n; n = n->next)
		if (n->place == NAME_OPTION && n->kind == TCP_OPTION_TS && !n->index)
			flow_map_stamp(&a->p->flows, a->flow, observed, observed, &difference);
}

bool play_outbound(struct play *p, const struct event *event, const struct due *due)
{
	struct entry *e = play_expect(p, event, due);
	struct answer a = { .p = p, .event = event, .scripted = event->scripted, .e = e, .last_live = &e->live };

	e->expected = &event->scripted->packet;
	a.flow = flow_for_line(&p->flows, event->scripted);
	if (!a.flow)
		return play_fail_without_socket(p, e);
	const struct live_packet *newest = collect(&a, due);
	if (!newest)
		return false;
	e->actual = newest->at;
	p->reached = vtime_max(p->reached, e->actual);
	struct packet *observed = joined(&a);
	e->observed = observed;
	flow_learn(a.flow, event->scripted, &newest->packet);
	flow_to_script(a.flow, observed);
	flow_keep_literal(event->scripted, &e->live->packet, observed);
	if (!event->scripted->ranges.length && a.payload != event->scripted->packet.payload_length &&
	    !quoted_fits(event->scripted, observed))
		return wrong_size(&a, due);
	verify(&a, observed, due);
	if (!judge(&a, due))
		return false;
	learn_stamps(&a, observed);
	values_of_packet(p, event, observed);
	return true;
}
