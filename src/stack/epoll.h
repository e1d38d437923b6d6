/* SPDX-License-Identifier: MIT
 *
 * epoll.h - inside the stack: sets of watched descriptors (util/watch_set.h) over its sockets
 */
#ifndef STACK_EPOLL_H
#define STACK_EPOLL_H

#include "stack/stack.h"

/* Before the first set is made: whom the sets of @st ask. */
void epoll_prepare(struct stack *st);

#endif
