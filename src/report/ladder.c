/* SPDX-License-Identifier: MIT
 *
 * ladder.c - events as rows of a picture, in the order in which they happened
 *
 * Rows have the height that their texts need, whatever the time between them; a pause is a strip of its own that says
 * how long it was.
 */
#include "report/ladder.h"

#include <assert.h>
#include <string.h>

#include "report/connection.h"
#include "report/svg.h"
#include "report/xml.h"

enum {
	LINE_X = 34, TIME_X = 122, BADGE_X = 138, REMOTE_X = 156, STACK_X = 756, SIDE_X = 774, WIDTH = 1240,
	MIDDLE_X = (REMOTE_X + STACK_X) / 2,
	HEAD_HEIGHT = 44, TEXT_HEIGHT = 18, TRACE_HEIGHT = 15, PACKET_HEIGHT = 28, PAUSE_HEIGHT = 20, ROW_GAP = 4,
	ARROW_COLUMNS = (STACK_X - REMOTE_X - 24) * 10 / SVG_COLUMN_TENTHS,
	SIDE_COLUMNS = (WIDTH - SIDE_X - 8) * 10 / SVG_COLUMN_TENTHS,
	NOTE_LINES = 3, MISMATCHES = 8,
};

static const double PAUSE = 1e6;                         /* ns; a shorter one is not drawn */

struct ladder {
	const struct result *result;
	struct buf rows, row;                                /* finished rows, and the content of the current one */
	struct buf life, pauses;                             /* path data: the lines of the two sides */
	struct arena *arena;
	const char *prefix;                                  /* of ids */
	bool *again;                                         /* for each event: its packet had been sent before */
	int *tops;                                           /* y of each event so far */
	int y, life_from;
	int side;                                            /* below this y there is room at the side of the stack */
	vtime_t latest, shown;                               /* time of the latest row, and the time last written in the
	                                                        gutter */
	bool started, beyond;                                /* some event has had a time; the remaining events have
	                                                        none */
};

static int max_of(int a, int b)
{
	return a > b ? a : b;
}

/* ---- parts of a row ---- */

static void add_gutter_time(struct ladder *l, vtime_t at, const char *class, int y)
{
	l->shown = at;
	buf_printf(&l->row, "<text class=\"end%s\" x=\"%d\" y=\"%d\">%.6f</text>", class, TIME_X, y, vtime_to_s(at));
}

static void add_box(struct buf *out, const char *class, int x, int y, int width, int height)
{
	buf_printf(out, "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"/>", class, x, y, width,
	           height);
}

/* @side is "e", "o" or "". */
static void add_badge(struct ladder *l, const char *side, int y)
{
	if (*side)
		buf_printf(&l->row, "<text class=\"bold middle %s\" x=\"%d\" y=\"%d\">%c</text>", side, BADGE_X, y,
		           *side == 'e' ? 'E' : 'O');
}

static void add_arrow(struct ladder *l, bool inbound, const char *text, const char *side, int y)
{
	int from = inbound ? REMOTE_X : STACK_X, to = inbound ? STACK_X : REMOTE_X, back = inbound ? -9 : 9;

	svg_text(&l->row, "middle", MIDDLE_X, y + 13, text, ARROW_COLUMNS);
	buf_printf(&l->row, "<path class=\"arrow %s\" d=\"M%d %dH%d\"/>", side, from, y + 20, to + back);
	buf_printf(&l->row, "<path class=\"head %s\" d=\"M%d %dl%d -4v8z\"/>", side, to, y + 20, back);
}

static void add_side_text(struct ladder *l, const char *class, const char *prefix, const char *text, int y)
{
	struct buf line = BUF_INIT;

	buf_printf(&line, "%s%s", prefix, text);
	svg_text(&l->row, class, SIDE_X, y, line.data, SIDE_COLUMNS);
	buf_free(&line);
}

/* A text that may need more than one line. Returns the y below it. */
static int add_note(struct ladder *l, const char *text, int y)
{
	for (int n = 1; *text; n++) {
		size_t length = n < NOTE_LINES ? svg_line_break(text, SIDE_COLUMNS) : strlen(text);
		const char *line = arena_strndup(l->arena, text, length);
		add_side_text(l, "", "", line, y + 13);
		y += TEXT_HEIGHT;
		text += length;
		text += strspn(text, " ");
	}
	return y;
}

static const char *field_of(const struct result_mismatch *m)
{
	return m->field ? m->field : "";
}

/* The values of a field: on one line if they fit. Returns the y below them. */
static int add_values(struct ladder *l, const struct result_mismatch *m, int y)
{
	const char *field = field_of(m), *expected = m->expected ? m->expected : "-";
	const char *observed = m->observed ? m->observed : "-";

	if (svg_columns(field) + svg_columns(expected) + svg_columns(observed) + 8 > SIDE_COLUMNS) {
		add_side_text(l, "", "", field, y + 13);
		add_side_text(l, "e", "  E ", expected, y + 13 + TEXT_HEIGHT);
		add_side_text(l, "o", "  O ", observed, y + 13 + 2 * TEXT_HEIGHT);
		return y + 3 * TEXT_HEIGHT;
	}
	buf_printf(&l->row, "<text x=\"%d\" y=\"%d\">", SIDE_X, y + 13);
	xml_text(&l->row, field);
	buf_puts(&l->row, "<tspan class=\"e\"> E ");
	xml_text(&l->row, expected);
	buf_puts(&l->row, "</tspan><tspan class=\"o\"> O ");
	xml_text(&l->row, observed);
	buf_puts(&l->row, "</tspan></text>");
	return y + TEXT_HEIGHT;
}

/* What is wrong with an event, written at its side. Returns the y below it. */
static int add_notes(struct ladder *l, const struct result_event *e, int y)
{
	size_t shown = e->mismatch_count <= MISMATCHES ? e->mismatch_count : MISMATCHES - 1;

	if (e->mismatch) {
		add_side_text(l, "bold", "", mismatch_kind_name[e->mismatch], y + 13);
		y += TEXT_HEIGHT;
	}
	for (size_t i = 0; i < shown; i++) {
		const struct result_mismatch *m = &e->mismatches[i];
		if (m->expected || m->observed)
			y = add_values(l, m, y);
		else
			y = add_note(l, arena_printf(l->arena, "%s: %s", field_of(m), m->text ? m->text : ""), y);
	}
	if (shown < e->mismatch_count)
		y = add_note(l, arena_printf(l->arena, "and %zu more", e->mismatch_count - shown), y);
	if (!e->mismatch_count && e->message)
		y = add_note(l, e->message, y);
	return y;
}

/* ---- kinds of row: each returns the y below it ---- */

static bool is_inbound(const struct result_event *e)
{
	return e->kind == ENTRY_INBOUND || e->kind == ENTRY_CLOSING;
}

static const char *text_of(const struct result_event *e)
{
	return e->text ? e->text : "";
}

/* What came: a packet, or the pieces that came in its place. */
static const char *observed_of(const struct result_event *e)
{
	const bool pieces = e->mismatch == MISMATCH_RESEGMENTED && e->mismatch_count && e->mismatches->observed;

	return e->observed ? e->observed : pieces ? e->mismatches->observed : "";
}

/* Expected and observed differ: one arrow for each. */
static int add_two_arrows(struct ladder *l, const struct result_event *e, int y)
{
	const char *expected = e->expected ? e->expected : text_of(e);

	add_arrow(l, false, expected, "e", y);
	add_badge(l, "e", y + 24);
	if (e->timed)
		add_gutter_time(l, e->planned, " e", y + 24);
	y += PACKET_HEIGHT;
	if (!e->happened && !e->observed)
		return y;
	add_arrow(l, false, observed_of(e), "o", y);
	add_badge(l, "o", y + 24);
	add_gutter_time(l, e->actual, " o", y + 24);
	return y + PACKET_HEIGHT;
}

static int add_packet(struct ladder *l, const struct result_event *e, int y)
{
	bool unexpected = e->kind == ENTRY_UNEXPECTED;

	if (e->kind == ENTRY_OUTBOUND && (e->status == RESULT_FAILED || e->status == RESULT_WARNED))
		return add_two_arrows(l, e, y);
	bool again = l->again[e - l->result->events];

	add_arrow(l, is_inbound(e), text_of(e), unexpected ? "o" : again ? "again" : "", y);
	if (unexpected)
		add_badge(l, "o", y + 24);
	else if (again)
		buf_printf(&l->row,
			   "<text class=\"bold middle again\" x=\"%d\" y=\"%d\">R<title>sent again</title></text>",
			   BADGE_X, y + 24);
	if (e->happened)
		add_gutter_time(l, e->actual, unexpected ? " o" : "", y + 24);
	return y + PACKET_HEIGHT;
}

static const char *call_result(const struct result_event *e)
{
	size_t length = strlen(text_of(e));

	return !e->live ? NULL : !strncmp(e->live, text_of(e), length) ? e->live + length : e->live;
}

static int add_call(struct ladder *l, const struct result_event *e, int y)
{
	bool failed = e->status == RESULT_FAILED || e->status == RESULT_WARNED;
	const char *result = failed ? call_result(e) : NULL;

	add_box(&l->row, "call", STACK_X - 4, y + 5, 7, 7);
	add_side_text(l, failed ? "e" : "", e->kind == ENTRY_RETURN ? "returns: " : "", text_of(e), y + 13);
	if (failed)
		add_badge(l, result ? "e" : "", y + 13);
	if (e->happened)
		add_gutter_time(l, result && e->timed && e->kind == ENTRY_RETURN ? e->planned : e->actual, "", y + 13);
	y += TEXT_HEIGHT;
	if (!result)
		return y;
	add_side_text(l, "o", "", result, y + 13);
	add_badge(l, "o", y + 13);
	if (e->happened)
		add_gutter_time(l, e->actual, " o", y + 13);
	return y + TEXT_HEIGHT;
}

static int add_words(struct ladder *l, const struct result_event *e, int y)
{
	const bool code = e->kind == ENTRY_CODE;

	add_box(&l->row, "note", SIDE_X - 5, y, WIDTH - SIDE_X + 3, TEXT_HEIGHT);
	add_side_text(l, "", code ? "%{ " : "$ ",
	              code ? arena_printf(l->arena, "%s }%%", text_of(e)) : text_of(e), y + 13);
	if (e->happened)
		add_gutter_time(l, e->actual, "", y + 13);
	return y + TEXT_HEIGHT;
}

static int add_trace(struct ladder *l, const struct result_event *e, int y)
{
	add_side_text(l, "", "| ", text_of(e), y + 13);
	if (e->happened && e->actual.ns != l->shown.ns)
		add_gutter_time(l, e->actual, "", y + 13);
	return y + TRACE_HEIGHT;
}

static const struct row_kind {
	int (*add)(struct ladder *l, const struct result_event *e, int y);
	int baseline;                                        /* of the line number */
	int gap;                                             /* to the next row of its kind */
	bool packet;                                         /* leaves room at the side */
	bool aside;                                          /* of secondary interest */
} kinds[] = {
	[ENTRY_INBOUND] = { add_packet, 24, ROW_GAP, true, false },
	[ENTRY_OUTBOUND] = { add_packet, 24, ROW_GAP, true, false },
	[ENTRY_CALL] = { add_call, 13, ROW_GAP, false, false },
	[ENTRY_RETURN] = { add_call, 13, ROW_GAP, false, false },
	[ENTRY_COMMAND] = { add_words, 13, ROW_GAP, false, false },
	[ENTRY_CODE] = { add_words, 13, ROW_GAP, false, false },
	[ENTRY_UNEXPECTED] = { add_packet, 24, ROW_GAP, true, false },
	[ENTRY_FOREIGN] = { add_packet, 24, ROW_GAP, true, true },
	[ENTRY_CLOSING] = { add_packet, 24, ROW_GAP, true, true },
	[ENTRY_TRACE] = { add_trace, 13, 0, false, true },
};
static_assert(ARRAY_LEN(kinds) == ENTRY_TRACE + 1, "a kind of event has no row");

/* ---- rows ---- */

/* The whole text, shown when a reader points at the row. */
static void add_title(struct buf *out, const struct result_event *e)
{
	struct buf text = BUF_INIT;

	buf_puts(&text, result_kind_name[e->kind]);
	if (e->line > 0)
		buf_printf(&text, ", line %d", e->line);
	if (e->way)
		buf_printf(&text, ", %s", e->way);
	if (e->status != RESULT_OK)
		buf_printf(&text, ", %s", result_status_name[e->status]);
	buf_printf(&text, "\n%s", text_of(e));
	if (e->timed)
		buf_printf(&text, "\nplanned: %.6f s", vtime_to_s(e->planned));
	if (e->timed && vtime_before(e->planned, e->planned_end))
		buf_printf(&text, " to %.6f s", vtime_to_s(e->planned_end));
	if (e->happened)
		buf_printf(&text, "\nhappened: %.6f s", vtime_to_s(e->actual));
	if (e->expected)
		buf_printf(&text, "\nexpected: %s", e->expected);
	if (e->observed)
		buf_printf(&text, "\nobserved: %s", e->observed);
	if (e->live)
		buf_printf(&text, "\nlive: %s", e->live);
	for (size_t i = 0; i < e->mismatch_count; i++)
		buf_printf(&text, "\n%s", e->mismatches[i].text ? e->mismatches[i].text : field_of(&e->mismatches[i]));
	if (e->message && e->kind != ENTRY_TRACE)
		buf_printf(&text, "\n%s", e->message);
	if (e->explanation)
		buf_printf(&text, "\n%s", e->explanation);
	buf_puts(out, "<title>");
	xml_text(out, text.data);
	buf_puts(out, "</title>");
	buf_free(&text);
}

static vtime_t time_of(const struct result_event *e)
{
	return e->happened ? e->actual : e->timed ? e->planned : VTIME_ZERO;
}

/* The lines of the two sides, down to @y. */
static void add_life(struct buf *path, int from, int y)
{
	buf_printf(path, "M%d %dV%dM%d %dV%d", REMOTE_X, from, y, STACK_X, from, y);
}

static void add_pause(struct ladder *l, const struct result_event *e)
{
	double pause = (double)time_of(e).ns - (double)l->latest.ns;
	struct buf text = BUF_INIT;

	if (l->started && pause >= PAUSE) {
		add_life(&l->life, l->life_from, l->y);
		add_life(&l->pauses, l->y, l->y + PAUSE_HEIGHT);
		buf_puts(&text, "\xe2\x80\xa6 ");
		svg_duration(&text, pause);
		buf_puts(&text, " \xe2\x80\xa6");
		svg_text(&l->rows, "faint middle", MIDDLE_X, l->y + 14, text.data, ARROW_COLUMNS);
		buf_puts(&l->rows, "\n");
		l->y += PAUSE_HEIGHT;
		l->life_from = l->side = l->y;
	}
	l->latest = l->started ? vtime_max(l->latest, time_of(e)) : time_of(e);
	l->started = true;
	buf_free(&text);
}

/* From here on nothing more happened. */
static void add_end_of_run(struct ladder *l)
{
	add_life(&l->life, l->life_from, l->y + 4);
	add_life(&l->pauses, l->y + 4, l->y + TEXT_HEIGHT + 6);
	buf_printf(&l->rows, "<path class=\"limit\" d=\"M8 %dH%d\"/>", l->y + 4, WIDTH - 8);
	svg_text(&l->rows, "faint middle", MIDDLE_X, l->y + 18, "not reached", ARROW_COLUMNS);
	buf_puts(&l->rows, "\n");
	l->y += TEXT_HEIGHT + 6;
	l->life_from = l->side = l->y;
	l->beyond = true;
}

/* A call that waited: a line from its row to that of its return. */
static void add_waiting(struct ladder *l, size_t index)
{
	const struct result_event *events = l->result->events;
	size_t call = index;

	while (call && !(events[call].kind == ENTRY_CALL && events[call].line == events[index].line))
		call--;
	if (events[call].kind == ENTRY_CALL)
		add_box(&l->row, "waiting", STACK_X - 4, l->tops[call] + 9, 7, l->y - l->tops[call]);
}

static const char *class_of(const struct result_event *e)
{
	static const char *const classes[] = {
		[RESULT_OK] = "", [RESULT_FAILED] = " failed", [RESULT_WARNED] = " warned",
		[RESULT_NOT_REACHED] = " faint",
	};

	return kinds[e->kind].aside ? " faint" : classes[e->status];
}

static void add_row(struct ladder *l, size_t index)
{
	const struct result_event *e = &l->result->events[index];
	const struct row_kind *kind = &kinds[e->kind];
	bool wrong = e->status == RESULT_FAILED || e->status == RESULT_WARNED;

	if (e->status == RESULT_NOT_REACHED && !l->beyond)
		add_end_of_run(l);
	else if (e->happened || e->timed)
		add_pause(l, e);
	/* What happened inside the stack at the time of a packet stands beside it. */
	bool beside = e->kind == ENTRY_TRACE && e->happened && e->actual.ns == l->shown.ns;
	int top = l->tops[index] = beside ? l->side : l->y;
	buf_clear(&l->row);
	if (e->line > 0)
		buf_printf(&l->row, "<text class=\"end faint\" x=\"%d\" y=\"%d\">%d</text>", LINE_X,
		           top + kind->baseline, e->line);
	if (e->kind == ENTRY_RETURN)
		add_waiting(l, index);
	int end = kind->add(l, e, top), notes = wrong ? add_notes(l, e, kind->packet ? top + 6 : end) : end;
	int height = max_of(notes, end) + kind->gap - top;
	buf_printf(&l->rows, "<g id=\"%sevent-%zu\" class=\"%s%s\">", l->prefix, index, result_kind_name[e->kind],
		   class_of(e));
	if (e->line > 0)
		buf_printf(&l->rows, "<a href=\"#line-%d\" tabindex=\"-1\">", e->line);
	add_title(&l->rows, e);
	add_box(&l->rows, "back", 0, top - ROW_GAP / 2, WIDTH, height);
	buf_printf(&l->rows, "%s%s</g>\n", l->row.data, e->line > 0 ? "</a>" : "");
	l->side = kind->packet && !wrong ? top + ROW_GAP : top + height;
	l->y = max_of(l->y, top + height - kind->gap + ROW_GAP);
}

/* ---- the picture ---- */

static const char ladder_style[] =
	".ladder .back{fill:none;pointer-events:all}.ladder a:hover .back{fill:currentColor;opacity:.08}"
	".ladder .failed .back{fill:var(--f);opacity:.1}.ladder g:target .back{fill:currentColor;opacity:.15}"
	".ladder .life{opacity:.5}.ladder .pause{opacity:.6;stroke-dasharray:1 4}.ladder .limit{stroke-dasharray:8 4}"
	".ladder .arrow{stroke-width:1.3}.ladder .arrow.e{stroke-dasharray:7 4}"
	".ladder .head{fill:currentColor;stroke:none}"
	".ladder .again{stroke:var(--f)}.ladder .head.again,.ladder text.again{fill:var(--f);stroke:none}"
	".ladder .call{fill:currentColor}.ladder .waiting{fill:currentColor;opacity:.3}"
	".ladder .note{fill:currentColor;opacity:.09}";

static void add_description(struct buf *out, const struct result *r)
{
	size_t in = 0, sent = 0, calls = 0;

	for (size_t i = 0; i < r->event_count; i++) {
		const struct result_event *e = &r->events[i];
		in += e->happened && is_inbound(e);
		sent += e->happened && (e->kind == ENTRY_OUTBOUND || e->kind == ENTRY_UNEXPECTED);
		calls += e->happened && e->kind == ENTRY_CALL;
	}
	buf_printf(out, "%zu packets to the stack under test, %zu from it, %zu system calls; %s", in, sent, calls,
	           verdict_name[r->verdict]);
	if (r->headline || r->reason)
		buf_printf(out, ": %s", result_headline(r));
	if (r->mismatch)
		buf_printf(out, " (line %d: %s)", r->line, mismatch_kind_name[r->mismatch]);
}

static void add_head(struct buf *out, const struct ladder *l)
{
	const struct result *r = l->result;
	struct buf text = BUF_INIT;
	int height = l->y + 8;

	buf_printf(out,
	           "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"picture ladder\" role=\"img\" "
	           "aria-labelledby=\"%sladder-title %sladder-desc\" width=\"%d\" height=\"%d\" "
	           "viewBox=\"0 0 %d %d\">\n"
	           "<title id=\"%sladder-title\">What happened: ",
	           l->prefix, l->prefix, WIDTH, height, WIDTH, height, l->prefix);
	xml_text(out, r->title ? r->title : r->path ? r->path : "");
	buf_printf(out, "</title>\n<desc id=\"%sladder-desc\">", l->prefix);
	add_description(&text, r);
	xml_text(out, text.data);
	buf_puts(out, "</desc>\n<style>");
	buf_puts(out, svg_style);
	buf_puts(out, ladder_style);
	buf_puts(out, "</style>\n");
	buf_clear(&text);
	buf_printf(&text, "stack under test (%s%s%s)", r->target ? r->target : "", r->profile ? ", profile " : "",
	           r->profile ? r->profile : "");
	svg_text(out, "faint end", LINE_X, 20, "line", SIDE_COLUMNS);
	svg_text(out, "faint end", TIME_X, 20, "time, s", SIDE_COLUMNS);
	svg_text(out, "bold", REMOTE_X - 4, 20, "remote side (script)", SIDE_COLUMNS);
	svg_text(out, "bold", STACK_X - 4, 20, text.data, SIDE_COLUMNS);
	buf_puts(out, "\n");
	buf_free(&text);
}

static bool has_two_sides(const struct result *r)
{
	for (size_t i = 0; i < r->event_count; i++)
		if (r->events[i].kind == ENTRY_UNEXPECTED || r->events[i].status == RESULT_FAILED ||
		    r->events[i].status == RESULT_WARNED)
			return true;
	return false;
}

static void add_legend(struct buf *out)
{
	int x = MIDDLE_X - 50;

	buf_printf(out, "<path class=\"arrow e\" d=\"M%d 16h40\"/>", x);
	buf_printf(out, "<path class=\"arrow o\" d=\"M%d 16h40\"/>", x + 140);
	svg_text(out, "e", x + 46, 20, "E expected", SIDE_COLUMNS);
	svg_text(out, "o", x + 186, 20, "O observed", SIDE_COLUMNS);
	buf_puts(out, "\n");
}

/* Which events are packets, of the connection with most data, that carry what had been sent before. */
static bool *sent_again(const struct result *result, struct arena *arena)
{
	bool *again = arena_new_array(arena, bool, result->event_count + 1);
	struct connection connection;

	memset(again, 0, (result->event_count + 1) * sizeof(*again));
	if (connection_of_result(&connection, result, arena))
		for (size_t i = 0; i < connection.count; i++)
			if (connection.segments[i].again)
				again[connection.segments[i].event] = true;
	return again;
}

void ladder_svg(struct buf *out, const struct result *result, const char *prefix)
{
	struct ladder l = {
		.result = result, .prefix = prefix, .arena = arena_new(),
		.rows = BUF_INIT, .row = BUF_INIT, .life = BUF_INIT, .pauses = BUF_INIT,
		.y = HEAD_HEIGHT, .side = HEAD_HEIGHT, .life_from = HEAD_HEIGHT - 16,
	};

	l.tops = arena_new_array(l.arena, int, result->event_count);
	l.again = sent_again(result, l.arena);
	for (size_t i = 0; i < result->event_count; i++)
		add_row(&l, i);
	add_life(&l.life, l.life_from, l.y);
	add_head(out, &l);
	if (has_two_sides(result))
		add_legend(out);
	buf_printf(out, "<path class=\"life\" d=\"%s\"/>\n", l.life.data);
	if (l.pauses.length)
		buf_printf(out, "<path class=\"pause\" d=\"%s\"/>\n", l.pauses.data);
	buf_add(out, l.rows.data, l.rows.length);
	buf_puts(out, "</svg>\n");
	buf_free(&l.rows);
	buf_free(&l.row);
	buf_free(&l.life);
	buf_free(&l.pauses);
	arena_free(l.arena);
}
