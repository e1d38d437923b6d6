/* SPDX-License-Identifier: MIT
 *
 * memory_limit.h - how much memory a process that plays may have, and how it ends when it needs more
 *
 * The limit is RLIMIT_DATA, that is private writable memory, and not the address space, of which capture rings and
 * thread stacks reserve more than they use. Processes that it starts inherit it, each for itself.
 */
#ifndef SUITE_MEMORY_LIMIT_H
#define SUITE_MEMORY_LIMIT_H

#include <stdbool.h>

enum { MEMORY_EXHAUSTED_STATUS = 119 };                      /* the exit status that says so; in use nowhere else */

/* False under AddressSanitizer, whose shadow memory no limit would allow: nothing is limited then. */
bool memory_limit_works(void);

/* For this process, from now on. @mebibytes: 0: no limit. @firm: what it starts cannot lift the limit: commands of a
 * script must not, an adapter does. In any case the lack of memory (checked_memory()) ends it with
 * MEMORY_EXHAUSTED_STATUS rather than with SIGABRT. */
void memory_limit_set(int mebibytes, bool firm);

/* What memory_limit_set(@mebibytes) allows: less where this process has a smaller limit itself; 0: no limit. */
int memory_limit_effective(int mebibytes);

#endif
