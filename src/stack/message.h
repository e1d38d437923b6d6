/* SPDX-License-Identifier: MIT
 *
 * message.h - inside the stack: struct msghdr: bytes in iovecs, and control messages
 */
#ifndef STACK_MESSAGE_H
#define STACK_MESSAGE_H

#include <stdint.h>
#include <sys/socket.h>
#include <sys/uio.h>

/* Bytes between the user's iovecs and a flat area; @skip bytes of the message come first. Return bytes copied. */
size_t message_gather(const struct msghdr *message, size_t skip, void *to, size_t room);
size_t message_scatter(const struct msghdr *message, size_t skip, const void *from, size_t length);
size_t message_length(const struct msghdr *message);
/* Append one control message to what @message has already; *used is the room taken. Sets MSG_CTRUNC. */
void message_add_control(struct msghdr *message, size_t *used, const struct cmsghdr *head, const void *data);

#endif
