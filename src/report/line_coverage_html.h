/* SPDX-License-Identifier: MIT
 *
 * line_coverage_html.h - the lines of a kernel as pages: files, and the source with the cases behind each line
 */
#ifndef REPORT_LINE_COVERAGE_HTML_H
#define REPORT_LINE_COVERAGE_HTML_H

#include "report/line_coverage.h"

/* @version is protodrill's own, for the foot of the page. */
void line_coverage_html_index(struct buf *out, const struct line_coverage *coverage, const char *version);
/* The source is read from its place; if it is gone, the page has numbers only. */
void line_coverage_html_file(struct buf *out, const struct line_coverage *coverage, const struct covered_file *file,
                             const char *version);
/* Append the name of that page. */
void line_coverage_html_name(struct buf *out, const char *name);

#endif
