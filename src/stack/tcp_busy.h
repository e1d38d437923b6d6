/* SPDX-License-Identifier: MIT
 *
 * tcp_busy.h - what a sender waits for
 */
#ifndef STACK_TCP_BUSY_H
#define STACK_TCP_BUSY_H

#include "stack/tcp.h"

void tcp_busy_start(struct tcp *t);
void tcp_busy_blocked(struct tcp *t);                    /* the user wants to write more than there is room for */
/* What a timer has sent again says nothing new of the window: the next judgement is left out. */
void tcp_busy_hold(struct tcp *t);
/* What waits is a burst that the peer's window has no room for as a whole. */
void tcp_busy_narrow(struct tcp *t, bool narrow);
/* Something changed that decides whether data wait, and for what. */
void tcp_judge_sending(struct tcp *t);

#endif
