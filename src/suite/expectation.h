/* SPDX-License-Identifier: MIT
 *
 * expectation.h - cases that are to fail: a tester is judged by what it catches
 *
 * The header `//! fails: LINE: KIND: REGULAR EXPRESSION` says that the target does not do what the script says, and how
 * that must be found out: at which line, as which kind of mismatch (the names that reports print) and with which message,
 * or other difference of the same line (a POSIX extended expression). Such a case passes when it fails in exactly this way.
 */
#ifndef SUITE_EXPECTATION_H
#define SUITE_EXPECTATION_H

#include "drill/record.h"

/* Turn the verdict of @record round if its script has that header: PASS or FAIL as the header says. Other verdicts
 * stay as they are. A malformed header is an ERROR. */
void expectation_apply(struct record *record);

#endif
