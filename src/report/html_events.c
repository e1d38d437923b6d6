/* SPDX-License-Identifier: MIT
 *
 * html_events.c - tables of what happened in a case
 */
#include "report/html_events.h"

#include <string.h>

#include "report/html_write.h"

static void begin_section(struct buf *out, const char *id, const char *heading)
{
	html(out, "<section aria-labelledby=\"%s\">\n<h2 id=\"%s\">%s</h2>\n", id, id, heading);
}

static void begin_table(struct buf *out, const char *id, const char *css)
{
	html(out,
	     "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-labelledby=\"%s\">\n<table class=\"%s\">\n", id,
	     css);
}

static void end_table(struct buf *out)
{
	buf_puts(out, "</tbody>\n</table>\n</div>\n");
}

static void add_columns(struct buf *out, const char *const names[], size_t count)
{
	buf_puts(out, "<thead><tr>");
	for (size_t i = 0; i < count; i++)
		html(out, "<th scope=\"col\">%s</th>", names[i]);
	buf_puts(out, "</tr></thead>\n<tbody>\n");
}

static void add_line_cell(struct buf *out, const struct result *r, int line)
{
	if (line > 0 && r->script)
		html(out, "<td class=\"number\"><a href=\"#line-%d\">%d</a></td>", line, line);
	else if (line > 0)
		html(out, "<td class=\"number\">%d</td>", line);
	else
		buf_puts(out, "<td></td>");
}

/* ---- differences ---- */

static void add_difference(struct buf *out, const struct result *r, const struct result_event *e,
                           const struct result_mismatch *m)
{
	buf_puts(out, "<tr>");
	add_line_cell(out, r, e->line);
	html(out, "<th scope=\"row\">%s</th>", m->field ? m->field : "");
	if (m->expected || m->observed)
		html(out,
		     "<td class=\"expected\"><code>%s</code></td><td class=\"observed\"><code>%s</code></td></tr>\n",
		     m->expected ? m->expected : "–", m->observed ? m->observed : "–");
	else
		html(out, "<td colspan=\"2\">%s</td></tr>\n", m->text ? m->text : "");
}

void html_differences(struct buf *out, const struct result *r)
{
	static const char *const columns[] = { "Line", "Field", "Expected", "Observed" };
	size_t count = 0;

	for (size_t i = 0; i < r->event_count; i++)
		count += r->events[i].mismatch_count;
	if (!count)
		return;
	begin_section(out, "differences", "What differs");
	begin_table(out, "differences", "differences");
	add_columns(out, columns, ARRAY_LEN(columns));
	for (size_t i = 0; i < r->event_count; i++)
		for (size_t n = 0; n < r->events[i].mismatch_count; n++)
			add_difference(out, r, &r->events[i], &r->events[i].mismatches[n]);
	end_table(out);
	buf_puts(out, "</section>\n");
}

/* ---- events ---- */

static void add_time_cell(struct buf *out, bool known, vtime_t time)
{
	if (known)
		html(out, "<td class=\"number\">%.6f</td>", vtime_to_s(time));
	else
		buf_puts(out, "<td></td>");
}

static const char *event_class(const struct result_event *e)
{
	if (e->kind == ENTRY_TRACE)
		return "trace";
	if (e->status == RESULT_OK)
		return result_kind_name[e->kind];
	return e->status == RESULT_NOT_REACHED ? "not-reached" : result_status_name[e->status];
}

static void add_event(struct buf *out, const struct result *r, const struct result_event *e)
{
	html(out, "<tr class=\"%s\">", event_class(e));
	add_line_cell(out, r, e->line);
	add_time_cell(out, e->timed, e->planned);
	add_time_cell(out, e->happened && e->status != RESULT_NOT_REACHED, e->actual);
	html(out, "<td>%s</td><td><code>%s</code>", e->sign ? e->sign : "", e->text ? e->text : "");
	if (e->way)
		html(out, " <em>%s</em>", e->way);
	if (e->status == RESULT_NOT_REACHED)
		buf_puts(out, " <em>not reached</em>");
	else if (e->status == RESULT_FAILED)
		buf_puts(out, " <strong>failed</strong>");
	if (e->live && (!e->text || strcmp(e->live, e->text)))
		html(out, "<div class=\"live\"><code>%s</code></div>", e->live);
	if (e->status != RESULT_OK && e->observed && (!e->text || strcmp(e->observed, e->text)))
		html(out, "<div class=\"observed\"><b>observed</b> <code>%s</code></div>", e->observed);
	buf_puts(out, "</td></tr>\n");
}

void html_events(struct buf *out, const struct result *r)
{
	static const char *const columns[] = { "Line", "Planned", "Happened", "Kind", "What" };
	bool traced = false;

	if (!r->event_count)
		return;
	for (size_t i = 0; i < r->event_count; i++)
		traced |= r->events[i].kind == ENTRY_TRACE;
	begin_section(out, "events", traced ? "Events and trace" : "Events");
	html(out, "<details>\n<summary>%zu events, with the times planned and observed</summary>\n", r->event_count);
	begin_table(out, "events", "events");
	add_columns(out, columns, ARRAY_LEN(columns));
	for (size_t i = 0; i < r->event_count; i++)
		add_event(out, r, &r->events[i]);
	end_table(out);
	buf_puts(out, "</details>\n</section>\n");
}

/* ---- samples ---- */

static const struct {
	const char *name;                                    /* NULL: it has no column */
	size_t offset;
} sample_columns[] = {
#define X(member, tcpi, key, heading) { heading, offsetof(struct result_sample, values.member) },
	SAMPLED_VARIABLES(X)
#undef X
};

static long long value_of(const struct result_sample *sample, size_t column)
{
	return *(const int64_t *)((const char *)sample + sample_columns[column].offset);
}

static void add_sample(struct buf *out, const struct result_sample *sample)
{
	html(out, "<tr><th scope=\"row\" class=\"number\">%.6f</th><td class=\"number\">%d</td>",
	     vtime_to_s(sample->at),
	     sample->fd);
	for (size_t i = 0; i < ARRAY_LEN(sample_columns); i++)
		if (sample_columns[i].name)
			html(out, "<td class=\"number\">%lld</td>", value_of(sample, i));
	buf_puts(out, "</tr>\n");
}

void html_samples(struct buf *out, const struct result *r)
{
	if (!r->sample_count)
		return;
	begin_section(out, "samples", "State of the connection");
	buf_puts(out, "<details>\n");
	html(out, "<summary>%zu samples, one after each event that changed something</summary>\n", r->sample_count);
	begin_table(out, "samples", "samples");
	buf_puts(out, "<thead><tr><th scope=\"col\">Time</th><th scope=\"col\">fd</th>");
	for (size_t i = 0; i < ARRAY_LEN(sample_columns); i++)
		if (sample_columns[i].name)
			html(out, "<th scope=\"col\">%s</th>", sample_columns[i].name);
	buf_puts(out, "</tr></thead>\n<tbody>\n");
	for (size_t i = 0; i < r->sample_count; i++)
		add_sample(out, &r->samples[i]);
	end_table(out);
	buf_puts(out, "</details>\n</section>\n");
}
