/* SPDX-License-Identifier: MIT
 *
 * github.h - a record as an annotation that GitHub's runner shows beside the line of the script
 */
#ifndef REPORT_GITHUB_H
#define REPORT_GITHUB_H

#include "drill/record.h"
#include "util/buf.h"

/* One line, "::error file=F,line=N,title=T::message", for FAIL and ERROR; a warning for INCONCLUSIVE, a notice for
 * SKIP, nothing for PASS. Whatever names and texts hold, it stays one command: "Workflow commands for GitHub Actions". */
void github_report(struct buf *out, const struct record *r);

#endif
