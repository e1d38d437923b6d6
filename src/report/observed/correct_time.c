/* SPDX-License-Identifier: MIT
 *
 * correct_time.c - corrected times, and what a line that goes does to those after it
 */
#include "report/observed/edit.h"

#include <string.h>

#include "report/observed/words.h"

bool correct_is_relative(const struct time_spec *t)
{
	return t->kind == TIME_RELATIVE || t->kind == TIME_RELATIVE_RANGE;
}

static bool is_absolute(const struct time_spec *t)
{
	return t->kind == TIME_ABSOLUTE || t->kind == TIME_ABSOLUTE_RANGE;
}

const char *correct_time_text(const struct correction *c, const struct time_spec *t)
{
	struct buf text = BUF_INIT;

	time_spec_print(&text, t);
	return edit_keep(c, &text);
}

void correct_write_time(struct correction *c, const struct event *event, const struct time_spec *t)
{
	size_t at = edit_start_of(c, &event->time.loc), end = edit_end_of(c, &event->time.loc);
	size_t next = edit_skip_blanks(c, end);
	const char *text = correct_time_text(c, t);
	size_t old = next - at, length = strlen(text);

	if (next > end)
		edit_replace(c, at, next, arena_printf(c->arena, "%s%*s", text, old > length ? (int)(old - length) : 1,
						       ""));
	else
		edit_replace(c, at, end, text);
}

void correct_write_end(struct correction *c, const struct event *event, vtime_t end)
{
	size_t at = edit_end_of(c, &event->time.loc), next = edit_start_of(c, &event->call->loc);
	struct time_spec t = { .start = vtime_max(event->time.start, end) };

	edit_replace(c, at, next, arena_printf(c->arena, "...%s ", correct_time_text(c, &t)));
}

/* Absolute times must not run backwards, so those that follow are moved, too. */
static void push_followers(struct correction *c, const struct event *event, vtime_t start)
{
	for (const struct event *next = event->next; next && is_absolute(&next->time); next = next->next) {
		struct time_spec moved = next->time;
		if (!vtime_before(moved.start, start))
			return;
		moved.start = start;
		moved.end = vtime_max(moved.end, start);
		edit_note(c, &next->loc, "it comes after the line above");
		correct_write_time(c, next, &moved);
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

void correct_keep_forward(const struct correction *c, const struct event *event, struct time_spec *t)
{
	const struct event *before = event_before(c, event);

	if (is_absolute(t) && before && is_absolute(&before->time) && vtime_before(t->start, before->time.start))
		t->kind = TIME_ANY;
}

vtime_t correct_grain(const struct correction *c)
{
	bool coarse = !c->record->virtual_time && !vtime_before(c->record->script->config.tolerance, vtime_ms(2));

	return coarse ? vtime_ms(1) : vtime_us(1);
}

/* The time that @e's event would need. */
static struct time_spec time_of(const struct correction *c, const struct entry *e)
{
	struct time_spec t = observed_time(&e->event->time, e->planned, e->actual, correct_grain(c));

	if (e->kind == ENTRY_OUTBOUND)
		correct_keep_forward(c, e->event, &t);
	return t;
}

struct time_spec correct_time(struct correction *c, const struct entry *e)
{
	struct time_spec t = time_of(c, e);

	correct_write_time(c, e->event, &t);
	if (is_absolute(&t))
		push_followers(c, e->event, t.start);
	return t;
}

/* A block cannot be empty, so it is removed with its last line. */
static bool is_last_of_group(const struct correction *c, const struct event *event)
{
	int lines = 0;

	if (!event->group)
		return false;
	for (const struct event *e = c->record->script->events; e; e = e->next)
		lines += e->group == event->group;
	return lines == 1;
}

/* @event was removed, and the events after it keep their times. */
static void hand_on_time(struct correction *c, const struct event *event)
{
	const struct event *next = event->next;

	if (!next || !correct_is_relative(&event->time) || !correct_is_relative(&next->time) || !event->time.start.ns)
		return;
	struct time_spec moved = next->time;
	moved.start = vtime_add(moved.start, event->time.start);
	moved.end = vtime_add(moved.end, event->time.start);
	edit_note(c, &next->loc, "the line above has gone");
	correct_write_time(c, next, &moved);
	if (next->kind == EVENT_CALL && next->call->blocking)
		correct_write_end(c, next, vtime_add(next->call->end, event->time.start));
}

bool correct_time_differs(const struct correction *c, const struct entry *e)
{
	vtime_t tolerance = c->record->script->config.tolerance;

	for (const struct mismatch *m = e->mismatches; m; m = m->next)
		if (m->id == PACKET_FIELD_TIME)
			return true;
	/* The drill does not judge the time of a packet that is wrong anyway. */
	return e->timed && e->kind == ENTRY_OUTBOUND &&
	       (vtime_before(vtime_add(e->actual, tolerance), e->planned) ||
	        vtime_before(vtime_add(e->planned_end, tolerance), e->actual));
}

void correct_remove(struct correction *c, const struct event *event, const char *reason)
{
	edit_remove(c, is_last_of_group(c, event) ? &event->group->loc : &event->loc, reason);
	hand_on_time(c, event);
}
