/* SPDX-License-Identifier: MIT
 *
 * tcp_life.h - the beginning of a connection, and the ways to end it
 */
#ifndef STACK_TCP_LIFE_H
#define STACK_TCP_LIFE_H

#include "stack/tcp.h"

/* Protocol data of a new socket, CLOSED. 0 or -ENOMEM. */
int tcp_attach(struct socket *s);
void tcp_detach(struct socket *s);
/* Reset everything that belongs to one connection: a socket may connect again after a failure. */
void tcp_prepare(struct tcp *t, seq_t iss);
/* The peer's SYN alone opened the connection: ours is not acknowledged yet, but text may flow (RFC 7413, 4.2.2). */
void tcp_fast_opened(struct tcp *t);
/* CLOSE in SYN-RECEIVED, with nothing to send before our FIN (RFC 9293, 3.10.4). */
void tcp_closed_early(struct tcp *t);
/* Both SYNs are acknowledged. */
void tcp_established(struct tcp *t, const char *reason);
/* CLOSED, all timers off. The buffers stay for the user. */
void tcp_finish(struct tcp *t, const char *reason);
/* The same with an error for the user (errno, positive). */
void tcp_fail(struct tcp *t, int error, const char *reason);
/* ABORT (RFC 9293, 3.10.5): reset the peer, if it knows us, and finish. */
void tcp_abort(struct tcp *t, const char *reason);
/* Last act of each entry: trace, and release the connection if it is over and nobody can ask for it. */
void tcp_leave(struct tcp *t);
void tcp_orphan_waits(struct tcp *t);                    /* our FIN is acknowledged, and nobody is left to read */
void tcp_enter_time_wait(struct tcp *t, const char *reason);
bool tcp_any_restarts_wait(const struct tcp *t);         /* does TIME-WAIT begin anew with more than a FIN? */

#endif
