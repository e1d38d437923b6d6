/* SPDX-License-Identifier: MIT
 *
 * checked.h - memory that is there, or the end of the process
 *
 * Where nothing sensible can follow from a lack of memory the process ends, by abort(): errno is ENOMEM then, so that
 * whoever handles SIGABRT can tell it from other ends, and say so. When nobody does, standard error says it.
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
