/* SPDX-License-Identifier: MIT
 *
 * html_case.h - the page of one case
 */
#ifndef REPORT_HTML_CASE_H
#define REPORT_HTML_CASE_H

#include "report/result.h"
#include "util/buf.h"

struct html_case {
	const struct result *result;
	const char *version;                                 /* of protodrill */
	const char *capture;                                 /* name of the capture file beside the page; NULL: none */
	const char *previous;                                /* a failing case: page of the one before; NULL: none */
};

/* Append the whole page to @out. Returns the place in it of the link to the next failing case, which is known only once
 * that case was played. */
size_t html_case_page(struct buf *out, const struct html_case *page);

/* Append that link. @next: the page; NULL: there is none. */
void html_case_next(struct buf *out, const char *next);

#endif
