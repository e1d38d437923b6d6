/* SPDX-License-Identifier: MIT
 *
 * attempt.h - plays a script in a process of its own, and again if the machine disturbed it
 *
 * One attempt is one forked child: it opens the target, plays, renders its reports into memory and sends
 * them to the parent through a pipe. Whatever happens to the child, the parent has an answer, and the
 * script's clean-up command has run: by the child, which ends in good order on SIGINT, SIGTERM, SIGHUP and
 * on the death of its parent; or by the parent, when the child was killed.
 */
#ifndef SUITE_ATTEMPT_H
#define SUITE_ATTEMPT_H

#include "drill/drill.h"
#include "suite/case.h"
#include "util/buf.h"

/* What reports are rendered into; free with attempt_free(). */
struct attempt_output {
	struct buf out, err;                                 /* text for standard output and standard error */
	struct buf capture;                                  /* live packets, as report/capture.h packs them */
	struct buf result;                                   /* a line of report/result.h; empty: not asked for */
	struct buf lines;                                    /* of a kernel that ran: what linux_counts_end() gave, and
	                                                        then a line of report/line_coverage.h */
};

struct attempt_plan {
	const struct script *script;                         /* checked */
	const char *id;                                      /* what reports call it; NULL: the path of the script */
	const char *target_name;
	const char *directory;                               /* where commands run; NULL: the current one */
	/* Called in the child with this plan. NULL if the target is not available; then *problem says why. */
	struct target *(*open)(const struct attempt_plan *plan, struct buf *problem);
	void *target_options;                                /* for open(), which knows what it points to */
	const struct need *needs;                            /* for open(): what more than the script the plan needs */
	size_t need_count;
	/* Called in the child, or in the parent for a record without entries when the child has none to show. */
	void (*render)(const struct record *record, const void *user, struct attempt_output *out);
	const void *user;
	/* Called in the child while it plays, see struct record; NULL: not at all. */
	void (*observe)(const struct record *record, const struct entry *entry);
	bool own_namespace;                                  /* the target's network namespace is its own */
	bool virtual_time;                                   /* the script's commands never run on this machine */
	bool force_python, allow_python;
	bool show_printed;                                /* the output of code blocks is wanted after a failure, too */
	bool sample;                                         /* the record is to have samples */
	bool obey_headers;                                   /* `//! fails:` reverses the verdict */
	const struct plan_expectation *expectation;          /* the plan's expectation, which may change it as well;
	                                                        NULL: none */
	const char *today;                                   /* the day for .expectation: "YYYY-MM-DD" */
	bool keep_background;                                /* processes that commands left behind may live on */
	int retries;                                         /* further attempts, at most */
	int timeout_s;                                       /* 0: none */
	int memory_mb;                                    /* mebibytes for the child, see memory_limit.h; 0: no limit */
};

struct attempt {
	enum verdict verdict;
	bool expected;                                       /* a known failure: see struct record */
	struct attempt_output output;
	struct buf reason;                                   /* one line; empty for PASS */
	vtime_t duration, worst_lateness;
	struct disturbance disturbance;
	int near_miss;                               /* the line of a failure that is one, see struct record; 0: none */
	bool waited;                                    /* the failure is a call that was still blocked after seconds */
	/* Over this attempt and those before it: the worst lateness of the harness, and whether one was
	 * INCONCLUSIVE. */
	vtime_t latest;
	bool disturbed;
	int number;                                          /* from 1: which attempt this is */
	int signal;                          /* the signal that interrupted us, and then nothing else counts; 0: none */
};

#define ATTEMPT_INIT { .output = { BUF_INIT, BUF_INIT, BUF_INIT, BUF_INIT, BUF_INIT }, .reason = BUF_INIT }

/* Play until the verdict counts (doubt_repeats()); @out, from ATTEMPT_INIT, is the attempt that counts. The
 * caller must have no other children: any that exist at the end of an attempt are strays of the script, and are
 * killed. */
void attempt_settle(const struct attempt_plan *plan, struct attempt *out);
void attempt_free(struct attempt *a);                    /* back to ATTEMPT_INIT */

#endif
