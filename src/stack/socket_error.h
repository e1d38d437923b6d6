/* SPDX-License-Identifier: MIT
 *
 * socket_error.h - inside the stack: the error queue of a socket
 */
#ifndef STACK_SOCKET_ERROR_H
#define STACK_SOCKET_ERROR_H

#include "stack/icmp_error.h"
#include "stack/sock.h"

/* Append to the error queue if the user asked for it (IP_RECVERR). */
void socket_queue_error(struct socket *s, const struct icmp_error *e);
/* The same for an error in sending to @remote that this host found itself. */
void socket_queue_local_error(struct socket *s, const struct endpoint *remote, int error, uint32_t info);
/* Did the user ask for the errors about a peer of this version of IP? */
bool socket_wants_errors(const struct socket *s, uint8_t version);
int64_t socket_receive_error(struct socket *s, struct msghdr *message, int flags);

#endif
