/* SPDX-License-Identifier: MIT
 *
 * tcp_listen.h - LISTEN, cookies, and the queues of children
 */
#ifndef STACK_TCP_LISTEN_H
#define STACK_TCP_LISTEN_H

#include "stack/tcp.h"

/* ---- tcp_listen.c ---- */

void tcp_listen_stop(struct tcp *t);                     /* resets the children nobody accepted */
/* Returns the child whose handshake was a cookie, for the steps that follow with the same segment; mostly NULL. */
struct tcp *tcp_listen_input(struct tcp *listener, struct tcp_segment *seg);
/* The child's handshake is done. False: the accept queue is full; it stays in SYN-RECEIVED. */
bool tcp_listen_complete(struct tcp *child, const struct tcp_segment *seg);

/* ---- tcp_cookie.c ---- */

struct tcp_cookie;                                       /* tcp_option.h */
void tcp_cookie_answer(struct tcp *listener, const struct tcp_segment *seg);
/* The ACK of a cookie: takes over its options. False: not one of ours, or too old. */
bool tcp_cookie_check(struct tcp *listener, const struct tcp_segment *seg, struct tcp_cookie *out);

/* ---- tcp_listen_queue.c ---- */

int tcp_listen_start(struct tcp *t, int backlog);
void tcp_listen_orphan(struct tcp *t);                   /* releases the queues, sends nothing */
void tcp_listen_add(struct tcp *listener, struct tcp *child);              /* into the SYN queue */
void tcp_listen_opened(struct tcp *child);              /* from the SYN queue to the accept queue; wakes the listener */
void tcp_listen_forget(struct tcp *child);               /* out of its listener's queues */
struct tcp *tcp_listen_take(struct tcp *listener);       /* the first of the accept queue, or NULL */
struct tcp *tcp_listen_any(const struct tcp *listener);  /* a child of either queue, or NULL */
bool tcp_listen_ready(const struct tcp *listener);
bool tcp_listen_full(const struct tcp *listener);        /* no room for another one to be accepted */
size_t tcp_listen_opening(const struct tcp *listener);   /* length of the SYN queue */
size_t tcp_listen_waiting(const struct tcp *listener);   /* length of the accept queue */
size_t tcp_listen_backlog(const struct tcp *listener);
bool tcp_listen_defers(const struct tcp *child);         /* TCP_DEFER_ACCEPT: an ACK without text is not enough yet */
void tcp_listen_defer(struct tcp *child, bool deferred); /* ... and such an ACK has come */

#endif
