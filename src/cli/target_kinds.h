/* SPDX-License-Identifier: MIT
 *
 * target_kinds.h - the targets that -t knows
 */
#ifndef CLI_TARGET_KINDS_H
#define CLI_TARGET_KINDS_H

#include "script/ast.h"
#include "target/target.h"

struct target_kind {
	const char *name;
	const char *help;
	/* NULL: not part of this version. */
	struct target *(*open)(const struct script *script, bool own_namespace, struct buf *problem);
};

extern const struct target_kind target_kinds[];          /* ends with name NULL */

/* NULL when there is none of that name. */
const struct target_kind *target_kind_find(const char *name);
/* The first that can be opened. */
const struct target_kind *target_kind_default(void);

#endif
