/* SPDX-License-Identifier: MIT
 *
 * path.h - inside the stack: routes, and what was learnt about paths (RFC 1191, RFC 8201)
 */
#ifndef STACK_PATH_H
#define STACK_PATH_H

#include "stack/ip.h"

/* Forget everything learnt. */
void path_forget(struct stack *st);

#endif
