/* SPDX-License-Identifier: MIT
 *
 * coverage_html.h - the table of requirements as a page
 */
#ifndef REPORT_COVERAGE_HTML_H
#define REPORT_COVERAGE_HTML_H

#include "report/coverage.h"

/* A page that needs no other file. */
void coverage_html_write(struct buf *out, const struct coverage_table *table, const struct coverage_view *view);
/* The same as a page of an HTML report, with links to the pages of cases. */
void coverage_html_page(struct buf *out, const struct coverage_table *table);

#endif
