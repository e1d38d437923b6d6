/* SPDX-License-Identifier: MIT
 *
 * settle.h - plays a corrected script again and again until it passes
 *
 * A run ends at its first failure, so that one run corrects one place (report/observed/observed.h). In virtual time
 * a round costs next to nothing; against a machine it costs an attempt, so there are few of them.
 */
#ifndef SUITE_SETTLE_H
#define SUITE_SETTLE_H

#include "script/ast.h"
#include "suite/attempt.h"

struct settle_plan {
	const struct attempt_plan *attempt;           /* how its script was played; .render and .observe are not used */
	config_apply_fn apply;                          /* the command line, over the options of scripts; may be NULL */
	void *user;
	/* What the commands of a script mean to the target, as for the one that was played; may be NULL. */
	void (*prepare)(struct script *script, void *user);
	const char *name;                                    /* of what was tested, for the comment at the top */
};

/* @first: what observed_correct() made of the failed run of plan->attempt->script. Appends to @out the script that
 * passes, or the last one that was tried; then its top says what is wrong with it. Returns the signal that interrupted
 * it, or 0. */
int settle_observed(const struct settle_plan *plan, const struct buf *first, struct buf *out);

#endif
