/* SPDX-License-Identifier: MIT
 *
 * compare.h - two results of one case: what has become of it
 */
#ifndef REPORT_COMPARE_H
#define REPORT_COMPARE_H

#include "report/result.h"

enum change {
	CHANGE_NONE,
	CHANGE_BROKE,                                        /* it did not fail before, and is now FAIL or ERROR */
	CHANGE_REPAIRED,                                     /* it did not pass before, and now it does */
	CHANGE_OTHER,                                        /* it fails as before, but elsewhere or in another way */
	CHANGE_FLAKY,                                        /* its verdict does not last */
	CHANGE_SLOWER, CHANGE_FASTER,                        /* it passes as before, on the clock of the target */
	CHANGE_NEW,                                          /* it was not tested before */
	CHANGE_GONE,                                         /* it is not tested any more: left out, or skipped */
	CHANGES
};
extern const char *const change_name[CHANGES];

/* What is remembered of a case of earlier runs. */
struct past {
	enum verdict verdict;                                /* the last time */
	int attempts;
	int line;
	enum mismatch_kind mismatch;
	vtime_t duration;
	bool virtual_time;
	int runs, passed, failed;                            /* how often, all times; an ERROR counts as failed */
	int turns;                                           /* changes from passed to failed, or back */
};

/* A case is slower if it takes longer by more than this share and by more than this time. */
struct pace {
	double percent;
	vtime_t least;
};

/* Add @r, which is newer than all before; @past is all zeros before the first. */
void past_add(struct past *past, const struct result *r);

/* What became of a case that was @past (NULL: it was not there) and is @now (NULL: it is not there any more). */
enum change compare_results(const struct past *past, const struct result *now, const struct pace *pace);

/* Where two plays of one script differ, event by event, a few lines each: other packets, other results of calls, other
 * times since the event before (by more than @tolerance). What only one of them reached is counted in a last line. If
 * only one of them is a kernel, it may be late by an eighth of the wait, since a kernel's timers are coarse, and
 * time-stamps with it. Digests of signatures are not compared: ports and numbers differ. Returns how many events
 * differ. @names: of the two, for the left margin. */
size_t compare_events(struct buf *out, const struct result *a, const struct result *b, const char *const names[2],
                      vtime_t tolerance);

/* By how much times of the two may differ unless the user says otherwise: 4 ms if a clock is real, or only one of them
 * is a kernel; 10 us between two booted kernels, which do not compute for exactly the same time; nothing between two
 * stacks, whose clocks stand still while they compute. */
vtime_t compare_tolerance(const struct result *a, const struct result *b);

/* The first difference. */
struct difference {
	const struct result_event *a, *b;                    /* NULL: only the other one has it */
	const char *outcome_a, *outcome_b;                   /* in words; NULL: it did not happen */
	bool only_time;
};

/* False: they do not differ. What @out points to is in the results or in @arena. */
bool compare_first(const struct result *a, const struct result *b, vtime_t tolerance, struct arena *arena,
                   struct difference *out);

#endif
