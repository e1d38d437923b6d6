/* SPDX-License-Identifier: MIT
 *
 * target_kinds.h - the targets that -t knows
 */
#ifndef CLI_TARGET_KINDS_H
#define CLI_TARGET_KINDS_H

#include "suite/attempt.h"

struct target_kind {
	const char *name;
	const char *help;
	/* As struct attempt_plan has it, whose .target_options is a struct builtin_setup. NULL: not part of this
	 * version. */
	struct target *(*open)(const struct attempt_plan *plan, struct buf *problem);
	bool virtual_time;
};

extern const struct target_kind target_kinds[];          /* ends with name NULL */

/* NULL when there is none of that name. */
const struct target_kind *target_kind_find(const char *name);
/* The first that can be opened. */
const struct target_kind *target_kind_default(void);

#endif
