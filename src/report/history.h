/* SPDX-License-Identifier: MIT
 *
 * history.h - results of earlier runs, found again by name
 *
 * Of each case only what compare.h remembers is kept in memory, and where its newest line is.
 */
#ifndef REPORT_HISTORY_H
#define REPORT_HISTORY_H

#include "report/compare.h"
#include "report/result_file.h"

struct history_case {
	const char *name;
	struct past past;
	const char *path;                                    /* of the file with the newest line */
	long offset;                                         /* of that line */
	bool seen;                                           /* for the caller */
};

struct history {
	struct arena *arena;
	struct history_case *list;                           /* sorted by name up to .sorted */
	size_t count, room, sorted;
};

/* The name by which a case is found again; allocated from @arena or borrowed from @r. */
typedef const char *(*history_name_fn)(struct arena *arena, const struct result *r);

/* What two results of one name in one file mean. */
enum history_rule { HISTORY_UNIQUE, HISTORY_FIRST };         /* a problem; or that the first counts */

/* Add all results of the file @path, newer than those before. False: @problem says why. */
bool history_add_file(struct history *h, const char *path, history_name_fn name, enum history_rule rule,
                      struct buf *problem);
/* NULL: there is none of that name. */
struct history_case *history_find(struct history *h, const char *name);
/* Read the newest result of @c again, its texts allocated from @arena. */
bool history_read(const struct history_case *c, struct arena *arena, struct result *out, struct buf *problem);
void history_free(struct history *h);

#endif
