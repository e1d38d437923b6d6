/* SPDX-License-Identifier: MIT
 *
 * case_setup.h - what each case of a plan is played against
 */
#ifndef CLI_CASE_SETUP_H
#define CLI_CASE_SETUP_H

#include "cli/builtin_setup.h"
#include "cli/target_kinds.h"
#include "script/trait.h"
#include "suite/case.h"

struct case_setup {
	const struct target_kind *target;
	const struct linux_image *image;                     /* NULL: the target does not boot */
	const struct traits *traits;                         /* of the target; NULL: none are known */
	struct builtin_setup *builtin;                       /* with the profile and the defects of the case; all else
	                                                        is from @base */
};

/* One for each case, allocated from @arena. Each profile and each file of traits is read once, before anything is
 * played, so that whatever is wrong with it is known then: NULL with errors on stderr. */
struct case_setup *case_setups_make(const struct suite_plan *plan, const struct builtin_setup *base,
                                    struct arena *arena);

#endif
