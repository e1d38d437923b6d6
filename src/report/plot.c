/* SPDX-License-Identifier: MIT
 *
 * plot.c - a TCP connection over time: sequence numbers, windows, timers
 *
 * A panel of sequence numbers shows one direction, as is usual since tcptrace: segments are bars, the acknowledgements
 * of the other side are a line below them and the end of its window is a line above them. What such a picture is read
 * for is seen at once there: a bar that stands beside a lower one was sent again, bars that touch the upper line fill
 * the window, a flat lower line is loss. A direction with hardly any data has no panel.
 *
 * Below are the samples, a row of sample_panels[] each: windows as stairs, because a value holds until it changes, and
 * timers on a scale of powers of ten, because a round trip and the end of a back-off have no other scale in common.
 * What the stack told of its inside follows (plot_trace.c).
 *
 * The axis of time is true, but for long pauses, which are cut out and marked (plot_panel.c). A window line that would
 * press the data flat runs out at the top, and the legend says so. Colour never says anything alone: lines are dashed
 * or dotted as well, and what was sent again has an R.
 */
#include "report/plot.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "report/connection.h"
#include "report/plot_panel.h"
#include "report/plot_trace.h"
#include "report/svg.h"
#include "report/xml.h"

enum { SEQUENCE_HEIGHT = 300, SAMPLE_HEIGHT = 110 };

/* A window line that would squeeze the data flat is cut off. */
static const double WINDOW_SPANS = 3;

struct time_sequence {
	struct plot plot;
	const struct result *result;
	struct connection connection;
	int fd;                                              /* the descriptor whose samples are shown */
};

/* ---- sequence numbers ---- */

static bool acknowledges(const struct connection_segment *s, bool inbound)
{
	return s->inbound != inbound && s->has_ack && !(s->flags & TCP_RST);
}

static bool carries(const struct connection_segment *s, bool inbound)
{
	return s->inbound == inbound && (s->end > s->seq || s->flags & TCP_RST);
}

/* The range of one direction; true if it holds the whole window line. */
static bool sequence_range(struct time_sequence *t, bool inbound)
{
	struct plot *p = &t->plot;
	double low = 0, high = 1, edge = 0;

	for (size_t i = 0; i < t->connection.count; i++) {
		const struct connection_segment *s = &t->connection.segments[i];
		if (s->inbound == inbound && s->end > s->seq) {
			low = fmin(low, (double)s->seq);
			high = fmax(high, (double)s->end);
		} else if (acknowledges(s, inbound)) {
			edge = fmax(edge, (double)(s->ack + s->window));
		}
	}
	bool whole = edge <= high + WINDOW_SPANS * (high - low);
	p->low = low;
	p->high = whole ? fmax(edge, high) : high;
	p->high += (p->high - p->low) * (t->connection.payload[inbound] ? 0.08 : 0.4);       /* room for words */
	return whole;
}

static void add_segment_title(struct time_sequence *t, const struct connection_segment *s)
{
	struct plot *p = &t->plot;
	const struct result_event *e = &t->result->events[s->event];
	struct buf text = BUF_INIT;

	buf_printf(&text, "%.6f s: %s", vtime_to_s(s->at), e->observed ? e->observed : e->text ? e->text : "");
	if (e->line > 0)
		buf_printf(&text, " (line %d)", e->line);
	buf_puts(&p->body, "<title>");
	xml_text(&p->body, text.data);
	buf_puts(&p->body, "</title>");
	buf_free(&text);
}

static void add_word(struct plot *p, const char *class, double x, double y, const char *word)
{
	/* The word of a SYN stands before it, since something may follow closely. */
	bool left = x + (double)strlen(word) * 7 > PLOT_RIGHT || *word == 'S';

	buf_printf(&p->body, "<text class=\"small %s%s\" x=\"%.1f\" y=\"%.1f\">%s</text>", class, left ? " end" : "",
	           left ? x - 5 : x + 5, fmax(y, p->top + 8), word);
}

static void add_bar(struct plot *p, const char *class, double x, double bottom, double top)
{
	buf_printf(&p->body, "<path class=\"%s\" d=\"M%.1f %.1fh6m-3 0V%.1fm-3 0h6\"/>", class, x - 3, bottom, top);
}

/* A moment at which something without a sequence number happened. */
static void add_moment(struct plot *p, const char *class, vtime_t at, const char *word)
{
	double x = plot_x(p, at);

	buf_printf(&p->body, "<path class=\"%s\" d=\"M%.1f %dv%d\"/>", class, x, p->top, p->height);
	add_word(p, class, x, p->top + 8, word);
	buf_puts(&p->body, "\n");
}

static void add_moments(struct time_sequence *t)
{
	for (size_t i = 0; i < t->result->event_count; i++) {
		const struct result_event *e = &t->result->events[i];
		if (e->status == RESULT_FAILED && (e->happened || e->timed))
			add_moment(&t->plot, "failure", e->happened ? e->actual : e->planned, "failure");
	}
	for (size_t i = 0; i < t->connection.icmp_count; i++)
		add_moment(&t->plot, "note", t->connection.icmp[i], "ICMP");
}

static void add_segment(struct time_sequence *t, const struct connection_segment *s)
{
	struct plot *p = &t->plot;
	double x = plot_x(p, s->at), bottom = plot_y(p, (double)s->seq), top = plot_y(p, (double)s->end);
	const char *class = s->again ? "again" : "data";

	buf_printf(&p->body, "<a href=\"#event-%zu\" tabindex=\"-1\">", s->event);
	add_segment_title(t, s);
	if (s->end > s->seq)
		add_bar(p, class, x, bottom, top);
	if (s->flags & TCP_RST) {
		bottom = fmin(fmax(bottom, p->top + 4), p->top + p->height);
		buf_printf(&p->body, "<path class=\"reset\" d=\"M%.1f %.1fl8 8m0 -8l-8 8\"/>", x - 4, bottom - 4);
		add_word(p, "reset", x, bottom - 2, (double)s->seq > p->high ? "RST \xe2\x86\x91" : "RST");
	} else if (s->flags & TCP_SYN) {
		add_word(p, class, x, bottom - 4, "SYN");
	} else if (s->flags & TCP_FIN) {
		add_word(p, class, x, top - 4, "FIN");
	}
	if (s->again)
		add_word(p, "again", x, (bottom + top) / 2 + 4, "R");
	buf_puts(&p->body, "</a>\n");
}

/* Blocks that the other side holds out of order, and ACKs of nothing new: ticks at the line. */
static void add_ack_details(struct plot *p, const struct connection_segment *s, bool repeated)
{
	double x = plot_x(p, s->at);

	if (repeated)
		buf_printf(&p->body, "<path class=\"ack\" d=\"M%.1f %.1fv6\"/>", x, plot_y(p, (double)s->ack));
	for (int i = 0; i < s->sack_count; i++)
		add_bar(p, "sack", x, plot_y(p, (double)s->sacks[i].left), plot_y(p, (double)s->sacks[i].right));
}

static void add_acks(struct time_sequence *t, bool inbound)
{
	struct plot *p = &t->plot;
	struct stairs acks = { .path = BUF_INIT }, window = { .path = BUF_INIT };
	int64_t latest = INT64_MIN;

	for (size_t i = 0; i < t->connection.count; i++) {
		const struct connection_segment *s = &t->connection.segments[i];
		if (!acknowledges(s, inbound))
			continue;
		add_ack_details(p, s, s->ack == latest && !s->payload);
		if (s->ack < latest)
			continue;
		if (s->ack > latest)
			stairs_step(&acks, p, s->at, (double)s->ack);
		latest = s->ack;
		stairs_step(&window, p, s->at, (double)(s->ack + s->window));
	}
	stairs_end(&window, p, "window");
	stairs_end(&acks, p, "ack");
}

static void add_sequence_legend(struct time_sequence *t, bool inbound, bool whole)
{
	struct plot *p = &t->plot;
	bool again = false, sack = false;

	for (size_t i = 0; i < t->connection.count; i++) {
		const struct connection_segment *s = &t->connection.segments[i];
		again = again || (s->inbound == inbound && s->again);
		sack = sack || (s->inbound != inbound && s->sack_count);
	}
	plot_add_legend(p, "data", "data");
	if (again)
		plot_add_legend(p, "again", "R sent again");
	plot_add_legend(p, "ack", "acknowledged");
	plot_add_legend(p, "window", whole ? "end of window" : "end of window (beyond the top)");
	if (sack)
		plot_add_legend(p, "sack", "SACK");
}

static void add_sequence_panel(struct time_sequence *t, bool inbound)
{
	static const char to[] = "Sequence numbers to the stack under test";
	static const char from[] = "Sequence numbers from the stack under test";
	struct plot *p = &t->plot;
	struct buf others = BUF_INIT;
	bool whole = sequence_range(t, inbound);

	plot_begin_panel(p, inbound ? to : from, t->connection.payload[inbound] ? SEQUENCE_HEIGHT : SAMPLE_HEIGHT);
	add_moments(t);
	add_acks(t, inbound);
	for (size_t i = 0; i < t->connection.count; i++)
		if (carries(&t->connection.segments[i], inbound))
			add_segment(t, &t->connection.segments[i]);
	plot_end_panel(p);
	add_sequence_legend(t, inbound, whole);
	if (t->connection.connections > 1) {
		buf_printf(&others, "one of %zu connections", t->connection.connections);
		svg_text(&p->body, "faint end", PLOT_RIGHT, p->top - 9, others.data, others.length);
		buf_free(&others);
	}
}

/* A direction is shown if it has data or a reset; if there is no data at all, both are. */
static bool is_worth_a_panel(const struct connection *c, bool inbound)
{
	bool worth = c->payload[inbound] || !c->payload[!inbound];

	for (size_t i = 0; i < c->count && !worth; i++)
		worth = c->segments[i].inbound == inbound && c->segments[i].flags & TCP_RST;
	return worth;
}

/* ---- samples ---- */

enum { PANEL_SERIES = 3 };

static const double NO_VALUE = 0x7fffffff;               /* a threshold that was never set */

struct series {
	const char *name, *class;
	size_t offset;                                       /* of an int64_t in struct result_sample */
};

static const struct sample_panel {
	const char *title;
	double unit;                                         /* of the samples, in units of the panel */
	bool durations;                                      /* of any size: on a logarithmic scale */
	struct series series[PANEL_SERIES];
} sample_panels[] = {
	{ "Congestion window, segments", 1, false,
	  { { "cwnd", "line", offsetof(struct result_sample, values.cwnd) },
	    { "ssthresh", "dashed", offsetof(struct result_sample, values.ssthresh) },
	    { "in flight", "dotted", offsetof(struct result_sample, values.unacked) } } },
	{ "Windows, bytes", 1, false,
	  { { "to send into (snd_wnd)", "line", offsetof(struct result_sample, values.snd_wnd) },
	    { "offered (rcv_wnd)", "dashed", offsetof(struct result_sample, values.rcv_wnd) } } },
	{ "Timers", 1000, true,
	  { { "retransmission time-out", "line", offsetof(struct result_sample, values.rto) },
	    { "smoothed round-trip time", "dashed", offsetof(struct result_sample, values.rtt) } } },
};

/* Negative: there is no value. */
static double value_of(const struct sample_panel *panel, const struct series *series, const struct result_sample *s)
{
	int64_t value;

	memcpy(&value, (const char *)s + series->offset, sizeof(value));
	if ((double)value >= NO_VALUE || (panel->durations && !value))
		return -1;
	return (double)value * panel->unit;
}

/* The largest value of a series, and the smallest in *low; 0: there is nothing to show. */
static double series_range(const struct time_sequence *t, const struct sample_panel *panel, const struct series *series,
                           double *low)
{
	double high = 0;

	for (size_t i = 0; series->name && i < t->result->sample_count; i++) {
		const struct result_sample *s = &t->result->samples[i];
		double value = value_of(panel, series, s);
		if (s->fd != t->fd || value < 0)
			continue;
		high = fmax(high, value);
		*low = fmin(*low, value);
	}
	return high;
}

/* A point where a new value begins, with its text. */
static void add_point(struct plot *p, const struct sample_panel *panel, const struct series *series, vtime_t at,
		      double value)
{
	struct buf text = BUF_INIT;

	if (panel->durations)
		svg_duration(&text, value);
	else
		buf_printf(&text, "%.12g", value);
	buf_printf(&p->body,
		   "<circle class=\"point\" cx=\"%.1f\" cy=\"%.1f\" r=\"4\"><title>%.6f s: %s %s</title></circle>",
		   plot_x(p, at), plot_y(p, value), vtime_to_s(at), series->name, text.data);
	buf_free(&text);
}

static void add_points(struct time_sequence *t, const struct sample_panel *panel, const struct series *series)
{
	double before = -1;

	for (size_t i = 0; i < t->result->sample_count; i++) {
		const struct result_sample *s = &t->result->samples[i];
		double value = value_of(panel, series, s);
		if (s->fd == t->fd && value >= 0 && value != before)
			add_point(&t->plot, panel, series, s->at, value);
		before = s->fd == t->fd ? value : before;
	}
	buf_puts(&t->plot.body, "\n");
}

static void add_series(struct time_sequence *t, const struct sample_panel *panel, const struct series *series)
{
	struct stairs stairs = { .path = BUF_INIT };

	for (size_t i = 0; i < t->result->sample_count; i++) {
		const struct result_sample *s = &t->result->samples[i];
		double value = value_of(panel, series, s);
		if (s->fd != t->fd)
			continue;
		if (value < 0)
			stairs_lift(&stairs, &t->plot, s->at);
		else
			stairs_step(&stairs, &t->plot, s->at, value);
	}
	stairs_end(&stairs, &t->plot, series->class);
}

static void add_sample_panel(struct time_sequence *t, const struct sample_panel *panel)
{
	struct plot *p = &t->plot;
	double high[PANEL_SERIES], low = INFINITY, highest = 0;

	for (size_t i = 0; i < PANEL_SERIES; i++) {
		high[i] = series_range(t, panel, &panel->series[i], &low);
		highest = fmax(highest, high[i]);
	}
	if (highest <= 0)
		return;
	p->logarithmic = p->durations = panel->durations;
	p->low = p->logarithmic ? pow(10, floor(log10(low))) : 0;
	p->high = p->logarithmic ? pow(10, floor(log10(highest)) + 1) : highest * 1.1;
	plot_begin_panel(p, panel->title, SAMPLE_HEIGHT);
	for (size_t i = PANEL_SERIES; i-- > 0;)
		if (high[i] > 0)
			add_series(t, panel, &panel->series[i]);
	for (size_t i = 0; i < PANEL_SERIES; i++)
		if (high[i] > 0)
			add_points(t, panel, &panel->series[i]);
	plot_end_panel(p);
	for (size_t i = 0; i < PANEL_SERIES; i++)
		if (high[i] > 0)
			plot_add_legend(p, panel->series[i].class, panel->series[i].name);
}

/* The descriptor with most samples: in nearly every script that of the connection that is plotted. */
static int busiest_descriptor(const struct result *r)
{
	size_t most = 0;
	int fd = 0;

	for (size_t i = 0; i < r->sample_count; i++) {
		size_t count = 0;
		if (most && r->samples[i].fd == fd)
			continue;
		for (size_t n = i; n < r->sample_count; n++)
			count += r->samples[n].fd == r->samples[i].fd;
		if (count > most) {
			most = count;
			fd = r->samples[i].fd;
		}
	}
	return fd;
}

/* ---- the picture ---- */

static const char plot_style[] =
	".plot{--ack:var(--ok,#1a7335);--win:var(--odd,#7a3e9d)}"
	"@media(prefers-color-scheme:dark){.plot{--ack:var(--ok,#56c271);--win:var(--odd,#cf9df2)}}"
	".plot .grid{opacity:.13}.plot .frame{opacity:.6}.plot text.small{font-size:10px}"
	".plot .data{stroke-width:1.5}.plot .again,.plot .reset,.plot .failure{stroke:var(--f);stroke-width:2.5}"
	".plot .reset{stroke-width:1.5}.plot .failure{stroke-width:1;stroke-dasharray:2 2}"
	".plot .note{stroke-dasharray:2 4}.plot text{stroke:none}"
	".plot text.again,.plot text.reset,.plot text.failure{fill:var(--f);font-weight:bold;stroke:none}"
	".plot .ack,.plot .line{stroke:var(--ack);stroke-width:1.5}"
	".plot .window,.plot .dashed{stroke:var(--win);stroke-dasharray:7 3;stroke-width:1.5}"
	".plot .sack{stroke:var(--ack);stroke-dasharray:2 2;stroke-width:2}"
	".plot .decision{stroke:var(--win);stroke-width:2}"
	".plot text.said{paint-order:stroke;stroke:var(--paper,Canvas);stroke-width:4;font-size:11px}"
	".plot .dotted{stroke-dasharray:1 3;stroke-width:1.5}"
	".plot .cut rect{fill:currentColor;opacity:.07}.plot .cut text{opacity:.75}"
	".plot .point{fill:currentColor;opacity:0}.plot .point:hover{opacity:.8}"
	".plot a:hover path{stroke-width:4}";

static void set_times(struct time_sequence *t, struct arena *arena)
{
	const struct connection *c = &t->connection;
	const struct result_event *failure = result_failure(t->result);
	double *moments = arena_new_array(arena, double, c->count + c->icmp_count + t->result->sample_count + 1);
	size_t count = 0;

	for (size_t i = 0; i < c->count; i++)
		moments[count++] = (double)c->segments[i].at.ns;
	for (size_t i = 0; i < t->result->sample_count; i++)
		if (t->result->samples[i].fd == t->fd && t->result->samples[i].at.ns > c->segments[0].at.ns)
			moments[count++] = (double)t->result->samples[i].at.ns;
	for (size_t i = 0; i < c->icmp_count; i++)
		if (c->icmp[i].ns > c->segments[0].at.ns)
			moments[count++] = (double)c->icmp[i].ns;
	if (failure && (failure->happened || failure->timed))
		moments[count++] = (double)(failure->happened ? failure->actual : failure->planned).ns;
	plot_set_times(&t->plot, moments, count);
}

static void add_picture(struct buf *out, const struct time_sequence *t)
{
	const struct result *r = t->result;

	buf_printf(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"picture plot\" role=\"img\" "
	           "aria-labelledby=\"plot-title plot-desc\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\">\n",
	           PLOT_WIDTH, t->plot.y, PLOT_WIDTH, t->plot.y);
	buf_puts(out, "<title id=\"plot-title\">Time and sequence numbers: ");
	xml_text(out, r->title ? r->title : r->path ? r->path : "");
	buf_puts(out, "</title>\n<desc id=\"plot-desc\">");
	buf_printf(out, "%zu segments of the TCP connection with most data: ", t->connection.count);
	buf_printf(out, "%lld bytes from the stack under test, ", (long long)t->connection.payload[0]);
	buf_printf(out, "%lld to it.</desc>\n", (long long)t->connection.payload[1]);
	buf_printf(out, "<style>%s%s</style>\n", svg_style, plot_style);
	buf_add(out, t->plot.body.data, t->plot.body.length);
	buf_puts(out, "</svg>\n");
}

bool plot_svg(struct buf *out, const struct result *result)
{
	struct time_sequence t = { .plot = { .body = BUF_INIT }, .result = result, .fd = busiest_descriptor(result) };
	struct arena *arena = arena_new();
	bool found = connection_of_result(&t.connection, result, arena);

	if (found) {
		set_times(&t, arena);
		for (int inbound = 0; inbound < 2; inbound++)
			if (is_worth_a_panel(&t.connection, inbound))
				add_sequence_panel(&t, inbound);
		for (size_t i = 0; i < ARRAY_LEN(sample_panels); i++)
			add_sample_panel(&t, &sample_panels[i]);
		plot_trace_panels(&t.plot, result);
		plot_add_time_axis(&t.plot);
		add_picture(out, &t);
	}
	buf_free(&t.plot.body);
	arena_free(arena);
	return found;
}
