/* SPDX-License-Identifier: MIT
 *
 * html_case.c - the page of one case
 */
#include "report/html_case.h"

#include <stdlib.h>
#include <string.h>

#include "report/html_events.h"
#include "report/html_moments.h"
#include "report/html_script.h"
#include "report/html_write.h"
#include "report/ladder.h"
#include "report/plot.h"
#include "report/requirement.h"
#include "util/checked.h"

/* ---- the head ---- */

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static size_t add_navigation(struct buf *out, const struct html_case *page)
{
	const struct result *r = page->result;

	html(out, "<nav aria-label=\"Cases\">\n<a href=\"../index.html#case-%lld\">All cases</a>\n",
	     (long long)r->number);
	if (page->previous)
		html(out, "<a href=\"%s\" rel=\"prev\">Previous failure</a>\n", page->previous);
	size_t place = out->length;
	if (page->capture)
		html(out, "<a href=\"%s\" download=\"%s\">Capture (pcapng)</a>\n", page->capture, page->capture);
	buf_puts(out, "</nav>\n");
	return place;
}

void html_case_next(struct buf *out, const char *next)
{
	if (next)
		html(out, "<a href=\"%s\" rel=\"next\">Next failure</a>\n", next);
}

static void add_head(struct buf *out, const struct result *r)
{
	html(out, "<h1>");
	html_outcome(out, html_outcome_of(r));
	html(out, " %s</h1>\n", base_name(r->path));
	if (r->title)
		html(out, "<p class=\"title\">%s</p>\n", r->title);
}

/* ---- the facts ---- */

static void add_fact(struct buf *out, const char *name, const char *value)
{
	if (value && *value)
		html(out, "<div><dt>%s</dt><dd>%s</dd></div>\n", name, value);
}

/* The next piece of a list separated by commas or blanks, in @piece; false: there is none. */
static bool next_piece(const char **list, struct buf *piece)
{
	*list += strspn(*list, ", \t");
	size_t length = strcspn(*list, ", \t");
	buf_clear(piece);
	buf_add(piece, *list, length);
	*list += length;
	return length;
}

static void add_list_fact(struct buf *out, const char *name, const char *list)
{
	struct buf piece = BUF_INIT;

	if (!list || !*list)
		return;
	html(out, "<div><dt>%s</dt><dd>", name);
	while (next_piece(&list, &piece))
		html(out, "<span class=\"tag\">%s</span> ", piece.data);
	buf_puts(out, "</dd></div>\n");
	buf_free(&piece);
}

/* The requirements that the header `covers` names, and what each asks for. */
static void add_requirements(struct buf *out, const struct result *r)
{
	const char *list = r->covers;
	struct buf name = BUF_INIT;

	if (list && *list)
		buf_puts(out, "<section aria-labelledby=\"covers\">\n<h2 id=\"covers\">Requirements covered</h2>\n"
			      "<dl class=\"covers\">\n");
	while (list && next_piece(&list, &name)) {
		const struct requirement *of = requirement_find(name.data);
		html(out, "<dt><span class=\"tag\">%s</span></dt>", name.data);
		if (of)
			html(out, "<dd><b>%s</b> %s <small>section %s</small></dd>\n", of->level, of->text,
			     of->section);
		else
			buf_puts(out, "<dd><small>not in the catalogue</small></dd>\n");
	}
	if (r->covers && *r->covers)
		buf_puts(out, "</dl>\n</section>\n");
	buf_free(&name);
}

static void add_time_fact(struct buf *out, const char *name, vtime_t time, const char *clock)
{
	const bool long_time = !vtime_before(time, vtime_s(1));

	html(out, "<div><dt>%s</dt><dd>%.3f %s%s</dd></div>\n", name, vtime_to_s(time) * (long_time ? 1 : 1e3),
	     long_time ? "s" : "ms", clock);
}

static void add_settings(struct buf *out, const struct result *r)
{
	if (!r->setting_count)
		return;
	html(out, "<div><dt>Settings</dt><dd>");
	for (size_t i = 0; i < r->setting_count; i++)
		html(out, "<span class=\"tag\">%s=%s</span> ", r->settings[i].name,
		     r->settings[i].value ? r->settings[i].value : "");
	buf_puts(out, "</dd></div>\n");
}

static void add_facts(struct buf *out, const struct result *r)
{
	struct buf attempts = BUF_INIT;

	buf_printf(&attempts, "%d", r->attempts);
	buf_puts(out, "<dl class=\"facts\">\n");
	add_fact(out, "Script", r->path);
	add_fact(out, "Target", r->target);
	add_fact(out, "Profile", r->profile);
	add_fact(out, "Defects", r->defects);
	if (r->seed)
		html(out, "<div><dt>Seed</dt><dd>%lld</dd></div>\n", (long long)r->seed);
	add_fact(out, "Address", r->address);
	add_settings(out, r);
	if (r->attempts)
		add_time_fact(out, r->virtual_time ? "Virtual time" : "Duration", r->duration, "");
	if (r->wall.ns)
		add_time_fact(out, "Took", r->wall, " of real time");
	if (!r->virtual_time && r->attempts) {
		add_fact(out, "Attempts", attempts.data);
		add_time_fact(out, "We were late by at most", r->worst_lateness, "");
		add_time_fact(out, "Latest wake-up", r->worst_wake, "");
		add_time_fact(out, "Processor time stolen", r->stolen, "");
	}
	if (r->round_trip.ns) {
		add_time_fact(out, "The other machine answered within", r->round_trip, "");
		add_time_fact(out, "Its clock shows more by", r->clock_offset, "");
	}
	add_list_fact(out, "Needs", r->needs);
	buf_puts(out, "</dl>\n");
	buf_free(&attempts);
}

/* ---- what is wrong ---- */

static void add_line_link(struct buf *out, const struct result *r, int line)
{
	if (html_has_line(r, line))
		html(out, "<a href=\"#line-%d\">Line %d</a>: ", line, line);
	else if (line > 0)
		html(out, "Line %d: ", line);
}

static void add_diagnostics(struct buf *out, const struct result *r)
{
	if (!r->diagnostic_count)
		return;
	buf_puts(out, "<ul class=\"diagnostics\">\n");
	for (size_t i = 0; i < r->diagnostic_count; i++) {
		const struct result_diagnostic *d = &r->diagnostics[i];
		html(out, "<li class=\"%s\">", d->severity ? d->severity : "error");
		add_line_link(out, r, d->line);
		html(out, "%s</li>\n", d->text);
	}
	buf_puts(out, "</ul>\n");
}

static const char *const why_heading[HTML_OUTCOMES] = {
	[HTML_PASS] = "It failed as it says it must",
	[HTML_FAIL] = "What went wrong",
	[HTML_INCONCLUSIVE] = "Why nothing can be told",
	[HTML_SKIP] = "Why it was skipped",
	[HTML_ERROR] = "What is wrong with it",
	[HTML_XFAIL] = "It failed as the plan expects",
};

static void add_why(struct buf *out, const struct result *r)
{
	enum html_outcome outcome = html_outcome_of(r);

	if (!r->reason && !r->message && !r->diagnostic_count && !r->cleanup_message)
		return;
	html(out, "<section class=\"why %s\" aria-labelledby=\"why\">\n<h2 id=\"why\">%s</h2>\n",
	     html_outcome_look[outcome].css, r->message || outcome != HTML_PASS ? why_heading[outcome] : "Remark");
	if (r->headline || r->message || (r->line && !r->diagnostic_count)) {
		buf_puts(out, "<p class=\"headline\">");
		add_line_link(out, r, r->line);
		html(out, "<strong>%s</strong></p>\n", result_headline(r));
	}
	if (r->reason && !r->diagnostic_count && !(r->message && strstr(r->reason, r->message)))
		html(out, "<p>%s</p>\n", r->reason);
	if (r->headline && r->message && !strstr(r->headline, r->message))
		html(out, "<p class=\"hint\">In the words of the original tool: %s</p>\n", r->message);
	if (r->explanation)
		html(out, "<p class=\"explanation\">%s</p>\n", r->explanation);
	if (r->cleanup_message)
		html(out, "<p>%s</p>\n", r->cleanup_message);
	add_diagnostics(out, r);
	buf_puts(out, "</section>\n");
}

/* ---- what code blocks printed ---- */

static void add_output(struct buf *out, const char *name, const char *text)
{
	if (text && *text)
		html(out, "<h3>%s</h3>\n<pre tabindex=\"0\">%s</pre>\n", name, text);
}

static void add_code_output(struct buf *out, const struct result *r)
{
	if (!(r->code_output && *r->code_output) && !(r->code_errors && *r->code_errors))
		return;
	buf_puts(out, "<section aria-labelledby=\"code\">\n<h2 id=\"code\">Printed by code blocks</h2>\n");
	add_output(out, "Standard output", r->code_output);
	add_output(out, "Standard error", r->code_errors);
	buf_puts(out, "</section>\n");
}

/* ---- pictures ---- */

static void add_ladder_frame(struct buf *out, const struct result *r, const char *css, const char *prefix)
{
	html(out, "<div class=\"scroll %s\" tabindex=\"0\" role=\"region\" aria-labelledby=\"ladder\">\n", css);
	ladder_svg(out, r, prefix);
	buf_puts(out, "</div>\n");
}

/* With a trace there are two ladders, and a box, which needs no script, chooses one: rows left out of a single picture
 * would leave holes. */
static void add_ladder(struct buf *out, const struct result *r)
{
	struct result_event *list = checked_memory(calloc(r->event_count + 1, sizeof(*list)));
	struct result plain = *r;

	plain.events = list;
	plain.event_count = 0;
	for (size_t i = 0; i < r->event_count; i++)
		if (r->events[i].kind != ENTRY_TRACE)
			list[plain.event_count++] = r->events[i];
	bool traced = plain.event_count < r->event_count;
	if (r->event_count)
		buf_puts(out, "<section aria-labelledby=\"ladder\">\n<h2 id=\"ladder\">Ladder</h2>\n");
	if (traced)
		buf_puts(out, "<label class=\"switch\"><input type=\"checkbox\" id=\"show-trace\" checked=\"checked\"/>"
			      "what the stack did inside</label>\n");
	if (r->event_count)
		add_ladder_frame(out, r, traced ? "with-trace" : "", "");
	if (traced && plain.event_count)
		add_ladder_frame(out, &plain, "without-trace", "plain-");
	if (r->event_count)
		buf_puts(out, "</section>\n");
	free(list);
}

static void add_plot(struct buf *out, const struct result *r)
{
	struct buf plot = BUF_INIT;

	if (plot_svg(&plot, r)) {
		buf_puts(out, "<section aria-labelledby=\"plot\">\n<h2 id=\"plot\">"
		              "Sequence numbers and windows over time</h2>\n"
		              "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-labelledby=\"plot\">\n");
		buf_add(out, plot.data, plot.length);
		buf_puts(out, "</div>\n</section>\n");
	}
	buf_free(&plot);
}

/* ---- no more events than a browser can handle ---- */

enum { MOST_EVENTS = 4000 };

/* Where there are very many events the trace is left out, and then the middle: the failure is at the end. The list is
 * to be freed; NULL: all events are shown. */
static struct result_event *fewer_events(struct result *shown)
{
	size_t all = shown->event_count, count = 0;

	if (all <= MOST_EVENTS)
		return NULL;
	struct result_event *list = checked_memory(calloc(all, sizeof(*list)));
	for (size_t i = 0; i < all; i++)
		if (shown->events[i].kind != ENTRY_TRACE)
			list[count++] = shown->events[i];
	if (count > MOST_EVENTS) {
		memmove(&list[MOST_EVENTS / 2], &list[count - MOST_EVENTS / 2], MOST_EVENTS / 2 * sizeof(*list));
		count = MOST_EVENTS;
	}
	shown->events = list;
	shown->event_count = count;
	return list;
}

static void add_events(struct buf *out, const struct result *r)
{
	struct result shown = *r;
	struct result_event *fewer = fewer_events(&shown);

	if (fewer)
		html(out,
		     "<p class=\"hint\">Of %zu events with the trace, %zu are shown below: the trace is left out, "
		     "and what is in the middle of very many. A report of the kind json has them all.</p>\n",
		     r->event_count, shown.event_count);
	add_ladder(out, &shown);
	html_moments(out, &shown);
	add_plot(out, r);
	html_events(out, &shown);
	free(fewer);
}

/* Links to the sections of @body, by their headings: the page of a long script is many screens. A section that is
 * hidden until it is used is left out. */
static void add_contents(struct buf *out, const char *body)
{
	static const char begin[] = "<h2 id=\"", hidden[] = "-heading";

	buf_puts(out, "<nav aria-label=\"On this page\">\n");
	for (const char *h; (h = strstr(body, begin)); ) {
		const char *id = h + sizeof(begin) - 1, *title = strchr(id, '>'), *end = strstr(id, "</h2>");
		if (!title || !end)
			break;
		const int length = (int)strcspn(id, "\"");
		body = end;
		if (length > (int)sizeof(hidden) && !strncmp(id + length - (sizeof(hidden) - 1), hidden,
		                                             sizeof(hidden) - 1))
			continue;
		buf_printf(out, "<a href=\"#%.*s\">%.*s</a>\n", length, id, (int)(end - title - 1), title + 1);
	}
	buf_puts(out, "</nav>\n");
}

static void add_main(struct buf *out, const struct result *r)
{
	add_why(out, r);
	html_differences(out, r);
	add_requirements(out, r);
	html_script(out, r);
	html_corrected_script(out, r);
	add_events(out, r);
	add_code_output(out, r);
	html_samples(out, r);
}

size_t html_case_page(struct buf *out, const struct html_case *page)
{
	const struct result *r = page->result;
	struct buf body = BUF_INIT;
	struct buf title = BUF_INIT;

	buf_printf(&title, "%s %s", html_outcome_look[html_outcome_of(r)].word, base_name(r->path));
	html_begin_page(out, &(struct html_frame){ .title = title.data, .root = "../", .page = "case" });
	buf_free(&title);
	buf_puts(out, "<header>\n");
	size_t place = add_navigation(out, page);
	add_head(out, r);
	add_facts(out, r);
	add_main(&body, r);
	add_contents(out, body.data);
	buf_puts(out, "</header>\n<main id=\"main\">\n");
	buf_add(out, body.data, body.length);
	buf_free(&body);
	buf_puts(out, "</main>\n");
	html_end_page(out, page->version);
	return place;
}
