/* SPDX-License-Identifier: MIT
 *
 * socket_stamp.h - inside the stack: when the text that is read arrived, as control messages
 */
#ifndef STACK_SOCKET_STAMP_H
#define STACK_SOCKET_STAMP_H

#include <sys/socket.h>

#include "util/vtime.h"

struct socket;

/* Append the stamps that the user asked for to @message behind the *used bytes of control messages; @came: when the
 * text arrived. */
void socket_add_stamps(const struct socket *s, vtime_t came, struct msghdr *message, size_t *used);

#endif
