/* SPDX-License-Identifier: MIT
 *
 * drill_membership.c - expected messages of IGMP and MLD
 *
 * They belong to no socket, so a line takes the next message of its protocol. A host also reports groups of its own
 * accord (a kernel those of its own addresses), so a message that names none of the line's groups is passed over. It is
 * compared in words, so that differences are reported as groups, sources and types of records, and not as bytes.
 * Besides it must be one that routers accept (RFC 3376, 4; RFC 3810, 5): sent to the right address, with one hop, the
 * option that makes routers look, and a right checksum.
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

/* What a line wants, and the message that came for it. */
struct wish {
	struct message want, got;
};

/* Of the same protocol, and about one of the same groups? */
static bool concerns(struct play *p, const struct live_packet *live, void *line)
{
	struct wish *w = line;
	const struct message *want = &w->want, *got = &w->got;

	(void)p;
	return read_message(live->bytes, live->length, &w->got) && got->version == want->version &&
	       membership_shares_group(got->version, got->packet + got->at, got->length - got->at,
	                               want->packet + want->at, want->length - want->at);
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
	struct entry *e = play_expect(p, event, due);
	const struct raw_bytes *raw = event->scripted->raw;
	struct wish w;

	read_message(raw->bytes, raw->length, &w.want);
	if (!play_await_packet(p, e, due, concerns, &w))
		return false;
	compare(p, e, &w.want, &w.got);
	return play_conclude(p, e, e->mismatches ? MISMATCH_FIELDS : play_judge_time(p, e, due, "outbound packet"));
}
