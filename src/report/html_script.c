/* SPDX-License-Identifier: MIT
 *
 * html_script.c - the script of a case, with what happened at each line
 *
 * The text is the author's, to the letter: a reader looks for the line that he wrote. Beside it stands when the first
 * of its events happened, below it what differed or what is wrong with it. A line that was not reached looks like
 * that, because what stands there was not tested. Each line is a place that ladder, events and other pages lead to.
 *
 * The corrected script is shown as a difference, with two lines around each change.
 */
#include "report/html_script.h"

#include <stdlib.h>
#include <string.h>

#include "report/html_write.h"
#include "report/line_diff.h"
#include "util/checked.h"

/* The events of each line, as lists: .first[line] and .next[event] are numbers of events, from 1; 0 ends a list. */
struct line_events {
	size_t *first, *next;
	int lines;
};

static int count_lines(const char *text)
{
	int count = 0;

	for (; *text; count++) {
		text += strcspn(text, "\n");
		text += *text == '\n';
	}
	return count;
}

bool html_has_line(const struct result *r, int line)
{
	return r->script && line > 0 && line <= count_lines(r->script);
}

static struct line_events events_by_line(const struct result *r)
{
	struct line_events by = { .lines = count_lines(r->script) };

	by.first = checked_memory(calloc((size_t)by.lines + 1, sizeof(*by.first)));
	by.next = checked_memory(calloc(r->event_count + 1, sizeof(*by.next)));
	for (size_t i = r->event_count; i; i--) {
		int line = r->events[i - 1].line;
		if (line < 1 || line > by.lines)
			continue;
		by.next[i] = by.first[line];
		by.first[line] = i;
	}
	return by;
}

static bool is_comment(const char *line, size_t length)
{
	size_t blanks = strspn(line, " \t");

	return blanks + 1 < length && (line[blanks] == '#' || (line[blanks] == '/' && line[blanks + 1] == '/'));
}

/* A line looks like the worst of what happened at it. */
static const char *line_class(const struct result *r, const struct line_events *by, int line)
{
	static const char *const kinds[] = {
		[ENTRY_INBOUND] = "inbound", [ENTRY_OUTBOUND] = "outbound", [ENTRY_CALL] = "call",
		[ENTRY_RETURN] = "call", [ENTRY_COMMAND] = "command", [ENTRY_CODE] = "code",
	};
	const char *found = "";

	for (size_t i = by->first[line]; i; i = by->next[i]) {
		const struct result_event *e = &r->events[i - 1];
		if (e->status == RESULT_FAILED)
			return "failed";
		if (e->status == RESULT_WARNED)
			return "warned";
		if (e->status == RESULT_NOT_REACHED)
			found = "not-reached";
		else if (!*found && e->kind < ARRAY_LEN(kinds) && kinds[e->kind])
			found = kinds[e->kind];
	}
	return line == r->line ? "failed" : found;
}

/* ---- what is said below a line ---- */

static void add_said(struct buf *out, const char *css, const char *word, const char *text)
{
	if (text)
		html(out, "<div class=\"%s\"><b>%s</b> <code>%s</code></div>\n", css, word, text);
}

static void add_event_note(struct buf *out, const struct result_event *e)
{
	if (e->status != RESULT_FAILED && e->status != RESULT_WARNED)
		return;
	buf_puts(out, "<tr class=\"note\"><td colspan=\"2\"></td><td>\n");
	if (e->mismatch != MISMATCH_NONE)
		html(out, "<div><strong>%s</strong></div>\n", mismatch_kind_name[e->mismatch]);
	if (e->way)
		html(out, "<div>%s</div>\n", e->way);
	if (e->expected && e->observed && strcmp(e->expected, e->observed) != 0) {
		add_said(out, "expected", "expected", e->expected);
		add_said(out, "observed", "observed", e->observed);
	} else {
		for (size_t i = 0; i < e->mismatch_count; i++) {
			const struct result_mismatch *m = &e->mismatches[i];
			add_said(out, "expected", "expected", m->expected);
			add_said(out, "observed", "observed", m->observed);
		}
	}
	if (e->message)
		html(out, "<div class=\"message\">%s</div>\n", e->message);
	buf_puts(out, "</td></tr>\n");
}

/* A caret under the column, behind the same tabs as in the text. */
static void add_caret(struct buf *out, const char *text, int column)
{
	struct buf blanks = BUF_INIT;

	for (int i = 0; i + 1 < column && text[i]; i++)
		if (((unsigned char)text[i] & 0xc0) != 0x80)
			buf_add_byte(&blanks, text[i] == '\t' ? '\t' : ' ');
	html(out, "<tr class=\"note\"><td colspan=\"2\"></td><td><code aria-hidden=\"true\">%s^</code>", blanks.data);
	buf_free(&blanks);
}

static void add_notes(struct buf *out, const struct result *r, const struct line_events *by, int line, const char *text)
{
	for (size_t i = by->first[line]; i; i = by->next[i])
		add_event_note(out, &r->events[i - 1]);
	for (size_t i = 0; i < r->diagnostic_count; i++) {
		const struct result_diagnostic *d = &r->diagnostics[i];
		if (d->line != line)
			continue;
		add_caret(out, text, d->column);
		html(out, "<div class=\"message\"><b>%s</b> %s</div></td></tr>\n", d->severity ? d->severity : "",
		     d->text);
	}
}

/* ---- lines ---- */

static void add_time(struct buf *out, const struct result *r, const struct line_events *by, int line)
{
	for (size_t i = by->first[line]; i; i = by->next[i]) {
		if (r->events[i - 1].happened && r->events[i - 1].status != RESULT_NOT_REACHED) {
			html(out, "<td class=\"time\">%.6f</td>", vtime_to_s(r->events[i - 1].actual));
			return;
		}
	}
	buf_puts(out, "<td class=\"time\"></td>");
}

static void add_line(struct buf *out, const struct result *r, const struct line_events *by, int line, struct buf *text)
{
	const char *css = line_class(r, by, line);
	bool failed = !strcmp(css, "failed");

	if (!*css)
		css = is_comment(text->data, text->length) ? "comment" : "plain";
	html(out, "<tr id=\"line-%d\" class=\"%s\"><th scope=\"row\"><a href=\"#line-%d\">%s%d</a></th>", line, css,
	     line,
	     failed ? "▶ " : "", line);
	add_time(out, r, by, line);
	html(out, "<td><code>%s</code></td></tr>\n", text->data);
	add_notes(out, r, by, line, text->data);
}

void html_script(struct buf *out, const struct result *r)
{
	struct buf text = BUF_INIT;
	int line = 0;

	if (!r->script)
		return;
	struct line_events by = events_by_line(r);
	buf_puts(out, "<section aria-labelledby=\"script\">\n<h2 id=\"script\">Script</h2>\n"
	              "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-labelledby=\"script\">\n"
	              "<table class=\"script\">\n"
	              "<thead><tr><th scope=\"col\">Line</th><th scope=\"col\" class=\"time\">Happened at</th>"
	              "<th scope=\"col\">Text</th></tr></thead>\n<tbody>\n");
	for (const char *at = r->script; *at;) {
		size_t length = strcspn(at, "\n");
		buf_clear(&text);
		buf_add(&text, at, length);
		add_line(out, r, &by, ++line, &text);
		at += length + (at[length] == '\n');
	}
	buf_puts(out, "</tbody>\n</table>\n</div>\n</section>\n");
	buf_free(&text);
	free(by.first);
	free(by.next);
}

/* ---- the corrected script ---- */

enum { LINES_AROUND = 2 };

static bool is_near_change(const struct line_diff *lines, size_t count, size_t i)
{
	size_t from = i > LINES_AROUND ? i - LINES_AROUND : 0, to = i + LINES_AROUND;

	for (size_t j = from; j <= to && j < count; j++)
		if (lines[j].kind != LINE_SAME)
			return true;
	return false;
}

static void add_number(struct buf *out, int line)
{
	if (line)
		html(out, "<td class=\"number\">%d</td>", line);
	else
		buf_puts(out, "<td></td>");
}

static void add_diff_line(struct buf *out, const struct line_diff *line)
{
	static const struct {
		const char *css, *sign;
	} looks[] = { [LINE_SAME] = { "same", " " }, [LINE_GONE] = { "gone", "-" }, [LINE_NEW] = { "new", "+" } };
	struct buf text = BUF_INIT;

	buf_add(&text, line->text, line->length);
	bool remark = line->kind == LINE_NEW && !strncmp(text.data, "// observed:", strlen("// observed:"));
	html(out, "<tr class=\"%s\">", remark ? "remark" : looks[line->kind].css);
	add_number(out, line->old_line);
	add_number(out, line->new_line);
	html(out, "<td><code>%s %s</code></td></tr>\n", looks[line->kind].sign, text.data);
	buf_free(&text);
}

void html_corrected_script(struct buf *out, const struct result *r)
{
	bool gap = false;
	size_t count;

	if (!r->script || !r->observed_script)
		return;
	struct line_diff *lines = line_diff(r->script, r->observed_script, &count);
	buf_puts(out, "<section aria-labelledby=\"corrected\">\n<h2 id=\"corrected\">What would have passed</h2>\n"
	              "<p class=\"hint\">The script as it would have to read for what was observed.</p>\n"
	              "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-labelledby=\"corrected\">\n"
	              "<table class=\"diff\">\n"
	              "<thead><tr><th scope=\"col\">Was line</th><th scope=\"col\">Is line</th>"
	              "<th scope=\"col\">Text</th></tr></thead>\n<tbody>\n");
	for (size_t i = 0; i < count; i++) {
		bool shown = is_near_change(lines, count, i);
		if (shown)
			add_diff_line(out, &lines[i]);
		else if (!gap)
			buf_puts(out, "<tr class=\"gap\"><td colspan=\"3\">⋯</td></tr>\n");
		gap = !shown;
	}
	buf_puts(out, "</tbody>\n</table>\n</div>\n</section>\n");
	free(lines);
}
