/* SPDX-License-Identifier: MIT
 *
 * svg.h - helpers for the pictures of a report: texts that fit, and readable numbers
 */
#ifndef REPORT_SVG_H
#define REPORT_SVG_H

#include "util/buf.h"

/* Style rules for all pictures, for a <style> in <svg class="picture">. Text and lines have the page's text colour;
 * what differs has its --expected, --observed and --bad, other lines have --ok and --odd. If a page defines none of
 * these, there are defaults for light and dark. */
extern const char svg_style[];

/* Width of a column of text in tenths of a pixel: the widest of the usual fonts of the size in svg_style. */
enum { SVG_COLUMN_TENTHS = 73 };

/* Append @text escaped, on one line, cut to @columns with an ellipsis at the end where it is longer. */
void svg_fit(struct buf *out, const char *text, size_t columns);
/* Append a <text> element of that class with @text cut to @columns. */
void svg_text(struct buf *out, const char *class, double x, double y, const char *text, size_t columns);
/* How many columns @text takes. */
size_t svg_columns(const char *text);
/* How many bytes of @text, which is one line, fit in @columns, up to the end of a word if there is one. */
size_t svg_line_break(const char *text, size_t columns);

/* "20 ms", "1.5 s", "3 min": no more digits than needed. */
void svg_duration(struct buf *out, double nanoseconds);

/* The distance of round ticks, 1, 2 or 5 times a power of ten and at least @least, so that about @count of them span
 * @range. @range and @count are > 0. */
double svg_tick_step(double range, int count, double least);

#endif
