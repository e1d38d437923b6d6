/* SPDX-License-Identifier: MIT
 *
 * option_value.h - inside the stack: the value of a socket option, as setsockopt() and getsockopt() hand it over
 */
#ifndef STACK_OPTION_VALUE_H
#define STACK_OPTION_VALUE_H

#include <stdbool.h>
#include <sys/socket.h>

/* An option's value that is one int; false: too short. */
bool option_int(const void *value, socklen_t length, int *out);
/* Copy as much as there is room for; *length becomes what was copied. 0. */
int option_return_int(int number, void *value, socklen_t *length);
int option_return_bytes(const void *bytes, size_t size, void *value, socklen_t *length);

#endif
