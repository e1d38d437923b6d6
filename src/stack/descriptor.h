/* SPDX-License-Identifier: MIT
 *
 * descriptor.h - inside the stack: the descriptors of a host
 */
#ifndef STACK_DESCRIPTOR_H
#define STACK_DESCRIPTOR_H

#include "stack/stack.h"

enum { STACK_FIRST_FD = 3 };

struct socket;
struct watch_set;

struct descriptor {
	struct socket *socket;
	struct watch_set *epoll;                                /* both NULL: the number is free */
	bool non_blocking, close_on_exec, append;
	int owner, signal;                                      /* F_SETOWN, F_SETSIG: only kept */
};

/* NULL: not open. */
struct descriptor *descriptor_of(const struct stack *st, int fd);
/* The lowest free number, or minus an errno. */
int descriptor_find_free(struct stack *st);
void descriptor_set(struct stack *st, int fd, struct descriptor d);
/* Release the table; the sockets and epoll sets are gone already. */
void descriptors_free(struct stack *st);
/* The open socket of a descriptor, or NULL; then *error is -EBADF or -ENOTSOCK. */
struct socket *socket_of(const struct stack *st, int fd, int *error);

#endif
