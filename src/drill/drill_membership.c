/* SPDX-License-Identifier: MIT
 *
 * drill_membership.c - expected messages of IGMP and MLD
 *
 * They are of no socket, so a line takes the next message of its protocol. A host reports groups of its own accord, too
 * (a kernel those of its own addresses), and so a message that names none of the line's groups is passed over. It is
 * compared in words, so that what differs is told as groups, sources and types of records, and not as bytes. Besides it
 * must be what routers take (RFC 3376, 4; RFC 3810, 5): sent to the right address, with one hop, the option that
 * makes routers look, and a right checksum.
 */
#include <string.h>

#include "drill/play.h"
#include "wire/checksum.h"
#include "wire/membership.h"

/* A message with what is compared. */
struct message {
	const uint8_t *packet;
	size_t length, at;                                   /* of the packet; where in it the message begins */
	uint8_t version;
};

static bool read_message(const uint8_t *packet, size_t length, struct message *m)
{
	*m = (struct message){ .packet = packet, .length = length };
	if (!membership_find(packet, length, &m->at))
		return false;
	m->version = packet[0] >> 4;
	return true;
}

static const char *words(struct play *p, const struct message *m)
{
	struct buf text = BUF_INIT;

	membership_print(&text, m->version, m->packet + m->at, m->length - m->at);
	const char *kept = arena_strndup(p->record->arena, text.data, text.length);
	buf_free(&text);
	return kept;
}

static bool concerns(const struct message *want, const struct message *got)
{
	return got->version == want->version &&
	       membership_shares_group(got->version, got->packet + got->at, got->length - got->at,
	                               want->packet + want->at, want->length - want->at);
}

static bool next_message(struct play *p, struct entry *e, const struct due *due, const struct message *want,
                         struct message *got)
{
	vtime_t patience = timeline_patience(&p->timeline, due);
	struct observation o;
	enum target_event event;

	for (;;) {
		if (!play_wait(p, vtime_add(play_now(p), patience), TARGET_WANT_PACKET, &o, &event))
			return false;
		if (event == TARGET_TIME) {
			record_field_mismatch(p->record, e, PACKET_FIELD_PACKET, "a packet", "none",
			                      "Timed out waiting for packet");
			return play_fail(p, e, MISMATCH_MISSING, "error handling packet: Timed out waiting for packet");
		}
		struct live_packet *live = play_keep_packet(p, o.bytes, o.length, o.at);
		if (read_message(live->bytes, live->length, got) && concerns(want, got)) {
			e->live = live;
			e->actual = live->at;
			p->reached = vtime_max(p->reached, live->at);
			return true;
		}
		const char *why;
		(void)packet_parse(live->bytes, live->length, &live->packet, &why);
		play_pass_over(p, &o, live);
	}
}

static void differ(struct play *p, struct entry *e, const char *name, const char *want, const char *got)
{
	if (strcmp(want, got) != 0)
		record_mismatch(p->record, e, name, want, got,
		                arena_printf(p->record->arena, "%s: expected: %s vs actual: %s", name, want, got));
}

static const char *destination(struct play *p, const struct message *m)
{
	struct ip_address address = { .version = m->version };
	char *text = arena_alloc(p->record->arena, IP_ADDRESS_TEXT);

	memcpy(address.bytes, m->packet + (m->version == 4 ? 16 : 24), m->version == 4 ? 4 : 16);
	return ip_address_print(&address, text);
}

static const char *checksum_word(const struct message *m)
{
	struct ip_address ends[2] = { { .version = m->version }, { .version = m->version } };
	size_t size = m->version == 4 ? 4 : 16, length = m->length - m->at;
	uint32_t sum = 0;

	memcpy(ends[0].bytes, m->packet + (m->version == 4 ? 12 : 8), size);
	memcpy(ends[1].bytes, m->packet + (m->version == 4 ? 16 : 24), size);
	if (m->version == 6)
		sum = checksum_pseudo(&ends[0], &ends[1], PROTOCOL_ICMPV6, length);
	return checksum_finish(checksum_add(sum, m->packet + m->at, length)) ? "bad" : "ok";
}

static void compare(struct play *p, struct entry *e, const struct message *want, const struct message *got)
{
	size_t hops = want->version == 4 ? 8 : 7;
	struct arena *arena = p->record->arena;

	differ(p, e, want->version == 4 ? "igmp" : "mld", words(p, want), words(p, got));
	differ(p, e, "destination", destination(p, want), destination(p, got));
	differ(p, e, "ttl", arena_printf(arena, "%u", want->packet[hops]),
	       arena_printf(arena, "%u", got->packet[hops]));
	if (membership_alerts_routers(want->packet, want->length))
		differ(p, e, "router alert", "there",
		       membership_alerts_routers(got->packet, got->length) ? "there" : "none");
	differ(p, e, "checksum", "ok", checksum_word(got));
}

bool play_membership(struct play *p, const struct event *event, const struct due *due)
{
	struct entry *e = record_append(p->record, ENTRY_OUTBOUND, event);
	const struct raw_bytes *raw = event->scripted->raw;
	struct message want, got;

	e->timed = !due->any;
	e->planned = due->start;
	e->planned_end = due->end;
	read_message(raw->bytes, raw->length, &want);
	if (!next_message(p, e, due, &want, &got))
		return false;
	compare(p, e, &want, &got);
	enum mismatch_kind kind = MISMATCH_FIELDS;
	if (!e->mismatches)
		kind = play_judge_time(p, e, due, "outbound packet");
	if (!e->mismatches)
		return true;
	return play_fail(p, e, kind, "error handling packet: %s", e->mismatches->text);
}
