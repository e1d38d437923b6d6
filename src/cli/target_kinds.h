/* SPDX-License-Identifier: MIT
 *
 * target_kinds.h - the targets that -t knows
 */
#ifndef CLI_TARGET_KINDS_H
#define CLI_TARGET_KINDS_H

#include "suite/attempt.h"
#include "suite/needs.h"
#include "target/linux/linux.h"

struct target_kind {
	const char *name;
	const char *help;
	/* As struct attempt_plan has it, whose .target_options is a struct builtin_setup. */
	struct target *(*open)(const struct attempt_plan *plan, struct buf *problem);
	bool virtual_time;
	bool single;                                         /* there is only one of it, and its cases would meet on its
	                                                        ports */
	bool reference;                                      /* the reference stack: it takes profiles and defects */
	bool boots;                                          /* a kernel is booted for each case, which is played
	                                                        inside; NAME:FILE says which */
	bool takes_text, needs_text;                         /* NAME:TEXT is such a target; for needs_text, NAME alone
	                                                        is none */
	const char *stands_for;                              /* the target whose cases it plays, too; NULL: none */
	const char *profile;                                 /* the profile whose cases it plays, although it has no
	                                                        profiles; or NULL */
	needs_has_function *has;                             /* where it is played */
};

extern const struct target_kind target_kinds[];          /* the default first; ends with name NULL */

/* NULL when there is no target of that name. @name may be followed by ":TEXT" if the target takes one. */
const struct target_kind *target_kind_find(const char *name);
/* Append that no target has that name, which one was probably meant, and which ones there are. */
void target_kind_unknown(const char *name, struct buf *problem);
/* Set what `if` in a script asks for: the target, the profile (NULL: the default, if the target takes one), and the
 * kernel (@booted; NULL: this machine's if that is tested). */
void target_kind_traits(const struct target_kind *kind, const char *profile, const char *booted, struct config *config);
struct builtin_setup;

/* What was given on the command line that not all targets can do. */
struct target_options {
	const struct builtin_setup *setup;
	const char *const *profiles;                         /* NULL: none was named */
	const struct settings *settings;
};

/* Can one of @targets, a list with NULL at its end or NULL, obey each of the options? @problem says which of them none
 * can, and which targets could. */
bool target_options_fit(const char *const *targets, const struct target_options *options, struct buf *problem);
/* Can it do what a script asks for in options? Else append why not. */
bool target_kind_obeys(const struct target_kind *kind, const struct config *config, struct buf *why);
/* The text after the colon of @name; "" without one. */
const char *target_kind_file(const char *name);

#endif
