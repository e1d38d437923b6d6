/* SPDX-License-Identifier: MIT
 *
 * checked.h - memory that is there, or the end of the process
 *
 * Where nothing sensible can be done without memory, the process ends by abort(). errno is ENOMEM then, so that a
 * handler of SIGABRT can tell this end from others and report it. Without such a handler the reason goes to standard
 * error.
 */
#ifndef UTIL_CHECKED_H
#define UTIL_CHECKED_H

#include <stdnoreturn.h>

noreturn void checked_exhausted(void);

/* @memory, unless it is NULL: then the process ends. */
static inline void *checked_memory(void *memory)
{
	if (!memory)
		checked_exhausted();
	return memory;
}

#endif
