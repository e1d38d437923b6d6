/* SPDX-License-Identifier: MIT
 *
 * doubt.h - is a FAIL the target's, or may the machine have brought it about?
 *
 * A live run shares its machine with others. The tester measures its own lateness, what the host took away, and what
 * the capture lost; a FAIL beside such a figure proves nothing. It is played again, as long as the budget of retries
 * lasts, and when the doubt stays the case is INCONCLUSIVE. A PASS needs no such care: a disturbance makes packets
 * late and calls slow, and never makes a wrong stack look right at every line.
 */
#ifndef SUITE_DOUBT_H
#define SUITE_DOUBT_H

#include "suite/attempt.h"

/* Is there to be another attempt? @left: how many the budget still allows. What is INCONCLUSIVE, or a FAIL in doubt, is
 * repeated while the budget lasts; a PASS takes it back, and a FAIL without doubt counts at once. */
bool doubt_repeats(enum verdict verdict, bool doubtful, int left);

/* May a FAIL of this attempt come from the machine? It may when the harness was late or the machine busy by more than
 * an idle machine ever is, or when a packet was late by no more than the target's timers are coarse. */
bool doubt_of_attempt(const struct attempt *a);

/* Why the FAIL of the last attempt is nothing to go by, as a sentence with the figure; false: it counts.
 * @near_misses: the line that was a near miss in all attempts before this one, or 0. The machine that is late by a
 * tick is so now and then; the same line each time is late because of the target. */
bool doubt_remains(const struct attempt *a, int near_misses, struct buf *why);

#endif
