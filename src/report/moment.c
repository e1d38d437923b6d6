/* SPDX-License-Identifier: MIT
 *
 * moment.c - a case at one of its events
 */
#include "report/moment.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/common.h"

/* A pass over the events up to the one that is looked at. */
struct survey {
	struct arena *arena;
	struct moment *out;
	vtime_t at;                                          /* of the event being read */
	bool last;                                           /* it belongs to the event that is looked at */
};

bool moment_stops_at(const struct result_event *event)
{
	return event->kind != ENTRY_TRACE;
}

/* ---- what the stack told ---- */

static struct moment_connection *connection(struct survey *s, const char *name, size_t length)
{
	struct moment_connection **at = &s->out->connections;

	for (; *at; at = &(*at)->next)
		if (strlen((*at)->name) == length && !strncmp((*at)->name, name, length))
			return *at;
	*at = arena_new_object(s->arena, struct moment_connection);
	(*at)->name = arena_strndup(s->arena, name, length);
	return *at;
}

static void set_variable(struct survey *s, struct moment_connection *c, const char *name, size_t length,
                         const char *value)
{
	struct moment_variable **at = &c->variables;

	while (*at && (strlen((*at)->name) != length || strncmp((*at)->name, name, length)))
		at = &(*at)->next;
	if (!*at) {
		*at = arena_new_object(s->arena, struct moment_variable);
		(*at)->name = arena_strndup(s->arena, name, length);
	}
	(*at)->value = value;
	(*at)->changed = s->last;
}

/* How long "in 1 s", "in 200 ms", "in 37.5 ms" or "in 20 us" is; false for "off" and everything else. */
static bool read_delay(const char *text, vtime_t *delay)
{
	static const struct {
		const char *unit;
		double ns;
	} units[] = { { "s", 1e9 }, { "ms", 1e6 }, { "us", 1e3 }, { "\xc2\xb5s", 1e3 }, { "ns", 1 } };
	char *end;

	if (strncmp(text, "in ", 3))
		return false;
	double number = strtod(text + 3, &end);
	for (size_t i = 0; end > text + 3 && *end == ' ' && i < ARRAY_LEN(units); i++) {
		if (strcmp(end + 1, units[i].unit))
			continue;
		*delay = vtime_ns((int64_t)(number * units[i].ns + 0.5));
		return true;
	}
	return false;
}

static void set_timer(struct survey *s, struct moment_connection *c, const char *name, size_t length, const char *text)
{
	struct moment_timer **at = &c->timers;
	vtime_t delay;

	while (*at && (strlen((*at)->name) != length || strncmp((*at)->name, name, length)))
		at = &(*at)->next;
	if (!read_delay(text, &delay)) {
		if (*at)
			*at = (*at)->next;
		return;
	}
	if (!*at) {
		*at = arena_new_object(s->arena, struct moment_timer);
		(*at)->name = arena_strndup(s->arena, name, length);
	}
	(*at)->due = vtime_add(s->at, delay);
}

/* "CONNECTION: NAME: [OLD -> ]NEW", "CONNECTION: timer NAME: in TIME", or "CONNECTION: STATE -> STATE (WHY)". Other
 * lines, such as "port 8080: packet dropped: no connection", change nothing. */
static void read_trace(struct survey *s, const char *text)
{
	static const char timer[] = "timer ";
	const char *colon = strstr(text, ": ");

	if (!colon)
		return;
	const size_t name = (size_t)(colon - text);
	const char *what = colon + 2, *second = strstr(what, ": "), *arrow = strstr(what, " -> ");
	if (second && !strncmp(what, timer, strlen(timer))) {
		what += strlen(timer);
		set_timer(s, connection(s, text, name), what, (size_t)(second - what), second + 2);
	} else if (second && strcspn(what, " ") > (size_t)(second - what)) {
		set_variable(s, connection(s, text, name), what, (size_t)(second - what),
		             arrow ? arrow + 4 : second + 2);
	} else if (arrow && !second) {
		struct moment_connection *c = connection(s, text, name);
		c->state = arena_strndup(s->arena, arrow + 4, strcspn(arrow + 4, " "));
		c->changed = s->last;
	}
}

/* ---- what is on its way ---- */

static bool after(uint32_t a, uint32_t b)
{
	return (int32_t)(a - b) > 0;
}

/* The sequence numbers of a packet as a script has it: "P. 1:1001(1000) ack 1". */
static bool read_numbers(const char *text, uint32_t *start, uint32_t *end)
{
	const char *colon = text ? strchr(text, ':') : NULL;
	const char *digit = colon;

	while (digit && digit > text && digit[-1] >= '0' && digit[-1] <= '9')
		digit--;
	if (!digit || digit == colon)
		return false;
	return sscanf(digit, "%" SCNu32 ":%" SCNu32 "(", start, end) == 2;
}

static void send_octets(struct survey *s, uint32_t start, uint32_t end)
{
	struct moment_flight **at = &s->out->flights;
	int times = 1;

	while (*at && !after((*at)->end, start))
		at = &(*at)->next;
	while (*at && after(end, (*at)->start)) {            /* all of it, or parts, went out before */
		struct moment_flight *old = *at;

		times = old->times >= times ? old->times + 1 : times;
		if (after(start, old->start)) {
			struct moment_flight *rest = arena_copy(s->arena, old, sizeof(*old));
			old->end = rest->start = start;
			old->next = rest;
			at = &old->next;
		} else if (after(old->end, end)) {
			old->start = end;
			break;
		} else {
			*at = old->next;
		}
	}
	struct moment_flight *sent = arena_new_object(s->arena, struct moment_flight);
	*sent = (struct moment_flight){ .next = *at, .start = start, .end = end, .sent = s->at, .times = times };
	*at = sent;
}

static void acknowledge(struct survey *s, uint32_t ack)
{
	struct moment_flight **at = &s->out->flights;

	while (*at && !after((*at)->end, ack))
		*at = (*at)->next;
	if (*at && after(ack, (*at)->start))
		(*at)->start = ack;
}

/* The blocks of "<..., sack 2001:3001 4001:5001>". */
static void select_octets(struct survey *s, const char *text)
{
	const char *sack = strstr(text, "sack ");
	uint32_t start, end;
	int length;

	for (sack = sack ? sack + strlen("sack ") : NULL;
	     sack && sscanf(sack, "%" SCNu32 ":%" SCNu32 "%n", &start, &end, &length) == 2;
	     sack += length + (sack[length] == ' '))
		for (struct moment_flight *f = s->out->flights; f; f = f->next)
			f->selected = f->selected || (!after(start, f->start) && !after(f->end, end));
}

static void read_packet(struct survey *s, const struct result_event *e)
{
	bool out = e->kind == ENTRY_OUTBOUND || e->kind == ENTRY_UNEXPECTED;
	const char *text = e->observed ? e->observed : e->expected ? e->expected : e->text;
	uint32_t start, end, ack;
	const char *at;

	if (!text || !e->happened)
		return;
	if (out && read_numbers(text, &start, &end) && after(end, start))
		send_octets(s, start, end);
	if (e->kind == ENTRY_INBOUND && (at = strstr(text, " ack ")) && sscanf(at, " ack %" SCNu32, &ack) == 1) {
		acknowledge(s, ack);
		select_octets(s, text);
	}
}

/* ---- the moment as a whole ---- */

/* In the trace a timer that fired stands before the packet that left because of it. So a line that came after the event
 * belongs to the next one. */
void moment_span(const struct result *result, size_t event, size_t *first, size_t *end)
{
	const struct result_event *events = result->events;
	size_t at = event;

	while (at && !moment_stops_at(&events[at - 1]))
		at--;
	const vtime_t before = at ? events[at - 1].actual : VTIME_ZERO;
	while (at && at < event && !vtime_before(before, events[at].actual))
		at++;
	*first = at;
	for (at = event + 1; at < result->event_count && !moment_stops_at(&events[at]); at++)
		if (events[event].happened && vtime_before(events[event].actual, events[at].actual))
			break;
	*end = at;
}

static void forget_changes(struct moment *m)
{
	for (struct moment_connection *c = m->connections; c; c = c->next) {
		c->changed = false;
		for (struct moment_variable *v = c->variables; v; v = v->next)
			v->changed = false;
	}
}

bool moment_next(struct moment_walk *w)
{
	struct survey s = { .arena = w->arena, .out = &w->now, .at = w->now.at };
	const struct result *r = w->result;
	size_t first, end;

	for (w->event = w->next; w->event < r->event_count && !moment_stops_at(&r->events[w->event]);)
		w->event++;
	if (w->event >= r->event_count)
		return false;
	moment_span(r, w->event, &first, &end);
	forget_changes(&w->now);
	for (size_t i = w->next; i < end; i++) {
		const struct result_event *e = &r->events[i];

		if (e->happened)
			s.at = e->actual;
		s.last = i >= first;
		if (e->kind == ENTRY_TRACE)
			read_trace(&s, e->text);
		else
			read_packet(&s, e);
	}
	w->next = end;
	w->now.at = s.at;
	return true;
}

void moment_of(const struct result *result, size_t event, struct arena *arena, struct moment *out)
{
	struct moment_walk w = { .result = result, .arena = arena };

	while (moment_next(&w) && w.event < event)
		;
	*out = w.now;
}
