/* SPDX-License-Identifier: MIT
 *
 * drill_stream.c - a line about many bytes, cut into any segments
 *
 *     +0~+0.5  > stream 1~1000 P?. 1:20001(20000) ack 1
 *
 * An ordinary line for so many bytes wants them in segments of one size, with the same flags, and compares their sum. A
 * stream line leaves open how they are cut. What it says holds for each segment: flags, acknowledgment, window,
 * options, items of IP, the length that is written behind the word, and the time, in which all of them leave. They must
 * come in order, without gaps and repetitions.
 *
 * So each segment is played as a line of its own, which begins where the one before ended and is as long as it likes,
 * up to what is left. The record has an entry for each, all of them of the same line of the script.
 */
#include <string.h>

#include "drill/play.h"

/* What the line says about a segment that begins @done bytes into the stream. */
static const struct event *segment_line(struct play *p, const struct event *event, size_t done)
{
	struct arena *arena = p->record->arena;
	struct event *e = arena_copy(arena, event, sizeof(*e));
	struct scripted_packet *scripted = arena_copy(arena, event->scripted, sizeof(*scripted));
	const struct number_range *each = scripted->stream;
	const int64_t left = (int64_t)(scripted->packet.payload_length - done);
	struct number_range length = { .loc = each->loc, .kind = NUMBER_SPAN, .low = 1, .high = left };
	const struct number_range end = { .loc = each->loc, .kind = NUMBER_ANY };

	if (each->kind == NUMBER_SPAN) {
		/* The last one has what is left. */
		length.high = each->high < left ? each->high : left;
		length.low = each->low < left ? each->low : left;
	}
	packet_transport(&scripted->packet)->tcp.seq += (uint32_t)done;
	scripted->packet.payload_length = (size_t)length.low;
	if (scripted->packet.payload)
		scripted->packet.payload += done;
	scripted->ranges.length = each->kind == NUMBER_SET ? each : arena_copy(arena, &length, sizeof(length));
	scripted->ranges.seq_end = arena_copy(arena, &end, sizeof(end));
	e->scripted = scripted;
	return e;
}

/* A failure refers to the line as written, so that explanations find it. */
bool play_stream(struct play *p, const struct event *event, const struct due *due)
{
	const size_t length = event->scripted->packet.payload_length;
	size_t done = 0;

	while (done < length) {
		struct entry **mine = p->record->last;
		bool good = play_outbound(p, segment_line(p, event, done), due);
		struct entry *e = *mine;

		e->event = event;
		if (!good) {
			const char *before = e->explanation;
			e->explanation = arena_printf(p->record->arena, "%s%sOf the stream %zu of %zu bytes had come.",
			                              before ? before : "", before ? " " : "", done, length);
			return false;
		}
		if (!e->observed || !e->observed->payload_length)
			return false;
		done += e->observed->payload_length;
	}
	return true;
}
