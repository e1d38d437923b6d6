/* SPDX-License-Identifier: MIT
 *
 * common.h - the few macros that every room uses
 */
#ifndef UTIL_COMMON_H
#define UTIL_COMMON_H

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))
#define PRINTF_LIKE(text, first) __attribute__((format(printf, text, first)))
#define MAYBE_UNUSED __attribute__((unused))

#endif
