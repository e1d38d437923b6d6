/* SPDX-License-Identifier: MIT
 *
 * github.h - a result as annotations that GitHub's runner shows beside the line of the script
 */
#ifndef REPORT_GITHUB_H
#define REPORT_GITHUB_H

#include "report/result.h"

/* One line, "::error file=F,line=N,title=T::message", for FAIL and ERROR; a warning for INCONCLUSIVE, a notice for
 * SKIP, nothing for PASS. An ERROR of the script: a line each. Whatever names and texts hold, it stays one command:
 * "Workflow commands for GitHub Actions". */
void github_report(struct buf *out, const struct result *r);

/* An error when the run was not complete. */
void github_report_end(struct buf *out, const struct result_end *end);

#endif
