/* SPDX-License-Identifier: MIT
 *
 * tcp_busy.h - what a sender waits for
 */
#ifndef STACK_TCP_BUSY_H
#define STACK_TCP_BUSY_H

#include "stack/tcp.h"

void tcp_busy_start(struct tcp *t);
void tcp_busy_blocked(struct tcp *t);                    /* the user wants to write more than there is room for */
/* A retransmission by the timer says nothing new about the window: the next judgement is skipped. */
void tcp_busy_hold(struct tcp *t);
/* A burst waits because the peer's window does not have room for all of it. */
void tcp_busy_narrow(struct tcp *t, bool narrow);
/* Something changed that may decide whether data wait, and for what. */
void tcp_judge_sending(struct tcp *t);

#endif
