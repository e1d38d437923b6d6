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
/* Warn in @diags of requirements in `covers` of @source that the catalogue should have and lacks. No verdict depends on
 * them, and searching the long catalogue takes time, so this is not part of case_check(). */
void case_check_covers(const struct source *source, struct diags *diags);

/* Translate the settings of FreeBSD in a checked @script for the target; @parameters: it has the parameters of the
 * reference stack. Returns why the case must be SKIP (script->foreign), or NULL. */
const char *case_follow_settings(struct script *script, bool parameters);

#endif
