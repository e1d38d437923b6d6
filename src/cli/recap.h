/* SPDX-License-Identifier: MIT
 *
 * recap.h - what did not pass, once more at the end of a run, where it is seen
 */
#ifndef CLI_RECAP_H
#define CLI_RECAP_H

#include "suite/attempt.h"
#include "suite/case.h"

enum { RECAP_LINES = 50 };

struct recap_line {
	const struct suite_case *what;                       /* borrowed */
	enum verdict verdict;
	const char *reason;
};

/* Zeroed to begin with; free with recap_free(). */
struct recap {
	struct arena *arena;
	struct recap_line *list;                             /* cases with neither PASS nor SKIP, in the order of the
	                                                        run */
	size_t count, room;
	size_t played;
	vtime_t virtual_time;                                /* the sum for all targets that had a virtual clock */
};

void recap_add(struct recap *recap, const struct suite_case *what, const struct attempt *answer, bool virtual_time);
/* A line for each case that did not pass, at most RECAP_LINES of them. Nothing when all passed. */
void recap_print(struct buf *out, const struct recap *recap);
/* "278 cases in 1.3 s; 812.4 s of virtual time": @wall is how long the run took on this machine. */
void recap_times(struct buf *out, const struct recap *recap, vtime_t wall);
void recap_free(struct recap *recap);

#endif
