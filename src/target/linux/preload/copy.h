/* SPDX-License-Identifier: MIT
 *
 * copy.h - what the files of this object know of each other
 */
#ifndef TARGET_LINUX_PRELOAD_COPY_H
#define TARGET_LINUX_PRELOAD_COPY_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* A kernel that is to be copied (LINUX_ORDERS_VARIABLE) calls this at each point where that may happen: before it has a
 * process, LINUX_COPY_AT_ROOT, and when pid 1 asks for its task, LINUX_COPY_AT_TASK. At the right one it returns, with
 * true, in each copy, and never in this process. */
bool copy_if_ordered(char moment);

/* host.c: this process is the kernel now. */
void note_kernel(void);

/* symbol.c: the address of a variable of the kernel; NULL: it has none of that name, or its symbols are stripped. */
const void *kernel_variable(const char *name);

/* files.c: a new file without a name, from which programs may be mapped, or -1. */
int memory_file(void);

/* ---- maps.c ---- */

struct mapping {
	char *start;
	size_t length;
	off_t offset;
	unsigned long inode;                                 /* of the file; 0: none */
	int protection;
	bool shared;
};

/* Call @take for each mapping of @maps, a file like /proc/self/maps. */
bool maps_each(const char *maps, void (*take)(const struct mapping *m, void *user), void *user);

/* ---- process.c: the process of pid 1 ---- */

/* In the original: check that this is the only process, and note everything that belongs to it. @inode: the guest's
 * memory. */
bool process_note(unsigned long inode);
/* In a copy, where @memory is the guest's memory: make the same process once more. */
bool process_renew(int memory);
/* The process that the kernel means by @pid. */
pid_t process_now(pid_t pid);

#endif
