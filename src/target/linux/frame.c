/* SPDX-License-Identifier: MIT
 *
 * frame.c - several texts in one stream: each with its length in front
 *
 * Both ends are one program on one machine, so the length is in the order of its bytes.
 */
#include <stdint.h>
#include <string.h>

#include "target/linux/linux.h"

void linux_frame_add(struct buf *stream, const struct buf *bytes)
{
	const uint64_t length = bytes->length;

	buf_add(stream, &length, sizeof(length));
	buf_add(stream, bytes->data, bytes->length);
}

bool linux_frame_next(const struct buf *stream, size_t *at, struct buf *bytes)
{
	const size_t left = stream->length - *at;
	uint64_t length;

	if (left < sizeof(length))
		return false;
	memcpy(&length, stream->data + *at, sizeof(length));
	if (left - sizeof(length) < length)
		return false;
	buf_clear(bytes);
	buf_add(bytes, stream->data + *at + sizeof(length), length);
	*at += sizeof(length) + length;
	return true;
}
