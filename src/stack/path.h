/* SPDX-License-Identifier: MIT
 *
 * path.h - inside the stack: routes, and what was learnt about paths (RFC 1191, RFC 8201)
 */
#ifndef STACK_PATH_H
#define STACK_PATH_H

#include "stack/ip.h"

/* Forget everything learnt. */
void path_forget(struct stack *st);

/* Are the first @bits bits the same, in addresses of one version? */
bool ip_prefix_equal(const struct ip_address *a, const struct ip_address *b, int bits);

#endif
