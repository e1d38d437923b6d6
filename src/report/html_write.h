/* SPDX-License-Identifier: MIT
 *
 * html_write.h - pieces of HTML pages: text that cannot break out of its place, and the frame around a page
 *
 * Pages are written so that an XML parser reads them, too: every element is closed, every attribute has quotes.
 */
#ifndef REPORT_HTML_WRITE_H
#define REPORT_HTML_WRITE_H

#include "report/result.h"
#include "util/buf.h"

/* printf() for markup: what %s stands for is escaped, in text and in attributes with double quotes alike. Besides it
 * knows %d, %zu, %lld, %.2f, %.3f and %.6f, and nothing else. */
void html(struct buf *out, const char *format, ...) PRINTF_LIKE(2, 3);

struct html_frame {
	const char *title;                                   /* of the window */
	const char *root;                          /* from the page to the folder, "" or "../"; NULL: style goes in */
	const char *page;                                    /* class of the body: "index", "case", "coverage" */
};

/* All up to the beginning of <main>. */
void html_begin_page(struct buf *out, const struct html_frame *frame);
/* All after its end. @version: of protodrill; NULL: none. */
void html_end_page(struct buf *out, const char *version);

/* The outcome of a case as it is shown: its verdict, or that it failed as a plan expects. */
enum html_outcome {
	HTML_PASS,
	HTML_FAIL,
	HTML_INCONCLUSIVE,
	HTML_SKIP,
	HTML_ERROR,
	HTML_XFAIL,
	HTML_OUTCOMES
};

struct html_outcome_look {
	const char *css;                                     /* what the stylesheet calls it: "pass", "fail" ... */
	const char *symbol;                                  /* "✓": colour alone never says anything */
	const char *word;                                    /* "PASS", "XFAIL" */
	const char *plural;                                  /* of a count: "passed" */
};
extern const struct html_outcome_look html_outcome_look[HTML_OUTCOMES];

enum html_outcome html_outcome_of(const struct result *result);
/* <span> with symbol and word. */
void html_outcome(struct buf *out, enum html_outcome outcome);

/* Files that are part of each report, compiled in. */
struct html_asset {
	const char *name, *text;
};
extern const struct html_asset html_assets[];
extern const size_t html_asset_count;

#endif
