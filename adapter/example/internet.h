/* SPDX-License-Identifier: MIT
 *
 * internet.h - numbers in packets and the Internet checksum, for the example stacks
 */
#ifndef INTERNET_H
#define INTERNET_H

#include <stddef.h>
#include <stdint.h>

static void put(uint8_t *at, uint32_t value, int bytes)
{
	for (; bytes--; value >>= 8)
		at[bytes] = (uint8_t)value;
}

static uint32_t get(const uint8_t *at, int bytes)
{
	uint32_t value = 0;

	while (bytes--)
		value = value << 8 | *at++;
	return value;
}

/* RFC 1071, on top of @sum. */
static unsigned checksum(const uint8_t *bytes, size_t length, unsigned sum)
{
	for (size_t i = 0; i < length; i++)
		sum += i % 2 ? bytes[i] : (unsigned)bytes[i] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return ~sum & 0xffff;
}

#endif
