/* SPDX-License-Identifier: MIT
 *
 * svg.c - texts and numbers of pictures
 */
#include "report/svg.h"

#include <math.h>
#include <string.h>

#include "report/xml.h"
#include "util/utf8.h"

/* Text and lines have the page's text colour. */
const char svg_style[] =
	".picture{max-width:none}"
	".picture text{font:12px ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,monospace;fill:currentColor}"
	".picture .faint{opacity:.62}.picture .end{text-anchor:end}.picture .middle{text-anchor:middle}"
	".picture .bold{font-weight:bold}.picture path{fill:none;stroke:currentColor}"
	".picture{--e:var(--expected,#0a56a8);--o:var(--observed,#a84300);--f:var(--bad,#b8211c)}"
	"@media(prefers-color-scheme:dark){.picture{--e:var(--expected,#74b3ff);--o:var(--observed,#ffab61);"
	"--f:var(--bad,#ff8078)}}"
	".picture .e{stroke:var(--e)}.picture text.e,.picture tspan.e,.picture .head.e{fill:var(--e);stroke:none}"
	".picture .o{stroke:var(--o)}.picture text.o,.picture tspan.o,.picture .head.o{fill:var(--o);stroke:none}";

/* ---- texts ---- */

/* The length in bytes of one character, or of a byte that is not part of any, and the columns that it takes. */
static size_t character(const char *text, size_t *columns)
{
	size_t length = utf8_length(text);
	unsigned char first = (unsigned char)text[0];

	/* From U+1100 on there are scripts with characters twice as wide as letters; punctuation (U+2000) is not. */
	*columns = length > 2 && first != 0xe2 && (first > 0xe1 || (unsigned char)text[1] >= 0x84) ? 2 : 1;
	return length ? length : 1;
}

/* The bytes that fit in @columns; *all is set if the whole text does. */
static size_t fitting(const char *text, size_t columns, bool *all)
{
	size_t at = 0, used = 0, width;

	while (text[at]) {
		size_t length = character(text + at, &width);
		if (used + width > columns)
			break;
		used += width;
		at += length;
	}
	*all = !text[at];
	return at;
}

void svg_fit(struct buf *out, const char *text, size_t columns)
{
	struct buf line = BUF_INIT;
	bool all;
	size_t length = fitting(text, columns, &all);

	if (!all)
		length = fitting(text, columns - 1, &all);
	buf_add(&line, text, length);
	for (size_t i = 0; i < line.length; i++)
		if ((unsigned char)line.data[i] < ' ')
			line.data[i] = ' ';
	xml_text(out, line.data);
	if (!all)
		buf_puts(out, "\xe2\x80\xa6");
	buf_free(&line);
}

void svg_text(struct buf *out, const char *class, double x, double y, const char *text, size_t columns)
{
	buf_printf(out, "<text class=\"%s\" x=\"%.7g\" y=\"%.7g\">", class, round(x * 10) / 10, round(y * 10) / 10);
	svg_fit(out, text, columns);
	buf_puts(out, "</text>");
}

size_t svg_columns(const char *text)
{
	size_t columns = 0, width;

	while (*text) {
		text += character(text, &width);
		columns += width;
	}
	return columns;
}

size_t svg_line_break(const char *text, size_t columns)
{
	bool all;
	size_t length = fitting(text, columns, &all), end = length;

	if (all)
		return length;
	while (end && text[end] != ' ')
		end--;
	return end > length / 2 ? end : length;
}

/* ---- numbers ---- */

void svg_duration(struct buf *out, double nanoseconds)
{
	static const struct {
		double unit;
		const char *name;
	} units[] = {
		{ 86400e9, "d" }, { 3600e9, "h" }, { 60e9, "min" }, { 1e9, "s" }, { 1e6, "ms" }, { 1e3, "\xc2\xb5s" },
		{ 1, "ns" },
	};
	size_t i = 0;

	while (i + 1 < ARRAY_LEN(units) && nanoseconds < (units[i].unit >= 60e9 ? 2 * units[i].unit : units[i].unit))
		i++;
	buf_printf(out, "%.3g %s", nanoseconds / units[i].unit, units[i].name);
}

double svg_tick_step(double range, int count, double least)
{
	static const double round[] = { 1, 2, 5, 10 };
	double wanted = fmax(range / count, least);
	double power = pow(10, floor(log10(wanted)));

	for (size_t i = 0; i < ARRAY_LEN(round); i++)
		if (round[i] * power >= wanted * (1 - 1e-9))
			return round[i] * power;
	return 10 * power;
}
