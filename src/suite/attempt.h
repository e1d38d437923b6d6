/* SPDX-License-Identifier: MIT
 *
 * attempt.h - plays a script in a process of its own, again where the machine disturbed it
 *
 * One attempt is one forked child: it opens the target, plays, renders its reports into memory and sends
 * them to the parent through a pipe. Whatever happens to the child, the parent has an answer, and the
 * script's clean-up command has run: by the child, which ends in good order on SIGINT, SIGTERM, SIGHUP and
 * on the death of its parent; or by the parent, when the child was killed.
 */
#ifndef SUITE_ATTEMPT_H
#define SUITE_ATTEMPT_H

#include "drill/drill.h"
#include "util/buf.h"

/* What reports are rendered into; free with attempt_free(). */
struct attempt_output {
	struct buf out, err;                                 /* text for standard output and standard error */
	struct buf capture;                                  /* live packets, as report/capture.h packs them */
};

struct attempt_plan {
	const struct script *script;                         /* checked */
	const char *target_name;
	const char *directory;                               /* where commands run; NULL: the current one */
	/* Called in the child. NULL with *problem set when the target cannot be had. */
	struct target *(*open)(const struct script *script, bool own_namespace, struct buf *problem);
	/* Called in the child, or in the parent for a record without entries when the child has none to show. */
	void (*render)(const struct record *record, const void *user, struct attempt_output *out);
	const void *user;
	bool own_namespace;                                  /* the target's network namespace is its own */
	bool force_python, allow_python;
	bool keep_background;                                /* processes that commands left behind may live on */
	int retries;                                         /* further attempts, at most */
	int timeout_s;                                       /* 0: none */
};

struct attempt {
	enum verdict verdict;
	struct attempt_output output;
	struct buf reason;                                   /* one line; empty for PASS */
	vtime_t duration, worst_lateness;
	struct disturbance disturbance;
	int number;                                          /* from 1: which attempt this is */
	int signal;                                          /* that interrupted us; 0: none. Then nothing else counts. */
};

#define ATTEMPT_INIT { .output = { BUF_INIT, BUF_INIT, BUF_INIT }, .reason = BUF_INIT }

/* Play until the verdict counts (see attempt_next_step()); @out, from ATTEMPT_INIT, is the attempt that counts. */
void attempt_settle(const struct attempt_plan *plan, struct attempt *out);
void attempt_free(struct attempt *a);                    /* back to ATTEMPT_INIT */

enum attempt_step { ATTEMPT_COUNTS, ATTEMPT_AGAIN, ATTEMPT_HELD_COUNTS };

/* What follows from an attempt. @held: an earlier attempt failed while the machine disturbed it. @left: attempts
 * that the budget still allows. An INCONCLUSIVE one and a disturbed FAIL are repeated; the failure counts when it
 * comes again or when the budget is used up, and only a PASS without disturbance takes it back. */
enum attempt_step attempt_next_step(enum verdict verdict, bool disturbed, bool held, int left);

/* Was the harness late, or the machine busy, by more than an idle machine ever is? */
bool attempt_disturbed(vtime_t worst_lateness, const struct disturbance *disturbance);

#endif
