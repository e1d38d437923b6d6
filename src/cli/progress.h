/* SPDX-License-Identifier: MIT
 *
 * progress.h - how far a run is: one line at the foot of a terminal, written again and again
 *
 * Whoever writes to the terminal calls progress_clear() first. The line never gets as long as the terminal is wide;
 * what matters least is left out.
 */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include <stdio.h>

#include "drill/record.h"

enum progress_when { PROGRESS_AUTO, PROGRESS_ALWAYS, PROGRESS_NEVER };

/* "auto", "always" or "never"; false: another word. */
bool progress_when_read(const char *word, enum progress_when *when);

/* What the line can tell. */
struct progress_state {
	size_t total, answered;
	int running;
	int verdicts[VERDICTS];                              /* of those answered */
};

/* How long the rest will take. Some scripts take longer than others, and neighbours take about the same: so the pace is
 * the mean of the pace since the beginning and the recent one. */
struct progress_pace {
	vtime_t began, last;                                 /* the start, and the time of the last look */
	size_t answered;                                     /* at the last look */
	double recent_s, recent_cases;                       /* weighted: the older, the less */
};

struct progress_pace progress_pace_start(vtime_t now);
/* Seconds until the end; -1 while there is nothing to estimate from, and when all that remain are running. */
double progress_pace_left(struct progress_pace *p, const struct progress_state *state, vtime_t now);

/* The line, not more than @columns - 1 columns wide. @left: seconds, or negative. */
void progress_line(struct buf *out, const struct progress_state *state, double left, int columns, bool colour);

struct progress {
	FILE *out;                                           /* NULL: nothing is shown */
	bool colour, shown;
	struct progress_pace pace;
	vtime_t drawn;
};

/* On standard error; with PROGRESS_AUTO only on a terminal that can show it. @talkative: so much is printed that the
 * line would disturb. */
void progress_begin(struct progress *p, enum progress_when when, bool talkative);
/* Show it, unless it was shown a tenth of a second ago. */
void progress_show(struct progress *p, const struct progress_state *state);
void progress_clear(struct progress *p);

#endif
