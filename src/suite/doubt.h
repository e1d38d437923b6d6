/* SPDX-License-Identifier: MIT
 *
 * doubt.h - is a FAIL the target's, or may the machine have brought it about?
 *
 * A live run shares its machine with others. The tester measures its own lateness, the processor time that the host
 * took away, and packets that the capture lost; with such a figure a FAIL proves nothing. The case is played again
 * while the budget of retries lasts, and if the doubt remains it is INCONCLUSIVE. A PASS needs no such care: a
 * disturbance makes packets late and calls slow, and never makes a wrong stack look right at every line.
 */
#ifndef SUITE_DOUBT_H
#define SUITE_DOUBT_H

#include "suite/attempt.h"

/* Is there to be another attempt? @left: how many the budget still allows. An INCONCLUSIVE attempt, or a FAIL in doubt,
 * is repeated while the budget lasts; a later PASS overrules it, and a FAIL without doubt counts at once. */
bool doubt_repeats(enum verdict verdict, bool doubtful, int left);

/* May a FAIL of this attempt come from the machine? Yes, if the harness was late or the machine busy by more than an
 * idle machine ever is, or if a packet was late by no more than the granularity of the target's timers. */
bool doubt_of_attempt(const struct attempt *a);

/* Why the FAIL of the last attempt is not reliable, as a sentence with the figure; false: it counts. @near_misses: the
 * line that was a near miss in all attempts before this one, or 0. A machine is late by a tick now and then; if it is
 * the same line each time, the target is late. */
bool doubt_remains(const struct attempt *a, int near_misses, struct buf *why);

#endif
