/* SPDX-License-Identifier: MIT
 *
 * option_value.c - values of socket options
 *
 * The user's memory has any alignment and any length, so values are copied in and out. As callers of the C library
 * expect, reading with too little room is not an error: the value is cut, and the length says how much was copied.
 */
#include "stack/option_value.h"

#include <string.h>

bool option_int(const void *value, socklen_t length, int *out)
{
	if (length < sizeof(*out))
		return false;
	memcpy(out, value, sizeof(*out));
	return true;
}

int option_return_bytes(const void *bytes, size_t size, void *value, socklen_t *length)
{
	if (*length > size)
		*length = (socklen_t)size;
	memcpy(value, bytes, *length);
	return 0;
}

int option_return_int(int number, void *value, socklen_t *length)
{
	if (*length > sizeof(number))
		*length = sizeof(number);
	memcpy(value, &number, *length);
	return 0;
}
