/* SPDX-License-Identifier: MIT
 *
 * jobs.h - many jobs, played by a few worker processes, answered in order
 *
 * A job is a number; what it means is the caller's business. Each worker plays many jobs, one after the other, in its
 * own memory. A job whose worker dies, or that takes too long, is lost but still has an answer; the worker is replaced.
 * Workers end with the process that started them, however that ends.
 */
#ifndef SUITE_JOBS_H
#define SUITE_JOBS_H

#include <signal.h>

#include "suite/attempt.h"
#include "suite/backoff.h"

enum { JOBS_TICK_MS = 100 };

/* Of all jobs, whatever their order. */
struct jobs_state {
	size_t answered;
	int running;
	int verdicts[VERDICTS];
};

struct jobs_plan {
	size_t count;                                        /* jobs are numbered from 0 */
	int workers;                                         /* at most so many at a time; at least 1 */
	struct backoff *backoff;                             /* how many of them; NULL: always all */
	size_t batch;                                  /* jobs handed to a worker at once, at most; 1: they take long */
	bool fixed_batches;                                  /* always this many, whatever the number of workers */
	int timeout_s;                                       /* for one job; 0: none */
	int memory_mb;                                     /* mebibytes for a worker, see memory_limit.h; 0: no limit */
	/* What ends a worker at once. SIGKILL; or SIGTERM, where play() heeds it as attempt_settle()
	 * does, to clean up. */
	int stop_signal;
	/* Called in a worker before it plays the jobs from @first to that before @end, one after the other; NULL: not
	 * at all. Should the worker be replaced, it is called for those that are left. */
	void (*begin)(const struct jobs_plan *plan, size_t first, size_t end);
	/* Called in a worker, with SIGINT, SIGTERM and SIGHUP blocked. @out is from ATTEMPT_INIT; with out->signal set
	 * the job counts as not played. */
	void (*play)(const struct jobs_plan *plan, size_t number, struct attempt *out);
	/* Called in the parent for a job that its worker can no longer answer; @reason says what happened. */
	void (*lose)(const struct jobs_plan *plan, size_t number, const char *reason, struct attempt *out);
	/* Called in the parent, in the order of the numbers, as soon as that order allows. */
	void (*done)(const struct jobs_plan *plan, size_t number, const struct attempt *answer);
	/* Called in the parent after each done(): true ends running and remaining jobs without answers. NULL: never. */
	bool (*enough)(const struct jobs_plan *plan);
	/* Called in the parent when @answer made .backoff let fewer play at a time than @before; NULL: not at all. */
	void (*slower)(const struct jobs_plan *plan, const struct attempt *answer, int before);
	/* Called in the parent often, and at least every JOBS_TICK_MS, while something runs; NULL: not at all. */
	void (*tick)(const struct jobs_plan *plan, const struct jobs_state *state);
	void *user;
};

/* How many workers there can be at a time, of @wanted: each needs a descriptor, and RLIMIT_NOFILE may not allow as many
 * beside those that are open. At least 1. */
int jobs_workers_possible(int wanted);

/* Play all jobs, or until enough(). The caller must have no other children: any left at the end are strays, and are
 * killed. Returns 0, or the number of the SIGINT, SIGTERM or SIGHUP that stopped us; then done() has been called for
 * what was finished. No worker is left. */
int jobs_run(const struct jobs_plan *plan);

#endif
