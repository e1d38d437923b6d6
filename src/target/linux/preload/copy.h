/* SPDX-License-Identifier: MIT
 *
 * copy.h - what the files of this object know of each other
 */
#ifndef TARGET_LINUX_PRELOAD_COPY_H
#define TARGET_LINUX_PRELOAD_COPY_H

#include <stdbool.h>

/* Called when the kernel has booted, before it has a process. Where copies are wanted (LINUX_ORDERS_VARIABLE) it comes
 * back in each of them, with true, and never in this process. */
bool copy_if_ordered(void);

/* host.c: this process is the kernel now. */
void note_kernel(void);

/* symbol.c: the place of a variable of the kernel; NULL: it has none of that name, or does not tell. */
const void *kernel_variable(const char *name);

/* files.c: a new file without a name that programs may be mapped from, or -1. */
int memory_file(void);

#endif
