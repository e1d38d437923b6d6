/* SPDX-License-Identifier: MIT
 *
 * drill_raw.c - packet lines of literal bytes: no socket, no translation
 */
#include <string.h>

#include "drill/play.h"

bool play_raw_inbound(struct play *p, const struct event *event, const struct due *due)
{
	struct entry *e = record_append(p->record, ENTRY_INBOUND, event);
	const struct raw_bytes *raw = event->scripted->raw;
	const struct injection injection = { .bytes = raw->bytes, .length = raw->length };

	if (!play_wait_for(p, e, due, "inbound packet"))
		return false;
	e->live = play_keep_packet(p, raw->bytes, raw->length, p->target->ops->now(p->target));
	e->actual = e->live->at;
	int error = p->target->ops->inject(p->target, &injection);
	p->reached = play_now(p);
	if (error && play_skip(p, e, "this packet"))
		return false;
	return !error || play_fail(p, e, MISMATCH_OTHER, "error handling packet: cannot inject: %s", strerror(error));
}

/* Is it for the configured remote address? Looks at the IP version and the destination only. */
static bool is_for_remote(const struct play *p, const uint8_t *bytes, size_t length)
{
	const struct ip_address *remote = &p->config->remote_ip;
	bool v6 = remote->version == 6;
	size_t at = v6 ? 24 : 16, size = v6 ? 16 : 4;

	return length >= at + size && bytes[0] >> 4 == remote->version && !memcmp(bytes + at, remote->bytes, size);
}

/* Wait for the next packet to the remote address. */
static bool next_packet(struct play *p, struct entry *e, const struct due *due)
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
		if (is_for_remote(p, o.bytes, o.length)) {
			e->live = live;
			e->actual = live->at;
			p->reached = vtime_max(p->reached, live->at);
			return true;
		}
		struct entry *foreign = record_append(p->record, ENTRY_FOREIGN, NULL);
		foreign->live = live;
		foreign->actual = live->at;
	}
}

/* Byte by byte, all of them: which field a byte belongs to is for the reader to know, who wrote them. */
static void compare_bytes(struct play *p, struct entry *e, const struct raw_bytes *raw)
{
	struct arena *arena = p->record->arena;
	const struct live_packet *live = e->live;
	size_t common = raw->length < live->length ? raw->length : live->length;

	if (live->length != raw->length && !(raw->open && live->length > raw->length))
		record_mismatch(p->record, e, "length",
		                arena_printf(arena, "%zu%s", raw->length, raw->open ? " or more" : ""),
		                arena_printf(arena, "%zu", live->length),
		                arena_printf(arena, "raw packet length: expected: %zu vs actual: %zu", raw->length,
		                             live->length));
	for (size_t i = 0; i < common; i++) {
		if (raw->any[i] || raw->bytes[i] == live->bytes[i])
			continue;
		const char *want = arena_printf(arena, "0x%02x", raw->bytes[i]);
		const char *got = arena_printf(arena, "0x%02x", live->bytes[i]);
		record_mismatch(p->record, e, arena_printf(arena, "byte %zu", i), want, got,
				arena_printf(arena, "raw packet byte %zu: expected: %s vs actual: %s", i, want, got));
	}
}

bool play_raw_outbound(struct play *p, const struct event *event, const struct due *due)
{
	struct entry *e = record_append(p->record, ENTRY_OUTBOUND, event);

	e->timed = !due->any;
	e->planned = due->start;
	e->planned_end = due->end;
	if (!next_packet(p, e, due))
		return false;
	compare_bytes(p, e, event->scripted->raw);
	enum mismatch_kind kind = MISMATCH_FIELDS;
	if (!e->mismatches)
		kind = play_judge_time(p, e, due, "outbound packet");
	if (!e->mismatches)
		return true;
	return play_fail(p, e, kind, "error handling packet: %s", e->mismatches->text);
}
