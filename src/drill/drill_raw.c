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
static bool is_for_remote(struct play *p, const struct live_packet *live, void *line)
{
	const struct ip_address *remote = &p->config->remote_ip;
	bool v6 = remote->version == 6;
	size_t at = v6 ? 24 : 16, size = v6 ? 16 : 4;

	(void)line;
	return live->length >= at + size && live->bytes[0] >> 4 == remote->version &&
	       !memcmp(live->bytes + at, remote->bytes, size);
}

/* Byte by byte, all of them: the author of the bytes knows which field each belongs to. */
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
	struct entry *e = play_expect(p, event, due);

	if (!play_await_packet(p, e, due, is_for_remote, NULL))
		return false;
	compare_bytes(p, e, event->scripted->raw);
	return play_conclude(p, e, e->mismatches ? MISMATCH_FIELDS : play_judge_time(p, e, due, "outbound packet"));
}
