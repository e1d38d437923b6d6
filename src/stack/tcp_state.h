/* SPDX-License-Identifier: MIT
 *
 * tcp_state.h - the state of a connection, and reports to the event hook
 */
#ifndef STACK_TCP_STATE_H
#define STACK_TCP_STATE_H

#include "stack/tcp.h"

extern const char *const tcp_state_name[TCPS_COUNT];     /* "FIN-WAIT-1" */
extern const uint8_t tcp_state_linux[TCPS_COUNT];        /* as in tcpi_state */

/* The one place where a state is assigned: logs the transition, wakes the socket. */
void tcp_set_state(struct tcp *t, enum tcp_state state, const char *reason);
/* Is only a remnant left of @t (tcp_remnant.c)? In TIME-WAIT, or FIN-WAIT-2 without a user. */
bool tcp_is_remnant(const struct tcp *t);
void tcp_note(struct tcp *t, const char *reason);        /* report a decision */
void tcp_trace(struct tcp *t);                           /* report the variables that have changed */

#endif
