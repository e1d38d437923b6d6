/* SPDX-License-Identifier: MIT
 *
 * html_moments.c - how things stand at each event, for script.js
 *
 * The data of the slider are an attribute of its section: a list with an object for each event to stop at, of which
 * connections and their variables are there only when they changed, so that the page does not grow with their number.
 * The script of the page adds them up, as moment.c does.
 */
#include "report/html_moments.h"

#include <stdlib.h>

#include "report/html_write.h"
#include "report/json_shape.h"
#include "report/moment.h"
#include "util/checked.h"

static void put(json_t *object, const char *key, json_t *value)
{
	if (json_object_set_new(object, key, checked_memory(value)) < 0)
		checked_exhausted();
}

static void append(json_t *array, json_t *value)
{
	if (json_array_append_new(array, checked_memory(value)) < 0)
		checked_exhausted();
}

/* [NAME, VALUE] of each variable that changed. */
static json_t *variables_of(const struct moment_connection *c)
{
	json_t *list = checked_memory(json_array());

	for (const struct moment_variable *v = c->variables; v; v = v->next) {
		if (!v->changed)
			continue;
		json_t *pair = checked_memory(json_array());
		append(pair, json_text(v->name));
		append(pair, json_text(v->value));
		append(list, pair);
	}
	return list;
}

/* [NAME, SECONDS] of each timer that runs. */
static json_t *timers_of(const struct moment_connection *c)
{
	json_t *list = checked_memory(json_array());

	for (const struct moment_timer *t = c->timers; t; t = t->next) {
		json_t *pair = checked_memory(json_array());
		append(pair, json_text(t->name));
		append(pair, json_real(vtime_to_s(t->due)));
		append(list, pair);
	}
	return list;
}

static json_t *connections_of(const struct moment *m)
{
	json_t *list = checked_memory(json_array());

	for (const struct moment_connection *c = m->connections; c; c = c->next) {
		json_t *one = checked_memory(json_object());
		put(one, "name", json_text(c->name));
		put(one, "state", json_text(c->state ? c->state : ""));
		put(one, "set", variables_of(c));
		put(one, "timers", timers_of(c));
		append(list, one);
	}
	return list;
}

/* [FIRST, END, SECONDS, TIMES, SELECTED] of each part of what is on its way. */
static json_t *flights_of(const struct moment *m)
{
	json_t *list = checked_memory(json_array());

	for (const struct moment_flight *f = m->flights; f; f = f->next) {
		json_t *one = checked_memory(json_array());
		append(one, json_integer(f->start));
		append(one, json_integer(f->end));
		append(one, json_real(vtime_to_s(f->sent)));
		append(one, json_integer(f->times));
		append(one, json_boolean(f->selected));
		append(list, one);
	}
	return list;
}

static json_t *stop_of(const struct result_event *e, size_t index, const struct moment *m)
{
	json_t *stop = checked_memory(json_object());
	struct buf text = BUF_INIT;

	buf_printf(&text, "%s %s", e->sign ? e->sign : "", e->text ? e->text : "");
	put(stop, "event", json_integer((json_int_t)index));
	put(stop, "line", json_integer(e->line));
	put(stop, "at", json_real(vtime_to_s(m->at)));
	put(stop, "text", json_text(text.data));
	put(stop, "connections", connections_of(m));
	put(stop, "flights", flights_of(m));
	buf_free(&text);
	return stop;
}

void html_moments(struct buf *out, const struct result *r)
{
	struct moment_walk walk = { .result = r, .arena = arena_new() };
	json_t *stops = checked_memory(json_array());
	bool known = false;

	while (moment_next(&walk)) {
		append(stops, stop_of(&r->events[walk.event], walk.event, &walk.now));
		known = known || walk.now.connections || walk.now.flights;
	}
	if (known) {
		char *data = checked_memory(json_dumps(stops, JSON_COMPACT | JSON_REAL_PRECISION(12)));
		html(out,
		     "<section id=\"moments\" class=\"moments\" aria-labelledby=\"moments-heading\" hidden=\"hidden\" "
		     "data-moments=\"%s\">\n<h2 id=\"moments-heading\">Step by step</h2>\n</section>\n",
		     data);
		free(data);
	}
	json_decref(stops);
	arena_free(walk.arena);
}
