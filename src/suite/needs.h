/* SPDX-License-Identifier: MIT
 *
 * needs.h - what a case says it needs: the header `//! needs: tcp, command nstat`
 */
#ifndef SUITE_NEEDS_H
#define SUITE_NEEDS_H

#include "script/ast.h"
#include "script/trait.h"
#include "target/need.h"
#include "util/diag.h"

typedef bool needs_has_function(const struct need *need, struct buf *why);      /* as kernel_target_has() */
/* As linux_image_has(): whether @kernel, which does not run yet, has what can be told before. */
typedef bool needs_kernel_function(const void *kernel, const struct need *need, struct buf *why);

/* Who answers: .has, or .kernel_has for .kernel if that is not NULL; .traits of what the stack has. */
struct needs_judge {
	needs_has_function *has;
	needs_kernel_function *kernel_has;
	const void *kernel;
	const struct traits *traits;                         /* NULL: nothing is said */
};

/* Does the stack of @traits meet @need, one of NEED_TRAIT? @why: if not. */
bool needs_trait_met(const struct traits *traits, const struct need *need, struct buf *why);

/* Reports an error with its place in @diags for each unknown need in the header of @source; false if there is one. */
bool needs_check(const struct source *source, struct diags *diags);

/* Is @need there, a need by itself? @why: if not. */
bool needs_met(const char *need, const struct needs_judge *judge, struct arena *arena, struct buf *why);

/* The first need in that header that is not met, and @why; NULL if all are met. Unknown needs are ignored. The text is
 * allocated from @arena. */
const char *needs_lacking(const struct source *source, const struct needs_judge *judge, struct arena *arena,
                          struct buf *why);

/* All needs of @script, *@count of them: those in its header, UDP-Lite where it has a packet or a socket of it, and
 * @more of the plan. From the arena of @script. */
const struct need *needs_of(const struct script *script, const struct need *more, size_t more_count, size_t *count);

#endif
