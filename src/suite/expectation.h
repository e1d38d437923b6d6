/* SPDX-License-Identifier: MIT
 *
 * expectation.h - failures that are expected
 *
 * There are two kinds. A case that must fail, because a tester is judged by what it catches, says so itself: the
 * header `//! fails: LINE: KIND: REGULAR EXPRESSION` tells at which line, as which kind of mismatch (the names that
 * reports print) and with which message, or other difference of the same line (a POSIX extended expression). Such a
 * case passes when it fails in exactly this way.
 *
 * A failure that is known but should not be is in a plan, with a reason and the last day on which it counts. It counts
 * as passed, and reports show it as XFAIL; a case that passes all the same is a failure (XPASS), so that the
 * expectation is not forgotten once the target is repaired; and after its last day an expectation has no effect.
 */
#ifndef SUITE_EXPECTATION_H
#define SUITE_EXPECTATION_H

#include "suite/case.h"

/* Reverse the verdict of @record if its script has that header: PASS or FAIL as the header says. Other verdicts stay as
 * they are. A malformed header is an ERROR. */
void expectation_apply(struct record *record);

/* Report a header that expectation_apply() could not read. False if there is one. */
bool expectation_check_header(const struct source *source, struct diags *diags);

enum expectation_ruling {
	EXPECTATION_SILENT,                                  /* nothing to say: the verdict stays, whatever it is */
	EXPECTATION_MET,                                     /* it failed as expected */
	EXPECTATION_XPASS,                                   /* it passed, and should not have */
	EXPECTATION_OTHER,                                   /* it failed in another way */
	EXPECTATION_EXPIRED,                                 /* it failed after the last day */
};

/* What follows from an expectation. @today "YYYY-MM-DD"; @verdict and what failed (@line 0, @kind NULL: nothing). */
enum expectation_ruling expectation_rule(const struct plan_expectation *e, const char *today, enum verdict verdict,
                                         int line, const char *kind);

/* Rule on @record and change it: see struct record's .verdict, .expected and .verdict_reason. @e NULL: nothing
 * changes. */
void expectation_settle(struct record *record, const struct plan_expectation *e, const char *today);

/* Is @text a day, "YYYY-MM-DD", of the calendar? */
bool expectation_is_day(const char *text);

#endif
