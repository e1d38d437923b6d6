/* SPDX-License-Identifier: MIT
 *
 * plot_panel.h - panels below each other on one axis of time
 *
 * Between two bursts a connection often waits for a timer, a thousand times longer than the burst takes. On a true axis
 * the bursts would be two lines. So stretches in which nothing happens are cut: they keep a little width, and are drawn
 * as a band that says how long they are. The rest is to scale.
 */
#ifndef REPORT_PLOT_PANEL_H
#define REPORT_PLOT_PANEL_H

#include "util/buf.h"
#include "util/vtime.h"

enum { PLOT_LEFT = 96, PLOT_RIGHT = 1180, PLOT_WIDTH = 1240, PLOT_CUTS = 16 };

/* Time in which nothing happens, ns. */
struct plot_cut {
	double from, to;
	double pause;                                        /* how long nothing happens: more than is cut */
};

struct plot {
	struct buf body;                                     /* what was drawn */
	double start, end;                                   /* of the axis of time, ns; start < end */
	struct plot_cut cuts[PLOT_CUTS];                     /* in order, apart, inside of the axis */
	int cut_count;
	int y;                                               /* below the last panel */
	/* the panel in work */
	int top, height, panels, legend;
	double low, high;                                    /* of its values: low < high; logarithmic: 0 < low */
	bool logarithmic;                                    /* low and high are powers of ten */
	bool durations;                                      /* values are nanoseconds */
	bool unscaled;                                       /* rows, no values */
};

/* Set the axis of time, for @count moments in ns, in any order, which are sorted; count > 0. */
void plot_set_times(struct plot *p, double *moments, size_t count);

/* Where something is in the picture. A value may lie outside of the panel. */
double plot_x(const struct plot *p, vtime_t at);
double plot_y(const struct plot *p, double value);

/* Set the members from .low to .durations before. What is drawn until plot_end_panel() is clipped. */
void plot_begin_panel(struct plot *p, const char *title, int height);
void plot_end_panel(struct plot *p);
/* After plot_end_panel(): a sample of a line as it looks in the panel, and what it means. */
void plot_add_legend(struct plot *p, const char *class, const char *text);
/* Below the last panel. */
void plot_add_time_axis(struct plot *p);

/* A line of values, each of which holds until the next one. Starts as { .path = BUF_INIT }. */
struct stairs {
	struct buf path;
	bool down;                                           /* the pen */
};

void stairs_step(struct stairs *s, const struct plot *p, vtime_t at, double value);
/* There is no value from here on, up to the next step. */
void stairs_lift(struct stairs *s, const struct plot *p, vtime_t at);
/* Draw it up to the edge, and release it. */
void stairs_end(struct stairs *s, struct plot *p, const char *class);

#endif
