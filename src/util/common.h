/* SPDX-License-Identifier: MIT
 *
 * common.h - the few macros that every room uses
 */
#ifndef UTIL_COMMON_H
#define UTIL_COMMON_H

#include <stdbool.h>

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))
#define PRINTF_LIKE(text, first) __attribute__((format(printf, text, first)))
#define MAYBE_UNUSED __attribute__((unused))

/* A function that reports an error always returns false, so that a caller can write `return diag_error(...)`. A macro
 * of the function's own name, `#define diag_error(...) always_false(diag_error(__VA_ARGS__))`, makes that visible at
 * each call: a compiler or analyzer then knows that nothing goes on with missing values. The definition has its name in
 * parentheses, which keeps the macro away. */
static inline bool always_false(bool returned)
{
	(void)returned;
	return false;
}

#endif
