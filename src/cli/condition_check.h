/* SPDX-License-Identifier: MIT
 *
 * condition_check.h - names in the conditions of a script, and loops that never run
 */
#ifndef CLI_CONDITION_CHECK_H
#define CLI_CONDITION_CHECK_H

#include "script/ast.h"

/* Report to @diags which names in the conditions of @script do not exist, as errors where that is certain. */
void condition_check(const struct script *script, struct diags *diags);

#endif
