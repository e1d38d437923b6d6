/* SPDX-License-Identifier: MIT
 *
 * event.c - a line of the script in words
 */
#include "report/event.h"

#include <string.h>

struct dump_notes event_dump_notes(const struct event *event)
{
	struct dump_notes notes = { 0 };
	const struct packet_line *line = event && event->kind == EVENT_PACKET ? event->line : NULL;

	if (line) {
		notes.hide_window = !line->has_window;
		notes.ace = (int8_t)line->ace;
		notes.any_options = line->any_options;
	}
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
	}
	const char *start = text.data;
	if (event->kind == EVENT_PACKET && (*start == '<' || *start == '>'))
		start++;
	add_first_line(out, start);
	buf_free(&text);
}
