/* SPDX-License-Identifier: MIT
 *
 * case_check.h - all that can be judged of a case without playing it
 */
#ifndef CLI_CASE_CHECK_H
#define CLI_CASE_CHECK_H

#include "script/ast.h"

/* Judge @script, its code blocks, its commands and its headers, and prepare it to be played. All errors and warnings
 * go to @diags; false when there was any error. */
bool case_check(struct script *script, struct diags *diags);

#endif
