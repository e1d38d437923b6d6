/* SPDX-License-Identifier: MIT
 *
 * little_endian.h - numbers of one to eight bytes, the least significant byte first
 */
#ifndef UTIL_LITTLE_ENDIAN_H
#define UTIL_LITTLE_ENDIAN_H

#include <stdint.h>

#include "util/buf.h"

/* Write the lowest @bytes bytes of @value at @to. */
static inline void little_endian_put(uint8_t *to, uint64_t value, int bytes)
{
	for (int i = 0; i < bytes; i++)
		to[i] = (uint8_t)(value >> 8 * i);
}

static inline void little_endian_add(struct buf *out, uint64_t value, int bytes)
{
	for (int i = 0; i < bytes; i++)
		buf_add_byte(out, (char)(value >> 8 * i & 0xff));
}

static inline uint64_t little_endian_get(const uint8_t *from, int bytes)
{
	uint64_t value = 0;

	for (int i = 0; i < bytes; i++)
		value |= (uint64_t)from[i] << 8 * i;
	return value;
}

#endif
