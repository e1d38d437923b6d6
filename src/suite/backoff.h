/* SPDX-License-Identifier: MIT
 *
 * backoff.h - how many scripts may play at a time in real time, judged by the lateness in their answers
 *
 * Scripts sleep for most of their time, so many can play at a time; how many depends on the machine and on what else it
 * does. So the number is halved when the harness was late, and one is added after a long run of punctual answers. A job
 * that began before the number was last lowered says nothing about the present number.
 */
#ifndef SUITE_BACKOFF_H
#define SUITE_BACKOFF_H

#include <stdint.h>

#include "suite/attempt.h"

struct backoff {
	int most;                                            /* never more at a time */
	int allowed;                                         /* at a time, now: 1 to .most */
	/* of the module; 0 at first */
	uint64_t begun;                                      /* jobs so far */
	uint64_t lowered_at;                                 /* .begun when the number was last lowered */
	int punctual;                                        /* answers in a row */
};

/* A job begins; returns a value to pass to backoff_end(). */
uint64_t backoff_begin(struct backoff *b);
/* The job has ended; was the harness late while it played? True: @b->allowed is less than before. */
bool backoff_end(struct backoff *b, uint64_t job, bool late);

/* Was the harness so late, or so disturbed, that fewer should play at a time? */
bool backoff_is_late(const struct attempt *answer);
/* Says what a late answer led to: "late by 4.1 ms with 8 scripts at a time: now 4". */
void backoff_describe(struct buf *out, const struct attempt *answer, int before, int allowed);

#endif
