/* SPDX-License-Identifier: MIT
 *
 * text.c - one line a script, and a ladder where something went wrong
 *
 * What a person sees first is the verdict, then the cause in one sentence (headline.h), then the evidence: the events
 * around the failure with both times, the packet as it was expected and as it came, a caret under what differs, and
 * every field with both values. The wording of the original tool comes last, for those who search for it.
 *
 * - A passing script is one line. A failing one shows five events before and two after; who wants all asks for them.
 * - A call that waited failed when it returned, but it began long before: the ladder starts in front of that.
 * - Packets that no line expects stand where they came, without a line number. Those of other connections are shown
 *   only where a packet was missed, because then one of them may be it.
 * - Nothing but the clock of the target is printed, so in virtual time the text is the same in every run.
 * - Text of a script or of a command reaches the terminal only through add_words(): it can neither end the line nor
 *   switch colours.
 */
#include "report/text.h"

#include <string.h>

#include "report/event.h"
#include "report/headline.h"
#include "util/printable.h"

enum { LINES_BEFORE = 5, LINES_AFTER = 2, TEXT_COLUMN = 41 };

static const char *const verdict_colour[VERDICTS] = {
	[VERDICT_PASS] = "\033[32m", [VERDICT_FAIL] = "\033[1;31m",  [VERDICT_INCONCLUSIVE] = "\033[1;33m",
	[VERDICT_SKIP] = "\033[33m", [VERDICT_ERROR] = "\033[1;35m",
};
static const char red[] = "\033[31m", faint[] = "\033[2m", plain[] = "\033[0m";

static void paint(struct buf *out, const struct text_style *style, const char *colour, const char *text)
{
	buf_printf(out, "%s%s%s", style->colour ? colour : "", text, style->colour ? plain : "");
}

/* A part of a line; no word in it can end the line or reach the terminal as a command. */
static void PRINTF_LIKE(2, 3) add_words(struct buf *out, const char *format, ...)
{
	struct buf text = BUF_INIT;
	va_list args;

	va_start(args, format);
	buf_vprintf(&text, format, args);
	va_end(args);
	printable_add(out, text.data, "");
	buf_free(&text);
}

static void trim(struct buf *text)
{
	while (text->length && text->data[text->length - 1] == ' ')
		text->data[--text->length] = '\0';
}

/* ---- one line of the ladder ---- */

static void add_time(struct buf *out, bool known, vtime_t t)
{
	if (known)
		buf_printf(out, " %10.6f", vtime_to_s(t));
	else
		buf_printf(out, " %10s", "");
}

static void start_row(struct buf *out, char mark, int line)
{
	if (line > 0)
		buf_printf(out, "   %c %5d", mark, line);
	else
		buf_printf(out, "   %c %5s", mark, "");
}

static void add_entry(struct buf *out, const struct entry *e, const struct text_style *style)
{
	static const char marks[] = { [ENTRY_OK] = ' ', [ENTRY_FAILED] = '!', [ENTRY_WARNED] = '?' };
	struct buf row = BUF_INIT, text = BUF_INIT;

	entry_text(&text, e);
	start_row(&row, marks[e->status], e->line);
	add_time(&row, e->timed, e->planned);
	add_time(&row, entry_happened(e), e->actual);
	buf_printf(&row, "  %-6s %s", entry_sign(e), text.data);
	trim(&row);
	printable_buf(&row, "");
	paint(out, style, e->status == ENTRY_FAILED ? red : e->event ? "" : faint, row.data);
	buf_puts(out, "\n");
	buf_free(&row);
	buf_free(&text);
}

/* Printed once for consecutive rows that were reached the same way. */
static void add_way(struct buf *out, const struct event *event, const struct via **shown,
                    const struct text_style *style)
{
	struct buf row = BUF_INIT;

	if (!event || event->via == *shown)
		return;
	*shown = event->via;
	event_way_print(&row, event);
	if (row.length) {
		printable_buf(&row, "");
		buf_puts(out, "           ");
		paint(out, style, faint, row.data);
		buf_puts(out, "\n");
	}
	buf_free(&row);
}

static void add_not_reached(struct buf *out, const struct event *event, const struct text_style *style)
{
	struct buf row = BUF_INIT;

	start_row(&row, ' ', event_line(event, &event->time.loc));
	buf_printf(&row, " %10s %10s  %-6s ", "", "-", event_sign(event));
	event_text(&row, event);
	buf_puts(&row, "  (not reached)");
	printable_buf(&row, "");
	paint(out, style, faint, row.data);
	buf_puts(out, "\n");
	buf_free(&row);
}

/* ---- expected and observed packet ---- */

enum { CARET_COLUMNS = 512 };

static void mark(char line[CARET_COLUMNS], size_t start, size_t end)
{
	for (size_t i = start; i < end && i < CARET_COLUMNS; i++)
		line[i] = '^';
}

/* Marks under the fields of a dump that differ; empty when the dump shows none of them. */
static void caret_line(struct buf *out, const struct mismatch *mismatches, const char *dump,
                       const struct dump_notes *notes)
{
	char line[CARET_COLUMNS];
	size_t end = CARET_COLUMNS, start, stop;

	memset(line, ' ', sizeof(line));
	for (const struct mismatch *m = mismatches; m; m = m->next)
		if (!headline_explained(m, mismatches) && headline_find_field(m->id, dump, notes, &start, &stop))
			mark(line, start, stop);
	while (end && line[end - 1] == ' ')
		end--;
	buf_add(out, line, end);
}

/* A dump that reports a problem does so on a second line. */
static void one_line(struct buf *dump)
{
	for (char *c = dump->data; (c = strchr(c, '\n'));)
		*c = ' ';
}

static void add_dump(struct buf *out, const char *name, const struct buf *dump, const struct buf *carets,
                     const struct text_style *style)
{
	buf_printf(out, "%*s%-8s  %*s%s", 24, "", name, 7, "", dump->data);
	trim(out);
	buf_puts(out, "\n");
	if (!carets->length)
		return;
	buf_add_repeated(out, ' ', TEXT_COLUMN);
	paint(out, style, red, carets->data);
	buf_puts(out, "\n");
}

/* What a line says in brackets about IP is no part of a dump: where it differs, it is put in front, written as in the
 * line. */
static void dump_with_ip(struct buf *out, const struct packet *packet, const struct mismatch *mismatches, bool observed,
                         struct dump_notes *notes)
{
	enum { WORDS = 8 };
	struct field_span spans[WORDS];
	size_t count = 0;

	for (const struct mismatch *m = mismatches; m && count < WORDS; m = m->next) {
		struct buf word = BUF_INIT;
		size_t start;
		if (headline_ip_word(&word, m, observed ? m->observed : m->expected)) {
			buf_puts(out, count ? ", " : "[");
			start = out->length;
			buf_puts(out, word.data);
			spans[count++] = (struct field_span){ m->id, start, out->length };
		}
		buf_free(&word);
	}
	if (count)
		buf_puts(out, "] ");
	packet_dump(out, packet, notes);
	for (size_t i = 0; i < count && notes->span_count < DUMP_SPANS; i++)
		notes->spans[notes->span_count++] = spans[i];
}

static void add_packets(struct buf *out, const struct entry *e, const struct text_style *style)
{
	struct dump_notes expected_notes = event_expected_notes(e->event), observed_notes = { 0 };
	struct buf expected = BUF_INIT, observed = BUF_INIT, under_expected = BUF_INIT, under_observed = BUF_INIT;

	dump_with_ip(&expected, e->expected, e->mismatches, false, &expected_notes);
	dump_with_ip(&observed, e->observed, e->mismatches, true, &observed_notes);
	one_line(&expected);
	one_line(&observed);
	printable_buf(&expected, "");
	printable_buf(&observed, "");
	caret_line(&under_expected, e->mismatches, expected.data, &expected_notes);
	caret_line(&under_observed, e->mismatches, observed.data, &observed_notes);
	if (!strcmp(under_expected.data, under_observed.data))
		buf_clear(&under_expected);
	add_dump(out, "expected", &expected, &under_expected, style);
	add_dump(out, "observed", &observed, &under_observed, style);
	buf_free(&expected);
	buf_free(&observed);
	buf_free(&under_expected);
	buf_free(&under_observed);
}

/* A packet where a line expects none. */
static void add_unwanted_packet(struct buf *out, const struct entry *e, const struct text_style *style)
{
	struct dump_notes notes = { 0 };
	struct buf text = BUF_INIT, no_carets = BUF_INIT;

	packet_dump(&text, e->observed, &notes);
	one_line(&text);
	printable_buf(&text, "");
	add_dump(out, "observed", &text, &no_carets, style);
	buf_free(&text);
}

/* ---- the ladder ---- */

struct rungs {
	const struct entry **at;
	size_t count, failure;                               /* index of the failed entry; count if there is none */
	size_t first;                                     /* the row at which the failed entry began: a call that waits
	                                                     began before it failed */
};

static struct rungs rungs_of(const struct record *r, const struct text_style *style)
{
	size_t count;
	const struct entry *const *all = entries_in_order(r, &count);
	struct rungs rungs = { .at = arena_new_array(r->arena, const struct entry *, count) };

	for (size_t i = 0; i < count; i++)
		if (style->trace || all[i]->kind != ENTRY_TRACE)
			rungs.at[rungs.count++] = all[i];
	while (rungs.failure < rungs.count && rungs.at[rungs.failure] != r->failure)
		rungs.failure++;
	rungs.first = rungs.failure;
	while (rungs.failure < rungs.count && rungs.first && r->failure->kind == ENTRY_RETURN &&
	       !(rungs.at[rungs.first]->kind == ENTRY_CALL && rungs.at[rungs.first]->event == r->failure->event))
		rungs.first--;
	return rungs;
}

static void add_events_after(struct buf *out, const struct record *r, const struct via *shown,
                             const struct text_style *style)
{
	const struct event *event = events_not_reached(r);

	for (int n = 0; event && n < LINES_AFTER; event = event->next, n++) {
		add_way(out, event, &shown, style);
		add_not_reached(out, event, style);
	}
}

static bool is_shown(const struct rungs *rungs, size_t i, const struct text_style *style)
{
	const struct entry *e = rungs->at[i];

	if (!e->event && e->kind == ENTRY_COMMAND)           /* outside of the script's time */
		return false;
	if (style->verbose || i == rungs->failure)
		return true;
	if (i < rungs->failure)
		return i + LINES_BEFORE >= rungs->first && e->kind != ENTRY_FOREIGN;
	/* A packet that went elsewhere while one was awaited in vain may be that one. */
	bool awaited = rungs->failure < rungs->count && rungs->at[rungs->failure]->mismatch_kind == MISMATCH_MISSING;
	return e->kind == ENTRY_UNEXPECTED || (awaited && e->kind == ENTRY_FOREIGN);
}

static void add_ladder(struct buf *out, const struct record *r, const struct text_style *style)
{
	struct rungs rungs = rungs_of(r, style);
	const struct via *shown = NULL;
	bool headed = false;

	for (size_t i = 0; i < rungs.count; i++) {
		const struct entry *e = rungs.at[i];
		if (!is_shown(&rungs, i, style))
			continue;
		if (!headed)
			buf_printf(out, "     %5s %10s %10s\n", "line", "planned", "actual");
		headed = true;
		add_way(out, e->event, &shown, style);
		add_entry(out, e, style);
		if (e->mismatches && e->mismatches->id != PACKET_FIELD_TIME && e->expected && e->observed)
			add_packets(out, e, style);
		else if (e->status == ENTRY_FAILED && !e->expected && e->observed)
			add_unwanted_packet(out, e, style);
	}
	add_events_after(out, r, shown, style);
}

/* ---- what is wrong, in words ---- */

static size_t width(const char *text, size_t least)
{
	size_t length = text ? strlen(text) : 1;

	return length > least ? length : least;
}

static void add_fields(struct buf *out, const struct mismatch *mismatches)
{
	size_t field = strlen("field"), expected = strlen("expected");

	for (const struct mismatch *m = mismatches; m; m = m->next) {
		field = width(m->field, field);
		expected = width(m->expected, expected);
	}
	buf_printf(out, "\n     %-*s  %-*s  %s\n", (int)field, "field", (int)expected, "expected", "observed");
	for (const struct mismatch *m = mismatches; m; m = m->next) {
		if (m->expected || m->observed)
			add_words(out, "     %-*s  %-*s  %s", (int)field, m->field, (int)expected,
			           m->expected ? m->expected : "-", m->observed ? m->observed : "-");
		else
			add_words(out, "     %-*s  %s", (int)field, m->field, m->text);
		buf_puts(out, "\n");
	}
}

static void add_remark(struct buf *out, const char *text)
{
	add_words(out, "     %s", text);
	buf_puts(out, "\n");
}

/* The original's words, some of which continue on further lines with dumps: these are indented more. */
static void add_message(struct buf *out, const char *message)
{
	size_t length = strcspn(message, "\n");

	add_words(out, ": %.*s", (int)length, message);
	buf_puts(out, "\n");
	while (message[length]) {
		message += length + 1;
		message += strspn(message, " ");
		length = strcspn(message, "\n");
		if (length)
			add_words(out, "          %.*s", (int)length, message);
		buf_puts(out, length ? "\n" : "");
	}
}

static void add_failure(struct buf *out, const struct record *r, const struct entry *e, const struct text_style *style)
{
	if (e->mismatches)
		add_fields(out, e->mismatches);
	buf_puts(out, "\n");
	add_words(out, "     %s:", r->script->source.name);
	if (e->line > 0)
		buf_printf(out, "%d:", e->line);
	buf_puts(out, " ");
	paint(out, style, red, mismatch_kind_name[e->mismatch_kind]);
	if (e->message)
		add_message(out, e->message);
	else
		buf_puts(out, "\n");
	if ((e->mismatch_kind == MISMATCH_EARLY || e->mismatch_kind == MISMATCH_LATE) && !r->virtual_time)
		buf_printf(out, "     tolerance %.3f ms or %g %%; the harness itself was at most %.3f ms late\n",
		           vtime_to_s(r->script->config.tolerance) * 1e3, r->script->config.tolerance_percent,
		           vtime_to_s(r->worst_lateness) * 1e3);
	if (r->disturbance.round_trip.ns)
		buf_printf(out, "     the other machine answered within %.3f ms; its clock shows %+.3f ms\n",
		           vtime_to_s(r->disturbance.round_trip) * 1e3, vtime_to_s(r->disturbance.clock_offset) * 1e3);
	if (e->explanation)
		add_remark(out, e->explanation);
}

/* Mismatches that --non_fatal lets pass. */
static void add_warnings(struct buf *out, const struct record *r)
{
	for (const struct entry *e = r->first; e; e = e->next)
		if (e->status == ENTRY_WARNED && e->message) {
			add_words(out, "     %s:%d: %s", r->script->source.name, e->line, e->message);
			buf_puts(out, "\n");
		}
}

/* What commands and code blocks printed. */
static void add_output(struct buf *out, const char *name, const char *text)
{
	if (!text || !*text)
		return;
	buf_printf(out, "     %s:\n", name);
	while (*text) {
		size_t length = strcspn(text, "\n");
		struct buf line = BUF_INIT;
		buf_add(&line, text, length);
		buf_puts(out, "     | ");
		printable_add(out, line.data, "\t");
		buf_puts(out, "\n");
		buf_free(&line);
		text += length + (text[length] == '\n');
	}
}

/* Only what is the same in every run: the target's clock, and no figure of the machine's. */
static void add_result_line(struct buf *out, const struct record *r, const struct text_style *style)
{
	paint(out, style, verdict_colour[r->verdict], r->expected ? "XFAIL" : verdict_name[r->verdict]);
	add_words(out, "  %s", r->id ? r->id : r->script->source.name);
	if (r->virtual_time || r->start.ns)                  /* else the clock of the script never started */
		buf_printf(out, "  %.2f s%s", vtime_to_s(vtime_max(VTIME_ZERO, r->duration)),
		           r->virtual_time ? " of virtual time" : "");
	if (r->attempts > 1)
		buf_printf(out, "  (attempt %d)", r->attempts);
	if (r->verdict != VERDICT_FAIL && !r->unplayable && r->verdict_reason)
		add_words(out, "  %s", r->verdict_reason);
	buf_puts(out, "\n");
}

/* First what went wrong, then the evidence. */
static void add_headline(struct buf *out, const struct entry *e, const struct text_style *style)
{
	struct buf headline = BUF_INIT;

	headline_add(&headline, e);
	if (headline.length && e->line > 0)
		buf_printf(out, "      line %d: ", e->line);
	else if (headline.length)
		buf_puts(out, "      ");
	if (headline.length) {
		paint(out, style, red, headline.data);
		buf_puts(out, "\n");
	}
	buf_free(&headline);
}

void text_report(struct buf *out, const struct record *r, const struct text_style *style)
{
	bool failed = r->verdict == VERDICT_FAIL || r->unplayable;

	add_result_line(out, r, style);
	if (failed && r->failure)
		add_headline(out, r->failure, style);
	add_warnings(out, r);
	if (style->verbose || failed)
		add_ladder(out, r, style);
	if (failed && r->failure)
		add_failure(out, r, r->failure, style);
	else if (failed && r->verdict_reason)
		add_remark(out, r->verdict_reason);
	if (r->cleanup_message)
		add_remark(out, r->cleanup_message);
	if (style->verbose || failed) {
		add_output(out, "commands wrote", r->command_output);
		add_output(out, "code blocks wrote to standard output", r->code_output);
		add_output(out, "code blocks wrote to standard error", r->code_errors);
		buf_puts(out, "\n");
	}
}

void text_summary(struct buf *out, const int counts[VERDICTS], int expected, const struct text_style *style)
{
	static const char *const words[VERDICTS] = {
		[VERDICT_PASS] = "passed",   [VERDICT_FAIL] = "failed",  [VERDICT_INCONCLUSIVE] = "inconclusive",
		[VERDICT_SKIP] = "skipped", [VERDICT_ERROR] = "errors",
	};

	for (size_t i = 0; i < VERDICTS; i++) {
		bool coloured = counts[i] && style->colour;
		buf_printf(out, "%s%s%d %s%s", i ? ", " : "", coloured ? verdict_colour[i] : "", counts[i], words[i],
		           coloured ? plain : "");
	}
	if (expected)
		buf_printf(out, "; %d of the passed failed as expected", expected);
	buf_puts(out, "\n");
}
