/* SPDX-License-Identifier: MIT
 *
 * plot_trace.c - panels of what the stack told of its inside
 *
 * Windows show that something was decided, not what. The reference stack says it in lines of its trace, and here these
 * lines stand on the axis of time:
 *
 *   8080-32770: BBR: DRAIN                           a decision
 *   8080-32770: timer reordering: fires              a timer that did something
 *   8080-32770: cubic_w_max: 0 -> 20000              a variable of the congestion control
 *
 * Decisions have a row for each text, with a mark for each time it was said; the text stands once, beside the marks.
 * Rows are in the order in which they began, so states of a machine (BBR's) become stairs. Beyond PLOT_ROWS texts the
 * rest is only counted. Variables are stairs like samples, in the panels of a table; other lines (states of TCP,
 * sequence numbers) are in pictures above, or in the list of events.
 */
#include "report/plot_trace.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/svg.h"
#include "util/common.h"

static const double MOST_VALUE = 1e15;                   /* the largest that can mean anything */

enum { PLOT_ROWS = 14, ROW_HEIGHT = 17, VARIABLE_HEIGHT = 110, TRACE_SERIES = 2, TEXT_COLUMNS = 90 };

/* ---- lines of the trace ---- */

/* The text after the ports ("8080-32770: "); NULL: @e is no such line. */
static const char *line_of(const struct result_event *e)
{
	const char *text = e->kind == ENTRY_TRACE && e->text ? e->text : "";
	size_t ports = strspn(text, "0123456789-");

	return ports && !strncmp(text + ports, ": ", 2) ? text + ports + 2 : NULL;
}

/* "timer NAME: fires", but for the timer that only spreads what is sent: it fires with nearly every segment. */
static bool timer_fires(const char *line)
{
	static const char end[] = ": fires";
	size_t length = strlen(line);

	return length > strlen(end) && !strcmp(line + length - strlen(end), end) &&
	       strcmp(line, "timer pacing: fires") != 0;
}

/* Neither a change ("A -> B"), nor the setting of a timer, nor the first value of a variable. */
static bool is_decision(const char *line)
{
	size_t name = strspn(line, "abcdefghijklmnopqrstuvwxyz_0123456789");

	if (!strncmp(line, "timer ", 6))
		return timer_fires(line);
	return !strstr(line, " -> ") && !(name && line[name] == ':' && strchr(line, '_'));
}

/* ---- decisions ---- */

struct row {
	const char *text;
	double first, last;                                  /* the x of its first and last mark */
};

static size_t collect_rows(const struct plot *p, const struct result *r, struct row rows[PLOT_ROWS], size_t *more)
{
	size_t count = 0;

	*more = 0;
	for (size_t i = 0; i < r->event_count; i++) {
		const char *line = line_of(&r->events[i]);
		size_t n = 0;
		if (!line || !is_decision(line))
			continue;
		double x = plot_x(p, r->events[i].actual);
		while (n < count && strcmp(rows[n].text, line))
			n++;
		if (n == PLOT_ROWS) {
			++*more;
			continue;
		}
		if (n == count)
			rows[count++] = (struct row){ line, x, x };
		rows[n].last = x;
	}
	return count;
}

static void add_marks(struct plot *p, const struct result *r, const struct row *row, int top)
{
	buf_puts(&p->body, "<path class=\"decision\" d=\"");
	for (size_t i = 0; i < r->event_count; i++) {
		const char *line = line_of(&r->events[i]);
		if (line && !strcmp(line, row->text))
			buf_printf(&p->body, "M%.1f %dv%d", plot_x(p, r->events[i].actual), top + 3, ROW_HEIGHT - 6);
	}
	buf_puts(&p->body, "\"/>");
}

/* Behind the last mark, or before the first, wherever there is room; else behind the first, over other marks. */
static void add_row_text(struct plot *p, const struct row *row, int top)
{
	double width = (double)svg_columns(row->text) * SVG_COLUMN_TENTHS / 10;
	bool before = row->last + width > PLOT_RIGHT && row->first - width > PLOT_LEFT;
	double x = before ? row->first - 6 : (row->last + width > PLOT_RIGHT ? row->first : row->last) + 6;

	svg_text(&p->body, before ? "said end" : "said", x, top + ROW_HEIGHT - 5, row->text, TEXT_COLUMNS);
	buf_puts(&p->body, "\n");
}

static void add_decisions(struct plot *p, const struct result *r)
{
	struct row rows[PLOT_ROWS];
	size_t more, count = collect_rows(p, r, rows, &more);
	struct buf title = BUF_INIT;

	if (!count)
		return;
	p->unscaled = true;
	buf_puts(&title, "What the stack decided");
	if (more)
		buf_printf(&title, " (%zu more in the list of events)", more);
	plot_begin_panel(p, title.data, (int)count * ROW_HEIGHT + 4);
	for (size_t i = 0; i < count; i++) {
		add_marks(p, r, &rows[i], p->top + (int)i * ROW_HEIGHT);
		add_row_text(p, &rows[i], p->top + (int)i * ROW_HEIGHT);
	}
	plot_end_panel(p);
	p->unscaled = false;
	buf_free(&title);
}

/* ---- variables ---- */

static const struct variable_panel {
	const char *title;
	double unit;                                         /* of the variables, in units of the panel */
	struct variable {
		const char *name, *label, *class;
	} series[TRACE_SERIES];
} variable_panels[] = {
	{ "CUBIC, segments", 1e-3,
	  { { "cubic_w_max", "W_max", "line" }, { "cubic_w_est", "W_est (Reno's window)", "dashed" } } },
	{ "CUBIC, time to W_max, s", 1e-3, { { "cubic_k", "K", "line" } } },
	{ "DCTCP, marked share", 1.0 / 1024, { { "dctcp_alpha", "alpha", "line" } } },
	{ "BBR, bytes a second", 1,
	  { { "bbr_bw", "bandwidth", "line" }, { "bbr_bw_shortterm", "short-term bound", "dashed" } } },
	{ "BBR, gains", 0.01,
	  { { "bbr_pacing_gain", "pacing gain", "line" }, { "bbr_cwnd_gain", "cwnd gain", "dashed" } } },
	{ "BBR, round trip, ms", 1e-3, { { "bbr_min_rtt", "least round trip", "line" } } },
};

/* True: @e gives variable @name a value; a negative one means that it has none. */
static bool new_value(const struct result_event *e, const char *name, double *value)
{
	const char *line = line_of(e), *arrow;
	size_t length = strlen(name);

	if (!line || strncmp(line, name, length) || strncmp(line + length, ": ", 2))
		return false;
	arrow = strstr(line, " -> ");
	*value = strtod(arrow ? arrow + 4 : line + length + 2, NULL);
	return isfinite(*value) && *value < MOST_VALUE;
}

static double highest(const struct result *r, const struct variable *v)
{
	double value, high = 0;

	for (size_t i = 0; v->name && i < r->event_count; i++)
		if (new_value(&r->events[i], v->name, &value))
			high = fmax(high, value);
	return high;
}

static void add_variable(struct plot *p, const struct result *r, const struct variable *v, double unit)
{
	struct stairs stairs = { .path = BUF_INIT };
	double value;

	for (size_t i = 0; i < r->event_count; i++) {
		if (!new_value(&r->events[i], v->name, &value))
			continue;
		if (value < 0)
			stairs_lift(&stairs, p, r->events[i].actual);
		else
			stairs_step(&stairs, p, r->events[i].actual, value * unit);
	}
	stairs_end(&stairs, p, v->class);
}

static void add_variables(struct plot *p, const struct result *r, const struct variable_panel *panel)
{
	double high[TRACE_SERIES], most = 0;

	for (size_t i = 0; i < TRACE_SERIES; i++) {
		high[i] = highest(r, &panel->series[i]);
		most = fmax(most, high[i]);
	}
	if (most <= 0)
		return;
	p->logarithmic = p->durations = false;
	p->low = 0;
	p->high = most * panel->unit * 1.1;
	plot_begin_panel(p, panel->title, VARIABLE_HEIGHT);
	for (size_t i = TRACE_SERIES; i-- > 0;)
		if (high[i] > 0)
			add_variable(p, r, &panel->series[i], panel->unit);
	plot_end_panel(p);
	for (size_t i = 0; i < TRACE_SERIES; i++)
		if (high[i] > 0)
			plot_add_legend(p, panel->series[i].class, panel->series[i].label);
}

void plot_trace_panels(struct plot *p, const struct result *result)
{
	add_decisions(p, result);
	for (size_t i = 0; i < ARRAY_LEN(variable_panels); i++)
		add_variables(p, result, &variable_panels[i]);
}
