/* SPDX-License-Identifier: MIT
 *
 * original_text.h - records and script errors in the wording of the original tool
 *
 * Existing runners, editors and `// Failure:` comments match these lines, so they never change.
 */
#ifndef REPORT_ORIGINAL_TEXT_H
#define REPORT_ORIGINAL_TEXT_H

#include "drill/record.h"
#include "util/buf.h"
#include "util/diag.h"

/* With --verbose, or --debug, what goes to standard output when @e has happened. */
void original_text_trace(const struct record *r, const struct entry *e, struct buf *out);

/* When the run is over. @out: what code blocks print; @err: what goes to standard error. */
void original_text_report(const struct record *r, struct buf *out, struct buf *err);

/* The first error of @d: the original tool stops there. Nothing if there is none. */
void original_text_diag(const struct diags *d, struct buf *err);

#endif
