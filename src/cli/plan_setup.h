/* SPDX-License-Identifier: MIT
 *
 * plan_setup.h - which cases: --plan, --target, --profile, -k, --last-failed, --shard, --today, and the paths
 */
#ifndef CLI_PLAN_SETUP_H
#define CLI_PLAN_SETUP_H

#include "cli/options.h"
#include "suite/plan.h"
#include "suite/shard.h"

/* The options as given; zeroed to begin with. Free with plan_setup_free(). */
struct plan_setup {
	struct arena *arena;
	const char **plans, **targets, **profiles, **traits;           /* end with NULL; NULL: none was named */
	const char **words;                                  /* ends with NULL; NULL: any name will do */
	const char **definitions;                            /* of the command line; ends with NULL; NULL: none */
	bool last_failed;
	const char *patch, *coverage;                        /* NULL: none was named */
	const char *today;                                   /* after plan_setup_make(): "YYYY-MM-DD" */
	struct shard shard;
	struct suite_plan plan;                              /* with the cases of the shard */
	size_t cases;                                        /* of all shards */
};

/* The rows for a table of options; plan_setup_set() takes them. */
#define PLAN_SETUP_OPTIONS \
	{ "plan", 0, "FILE.yaml", "play the cases of a plan; with PATHs only those among them" }, \
	{ "target", 't', "NAME,...", "what to test: builtin (the default), kernel, linux or linux:FILE" }, \
	{ "profile", 0, "NAME,...", "builtin: rfc, linux ... ('protodrill list --profiles'), or files NAME.yaml" }, \
	{ "traits", 0, "[NAME=]FILE", "what the target (or only NAME) has and chose; see 'protodrill traits'" }, \
	{ "keyword", 'k', "WORD", "only cases with WORD in their names, in upper or lower case" }, \
	{ "last-failed", 0, NULL, "only cases that did not pass when they were last played in this directory" }, \
	{ "touched-by", 0, "PATCH", "only cases that ran lines which this diff of a kernel's source touches" }, \
	{ "coverage-from", 0, "DIR", "where run --coverage wrote what --touched-by looks at (coverage)" }, \
	{ "shard", 0, "I/N", "part I of N, for several machines; 'protodrill merge' joins their results" },
#define PLAN_SETUP_TODAY_OPTION \
	{ "today", 0, "YYYY-MM-DD", "judge by this day whether expected failures have expired (today, UTC)" },

/* False: @name is not an option of ours. Otherwise *good tells whether the value is good; if not, stderr says why. */
bool plan_setup_set(struct plan_setup *setup, const char *name, const char *value, bool *good);

/* Do the options name cases even without a path: in a plan, or those that failed last? */
bool plan_setup_names_cases(const struct plan_setup *setup);

/* Fill .plan, .cases and .today; @paths ends with NULL. False when there are errors, which have been written to stderr.
 * A shard without cases is no error, but is reported there, too. */
bool plan_setup_make(struct plan_setup *setup, char **paths);
/* The targets of the cases that were made, each once, in the plan's arena; NULL ends the list. */
const char *const *plan_setup_targets(const struct plan_setup *setup);
void plan_setup_free(struct plan_setup *setup);

#endif
