/* SPDX-License-Identifier: MIT
 *
 * correct_packet.c - packet lines that were answered by something else
 *
 * There are four ways to correct a line, and the kind of the mismatch chooses: it is written again (fields or time
 * differ), it gets another line before it (what came was extra), it becomes several lines (its data came in pieces that
 * cannot be joined), or it goes (nothing came, or its data came with the line above).
 *
 * Each round must get further than the one before, or settling would never end. So a line that was corrected once and
 * differs again is corrected in other words, and if the language has none left, in literal bytes, which always hold.
 */
#include <string.h>

#include "report/observed/edit.h"
#include "report/observed/words.h"

static const char *packet_text(struct correction *c, const struct entry *e, const struct packet *observed,
                               bool inserted)
{
	struct buf text = BUF_INIT;
	const struct raw_bytes *raw = e->event->scripted->raw;

	if (raw || !observed || !observed_packet(&text, e, observed, inserted, c->arena))
		observed_raw(&text, e->live, raw);
	return edit_keep(c, &text);
}

/* As the printer writes it. */
static const char *canonical(struct correction *c, const struct packet_spec *spec)
{
	struct buf text = BUF_INIT;

	packet_spec_print(&text, spec);
	return edit_keep(c, &text);
}

static void write_packet(struct correction *c, const struct event *event, const char *text)
{
	edit_replace(c, edit_start_of(c, &event->packet->loc), edit_end_of(c, &event->loc), text);
}

/* Replace the digits of literal bytes that differed, in the author's layout. False: not only digits differ. */
static bool correct_digits(struct correction *c, const struct entry *e)
{
	const struct raw_bytes *raw = e->event->scripted->raw;
	size_t at = edit_start_of(c, &e->event->packet->loc), end = edit_end_of(c, &e->event->loc), i = 0;
	bool inside = false;

	if (!raw || (e->live->length != raw->length && !(raw->open && e->live->length > raw->length)))
		return false;
	for (; at < end; at++) {
		const char *text = c->source->text + at;
		if (*text == '"')
			inside = !inside;
		else if (!inside && edit_starts(c, at, "//"))
			at += strcspn(text, "\n");
		if (!inside || *text == '"' || *text == ' ' || *text == '\t' || i >= raw->length)
			continue;
		if (!raw->any[i] && raw->bytes[i] != e->live->bytes[i])
			edit_replace(c, at, at + 2, arena_printf(c->arena, "%02x", e->live->bytes[i]));
		at++;
		i++;
	}
	return i == raw->length;
}

/* The line's packet came, but not as written. If the language has no words for it except those that were wrong, it is
 * written in literal bytes: where the words would stay the same, and in a third round. (One correction may be that of a
 * time-stamp, whose first line says what it counts from.) */
static void rewrite_packet(struct correction *c, const struct entry *e)
{
	static const char again[] = "and again";
	const char *old = canonical(c, e->event->packet), *text = packet_text(c, e, e->observed, false);
	const char *reason = mismatch_kind_name[e->mismatch_kind];
	const struct loc *loc = &e->event->loc;
	bool late = correct_time_differs(c, e);
	bool second = e->mismatch_kind == MISMATCH_FIELDS && edit_was_reason(c, loc, reason);
	struct buf raw = BUF_INIT;

	if ((!strcmp(old, text) && !late) || (second && edit_was_reason(c, loc, again))) {
		observed_raw(&raw, e->live, NULL);
		text = edit_keep(c, &raw);
	}
	edit_note(c, loc, second ? again : reason);
	if (late)
		correct_time(c, e);
	if (strcmp(old, text) && !correct_digits(c, e))
		write_packet(c, e->event, text);
}

/* @t later by @by, or as early as can be written. */
static void shift(struct time_spec *t, vtime_t by)
{
	t->start = vtime_max(VTIME_ZERO, vtime_add(t->start, by));
	t->end = vtime_max(t->start, vtime_add(t->end, by));
}

/* A line beside that of @event, in its columns. */
static const char *line_text(const struct correction *c, const struct event *event, const struct time_spec *t,
                             const char *packet)
{
	size_t at = edit_start_of(c, &event->loc);
	size_t width = edit_skip_blanks(c, edit_end_of(c, &event->time.loc)) - at;

	return arena_printf(c->arena, "%s%-*s %s", edit_indent(c, at), width ? (int)width - 1 : 0,
	                    correct_time_text(c, t),
			    packet);
}

/* The packet that came first gets a line of its own, and the line that waited for another one counts its time from
 * there. */
static void insert_packet(struct correction *c, const struct entry *e)
{
	const struct event *event = e->event;
	struct time_spec t = event->time, rest = event->time;

	t.end = t.start;                                     /* a single time, since it is known */
	t.kind = t.kind == TIME_RELATIVE_RANGE ? TIME_RELATIVE : t.kind == TIME_ABSOLUTE_RANGE ? TIME_ABSOLUTE : t.kind;
	t = observed_time(&t, e->planned, e->actual, correct_grain(c));
	correct_keep_forward(c, event, &t);
	edit_line_before(c, edit_start_of(c, &event->loc),
			 arena_printf(c->arena, "%s%s\n%s", EDIT_MARK, mismatch_kind_name[e->mismatch_kind],
				      line_text(c, event, &t, packet_text(c, e, e->observed, true))));
	if (!correct_is_relative(&rest) || !correct_is_relative(&t) || !t.start.ns || !rest.end.ns)
		return;
	shift(&rest, vtime_sub(VTIME_ZERO, t.start));
	edit_note(c, &event->loc, "it counts from the line above");
	correct_write_time(c, event, &rest);
}

/* The bytes of the line came in pieces that cannot be joined, or incompletely: each piece gets a line. */
static void split_packet(struct correction *c, const struct entry *e)
{
	const struct event *event = e->event;
	struct entry piece = *e;
	struct buf text = BUF_INIT;

	piece.actual = e->live->at;
	edit_note(c, &event->loc, mismatch_kind_name[e->mismatch_kind]);
	if (correct_time_differs(c, &piece))
		correct_time(c, &piece);
	for (const struct live_packet *live = e->live; live; live = live->next) {
		piece.live = (struct live_packet *)live;
		const struct time_spec now = { .kind = TIME_RELATIVE };
		struct time_spec t = observed_time(&now, piece.actual, live->at, correct_grain(c));
		const char *packet = packet_text(c, &piece, live->in_script, false);
		if (live == e->live)
			buf_puts(&text, packet);
		else
			buf_printf(&text, "\n%s", line_text(c, event, &t, packet));
		piece.actual = live->at;
	}
	write_packet(c, event, edit_keep(c, &text));
}

/* Has the data of this line already come, with that of the line before? */
static bool came_before(const struct correction *c, const struct entry *e)
{
	const struct entry *before = NULL;

	for (const struct entry *o = c->record->first; o != e; o = o->next)
		if (o->kind == ENTRY_OUTBOUND && o->observed)
			before = o;
	const struct scripted_packet *line = e->event->scripted;
	const struct packet *want = line->raw || line->nothing ? NULL : &line->packet;
	if (!before || !want || !want->payload_length || packet_transport(want)->type != HEADER_TCP ||
	    packet_transport(before->observed)->type != HEADER_TCP)
		return false;
	uint32_t from = packet_transport(want)->tcp.seq - packet_transport(before->observed)->tcp.seq;
	return from && from + want->payload_length <= before->observed->payload_length;
}

void correct_packet(struct correction *c, const struct entry *e)
{
	if (e->live && e->live->in_script)
		split_packet(c, e);
	else if (!e->live || e->mismatch_kind == MISMATCH_MISSING)
		correct_remove(c, e->event, mismatch_kind_name[e->mismatch_kind]);
	else if (e->mismatch_kind == MISMATCH_DUPLICATE && came_before(c, e))
		correct_remove(c, e->event, "its data came with the line above");
	else if (e->stray)
		correct_remove(c, e->event, "a packet came that is of no connection of the script");
	else if (e->mismatch_kind == MISMATCH_EXTRA || e->mismatch_kind == MISMATCH_DUPLICATE)
		insert_packet(c, e);
	else
		rewrite_packet(c, e);
}
