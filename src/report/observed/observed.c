/* SPDX-License-Identifier: MIT
 *
 * observed.c - corrections of a script as edits of its text
 */
#include "report/observed/observed.h"

#include <string.h>

#include "report/observed/edit.h"
#include "report/observed/words.h"
#include "script/case_header.h"

static const char *reason_of(const struct correction *c, const struct entry *e)
{
	if (!e->message)
		return mismatch_kind_name[e->mismatch_kind];
	return arena_printf(c->arena, "%s: %s", mismatch_kind_name[e->mismatch_kind], e->message);
}

/* ---- calls ---- */

static void write_result(struct correction *c, const struct entry *e)
{
	struct buf text = BUF_INIT;

	observed_result(&text, e, c->record->script);
	edit_note(c, &e->event->loc, mismatch_kind_name[e->mismatch_kind]);
	edit_replace(c, edit_start_of(c, &e->event->call->result->loc), edit_end_of(c, &e->event->loc),
		     edit_keep(c, &text));
}

/* Is the place of everything that differs known, and what would have to stand there? */
static bool outputs_known(const struct entry *e)
{
	for (const struct mismatch *m = e->mismatches; m; m = m->next)
		if (!m->place || !m->written)
			return false;
	return e->mismatches;
}

static void write_outputs(struct correction *c, const struct entry *e)
{
	edit_note(c, &e->event->loc, mismatch_kind_name[e->mismatch_kind]);
	for (const struct mismatch *m = e->mismatches; m; m = m->next)
		edit_replace(c, edit_start_of(c, &m->place->loc), edit_end_of(c, &m->place->loc), m->written);
}

/* A call that blocks, and whose return was not recorded. */
static const struct event *never_returned(const struct record *r)
{
	const struct event *found = NULL;

	for (const struct entry *e = r->first; e; e = e->next) {
		if (e->kind == ENTRY_CALL && e->event->call->blocking && e != r->failure)
			found = e->event;
		else if (e->kind == ENTRY_RETURN && e->event->call->blocking)
			found = NULL;
	}
	return found;
}

static void correct_call(struct correction *c, const struct entry *e)
{
	const struct event *event = e->event, *stuck = never_returned(c->record);

	if (e->mismatch_kind == MISMATCH_RESULT) {
		write_result(c, e);
	} else if (e->mismatch_kind == MISMATCH_OUTPUT && outputs_known(e)) {
		write_outputs(c, e);
	} else if (e->kind == ENTRY_RETURN && correct_time_differs(c, e)) {
		edit_note(c, &event->loc, mismatch_kind_name[e->mismatch_kind]);
		const struct time_spec end = {
			.kind = event->time.kind, .start = event->call->end, .end = event->call->end,
		};
		correct_write_end(c, event, observed_time(&end, e->planned, e->actual, correct_grain(c)).start);
	} else if (e->kind == ENTRY_CALL && correct_time_differs(c, e)) {
		edit_note(c, &event->loc, mismatch_kind_name[e->mismatch_kind]);
		vtime_t later = vtime_sub(correct_time(c, e).start, event->time.start);
		if (event->call->blocking)
			correct_write_end(c, event, vtime_add(event->call->end, later));
	} else if (e->mismatch_kind == MISMATCH_BASIS && !e->mismatches && event->call->blocking && stuck) {
		correct_remove(c, stuck, "it had not returned when the next call that blocks was due");
	} else {
		correct_remove(c, event, reason_of(c, e));
	}
}

/* ---- commands, code ---- */

/* The assertion gets the values that were observed, or is removed; the rest of the block stays. */
static void correct_code(struct correction *c, const struct entry *e)
{
	const struct event *event = e->event;
	size_t at = edit_start_of(c, &event->loc), end = edit_end_of(c, &event->loc);
	const char *block = edit_cut(c, at, end), *text = strstr(block, event->code->text);

	bool whole = !e->statement_corrected && e->statement_length == strlen(event->code->text);
	if (e->mismatch_kind != MISMATCH_ASSERTION || !e->statement_length || !text || whole) {
		correct_remove(c, event, reason_of(c, e));
		return;
	}
	edit_note(c, &event->loc, reason_of(c, e));
	at += (size_t)(text - block) + e->statement_at;
	edit_replace(c, at, at + e->statement_length, e->statement_corrected ? e->statement_corrected : "pass");
}

static void correct_frame(struct correction *c, const struct entry *e)
{
	const struct script *script = c->record->script;
	const struct command_spec *command = e == c->record->first ? script->init : script->cleanup;

	if (command)
		edit_remove(c, &command->loc, reason_of(c, e));
}

static void correct_entry(struct correction *c, const struct entry *e)
{
	const struct event *event = e->event;

	if (event && event->via)
		return;                                      /* its line stands for other events, too */
	if (!event) {
		correct_frame(c, e);
	} else if (event == c->record->script->events && event->time.kind != TIME_ANY && event->time.start.ns) {
		edit_note(c, &event->loc, "the first event is at time 0");
		correct_write_time(c, event, &(struct time_spec){ .kind = TIME_ABSOLUTE });
	} else if (e->kind == ENTRY_OUTBOUND) {
		correct_packet(c, e);
	} else if (e->kind == ENTRY_CALL || e->kind == ENTRY_RETURN) {
		correct_call(c, e);
	} else if (e->kind == ENTRY_CODE && !correct_time_differs(c, e)) {
		correct_code(c, e);
	} else if (correct_time_differs(c, e)) {
		edit_note(c, &event->loc, mismatch_kind_name[e->mismatch_kind]);
		correct_time(c, e);
	} else {
		correct_remove(c, event, reason_of(c, e));
	}
}

/* ---- the whole ---- */

/* The header `fails` goes: the script no longer fails. */
static void correct_header(struct correction *c)
{
	const char *text;
	size_t length;

	if (!header_find(c->source, "fails", &text, &length))
		return;
	size_t at = (size_t)(text - c->source->text), end = at + length;
	while (!edit_starts(c, at, "//!"))
		at--;
	edit_replace(c, at, end, edit_comment(c, "", "it does not fail so any more", EDIT_GONE, edit_cut(c, at, end)));
}

void observed_correct(struct buf *out, const struct record *r, const struct source *original)
{
	struct correction c;

	edit_begin(&c, r, original);
	correct_header(&c);
	for (const struct entry *e = r->first; e; e = e->next)
		if (e->status != ENTRY_OK && e->mismatch_kind != MISMATCH_NONE)
			correct_entry(&c, e);
	edit_finish(&c, out);
}

static bool is_inside(const struct loc *inner, const struct loc *outer)
{
	bool after = inner->line > outer->line || (inner->line == outer->line && inner->column >= outer->column);

	return after && (inner->line < outer->end_line ||
	                 (inner->line == outer->end_line && inner->column < outer->end_column));
}

void observed_refuse(struct buf *out, const struct script *script, const struct diags *diags,
                     const struct source *original)
{
	struct record *record = record_new(script, "", true);
	struct correction c;

	edit_begin(&c, record, original);
	for (const struct event *event = script->events; event; event = event->next) {
		const struct diag *d = diags->first;
		while (d && (d->kind == DIAG_WARNING || !is_inside(&d->loc, &event->loc)))
			d = d->next;
		if (d)
			correct_remove(&c, event, arena_printf(c.arena, "cannot be played: %s", d->headline));
	}
	edit_finish(&c, out);
	record_free(record);
}

/* How many comments of ours the text has that the original does not. */
static int count_changes(const struct buf *text, const struct source *original)
{
	struct arena *arena = arena_new();
	int count = 0;

	for (const char *at = text->data; (at = strstr(at, EDIT_MARK)); at += strlen(EDIT_MARK))
		count += !strstr(original->text, arena_strndup(arena, at, strcspn(at, "\n")));
	arena_free(arena);
	return count;
}

void observed_whole(struct buf *out, const struct buf *text, const char *target, const struct source *original,
                    const char *doubt)
{
	int lines = count_changes(text, original);

	buf_printf(out, "%swhat %s did; %d line%s from %s\n", EDIT_MARK, target, lines,
		   lines == 1 ? " differs" : "s differ",
		   original->name);
	if (doubt)
		buf_printf(out, "%s%s\n", EDIT_MARK, doubt);
	buf_add(out, text->data, text->length);
}

void observed_script(struct buf *out, const struct record *r)
{
	struct buf text = BUF_INIT;
	const char *doubt = NULL;

	observed_correct(&text, r, NULL);
	if (r->failure && r->failure->event && r->failure->event->next)
		doubt = "what follows the corrected line was not reached and is unverified";
	observed_whole(out, &text, r->target_name, &r->script->source, doubt);
	buf_free(&text);
}
