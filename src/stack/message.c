/* SPDX-License-Identifier: MIT
 *
 * message.c - struct msghdr: bytes in iovecs, and control messages
 *
 * What a call sends or receives may be scattered over many pieces of memory. The functions count bytes across the
 * pieces as if they were one area, so a caller can go on in the middle of a message, as TCP does when its buffer takes
 * only a part. Control messages are written one behind the other as cmsg(3) lays them out; one for which there is no
 * room is left out, and MSG_CTRUNC is set.
 */
#include "stack/message.h"

#include <errno.h>
#include <string.h>

/* ---- iovecs ---- */

size_t message_length(const struct msghdr *message)
{
	size_t length = 0;

	for (size_t i = 0; i < message->msg_iovlen; i++)
		if (__builtin_add_overflow(length, message->msg_iov[i].iov_len, &length))
			return SIZE_MAX;
	return length;
}

/* Where byte @skip of the message is. Returns how many bytes follow there without a gap; 0: the message has ended. */
static size_t run_at(const struct msghdr *message, size_t skip, uint8_t **bytes)
{
	for (size_t i = 0; i < message->msg_iovlen; i++) {
		const struct iovec *v = &message->msg_iov[i];
		if (skip < v->iov_len) {
			*bytes = (uint8_t *)v->iov_base + skip;
			return v->iov_len - skip;
		}
		skip -= v->iov_len;
	}
	return 0;
}

size_t message_gather(const struct msghdr *message, size_t skip, void *to, size_t room)
{
	size_t done = 0, run;
	uint8_t *bytes;

	while (done < room && (run = run_at(message, skip + done, &bytes))) {
		if (run > room - done)
			run = room - done;
		memcpy((uint8_t *)to + done, bytes, run);
		done += run;
	}
	return done;
}

size_t message_scatter(const struct msghdr *message, size_t skip, const void *from, size_t length)
{
	size_t done = 0, run;
	uint8_t *bytes;

	while (done < length && (run = run_at(message, skip + done, &bytes))) {
		if (run > length - done)
			run = length - done;
		memcpy(bytes, (const uint8_t *)from + done, run);
		done += run;
	}
	return done;
}

/* ---- control messages ---- */

void message_add_control(struct msghdr *message, size_t *used, const struct cmsghdr *head, const void *data)
{
	size_t room = message->msg_control ? message->msg_controllen - *used : 0;
	struct cmsghdr told = *head;

	if (room < told.cmsg_len)
		message->msg_flags |= MSG_CTRUNC;
	if (room < sizeof(told))
		return;
	if (room < told.cmsg_len)
		told.cmsg_len = room;
	size_t length = told.cmsg_len - CMSG_LEN(0), space = CMSG_SPACE(length);
	uint8_t *at = (uint8_t *)message->msg_control + *used;
	memcpy(at, &told, sizeof(told));
	memcpy(at + CMSG_LEN(0), data, length);
	*used += room < space ? room : space;
}

int message_next_control(const struct msghdr *message, size_t *at, struct cmsghdr *head, const uint8_t **data)
{
	size_t room = message->msg_control ? message->msg_controllen : 0, left = room - *at;

	if (*at > room || left < sizeof(*head))
		return 0;
	const uint8_t *from = (const uint8_t *)message->msg_control + *at;
	memcpy(head, from, sizeof(*head));
	if (head->cmsg_len < CMSG_LEN(0) || head->cmsg_len > left)
		return -EINVAL;
	*data = from + CMSG_LEN(0);
	size_t step = CMSG_ALIGN(head->cmsg_len);
	*at = step < left ? *at + step : room;
	return 1;
}
