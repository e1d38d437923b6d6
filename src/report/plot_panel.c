/* SPDX-License-Identifier: MIT
 *
 * plot_panel.c - axes, legends, lines
 */
#include "report/plot_panel.h"

#include <math.h>
#include <stdlib.h>

#include "report/svg.h"
#include "util/checked.h"

enum {
	TITLE_HEIGHT = 30, AXIS_HEIGHT = 44, TICK_PIXELS = 24, MAX_TICKS = 60, LABEL_COLUMNS = 12, TITLE_COLUMNS = 80,
	OUTSIDE = 6,                                         /* how far marks may stick out of a panel */
	CUT_PIXELS = 36, LABEL_PIXELS = 56,
};

static const double DEAD_TIMES = 5, LEAST_SHARE = 10, MARGIN = 0.04;

/* ---- time ---- */

/* How much time from the start of the axis up to @ns is shown, what cuts take out not counted. */
static double shown_until(const struct plot *p, double ns)
{
	double shown = ns - p->start;

	for (int i = 0; i < p->cut_count; i++)
		shown -= fmin(fmax(ns - p->cuts[i].from, 0), p->cuts[i].to - p->cuts[i].from);
	return shown;
}

static double x_of(const struct plot *p, double ns)
{
	double width = PLOT_RIGHT - PLOT_LEFT - p->cut_count * CUT_PIXELS;
	double x = PLOT_LEFT + shown_until(p, ns) / shown_until(p, p->end) * width;

	for (int i = 0; i < p->cut_count; i++)
		x += CUT_PIXELS * fmin(fmax((ns - p->cuts[i].from) / (p->cuts[i].to - p->cuts[i].from), 0), 1);
	return x;
}

static int by_size(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* The length from which a pause counts as dead time: beside it, all shorter pauses together would hardly be seen.
 * @moments are in order. INFINITY: no pause is so long. */
static double dead_time(const double *moments, size_t count)
{
	double span = moments[count - 1] - moments[0], shorter = 0, found = INFINITY;
	double *gaps = checked_memory(calloc(count, sizeof(*gaps)));

	for (size_t i = 1; i < count; i++)
		gaps[i - 1] = moments[i] - moments[i - 1];
	qsort(gaps, count - 1, sizeof(*gaps), by_size);
	for (size_t i = 0; i + 1 < count && found == INFINITY; i++) {
		if (shorter > 0 && gaps[i] > DEAD_TIMES * shorter && gaps[i] > span / LEAST_SHARE)
			found = gaps[i];
		shorter += gaps[i];
	}
	free(gaps);
	return found;
}

void plot_set_times(struct plot *p, double *moments, size_t count)
{
	qsort(moments, count, sizeof(*moments), by_size);
	double dead = dead_time(moments, count), first = moments[0], last = fmax(moments[count - 1], first + 1e6);
	double shown = last - first;

	p->cut_count = 0;
	for (size_t i = 1; i < count && p->cut_count < PLOT_CUTS; i++) {
		if (moments[i] - moments[i - 1] < dead)
			continue;
		p->cuts[p->cut_count++] = (struct plot_cut){ moments[i - 1], moments[i], moments[i] - moments[i - 1] };
		shown -= moments[i] - moments[i - 1];
	}
	/* A little of a pause is left on both sides. */
	for (int i = 0; i < p->cut_count; i++) {
		p->cuts[i].from += shown * MARGIN;
		p->cuts[i].to -= shown * MARGIN;
	}
	p->start = first - shown * MARGIN;
	p->end = last + shown * MARGIN;
}

double plot_x(const struct plot *p, vtime_t at)
{
	return x_of(p, (double)at.ns);
}

double plot_y(const struct plot *p, double value)
{
	double low = p->low, high = p->high;

	if (p->logarithmic) {
		value = log10(fmax(value, low));
		low = log10(low);
		high = log10(high);
	}
	/* Coordinates far outside are limited, since the panel is clipped anyway: that keeps the numbers short. */
	return p->top + p->height - fmin(fmax((value - low) / (high - low), -1), 2) * p->height;
}

/* ---- axes ---- */

static void add_number(struct buf *out, double value)
{
	if (fabs(value) >= 1e6)
		buf_printf(out, "%.12gM", value / 1e6);
	else if (fabs(value) >= 1e4)
		buf_printf(out, "%.12gk", value / 1e3);
	else
		buf_printf(out, "%.12g", value);
}

static void add_tick(struct plot *p, double value)
{
	struct buf text = BUF_INIT;
	double y = plot_y(p, value);

	buf_printf(&p->body, "<path class=\"grid\" d=\"M%d %.1fH%d\"/>", PLOT_LEFT, y, PLOT_RIGHT);
	if (p->durations)
		svg_duration(&text, value);
	else
		add_number(&text, value);
	svg_text(&p->body, "end", PLOT_LEFT - 8, y + 4, text.data, LABEL_COLUMNS);
	buf_free(&text);
}

static void add_value_ticks(struct plot *p)
{
	if (p->logarithmic) {
		for (int i = 0; i < MAX_TICKS && p->low * pow(10, i) <= p->high * 1.001; i++)
			add_tick(p, p->low * pow(10, i));
		return;
	}
	double step = svg_tick_step(p->high - p->low, p->height / TICK_PIXELS, 1);
	double first = ceil(p->low / step);
	for (int i = 0; i < MAX_TICKS && (first + i) * step <= p->high; i++)
		add_tick(p, (first + i) * step);
}

/* Milliseconds, where seconds would be small fractions. */
static double time_unit(const struct plot *p)
{
	return shown_until(p, p->end) < 0.5e9 && p->end < 10e9 ? 1e6 : 1e9;
}

/* Ticks from @from to @to, between which there is no cut; labels keep their distance from the one at @last, which is
 * moved on. */
static void add_ticks_between(struct plot *p, double from, double to, bool labels, double *last)
{
	double unit = time_unit(p), step = svg_tick_step(shown_until(p, p->end) / unit, 10, 1e-9);
	double first = ceil(from / unit / step);

	for (int i = 0; i < MAX_TICKS && (first + i) * step * unit <= to; i++) {
		double time = (first + i) * step, x = x_of(p, time * unit);
		if (!labels) {
			buf_printf(&p->body, "<path class=\"grid\" d=\"M%.1f %dv%d\"/>", x, p->top, p->height);
		} else if (x >= *last + LABEL_PIXELS) {
			buf_printf(&p->body, "<text class=\"middle\" x=\"%.1f\" y=\"%d\">%.9g</text>", x, p->y + 16,
				   time);
			*last = x;
		}
	}
}

static void add_time_ticks(struct plot *p, bool labels)
{
	double from = p->start, last = 0;

	for (int i = 0; i < p->cut_count; i++) {
		add_ticks_between(p, from, p->cuts[i].from, labels, &last);
		from = p->cuts[i].to;
	}
	add_ticks_between(p, from, p->end, labels, &last);
}

/* A band for each cut; above the first panel it says how long nothing happened. */
static void add_cuts(struct plot *p)
{
	for (int i = 0; i < p->cut_count; i++) {
		struct buf text = BUF_INIT;
		double x = x_of(p, p->cuts[i].from);
		svg_duration(&text, p->cuts[i].pause);
		buf_printf(&p->body,
		           "<g class=\"cut\"><title>nothing happened for %s</title>"
		           "<rect x=\"%.1f\" y=\"%d\" width=\"%d\" height=\"%d\"/>",
		           text.data, x, p->top, CUT_PIXELS, p->height);
		if (p->panels == 1)
			buf_printf(&p->body, "<text class=\"small middle\" x=\"%.1f\" y=\"%d\">%s</text>",
				   x + CUT_PIXELS / 2.0,
				   p->top + p->height - 6, text.data);
		buf_puts(&p->body, "</g>\n");
		buf_free(&text);
	}
}

void plot_add_time_axis(struct plot *p)
{
	static const char seconds[] = "time since the start of the script, s";
	static const char milliseconds[] = "time since the start of the script, ms";
	const char *title = time_unit(p) == 1e6 ? milliseconds : seconds;

	add_time_ticks(p, true);
	svg_text(&p->body, "middle", (PLOT_LEFT + PLOT_RIGHT) / 2.0, p->y + 36, title, TITLE_COLUMNS);
	p->y += AXIS_HEIGHT;
}

/* ---- panels ---- */

void plot_begin_panel(struct plot *p, const char *title, int height)
{
	p->top = p->y + TITLE_HEIGHT;
	p->height = height;
	p->panels++;
	p->legend = PLOT_LEFT + (int)(svg_columns(title) + 3) * SVG_COLUMN_TENTHS / 10;
	svg_text(&p->body, "bold", PLOT_LEFT, p->top - 9, title, TITLE_COLUMNS);
	buf_printf(&p->body, "\n<path class=\"frame\" d=\"M%d %dv%dH%d\"/>", PLOT_LEFT, p->top, height, PLOT_RIGHT);
	if (!p->unscaled)
		add_value_ticks(p);
	add_time_ticks(p, false);
	add_cuts(p);
	buf_printf(&p->body, "<clipPath id=\"plot-clip-%d\">", p->panels);
	buf_printf(&p->body, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"/></clipPath>\n", PLOT_LEFT - OUTSIDE,
	           p->top - OUTSIDE, PLOT_RIGHT - PLOT_LEFT + 2 * OUTSIDE, height + 2 * OUTSIDE);
	buf_printf(&p->body, "<g clip-path=\"url(#plot-clip-%d)\">\n", p->panels);
}

void plot_end_panel(struct plot *p)
{
	buf_puts(&p->body, "</g>\n");
	p->y = p->top + p->height + 6;
}

/* A sample of a line as it looks in the panel, and what it means. */
void plot_add_legend(struct plot *p, const char *class, const char *text)
{
	buf_printf(&p->body, "<path class=\"%s\" d=\"M%d %dh26\"/>", class, p->legend, p->top - 13);
	svg_text(&p->body, "name", p->legend + 32, p->top - 9, text, TITLE_COLUMNS);
	buf_puts(&p->body, "\n");
	p->legend += 32 + (int)(svg_columns(text) + 2) * SVG_COLUMN_TENTHS / 10;
}

/* ---- lines ---- */

void stairs_step(struct stairs *s, const struct plot *p, vtime_t at, double value)
{
	buf_printf(&s->path, s->down ? "H%.1fV%.1f" : "M%.1f %.1f", plot_x(p, at), plot_y(p, value));
	s->down = true;
}

void stairs_lift(struct stairs *s, const struct plot *p, vtime_t at)
{
	if (s->down)
		buf_printf(&s->path, "H%.1f", plot_x(p, at));
	s->down = false;
}

void stairs_end(struct stairs *s, struct plot *p, const char *class)
{
	if (s->down)
		buf_printf(&s->path, "H%d", PLOT_RIGHT);
	if (s->path.length)
		buf_printf(&p->body, "<path class=\"%s\" d=\"%s\"/>\n", class, s->path.data);
	buf_free(&s->path);
}
