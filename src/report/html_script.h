/* SPDX-License-Identifier: MIT
 *
 * html_script.h - the script of a case, with what happened at each line
 */
#ifndef REPORT_HTML_SCRIPT_H
#define REPORT_HTML_SCRIPT_H

#include "report/result.h"
#include "util/buf.h"

/* Does the script have @line? The end of a script that is cut short does not. */
bool html_has_line(const struct result *result, int line);

/* A section with the script: line N has the id "line-N" and the time at which it happened, and below it what was
 * expected and observed where they differ. Nothing when there is no text. */
void html_script(struct buf *out, const struct result *result);

/* A section with what would have to change in the script for it to pass; nothing if that is not known. */
void html_corrected_script(struct buf *out, const struct result *result);

#endif
