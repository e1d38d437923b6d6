/* SPDX-License-Identifier: MIT
 *
 * coverage.h - requirement by requirement: does a target meet it, and which cases say so?
 *
 * A run says which cases passed. What people want to know of an implementation is another thing: which sentences of
 * the standards it obeys, which it breaks, and which nobody has looked at. Both are the same results, read the other
 * way round: `covers` of a case names requirements, so each requirement has the cases that speak about it, for each
 * target (a column) their verdicts, and of these one word follows:
 *
 *	met            all cases that judged it passed
 *	broken         a case failed, and the level is MUST or MUST NOT
 *	deviates       likewise, and it is SHOULD or SHOULD NOT: the standard allows it, but its users have to know
 *	absent         likewise, and it is MAY: an option that this target does not have
 *	not supported  each of its cases needs something that was declared as not there
 *	not tested     nothing judged it, and .reason says why
 *
 * One failure outweighs any number of passes, because a requirement speaks of all situations. A failure that a plan
 * expects is one, too: that it is known does not make the target conform. What was inconclusive, or could not be
 * played, judges nothing, and while there is any of it, a requirement is not met either.
 *
 * Of each result only names, verdict and reason are kept.
 */
#ifndef REPORT_COVERAGE_H
#define REPORT_COVERAGE_H

#include "report/requirement.h"
#include "report/result.h"
#include "util/arena.h"

enum coverage_word {
	COVERAGE_MET, COVERAGE_DEVIATES, COVERAGE_BROKEN, COVERAGE_ABSENT, COVERAGE_UNSUPPORTED, COVERAGE_UNTESTED,
	COVERAGE_WORDS
};
extern const char *const coverage_word[COVERAGE_WORDS];      /* "met", "not tested" */

struct coverage_case {
	const char *id;                                      /* in its plan: "ack/delayed.pkt@kernel" */
	const char *page;                                    /* of an HTML report; NULL: none */
	enum verdict verdict;                                /* what it did, whether a plan expects it or not */
	const char *reason;                                  /* NULL for PASS */
};

/* A requirement on a target. */
struct coverage_cell {
	const char *target;
	enum coverage_word word;
	const char *reason;                                  /* of COVERAGE_UNTESTED; else NULL */
	const struct coverage_case *cases;                   /* in the order in which they were played */
	size_t count;
};

struct coverage_row {
	const struct requirement *requirement;
	const struct coverage_cell *cells;                   /* one a target */
	size_t count;
};

/* What .rows of a table are, added up. */
struct coverage_sum {
	const char *target;
	size_t words[COVERAGE_WORDS];
};

/* A target that judged too little for a column of its own: one sentence says what. */
struct coverage_aside {
	const char *target, *judged;                         /* "met: RFC6298:4-G, RFC9293:MUST-59" */
};

/* The finished table, in the order of the catalogue. */
struct coverage_table {
	const char *version;                                 /* of protodrill */
	const struct coverage_row *rows;
	size_t count;
	const struct coverage_sum *sums;                     /* one a target */
	size_t sum_count;
	const struct coverage_aside *asides;                 /* targets without a column */
	size_t aside_count;
	const char *const *unknown;                          /* names that cases cover and the catalogue lacks */
	size_t unknown_count;
};

struct coverage;

/* Empty; free with coverage_free(). */
struct coverage *coverage_new(void);
void coverage_free(struct coverage *coverage);
/* What @result says of the requirements that its case covers. @page may be NULL; texts are copied. */
void coverage_add(struct coverage *coverage, const struct result *result, const char *page);
/* The same of all cases in the file of results @path. False: @problem says why. */
bool coverage_add_file(struct coverage *coverage, const char *path, struct buf *problem);
/* To be called once all results were added; lives as long as @coverage. */
const struct coverage_table *coverage_finish(struct coverage *coverage, const char *version);
struct arena *coverage_arena(struct coverage *coverage);     /* where its tables are */

/* The columns of @whole that are worth their place, for people. With @targets, a list between commas, these are those
 * that it names, in its order: "builtin" is each profile of it, "builtin linux" one. NULL: all but those which found
 * nothing wrong and judged less than a twentieth of what another did, as a profile does that only a few cases are for;
 * such a column would say "not tested" from top to bottom and hide the others. They become .asides. NULL is returned,
 * and @problem says why, for a name without a column; the table lives as long as @coverage. */
const struct coverage_table *coverage_pick(struct coverage *coverage, const struct coverage_table *whole,
                                           const char *targets, struct buf *problem);

/* How the table is written. @out is appended to. */
struct coverage_view {
	bool cases;                                          /* name also the cases that passed */
	bool wanted[COVERAGE_WORDS];                         /* rows with such a word for some target; none: all rows */
	bool differ;                                         /* of these, those in which coverage_differs() */
};

struct coverage_format {
	const char *name, *help;                             /* "markdown" */
	void (*write)(struct buf *out, const struct coverage_table *table, const struct coverage_view *view);
	bool whole;                                          /* with every column, since programs read it */
};
extern const struct coverage_format coverage_formats[];      /* ends with name NULL */

/* Did cases judge two targets differently? A target that was not tested, or lacks what that takes, was not judged. */
bool coverage_differs(const struct coverage_row *row);

/* Is the row to be shown? */
bool coverage_shows(const struct coverage_view *view, const struct coverage_row *row);

#endif
