/* SPDX-License-Identifier: MIT
 *
 * observed.c - corrections of a script as edits of its text
 */
#include "report/observed.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "report/observed_line.h"
#include "script/case_header.h"

static const char MARK[] = "// observed: ", WAS[] = "; was:", GONE[] = "; gone:", BELOW[] = "//\t";

/* ---- edits ---- */

/* @text in the place of the bytes from @at to @end. */
struct edit {
	size_t at, end, order;
	const char *text;
};

struct correction {
	const struct record *record;
	const struct source *source, *original;
	struct arena *arena;
	const size_t *line_start;                            /* offsets; index 0 is line 1 */
	struct edit *edits;
	size_t count, room;
};

static void replace(struct correction *c, size_t at, size_t end, const char *text)
{
	if (c->count == c->room) {
		struct edit *larger = arena_new_array(c->arena, struct edit, 2 * c->room + 8);
		if (c->count)
			memcpy(larger, c->edits, c->count * sizeof(*larger));
		c->edits = larger;
		c->room = 2 * c->room + 8;
	}
	c->edits[c->count] = (struct edit){ at, end, c->count, text };
	c->count++;
}

static int by_place(const void *a, const void *b)
{
	const struct edit *x = a, *y = b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return x->order < y->order ? -1 : 1;
}

/* Where two edits overlap, the one that begins first holds. */
static void apply(struct buf *out, struct correction *c)
{
	size_t at = 0;

	if (c->count)
		qsort(c->edits, c->count, sizeof(*c->edits), by_place);
	for (size_t i = 0; i < c->count; i++) {
		const struct edit *edit = &c->edits[i];
		if (edit->at < at)
			continue;
		buf_add(out, c->source->text + at, edit->at - at);
		buf_puts(out, edit->text);
		at = edit->end;
	}
	buf_add(out, c->source->text + at, c->source->length - at);
}

/* ---- places ---- */

static const size_t *find_lines(const struct source *source, struct arena *arena)
{
	size_t lines = 1;

	for (size_t i = 0; i < source->length; i++)
		lines += source->text[i] == '\n';
	size_t *start = arena_new_array(arena, size_t, lines);
	lines = 1;
	for (size_t i = 0; i < source->length; i++)
		if (source->text[i] == '\n')
			start[lines++] = i + 1;
	return start;
}

static size_t place(const struct correction *c, int line, int column)
{
	return c->line_start[line - 1] + (size_t)column - 1;
}

static size_t start_of(const struct correction *c, const struct loc *loc)
{
	return place(c, loc->line, loc->column);
}

static size_t end_of(const struct correction *c, const struct loc *loc)
{
	return place(c, loc->end_line, loc->end_column);
}

static bool is_blank(char ch)
{
	return ch == ' ' || ch == '\t' || ch == '\r';
}

static size_t skip_blanks(const struct correction *c, size_t at)
{
	while (at < c->source->length && is_blank(c->source->text[at]))
		at++;
	return at;
}

static bool starts(const struct correction *c, size_t at, const char *text)
{
	size_t length = strlen(text);

	return c->source->length - at >= length && !memcmp(c->source->text + at, text, length);
}

static const char *cut(const struct correction *c, size_t at, size_t end)
{
	return arena_strndup(c->arena, c->source->text + at, end - at);
}

/* ---- comments ---- */

/* "// observed: REASON; was: OLD", without the line's end. @word: WAS, or GONE for what nothing stands in the place of. */
static const char *comment(const struct correction *c, const char *indent, const char *reason, const char *word,
                           const char *old)
{
	struct buf text = BUF_INIT;
	bool below = strchr(old, '\n');

	buf_printf(&text, "%s%.*s%s%c", MARK, (int)strcspn(reason, "\n"), reason, word, below ? '\n' : ' ');
	for (const char *line = old; below && *line;) {
		size_t length = strcspn(line, "\n");
		buf_printf(&text, "%s%s%.*s", indent, BELOW, (int)length, line);
		line += length + (line[length] == '\n');
		if (*line)
			buf_add_byte(&text, '\n');
	}
	if (!below)
		buf_puts(&text, old);
	const char *kept = arena_strdup(c->arena, text.data);
	buf_free(&text);
	return kept;
}

/* A whole line before what begins at @at, with its blanks before it. */
static void line_before(struct correction *c, size_t at, const char *text)
{
	size_t line = at;

	while (line && is_blank(c->source->text[line - 1]))
		line--;
	if (line && c->source->text[line - 1] != '\n')
		replace(c, at, at, arena_printf(c->arena, "\n%s\n", text));
	else
		replace(c, line, line, arena_printf(c->arena, "%s%s\n", cut(c, line, at), text));
}

static const char *indent_of(const struct correction *c, size_t at)
{
	size_t line = at;

	while (line && is_blank(c->source->text[line - 1]))
		line--;
	return line && c->source->text[line - 1] != '\n' ? "" : cut(c, line, at);
}

/* The comment that an earlier round has put above line @line. */
static bool find_comment(const struct correction *c, int line, size_t *at, size_t *end)
{
	size_t start;

	if (!c->original)
		return false;
	do {
		if (--line < 1)
			return false;
		start = skip_blanks(c, c->line_start[line - 1]);
	} while (starts(c, start, BELOW));
	*at = start;
	*end = start + strcspn(c->source->text + start, "\n");
	const char *text = cut(c, *at, *end);
	return starts(c, start, MARK) && !strstr(text, GONE) && !strstr(c->original->text, text);
}

/* Say above @loc why it was changed, and what it was. */
static void note(struct correction *c, const struct loc *loc, const char *reason)
{
	size_t at = start_of(c, loc), from, to;

	if (!find_comment(c, loc->line, &from, &to)) {
		line_before(c, at, comment(c, indent_of(c, at), reason, WAS, cut(c, at, end_of(c, loc))));
		return;
	}
	const char *text = cut(c, from, to), *was = strstr(text, WAS);
	const char *reasons = arena_strndup(c->arena, text, was ? (size_t)(was - text) : strlen(text));
	if (!strstr(reasons, reason))
		replace(c, from + strlen(reasons), from + strlen(reasons), arena_printf(c->arena, ", %s", reason));
}

/* ---- times ---- */

static bool is_relative(const struct time_spec *t)
{
	return t->kind == TIME_RELATIVE || t->kind == TIME_RELATIVE_RANGE;
}

static bool is_absolute(const struct time_spec *t)
{
	return t->kind == TIME_ABSOLUTE || t->kind == TIME_ABSOLUTE_RANGE;
}

static const char *time_text(const struct correction *c, const struct time_spec *t)
{
	struct buf text = BUF_INIT;

	time_spec_print(&text, t);
	const char *kept = arena_strdup(c->arena, text.data);
	buf_free(&text);
	return kept;
}

/* What stands behind stays in its column as far as there are blanks. */
static void write_time(struct correction *c, const struct event *event, const struct time_spec *t)
{
	size_t at = start_of(c, &event->time.loc), end = end_of(c, &event->time.loc), next = skip_blanks(c, end);
	const char *text = time_text(c, t);
	size_t old = next - at, length = strlen(text);

	if (next > end)
		replace(c, at, next, arena_printf(c->arena, "%s%*s", text, old > length ? (int)(old - length) : 1, ""));
	else
		replace(c, at, end, text);
}

/* Absolute times must not run backwards: those that follow are moved along. */
static void push_followers(struct correction *c, const struct event *event, vtime_t start)
{
	for (const struct event *next = event->next; next && is_absolute(&next->time); next = next->next) {
		struct time_spec moved = next->time;
		if (!vtime_before(moved.start, start))
			return;
		moved.start = start;
		moved.end = vtime_max(moved.end, start);
		note(c, &next->loc, "it comes after the line above");
		write_time(c, next, &moved);
	}
}

static const struct event *event_before(const struct correction *c, const struct event *event)
{
	const struct event *before = c->record->script->events;

	if (before == event)
		return NULL;
	while (before && before->next != event)
		before = before->next;
	return before;
}

/* A time before that of the line above can be written by no number where both are absolute. */
static void keep_forward(const struct correction *c, const struct event *event, struct time_spec *t)
{
	const struct event *before = event_before(c, event);

	if (is_absolute(t) && before && is_absolute(&before->time) && vtime_before(t->start, before->time.start))
		t->kind = TIME_ANY;
}

/* What the target's clock is worth: in real time less than a tolerance that is not small. */
static vtime_t grain(const struct correction *c)
{
	bool coarse = !c->record->virtual_time && !vtime_before(c->record->script->config.tolerance, vtime_ms(2));

	return coarse ? vtime_ms(1) : vtime_us(1);
}

/* The time at which @e's event would have to be. */
static struct time_spec time_of(const struct correction *c, const struct entry *e, vtime_t actual)
{
	struct time_spec t = observed_time(&e->event->time, e->planned, actual, grain(c));

	if (e->kind == ENTRY_OUTBOUND)
		keep_forward(c, e->event, &t);
	return t;
}

static void correct_time(struct correction *c, const struct entry *e)
{
	struct time_spec t = time_of(c, e, e->actual);

	write_time(c, e->event, &t);
	if (is_absolute(&t))
		push_followers(c, e->event, t.start);
}

/* @event has gone: what follows stays when it was. */
static void hand_on_time(struct correction *c, const struct event *event)
{
	const struct event *next = event->next;

	if (!next || !is_relative(&event->time) || !is_relative(&next->time) || !event->time.start.ns)
		return;
	struct time_spec moved = next->time;
	moved.start = vtime_add(moved.start, event->time.start);
	moved.end = vtime_add(moved.end, event->time.start);
	note(c, &next->loc, "the line above has gone");
	write_time(c, next, &moved);
	if (next->kind == EVENT_CALL && next->call->blocking)
		replace(c, end_of(c, &next->time.loc) + 1, start_of(c, &next->call->loc),
			arena_printf(c->arena, "..%s ",
				     time_text(c, &(struct time_spec){ .start = vtime_add(next->call->end, event->time.start) })));
}

/* ---- lines that go, lines that come ---- */

/* May a comment stand before @at to the end of the line? */
static bool ends_line(const struct correction *c, size_t at)
{
	size_t rest = skip_blanks(c, at);

	return rest == c->source->length || c->source->text[rest] == '\n' || starts(c, rest, "//");
}

/* Comment out what stands at @loc. */
static void remove_text(struct correction *c, const struct loc *loc, const char *reason)
{
	size_t at = start_of(c, loc), end = end_of(c, loc), from, to;
	const char *newline = ends_line(c, end) ? "" : "\n";

	if (!find_comment(c, loc->line, &from, &to)) {
		const char *text = comment(c, indent_of(c, at), reason, GONE, cut(c, at, end));
		replace(c, at, end, arena_printf(c->arena, "%s%s", text, newline));
		return;
	}
	/* An earlier round has written what goes: only what the author wrote is kept, which the comment has. */
	const char *text = cut(c, from, to), *was = strstr(text, WAS);
	size_t line = c->line_start[loc->line - 1];
	if (was) {
		replace(c, from, from + (size_t)(was - text) + strlen(WAS),
			arena_printf(c->arena, "%s%s%s", MARK, reason, GONE));
		replace(c, line - 1, end, newline);
	} else {
		size_t rest = skip_blanks(c, end);
		replace(c, from, rest + (rest < c->source->length && c->source->text[rest] == '\n'), "");
	}
}

static void remove_event(struct correction *c, const struct event *event, const char *reason)
{
	remove_text(c, &event->loc, reason);
	hand_on_time(c, event);
}

/* ---- packets ---- */

static const char *packet_text(struct correction *c, const struct entry *e, const struct packet *observed,
                               bool inserted)
{
	struct buf text = BUF_INIT;
	const struct raw_bytes *raw = e->event->line->raw;

	if (raw || !observed || !observed_packet(&text, e, observed, inserted, c->arena))
		observed_raw(&text, e->live, raw);
	const char *kept = arena_strdup(c->arena, text.data);
	buf_free(&text);
	return kept;
}

static bool time_differs(const struct correction *c, const struct entry *e)
{
	vtime_t tolerance = c->record->script->config.tolerance;

	for (const struct mismatch *m = e->mismatches; m; m = m->next)
		if (!strcmp(m->field, "time"))
			return true;
	/* Not judged where the packet was wrong already. */
	return e->timed && e->kind == ENTRY_OUTBOUND &&
	       (vtime_before(vtime_add(e->actual, tolerance), e->planned) ||
	        vtime_before(vtime_add(e->planned_end, tolerance), e->actual));
}

static const char *canonical(struct correction *c, const struct packet_spec *spec)
{
	struct buf text = BUF_INIT;

	packet_spec_print(&text, spec);
	const char *kept = arena_strdup(c->arena, text.data);
	buf_free(&text);
	return kept;
}

static void write_packet(struct correction *c, const struct event *event, const char *text)
{
	replace(c, start_of(c, &event->packet->loc), end_of(c, &event->loc), text);
}

/* The digits of literal bytes that were others, in the author's layout. False: it is not only digits. */
static bool correct_digits(struct correction *c, const struct entry *e)
{
	const struct raw_bytes *raw = e->event->line->raw;
	size_t at = start_of(c, &e->event->packet->loc), end = end_of(c, &e->event->loc), i = 0;
	bool inside = false;

	if (!raw || (e->live->length != raw->length && !(raw->open && e->live->length > raw->length)))
		return false;
	for (; at < end; at++) {
		const char *text = c->source->text + at;
		if (*text == '"')
			inside = !inside;
		else if (!inside && starts(c, at, "//"))
			at += strcspn(text, "\n");
		if (!inside || *text == '"' || is_blank(*text) || i >= raw->length)
			continue;
		if (!raw->any[i] && raw->bytes[i] != e->live->bytes[i])
			replace(c, at, at + 2, arena_printf(c->arena, "%02x", e->live->bytes[i]));
		at++;
		i++;
	}
	return i == raw->length;
}

/* Did earlier rounds give @reason for what stands at @loc? */
static bool was_reason(const struct correction *c, const struct loc *loc, const char *reason)
{
	size_t from, to;

	return find_comment(c, loc->line, &from, &to) && strstr(cut(c, from, to), reason);
}

/* The packet of the line came, but other than written. Where the language has no other words for it than those
 * that were wrong, literal bytes have: where they would be the same, and where the third ones would be. (One
 * correction may be that of a time-stamp, of which the first line says what it counts from.) */
static void rewrite_packet(struct correction *c, const struct entry *e)
{
	static const char again[] = "and again";
	const char *old = canonical(c, e->event->packet), *text = packet_text(c, e, e->observed, false);
	const char *reason = mismatch_kind_name[e->mismatch_kind];
	bool late = time_differs(c, e), second = e->mismatch_kind == MISMATCH_FIELDS && was_reason(c, &e->event->loc, reason);
	struct buf raw = BUF_INIT;

	if ((!strcmp(old, text) && !late) || (second && was_reason(c, &e->event->loc, again))) {
		observed_raw(&raw, e->live, NULL);
		text = arena_strdup(c->arena, raw.data);
		buf_free(&raw);
	}
	note(c, &e->event->loc, second ? again : reason);
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
	size_t at = start_of(c, &event->loc);
	size_t width = skip_blanks(c, end_of(c, &event->time.loc)) - at;

	return arena_printf(c->arena, "%s%-*s %s", indent_of(c, at), width ? (int)width - 1 : 0, time_text(c, t), packet);
}

/* The packet that came first gets a line of its own; the line that waited for another one counts from there. */
static void insert_packet(struct correction *c, const struct entry *e)
{
	const struct event *event = e->event;
	struct time_spec t = event->time, rest = event->time;

	t.end = t.start;                                     /* no range, what is known is one time */
	t.kind = t.kind == TIME_RELATIVE_RANGE ? TIME_RELATIVE : t.kind == TIME_ABSOLUTE_RANGE ? TIME_ABSOLUTE : t.kind;
	t = observed_time(&t, e->planned, e->actual, grain(c));
	keep_forward(c, event, &t);
	line_before(c, start_of(c, &event->loc),
		    arena_printf(c->arena, "%s%s\n%s", MARK, mismatch_kind_name[e->mismatch_kind],
				 line_text(c, event, &t, packet_text(c, e, e->observed, true))));
	if (!is_relative(&rest) || !is_relative(&t) || !t.start.ns || !rest.end.ns)
		return;
	shift(&rest, vtime_sub(VTIME_ZERO, t.start));
	note(c, &event->loc, "it counts from the line above");
	write_time(c, event, &rest);
}

/* The bytes of the line came in pieces that cannot be joined, or not all of them: a line for each. */
static void split_packet(struct correction *c, const struct entry *e)
{
	const struct event *event = e->event;
	struct entry piece = *e;
	struct buf text = BUF_INIT;

	piece.actual = e->live->at;
	note(c, &event->loc, mismatch_kind_name[e->mismatch_kind]);
	if (time_differs(c, &piece))
		correct_time(c, &piece);
	for (const struct live_packet *live = e->live; live; live = live->next) {
		piece.live = (struct live_packet *)live;
		const struct time_spec now = { .kind = TIME_RELATIVE };
		struct time_spec t = observed_time(&now, piece.actual, live->at, grain(c));
		const char *packet = packet_text(c, &piece, live->in_script, false);
		if (live == e->live)
			buf_puts(&text, packet);
		else
			buf_printf(&text, "\n%s", line_text(c, event, &t, packet));
		piece.actual = live->at;
	}
	write_packet(c, event, arena_strdup(c->arena, text.data));
	buf_free(&text);
}

static const char *reason_of(const struct correction *c, const struct entry *e)
{
	if (!e->message)
		return mismatch_kind_name[e->mismatch_kind];
	return arena_printf(c->arena, "%s: %s", mismatch_kind_name[e->mismatch_kind], e->message);
}

/* Did the data of this line come already, with that of the line before it? */
static bool came_before(const struct correction *c, const struct entry *e)
{
	const struct entry *before = NULL;

	for (const struct entry *o = c->record->first; o != e; o = o->next)
		if (o->kind == ENTRY_OUTBOUND && o->observed)
			before = o;
	const struct packet *want = e->event->line->raw ? NULL : &e->event->line->packet;
	if (!before || !want || !want->payload_length || packet_transport(want)->type != HEADER_TCP ||
	    packet_transport(before->observed)->type != HEADER_TCP)
		return false;
	uint32_t from = packet_transport(want)->tcp.seq - packet_transport(before->observed)->tcp.seq;
	return from && from + want->payload_length <= before->observed->payload_length;
}

static void correct_packet(struct correction *c, const struct entry *e)
{
	if (e->live && e->live->in_script)
		split_packet(c, e);
	else if (!e->live || e->mismatch_kind == MISMATCH_MISSING)
		remove_event(c, e->event, mismatch_kind_name[e->mismatch_kind]);
	else if (e->mismatch_kind == MISMATCH_DUPLICATE && came_before(c, e))
		remove_event(c, e->event, "its data came with the line above");
	else if (e->mismatch_kind == MISMATCH_EXTRA || e->mismatch_kind == MISMATCH_DUPLICATE)
		insert_packet(c, e);
	else
		rewrite_packet(c, e);
}

/* ---- calls ---- */

static void write_result(struct correction *c, const struct entry *e)
{
	struct buf text = BUF_INIT;

	observed_result(&text, e, c->record->script);
	note(c, &e->event->loc,
	     c->record->virtual_time && e->result.value < 0 && e->result.error == EDEADLK
		     ? "other result: nothing would ever end the call"
		     : mismatch_kind_name[e->mismatch_kind]);
	replace(c, start_of(c, &e->event->call->result->loc), end_of(c, &e->event->loc),
		arena_strdup(c->arena, text.data));
	buf_free(&text);
}

/* Everything that differs has a place, and what would have to stand there is known. */
static bool outputs_known(const struct entry *e)
{
	for (const struct mismatch *m = e->mismatches; m; m = m->next)
		if (!m->place || !m->written)
			return false;
	return e->mismatches;
}

static void write_outputs(struct correction *c, const struct entry *e)
{
	note(c, &e->event->loc, mismatch_kind_name[e->mismatch_kind]);
	for (const struct mismatch *m = e->mismatches; m; m = m->next)
		replace(c, start_of(c, &m->place->loc), end_of(c, &m->place->loc), m->written);
}

/* The end of a blocking call, which counts from where its start counts from. */
static void write_end(struct correction *c, const struct event *event, vtime_t end)
{
	size_t at = end_of(c, &event->time.loc), next = start_of(c, &event->call->loc);
	struct time_spec t = { .start = vtime_us(vtime_to_us(vtime_max(event->time.start, end))) };

	replace(c, at, next, arena_printf(c->arena, "...%s ", time_text(c, &t)));
}

/* The call that blocks, and of which no return is recorded. */
static const struct event *never_returned(const struct record *r)
{
	const struct event *found = NULL;

	for (const struct entry *e = r->first; e; e = e->next) {
		if (e->kind == ENTRY_CALL && e->event->call->blocking && e != r->failure)
			found = e->event;
		else if (e->kind == ENTRY_RETURN)
			found = NULL;
	}
	return found;
}

static void correct_call(struct correction *c, const struct entry *e)
{
	const struct event *event = e->event, *stuck = never_returned(c->record);
	vtime_t base = vtime_sub(e->planned, e->kind == ENTRY_RETURN ? event->call->end : event->time.start);

	if (e->mismatch_kind == MISMATCH_RESULT) {
		write_result(c, e);
	} else if (e->mismatch_kind == MISMATCH_OUTPUT && outputs_known(e)) {
		write_outputs(c, e);
	} else if (e->kind == ENTRY_RETURN && time_differs(c, e)) {
		note(c, &event->loc, mismatch_kind_name[e->mismatch_kind]);
		write_end(c, event, vtime_sub(e->actual, base));
	} else if (e->kind == ENTRY_CALL && time_differs(c, e)) {
		note(c, &event->loc, mismatch_kind_name[e->mismatch_kind]);
		correct_time(c, e);
		if (event->call->blocking)
			write_end(c, event, vtime_add(event->call->end, vtime_sub(e->actual, e->planned)));
	} else if (e->mismatch_kind == MISMATCH_OTHER && !e->mismatches && event->call->blocking && stuck) {
		remove_event(c, stuck, "it had not returned when the next call that blocks was due");
	} else {
		remove_event(c, event, reason_of(c, e));
	}
}

/* ---- commands, code ---- */

/* The assertion goes, the rest of the block stays. */
static void correct_code(struct correction *c, const struct entry *e)
{
	const struct event *event = e->event;
	size_t at = start_of(c, &event->loc), end = end_of(c, &event->loc);
	const char *block = cut(c, at, end), *text = strstr(block, event->code->text);

	if (e->mismatch_kind != MISMATCH_ASSERTION || !e->statement_length || !text ||
	    e->statement_length == strlen(event->code->text)) {
		remove_event(c, event, reason_of(c, e));
		return;
	}
	note(c, &event->loc, reason_of(c, e));
	at += (size_t)(text - block) + e->statement_at;
	replace(c, at, at + e->statement_length, "pass");
}

static void correct_frame(struct correction *c, const struct entry *e)
{
	const struct script *script = c->record->script;
	const struct command_spec *command = e == c->record->first ? script->init : script->cleanup;

	if (command)
		remove_text(c, &command->loc, reason_of(c, e));
}

static void correct_entry(struct correction *c, const struct entry *e)
{
	const struct event *event = e->event;

	if (!event) {
		correct_frame(c, e);
	} else if (event == c->record->script->events && event->time.kind != TIME_ANY && event->time.start.ns) {
		note(c, &event->loc, "the first event is at time 0");
		write_time(c, event, &(struct time_spec){ .kind = TIME_ABSOLUTE });
	} else if (e->kind == ENTRY_OUTBOUND) {
		correct_packet(c, e);
	} else if (e->kind == ENTRY_CALL || e->kind == ENTRY_RETURN) {
		correct_call(c, e);
	} else if (e->kind == ENTRY_CODE && !time_differs(c, e)) {
		correct_code(c, e);
	} else if (time_differs(c, e)) {
		note(c, &event->loc, mismatch_kind_name[e->mismatch_kind]);
		correct_time(c, e);
	} else {
		remove_event(c, event, reason_of(c, e));
	}
}

/* ---- the whole ---- */

/* It no longer fails. */
static void correct_header(struct correction *c)
{
	const char *text;
	size_t length;

	if (!header_find(c->source, "fails", &text, &length))
		return;
	size_t at = (size_t)(text - c->source->text), end = at + length;
	while (!starts(c, at, "//!"))
		at--;
	replace(c, at, end, comment(c, "", "it does not fail so any more", GONE, cut(c, at, end)));
}

void observed_correct(struct buf *out, const struct record *r, const struct source *original)
{
	struct correction c = { .record = r, .source = &r->script->source, .original = original, .arena = arena_new() };

	c.line_start = find_lines(c.source, c.arena);
	correct_header(&c);
	for (const struct entry *e = r->first; e; e = e->next)
		if (e->status != ENTRY_OK && e->mismatch_kind != MISMATCH_NONE)
			correct_entry(&c, e);
	apply(out, &c);
	arena_free(c.arena);
}

static bool is_inside(const struct loc *inner, const struct loc *outer)
{
	bool after = inner->line > outer->line || (inner->line == outer->line && inner->column >= outer->column);

	return after && (inner->line < outer->end_line ||
	                 (inner->line == outer->end_line && inner->column < outer->end_column));
}

void observed_refuse(struct buf *out, const struct script *script, const struct diags *diags,
                     const struct source *original)
{
	struct record *record = record_new(script, "", true);
	struct correction c = { .record = record, .source = &script->source, .original = original, .arena = arena_new() };

	c.line_start = find_lines(c.source, c.arena);
	for (const struct event *event = script->events; event; event = event->next) {
		const struct diag *d = diags->first;
		while (d && (d->kind == DIAG_WARNING || !is_inside(&d->loc, &event->loc)))
			d = d->next;
		if (d)
			remove_event(&c, event, arena_printf(c.arena, "cannot be played: %s", d->headline));
	}
	apply(out, &c);
	arena_free(c.arena);
	record_free(record);
}

/* Comments of ours that the original does not have. */
static int count_changes(const struct buf *text, const struct source *original)
{
	struct arena *arena = arena_new();
	int count = 0;

	for (const char *at = text->data; (at = strstr(at, MARK)); at += strlen(MARK))
		count += !strstr(original->text, arena_strndup(arena, at, strcspn(at, "\n")));
	arena_free(arena);
	return count;
}

void observed_whole(struct buf *out, const struct buf *text, const char *target, const struct source *original,
                    const char *doubt)
{
	int lines = count_changes(text, original);

	buf_printf(out, "%swhat %s did; %d line%s from %s\n", MARK, target, lines, lines == 1 ? " differs" : "s differ",
		   original->name);
	if (doubt)
		buf_printf(out, "%s%s\n", MARK, doubt);
	buf_add(out, text->data, text->length);
}

void observed_script(struct buf *out, const struct record *r)
{
	struct buf text = BUF_INIT;
	const char *doubt = NULL;

	observed_correct(&text, r, NULL);
	if (r->failure && r->failure->event && r->failure->event->next)
		doubt = "what follows the corrected line was not reached and is unverified";
	observed_whole(out, &text, r->target_name, &r->script->source, doubt);
	buf_free(&text);
}
