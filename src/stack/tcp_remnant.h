/* SPDX-License-Identifier: MIT
 *
 * tcp_remnant.h - what a host keeps of a connection that its user has left
 */
#ifndef STACK_TCP_REMNANT_H
#define STACK_TCP_REMNANT_H

#include "stack/tcp.h"

/* Only numbers are left of @t: TIME-WAIT, or FIN-WAIT-2 without a user (tcp_remnants). */
bool tcp_is_remnant(const struct tcp *t);
/* An acceptable segment for it. SEG_NEXT: the steps go on. @t stays valid; it may be CLOSED then. */
enum step_result tcp_step_remnant(struct tcp *t, struct tcp_segment *seg);

#endif
