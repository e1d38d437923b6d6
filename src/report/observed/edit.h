/* SPDX-License-Identifier: MIT
 *
 * edit.h - between observed.c, which says what is to be corrected, and the files that do it: text, times and
 * packet lines
 *
 * A correction collects edits of the author's text and applies them together, so that places stay what they are. Texts
 * of edits live in its arena. A comment of ours stands above the line it is about: "// observed: WHY; was: OLD TEXT".
 */
#ifndef REPORT_OBSERVED_EDIT_H
#define REPORT_OBSERVED_EDIT_H

#include "drill/record.h"
#include "util/buf.h"

extern const char EDIT_MARK[];                          /* the beginning of our comments */
extern const char EDIT_GONE[];                          /* comes before a text that was removed */

struct correction {
	const struct record *record;
	const struct source *source, *original;              /* the text being edited; the author's, or NULL if it is
	                                                        that */
	struct arena *arena;
	const size_t *line_start;                            /* offsets; index 0 is line 1 */
	struct edit *edits;
	size_t count, room;
};

/* ---- text (edit.c) ---- */

void edit_begin(struct correction *c, const struct record *record, const struct source *original);
/* Append the text with all edits, and release them. Where two overlap, the one that begins first holds. */
void edit_finish(struct correction *c, struct buf *out);

/* @text (in the arena, or constant) for the bytes from offset @at to @end. */
void edit_replace(struct correction *c, size_t at, size_t end, const char *text);
/* A whole line, without its end, before what begins at @at. */
void edit_line_before(struct correction *c, size_t at, const char *text);
/* Say above @loc why it is changed, and what it was; in a later round only why. */
void edit_note(struct correction *c, const struct loc *loc, const char *reason);
/* Comment out what stands at @loc. */
void edit_remove(struct correction *c, const struct loc *loc, const char *reason);
/* Did an earlier round give @reason for what stands at @loc? */
bool edit_was_reason(const struct correction *c, const struct loc *loc, const char *reason);
/* "// observed: REASON; was: OLD", without the line's end; lines after the first are indented. @word: EDIT_GONE ... */
const char *edit_comment(const struct correction *c, const char *indent, const char *reason, const char *word,
                         const char *old);

/* The offset of the first byte, and of the one behind the last. */
size_t edit_start_of(const struct correction *c, const struct loc *loc);
size_t edit_end_of(const struct correction *c, const struct loc *loc);
size_t edit_skip_blanks(const struct correction *c, size_t at);
bool edit_starts(const struct correction *c, size_t at, const char *text);
const char *edit_cut(const struct correction *c, size_t at, size_t end);
/* The blanks before @at; "" if something else stands on its line. */
const char *edit_indent(const struct correction *c, size_t at);
/* A copy of @text, which is released. */
const char *edit_keep(const struct correction *c, struct buf *text);

/* ---- times (correct_time.c) ---- */

bool correct_is_relative(const struct time_spec *t);
const char *correct_time_text(const struct correction *c, const struct time_spec *t);
/* What follows the time stays in its column, as far as there are blanks. */
void correct_write_time(struct correction *c, const struct event *event, const struct time_spec *t);
/* The end of a blocking call, which counts from the same instant as its start. */
void correct_write_end(struct correction *c, const struct event *event, vtime_t end);
/* Absolute times must not run backwards: if @event's would, it becomes "any". */
void correct_keep_forward(const struct correction *c, const struct event *event, struct time_spec *t);
/* How exact the target's clock is: in real time, no better than the tolerance unless that is small. */
vtime_t correct_grain(const struct correction *c);
/* Did it miss its time? Decided here even if the drill did not look, because the packet was wrong already. */
bool correct_time_differs(const struct correction *c, const struct entry *e);
/* Write when @e happened, and return it. */
struct time_spec correct_time(struct correction *c, const struct entry *e);
/* @event is removed, and what follows keeps its time. */
void correct_remove(struct correction *c, const struct event *event, const char *reason);

/* ---- packet lines (correct_packet.c) ---- */

void correct_packet(struct correction *c, const struct entry *e);

#endif
