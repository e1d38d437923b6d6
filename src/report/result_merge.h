/* SPDX-License-Identifier: MIT
 *
 * result_merge.h - the result files of all shards of a plan, read as the one file that the whole plan would have given
 *
 * Each file is in the order of numbers, so one pass over all of them at once is enough, and memory holds one case of
 * each. The result is certain to be the whole plan: every number from 1 to .run.cases came once, from a complete shard;
 * otherwise reading ends with a problem.
 */
#ifndef REPORT_RESULT_MERGE_H
#define REPORT_RESULT_MERGE_H

#include "report/result_file.h"

struct result_merge {
	struct result_part *parts;                           /* one a file, in the order of the shards */
	size_t count;
	struct result_run run;                        /* of the whole: no shard; borrowed from the parts and .systems */
	struct result_end end;                               /* the sums, after the last */
	struct buf systems;                                  /* of all machines, each once, separated by ", " */
	size_t system_count;                                 /* more than one: the caller should say so */
	int64_t next;                                        /* the number that comes next */
	struct result_part *given;                           /* the part that the last case came from; NULL: before the
	                                                        first */
};

/* Open the files, "-" is standard input, and see whether they are the shards of one run. False: @problem says why not,
 * with a line for each file that does not belong. result_merge_close() is due in any case. */
bool result_merge_open(struct result_merge *m, const char *const *paths, size_t count, struct buf *problem);

/* The next case in the order of numbers; it lives until the next call. @line (with its newline) is what the shard
 * wrote. False at the end, and then @problem is empty only when nothing is missing. */
bool result_merge_next(struct result_merge *m, const struct result **out, const char **line, size_t *length,
                       struct buf *problem);

void result_merge_close(struct result_merge *m);

#endif
