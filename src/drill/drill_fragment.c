/* SPDX-License-Identifier: MIT
 *
 * drill_fragment.c - a line about a packet that leaves in fragments
 *
 *     +0  > fragment 1480 udp (4000)
 *
 * The fragments are collected until the last one is there, each of as many bytes as the line says, but for the last.
 * They must come in order, with the same identification. Reassembled they are played like a packet that came in one
 * piece at the time of the last; the record shows the fragments. Inbound fragments are made in drill_inbound.c.
 */
#include <inttypes.h>
#include <string.h>

#include "drill/play.h"
#include "wire/fragment.h"

/* A packet being reassembled. */
struct puzzle {
	struct play *p;
	const struct event *event;
	struct live_packet *pieces, **last;
	uint8_t *bytes;                                      /* the whole, with the header of the first piece */
	size_t header, length;
	struct fragment latest;
	vtime_t wall, seen;
};

/* The line failed before there was a packet to compare. False. */
static bool fail(struct puzzle *z, const struct due *due, enum mismatch_kind kind, const char *want, const char *got)
{
	struct entry *e = play_expect(z->p, z->event, due);
	const char *text = arena_printf(z->p->record->arena, "fragments: expected: %s vs actual: %s", want, got);

	e->expected = &z->event->scripted->packet;
	e->live = z->pieces;
	e->actual = play_now(z->p);
	record_mismatch(z->p->record, e, "fragments", want, got, text);
	return play_fail(z->p, e, kind, "error handling packet: %s", text);
}

/* Is it a fragment for the peer of the line? */
static bool is_piece(struct puzzle *z, const struct flow *flow, const struct observation *o, struct fragment *f)
{
	const struct ip_address *to = &flow->live_remote.address;
	struct ip_address destination = { .version = o->length ? o->bytes[0] >> 4 : 0 };

	if (!fragment_read(o->bytes, o->length, f))
		return false;
	if (!to->version)
		to = &z->p->config->remote_ip;
	if (destination.version == 6)
		memcpy(destination.bytes, o->bytes + 24, 16);
	else
		memcpy(destination.bytes, o->bytes + 16, 4);
	return ip_address_equal(&destination, to);
}

static bool fits(struct puzzle *z, const struct due *due, const struct fragment *f)
{
	const struct number *size = &z->event->scripted->fragment->size;
	struct arena *arena = z->p->record->arena;
	const size_t done = z->length ? z->length - z->header : 0;
	bool right = size->range ? number_range_has(size->range, (int64_t)f->length)
	                         : (int64_t)f->length == size->value;
	struct buf want = BUF_INIT;

	if (f->offset != done)
		return fail(z, due, MISMATCH_FIELDS, arena_printf(arena, "one at offset %zu", done),
		            arena_printf(arena, "offset %zu", f->offset));
	if (done && f->id != z->latest.id)
		return fail(z, due, MISMATCH_FIELDS, arena_printf(arena, "id %" PRIu32, z->latest.id),
		            arena_printf(arena, "id %" PRIu32, f->id));
	if (f->more ? right : !size->range ? (int64_t)f->length <= size->value : true)
		return true;
	number_print(&want, size->value, size->range);
	fail(z, due, MISMATCH_FIELDS, arena_printf(arena, "%s bytes", want.data),
	     arena_printf(arena, "%zu bytes", f->length));
	buf_free(&want);
	return false;
}

static void add(struct puzzle *z, const struct observation *o, const struct fragment *f)
{
	struct live_packet *live = play_keep_packet(z->p, o->bytes, o->length, o->at);

	*z->last = live;
	z->last = &live->next;
	if (!z->length) {
		z->header = z->length = fragment_header(o->bytes);
		memcpy(z->bytes, o->bytes, z->header);
	}
	memcpy(z->bytes + z->length, o->bytes + f->at, f->length);
	z->length += f->length;
	z->latest = *f;
	z->wall = o->at;
	z->seen = o->seen;
}

/* Fragments until the last of them. */
static bool collect(struct puzzle *z, const struct flow *flow, const struct due *due)
{
	struct play *p = z->p;
	vtime_t patience = timeline_patience(&p->timeline, due);
	struct observation o;
	enum target_event event;
	struct fragment f;
	const char *why;

	while (!z->length || z->latest.more) {
		vtime_t limit = vtime_add(play_now(p), patience);
		if (!play_wait(p, limit, TARGET_WANT_PACKET, &o, &event))
			return false;
		if (event == TARGET_TIME)
			return fail(z, due, MISMATCH_MISSING, "another one", "none");
		if (is_piece(z, flow, &o, &f)) {
			if (!fits(z, due, &f))
				return false;
			if (z->length + f.length > PACKET_BYTES)
				return fail(z, due, MISMATCH_FIELDS, "a packet", "more than fits into one");
			add(z, &o, &f);
			continue;
		}
		struct live_packet *live = play_keep_packet(p, o.bytes, o.length, o.at);
		if (play_parse(p, live->bytes, live->length, &live->packet, &why) != PACKET_OK)
			continue;
		if (flow_takes(&p->flows, (struct flow *)flow, z->event->scripted, &live->packet)) {
			*z->last = live;
			return fail(z, due, MISMATCH_FIELDS, "fragments", "a packet in one piece");
		}
		play_pass_over(p, &o, live);
	}
	return true;
}

bool play_fragments(struct play *p, const struct event *event, const struct due *due)
{
	struct puzzle z = { .p = p, .event = event, .last = &z.pieces };
	const struct flow *flow = flow_for_line(&p->flows, event->scripted);

	if (!flow)
		return play_outbound(p, event, due);         /* which says so */
	z.bytes = arena_alloc(p->record->arena, PACKET_BYTES);
	if (!collect(&z, flow, due))
		return false;
	fragment_make_whole(z.bytes, z.header, z.length, z.latest.protocol);
	const struct observation whole = { .at = z.wall, .seen = z.seen, .bytes = z.bytes, .length = z.length };
	play_hold(p, &whole, NULL);
	struct entry **mine = p->record->last;
	bool good = play_outbound(p, event, due);
	/* Once compared, the packet as a whole has been recorded; what is shown as having left are its pieces. */
	if ((*mine)->live) {
		z.pieces->packet = (*mine)->live->packet;
		(*mine)->live = z.pieces;
	}
	return good;
}
