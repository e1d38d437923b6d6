/* SPDX-License-Identifier: MIT
 *
 * additions.h - what a script says in words that only protodrill knows, and the same without them
 */
#ifndef SCRIPT_ADDITIONS_H
#define SCRIPT_ADDITIONS_H

#include "script/ast.h"

/* A warning in @diags for each addition, in the events of the checked script @s, that plain lines cannot say. Returns
 * their number. */
int additions_report(const struct script *s, struct diags *diags);

/* Append @s in plain lines: what is left is what additions_report() names. */
void additions_expand(struct buf *out, const struct script *s);

#endif
