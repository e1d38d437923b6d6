/* SPDX-License-Identifier: MIT
 *
 * trace.c - what happens inside the stack, as lines for a person
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "target/builtin/internal.h"
#include "util/checked.h"

enum { TRACE_LINES = 200000 };

struct trace_line {
	struct trace_line *next;
	vtime_t at;
	char text[];
};

/* Is @kind shown at @level? */
static bool is_wanted(enum builtin_trace level, enum stack_event_kind kind)
{
	if (level == BUILTIN_TRACE_STATES)
		return kind == STACK_EVENT_STATE || kind == STACK_EVENT_DROP || kind == STACK_EVENT_NOTE;
	return level == BUILTIN_TRACE_ALL;
}

static void add_socket(struct buf *out, const struct stack_event *e)
{
	if (e->fd >= 0)
		buf_printf(out, "socket %d: ", e->fd);
	else if (e->tuple.source.version)
		buf_printf(out, "port %u: ", e->tuple.source_port);
}

static void add_words(struct buf *out, const struct stack_event *e)
{
	switch (e->kind) {
	case STACK_EVENT_STATE:
		buf_printf(out, "%s -> %s", e->from ? e->from : "-", e->to ? e->to : "-");
		break;
	case STACK_EVENT_TIMER_SET:
		buf_printf(out, "timer %s: in %.6f s", e->name, vtime_to_s(vtime_sub(e->deadline, e->at)));
		break;
	case STACK_EVENT_TIMER_CLEARED:
		buf_printf(out, "timer %s: off", e->name);
		break;
	case STACK_EVENT_TIMER_FIRED:
		buf_printf(out, "timer %s: fires", e->name);
		break;
	case STACK_EVENT_VARIABLE:
		buf_printf(out, "%s: %" PRId64 " -> %" PRId64, e->name, e->before, e->after);
		break;
	case STACK_EVENT_DROP:
		buf_printf(out, "packet dropped: %s", e->reason ? e->reason : "no reason given");
		return;
	case STACK_EVENT_NOTE:
		buf_puts(out, e->reason ? e->reason : "");
		return;
	}
	if (e->reason)
		buf_printf(out, " (%s)", e->reason);
}

void trace_add(struct trace *t, const struct stack_event *event)
{
	struct buf text = BUF_INIT;
	struct trace_line *line;

	if (!is_wanted(t->level, event->kind) || t->count == TRACE_LINES)
		return;
	add_socket(&text, event);
	add_words(&text, event);
	line = checked_memory(malloc(sizeof(*line) + text.length + 1));
	*line = (struct trace_line){ .at = event->at };
	memcpy(line->text, text.data, text.length + 1);
	*(t->first ? &t->last->next : &t->first) = line;
	t->last = line;
	t->count++;
	buf_free(&text);
}

bool trace_take(struct trace *t, vtime_t *at, const char **text)
{
	free(t->current);
	t->current = t->first;
	if (!t->first)
		return false;
	t->first = t->first->next;
	t->count--;
	*at = t->current->at;
	*text = t->current->text;
	return true;
}

void trace_free(struct trace *t)
{
	const char *text;
	vtime_t at;

	while (trace_take(t, &at, &text))
		;
}
