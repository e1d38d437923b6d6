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
	bool single;                                         /* there is one of it, and cases would meet on its ports */
	bool reference;                                      /* the reference stack: it takes profiles and defects */
	bool boots;                                          /* a kernel for each case, which is played inside; that of
	                                                        NAME:FILE */
	bool takes_text, needs_text;                         /* NAME:TEXT is one of it, and NAME alone is none */
	const char *stands_for;                              /* it plays what is for this target, too; NULL: none */
	const char *profile;                                 /* it has none, and plays what is for this one; or NULL */
	needs_has_function *has;                             /* where it is played */
};

extern const struct target_kind target_kinds[];          /* the default first; ends with name NULL */

/* NULL when there is none of that name. @name may have ":TEXT" behind it if the target takes one. */
const struct target_kind *target_kind_find(const char *name);
/* Append that there is none of that name, which was meant, and which there are. */
void target_kind_unknown(const char *name, struct buf *problem);
/* What `if` in a script asks for: the target, the profile (NULL: the default, if it takes one), the kernel (@booted, or
 * NULL: that of this machine where it is tested). */
void target_kind_traits(const struct target_kind *kind, const char *profile, const char *booted, struct config *config);
/* The text after the colon of @name; "" without one. */
const char *target_kind_file(const char *name);

#endif
