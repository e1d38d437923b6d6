/* SPDX-License-Identifier: MIT
 *
 * builtin_setup.h - how the reference stack is to be: --profile, --defect, --seed
 */
#ifndef CLI_BUILTIN_SETUP_H
#define CLI_BUILTIN_SETUP_H

#include "cli/options.h"
#include "target/builtin/builtin.h"
#include "target/builtin/profile.h"

struct adapter_shelf;
struct mould;

/* The options as given; all texts are borrowed from argv. */
struct builtin_setup {
	const char *profile;                                 /* NULL: rfc */
	const char *defects;                                 /* comma-separated, or NULL */
	int64_t seed;
	bool seed_set;
	uint64_t *reached;                                   /* .config's set of defects that were reached, or NULL */
	enum builtin_trace trace;
	const char *via;                                     /* the command that starts the upper tester of -t remote,
	                                                        or NULL */
	const char *host;                                    /* USER@HOST[:PROGRAM], where ssh starts it, or NULL */
	const char *interface;                               /* of -t remote, if the target's name does not give it, or
	                                                        NULL */
	const char *home;                                    /* where adapters run; NULL: the current folder */
	struct adapter_shelf *shelf;                         /* for adapters that play several cases, or NULL */
	struct mould *mould;                                 /* for shared objects, or NULL */
	struct stack_config config;                          /* after builtin_setup_finish() */
	struct profile_bases bases;                          /* likewise */
};

/* The rows for a table of options; builtin_setup_set() takes them, and --profile where a command has one profile. */
#define BUILTIN_SETUP_OPTIONS \
	{ "defect", 0, "NAME,...", "builtin: break something on purpose ('protodrill list --defects')" }, \
	{ "seed", 0, "N", "builtin: the seed of all its random numbers (1)" },

/* False: @name is not an option of ours. Otherwise *good tells whether the value is good; if not, stderr says why. */
bool builtin_setup_set(struct builtin_setup *setup, const char *name, const char *value, bool *good);
/* Read profile and defects into .config; false when there are errors, which have been written to stderr. */
bool builtin_setup_finish(struct builtin_setup *setup);

#endif
