/* SPDX-License-Identifier: MIT
 *
 * epoll.h - inside the stack: sets of watched descriptors
 */
#ifndef STACK_EPOLL_H
#define STACK_EPOLL_H

#include <sys/epoll.h>

#include "stack/stack.h"

struct epoll;

struct epoll *epoll_new(struct stack *st);
void epoll_free(struct stack *st, struct epoll *e);
void epoll_free_all(struct stack *st);                  /* of all descriptors */
int epoll_control(struct stack *st, struct epoll *e, int operation, int fd, const struct epoll_event *event);
/* EPOLLIN and EPOLLRDNORM while epoll_collect() would find something. */
uint32_t epoll_ready(struct stack *st, const struct epoll *e);
int epoll_collect(struct stack *st, struct epoll *e, struct epoll_event *events, int count);
void epoll_forget(struct stack *st, int fd);             /* a descriptor was closed */

#endif
