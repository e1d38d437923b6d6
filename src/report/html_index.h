/* SPDX-License-Identifier: MIT
 *
 * html_index.h - the first page of an HTML report: the numbers, what failed, and a matrix of cases and variants
 *
 * All that is kept of a case is what its cell shows.
 */
#ifndef REPORT_HTML_INDEX_H
#define REPORT_HTML_INDEX_H

#include "report/html_write.h"
#include "util/arena.h"

struct html_cell {
	int64_t number;
	const char *path, *title, *reason;                   /* title, reason: NULL: none */
	const char *page;                                    /* from the folder: "cases/0001-name.html" */
	size_t variant;                                      /* of the index */
	int line;
	enum html_outcome outcome;
	const char *address;                                 /* NULL: none, or the variant says it */
	/* for the order of the matrix */
	int64_t row, folder;                                 /* least number with the same path, in the same folder */
};

/* A column of the matrix. */
struct html_variant {
	const char *target, *profile;                        /* profile: NULL: none */
	const char *rest;                                    /* what else the plan varies: "ipv6 · MSS=1460"; or NULL */
};

struct html_index {
	struct arena *arena;                                 /* of all texts in it; not owned */
	struct html_cell *cells;                             /* owned, as .variants */
	size_t cell_count;
	struct html_variant *variants;
	size_t variant_count;
};

/* Remember @result; @page is copied. */
void html_index_add(struct html_index *index, const struct result *result, const char *page);
/* Append the whole page. Sorts the cells. */
void html_index_page(struct buf *out, struct html_index *index, const struct result_run *run,
                     const struct result_end *end);
/* What stands there until the run has ended. */
void html_index_unfinished(struct buf *out, const struct result_run *run);
void html_index_free(struct html_index *index);

#endif
