/* SPDX-License-Identifier: MIT
 *
 * event.c - a line of the script in words
 */
#include "report/event.h"

#include <string.h>

#include "script/print.h"
#include "wire/membership.h"

struct dump_notes event_dump_notes(const struct event *event)
{
	struct dump_notes notes = { 0 };
	const struct scripted_packet *scripted = event && event->kind == EVENT_PACKET ? event->scripted : NULL;

	if (scripted) {
		notes.hide_window = !scripted->has_window;
		notes.ace = (int8_t)scripted->ace;
		notes.any_options = scripted->any_options;
	}
	return notes;
}

static void add_word(struct dump_notes *notes, enum packet_field field, const struct number_range *range)
{
	struct buf text = BUF_INIT;

	if (!range || notes->word_count == DUMP_WORDS)
		return;
	number_range_print(&text, range);
	notes->words[notes->word_count].field = field;
	snprintf(notes->words[notes->word_count].text, sizeof(notes->words->text), "%s", text.data);
	notes->word_count++;
	buf_free(&text);
}

/* What a list of options allows, as far as there is room for it. */
static void add_pattern(struct dump_notes *notes, const struct scripted_packet *scripted)
{
	struct buf text = BUF_INIT;

	option_specs_print(&text, scripted->option_pattern, scripted->option_order);
	notes->any_options = true;
	if (text.length < sizeof(notes->options))
		memcpy(notes->options, text.data, text.length + 1);
	buf_free(&text);
}

struct dump_notes event_expected_notes(const struct event *event)
{
	struct dump_notes notes = event_dump_notes(event);
	const struct scripted_packet *scripted = event && event->kind == EVENT_PACKET ? event->scripted : NULL;

	if (!scripted)
		return notes;
	if (scripted->option_pattern)
		add_pattern(&notes, scripted);
	add_word(&notes, PACKET_FIELD_TCP_SEQ, scripted->ranges.seq_start);
	add_word(&notes, PACKET_FIELD_TCP_ACK_SEQ, scripted->ranges.ack);
	add_word(&notes, PACKET_FIELD_TCP_WINDOW, scripted->ranges.window);
	add_word(&notes, PACKET_FIELD_TCP_URG_PTR, scripted->ranges.urgent);
	return notes;
}

const char *event_sign(const struct event *event)
{
	switch (event->kind) {
	case EVENT_PACKET:
		return event->packet->direction == DIRECTION_INBOUND ? "<" : ">";
	case EVENT_CALL:
		return "call";
	case EVENT_COMMAND:
		return "shell";
	case EVENT_CODE:
		return "code";
	case EVENT_LET:
		return "let";
	}
	return "";
}

/* The first line that is not empty, without blanks around it. */
static void add_first_line(struct buf *out, const char *text)
{
	text += strspn(text, " \t\r\n");
	size_t length = strcspn(text, "\r\n");

	while (length && strchr(" \t", text[length - 1]))
		length--;
	buf_add(out, text, length);
	if (text[length + strspn(text + length, " \t\r\n")])
		buf_puts(out, " ...");
}

void event_text(struct buf *out, const struct event *event)
{
	struct buf text = BUF_INIT;

	switch (event->kind) {
	case EVENT_PACKET:
		packet_spec_print(&text, event->packet);
		break;
	case EVENT_CALL:
		call_spec_print(&text, event->call);
		break;
	case EVENT_COMMAND:
		buf_puts(&text, event->command->text);
		break;
	case EVENT_CODE:
		buf_puts(&text, event->code->text);
		break;
	case EVENT_LET:
		buf_printf(&text, "$%s = ", event->let->name);
		expr_print(&text, event->let->value);
		break;
	}
	const char *start = text.data;
	if (event->kind == EVENT_PACKET && (*start == '<' || *start == '>'))
		start++;
	add_first_line(out, start);
	buf_free(&text);
}

const char *entry_sign(const struct entry *e)
{
	if (e->kind == ENTRY_TRACE)
		return "|";
	if (e->mismatch_kind == MISMATCH_BLOCKED)
		return "waits";
	if (e->event)
		return e->kind == ENTRY_RETURN ? "return" : event_sign(e->event);
	return e->kind == ENTRY_CLOSING ? "<" : ">";
}

/* The first line of the statement that failed, in a block of several. */
static void add_statement(struct buf *out, const struct entry *e)
{
	const char *text = e->event->code->text + e->statement_at;
	size_t length = strcspn(text, "\r\n");
	bool whole = length >= e->statement_length;

	buf_add(out, text, whole ? e->statement_length : length);
	buf_puts(out, whole ? "" : " ...");
}

void entry_text(struct buf *out, const struct entry *e)
{
	static const char *const remark[] = {
		[ENTRY_UNEXPECTED] = "(no line expects this)",
		[ENTRY_FOREIGN] = "(of another connection)",
		[ENTRY_CLOSING] = "(closes the connection)",
	};
	const struct packet *packet = e->observed ? e->observed : e->live ? &e->live->packet : NULL;
	size_t at;

	if (e->event && e->event->kind == EVENT_CODE && e->statement_length) {
		add_statement(out, e);
		return;
	}
	if (e->event && e->event->kind == EVENT_LET && e->call_text) {
		buf_puts(out, e->call_text);
		return;
	}
	if (e->event) {
		event_text(out, e->event);
		return;
	}
	if (e->kind == ENTRY_TRACE) {
		buf_puts(out, e->message);
		return;
	}
	if (e->connection)
		buf_printf(out, "%s: ", e->connection);
	if (e->live && !e->observed && membership_find(e->live->bytes, e->live->length, &at))
		membership_print(out, e->live->bytes[0] >> 4, e->live->bytes + at, e->live->length - at);
	else if (packet)
		packet_dump(out, packet, &(struct dump_notes){ 0 });
	if (out->data[out->length ? out->length - 1 : 0] != ' ')
		buf_puts(out, " ");
	if (e->kind < ARRAY_LEN(remark) && remark[e->kind])
		buf_puts(out, remark[e->kind]);
}

bool entry_happened(const struct entry *e)
{
	return e->mismatch_kind != MISMATCH_MISSING && !(e->kind == ENTRY_OUTBOUND && !e->observed && !e->live);
}

const struct event *events_not_reached(const struct record *r)
{
	const struct event *last = NULL;

	/* A call that returns late, and code, which is judged at the end, may fail after later lines were played. */
	for (const struct entry *e = r->first; e; e = e->next)
		if (e->event && e->kind != ENTRY_RETURN)
			last = e->event;
	return r->failure && r->failure->event && last ? last->next : NULL;
}

/* The trace knows that a packet leaves only when it has left: a timer that fired at that instant is shown before the
 * packet that it sent. */
static bool belongs_before(const struct entry *e, const struct entry *previous)
{
	bool left = previous->kind == ENTRY_OUTBOUND || previous->kind == ENTRY_UNEXPECTED;

	return vtime_before(e->actual, previous->actual) ||
	       (e->kind == ENTRY_TRACE && left && entry_happened(previous) && e->actual.ns == previous->actual.ns);
}

const struct entry *const *entries_in_order(const struct record *r, size_t *count)
{
	const struct entry **list;
	size_t n = 0;

	*count = 0;
	for (const struct entry *e = r->first; e; e = e->next)
		++*count;
	list = arena_new_array(r->arena, const struct entry *, *count);
	for (const struct entry *e = r->first; e; e = e->next) {
		size_t i = n++;
		for (; i && !e->event && belongs_before(e, list[i - 1]); i--)
			list[i] = list[i - 1];
		list[i] = e;
	}
	return list;
}
