/* SPDX-License-Identifier: MIT
 *
 * trace.c - what happens inside the stack, as lines for a person
 *
 * The lines stand in a ladder between the packets of a script, so they speak as the ladder does. Sequence numbers count
 * from the first of their direction. Values have units: bytes, and times as a person writes them. A connection has one
 * name as long as it lives, its two ports: it has them before accept() gives it a descriptor, and after close() took
 * that away. Timers that are stopped and set, or set twice, at one instant are told once, as they are in the end.
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
	const char *timer;                                   /* that was set or stopped; or NULL */
	struct tuple tuple;                                  /* whose */
	char text[];
};

/* ---- sequence numbers ---- */

enum { SENDS, RECEIVES };

struct trace_connection {
	struct trace_connection *next;
	struct tuple tuple;
	bool known[2];
	uint32_t base[2];                                    /* what counts as 0: the number of the SYN */
};

static struct trace_connection *connection_of(struct trace *t, const struct tuple *tuple)
{
	struct trace_connection *c = t->connections;

	while (c && !tuple_equal(&c->tuple, tuple))
		c = c->next;
	if (c)
		return c;
	c = checked_memory(calloc(1, sizeof(*c)));
	*c = (struct trace_connection){ .next = t->connections, .tuple = *tuple };
	return t->connections = c;
}

static void forget_connection(struct trace *t, const struct tuple *tuple)
{
	for (struct trace_connection **at = &t->connections; *at; at = &(*at)->next) {
		struct trace_connection *c = *at;
		if (!tuple_equal(&c->tuple, tuple))
			continue;
		*at = c->next;
		free(c);
		return;
	}
}

/* ---- variables ---- */

struct trace_variable {
	const char *name;
	void (*add)(struct buf *out, int64_t value);         /* NULL: a sequence number */
	int direction;
	int64_t first;                                       /* less this much, its first value is that of the SYN */
};

static void add_bytes(struct buf *out, int64_t value)
{
	buf_printf(out, "%" PRId64 " bytes", value);
}

/* RFC 5681, 3.1: at the start it should be arbitrarily high. */
static void add_threshold(struct buf *out, int64_t value)
{
	enum { INFINITE = 1 << 30 };

	if (value >= INFINITE)
		buf_puts(out, "infinite");
	else
		add_bytes(out, value);
}

static void add_microseconds(struct buf *out, int64_t value)
{
	if (value >= 1000000)
		buf_printf(out, "%g s", (double)value / 1e6);
	else
		buf_printf(out, "%g ms", (double)value / 1e3);
}

static void add_number(struct buf *out, int64_t value)
{
	buf_printf(out, "%" PRId64, value);
}

static const struct trace_variable variables[] = {
	{ "snd_una", NULL, SENDS, 0 },
	{ "snd_nxt", NULL, SENDS, 1 },
	{ "rcv_nxt", NULL, RECEIVES, 1 },
	{ "snd_wnd", add_bytes, 0, 0 },
	{ "rcv_wnd", add_bytes, 0, 0 },
	{ "cwnd", add_bytes, 0, 0 },
	{ "ssthresh", add_threshold, 0, 0 },
	{ "rto", add_microseconds, 0, 0 },
	{ "srtt", add_microseconds, 0, 0 },
	{ "rttvar", add_microseconds, 0, 0 },
};

static struct trace_variable variable_of(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(variables); i++)
		if (!strcmp(variables[i].name, name))
			return variables[i];
	return (struct trace_variable){ name, add_number, 0, 0 };
}

static void add_sequence(struct buf *out, struct trace *t, const struct stack_event *e, const struct trace_variable *v)
{
	struct trace_connection *c = connection_of(t, &e->tuple);
	bool known = c->known[v->direction];

	if (!known)
		c->base[v->direction] = (uint32_t)(e->after - v->first);
	c->known[v->direction] = true;
	/* Before the first there was none: snd_nxt begins with the SYN itself. */
	if (e->before || (known && e->name[0] == 's'))
		buf_printf(out, "%" PRIu32 " -> ", e->before ? (uint32_t)e->before - c->base[v->direction] : 0);
	buf_printf(out, "%" PRIu32, (uint32_t)e->after - c->base[v->direction]);
}

static void add_variable(struct buf *out, struct trace *t, const struct stack_event *e)
{
	const struct trace_variable v = variable_of(e->name);

	buf_printf(out, "%s: ", e->name);
	if (!v.add) {
		add_sequence(out, t, e, &v);
		return;
	}
	/* The unit once, where both have it. */
	(!e->before || v.add == add_bytes ? add_number : v.add)(out, e->before);
	buf_puts(out, " -> ");
	v.add(out, e->after);
}

/* ---- lines ---- */

/* Is @kind shown at @level? */
static bool is_wanted(enum builtin_trace level, enum stack_event_kind kind)
{
	if (level == BUILTIN_TRACE_STATES)
		return kind == STACK_EVENT_STATE || kind == STACK_EVENT_DROP || kind == STACK_EVENT_NOTE;
	return level == BUILTIN_TRACE_ALL;
}

static void add_socket(struct buf *out, const struct stack_event *e)
{
	if (e->tuple.source.version && e->tuple.destination_port)
		buf_printf(out, "%u-%u: ", e->tuple.source_port, e->tuple.destination_port);
	else if (e->fd >= 0)
		buf_printf(out, "socket %d: ", e->fd);
	else if (e->tuple.source.version && e->tuple.source_port)
		buf_printf(out, "port %u: ", e->tuple.source_port);
}

static void add_words(struct buf *out, struct trace *t, const struct stack_event *e)
{
	switch (e->kind) {
	case STACK_EVENT_STATE:
		buf_printf(out, "%s -> %s", e->from ? e->from : "-", e->to ? e->to : "-");
		break;
	case STACK_EVENT_TIMER_SET:
		buf_printf(out, "timer %s: in ", e->name);
		add_microseconds(out, vtime_to_us(vtime_sub(e->deadline, e->at)));
		break;
	case STACK_EVENT_TIMER_CLEARED:
		buf_printf(out, "timer %s: off", e->name);
		break;
	case STACK_EVENT_TIMER_FIRED:
		buf_printf(out, "timer %s: fires", e->name);
		break;
	case STACK_EVENT_VARIABLE:
		add_variable(out, t, e);
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

/* Of a timer that was set or stopped at this instant already only the last is told. */
static void drop_older(struct trace *t, const struct stack_event *e)
{
	struct trace_line **at = &t->first, *previous = NULL;

	while (*at) {
		struct trace_line *line = *at;
		if (line->timer && line->at.ns == e->at.ns && !strcmp(line->timer, e->name) &&
		    tuple_equal(&line->tuple, &e->tuple)) {
			*at = line->next;
			t->last = line->next ? t->last : previous;
			t->count--;
			free(line);
			continue;
		}
		previous = line;
		at = &line->next;
	}
}

void trace_add(struct trace *t, const struct stack_event *event)
{
	bool sets = event->kind == STACK_EVENT_TIMER_SET || event->kind == STACK_EVENT_TIMER_CLEARED;
	struct buf text = BUF_INIT;
	struct trace_line *line;

	if (!is_wanted(t->level, event->kind) || t->count == TRACE_LINES)
		return;
	if (sets)
		drop_older(t, event);
	add_socket(&text, event);
	add_words(&text, t, event);
	line = checked_memory(malloc(sizeof(*line) + text.length + 1));
	*line = (struct trace_line){ .at = event->at, .timer = sets ? event->name : NULL, .tuple = event->tuple };
	memcpy(line->text, text.data, text.length + 1);
	*(t->first ? &t->last->next : &t->first) = line;
	t->last = line;
	t->count++;
	/* What changed when the one before ended was told behind its end. */
	if (event->kind == STACK_EVENT_STATE && event->from && !strcmp(event->from, "CLOSED"))
		forget_connection(t, &event->tuple);
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
	while (t->connections)
		forget_connection(t, &t->connections->tuple);
}
