/* SPDX-License-Identifier: MIT
 *
 * message.h - inside the stack: struct msghdr: bytes in iovecs, and control messages
 */
#ifndef STACK_MESSAGE_H
#define STACK_MESSAGE_H

#include <stdint.h>
#include <sys/socket.h>
#include <sys/uio.h>

/* Copy from the user's iovecs to one area, and back, from byte @skip of the message on. Return the bytes copied. */
size_t message_gather(const struct msghdr *message, size_t skip, void *to, size_t room);
size_t message_scatter(const struct msghdr *message, size_t skip, const void *from, size_t length);
size_t message_length(const struct msghdr *message);
/* Append one control message behind the *used bytes that @message has already, and count it there. Without room it is
 * cut, or left out where not even its head fits, and MSG_CTRUNC is set (POSIX, recvmsg()). */
void message_add_control(struct msghdr *message, size_t *used, const struct cmsghdr *head, const void *data);

/* The user's next control message, at *at, which is moved on. Returns 1, with the header in *head and the contents at
 * *data; 0 behind the last one; -EINVAL for an impossible length. */
int message_next_control(const struct msghdr *message, size_t *at, struct cmsghdr *head, const uint8_t **data);

#endif
