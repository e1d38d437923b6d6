/* SPDX-License-Identifier: MIT
 *
 * tcp_timer.h - arming the timers of a connection
 */
#ifndef STACK_TCP_TIMER_H
#define STACK_TCP_TIMER_H

#include "stack/tcp.h"

extern const char *const tcp_timer_name[TCP_TIMER_COUNT];

void tcp_arm(struct tcp *t, enum tcp_timer which, vtime_t delay);
void tcp_disarm(struct tcp *t, enum tcp_timer which);
void tcp_disarm_all(struct tcp *t);
void tcp_arm_retransmit(struct tcp *t);                  /* for the data in flight; off when there are none */
/* Wait for an answer once more, but not beyond the user time-out. */
void tcp_arm_retry(struct tcp *t, enum tcp_timer which);
void tcp_arm_retry_in(struct tcp *t, enum tcp_timer which, vtime_t delay);             /* @delay in place of the RTO */
void tcp_arm_keepalive(struct tcp *t);
enum { TCP_ADVERTISED_TIMEOUT_S = 300 };                 /* the default that we announce: RFC 9293, 3.10.1 */
/* USER TIMEOUT in force, milliseconds; 0: none, R2 decides (RFC 9293, 3.9.1.1; RFC 5482, 3.1). */
int64_t tcp_user_timeout_ms(const struct tcp *t);
void tcp_timer_tell(struct tcp *t, enum stack_event_kind kind, enum tcp_timer which);

#endif
