/* SPDX-License-Identifier: MIT
 *
 * words.h - what a line of a script would have to say for what was observed
 */
#ifndef REPORT_OBSERVED_WORDS_H
#define REPORT_OBSERVED_WORDS_H

#include "drill/record.h"
#include "util/buf.h"

/* The packet line of @e, from the direction sign on, with those fields of @observed (script space) that the author
 * wrote. @inserted: a line of its own beside the author's, which says nothing about the IP header. False, with nothing
 * added, if the language has no words for it. Texts are allocated in @arena. */
bool observed_packet(struct buf *out, const struct entry *e, const struct packet *observed, bool inserted,
                     struct arena *arena);
/* The same as a line of literal bytes. @author: the bytes that the author wrote, or NULL; those that may be anything
 * stay so. */
void observed_raw(struct buf *out, const struct live_packet *live, const struct raw_bytes *author);

/* Result and errno of @e's call, as they are written after the equals sign. */
void observed_result(struct buf *out, const struct entry *e, const struct script *script);

/* @t moved so that it includes @actual, where @planned is what @t stands for: a range keeps its width. A relative time
 * that would be negative becomes absolute. Rounded to @grain, since nobody wants to read a machine's microseconds. */
struct time_spec observed_time(const struct time_spec *t, vtime_t planned, vtime_t actual, vtime_t grain);

#endif
