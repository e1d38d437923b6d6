/* SPDX-License-Identifier: MIT
 *
 * start.h - a kernel as a child process, and what it is given
 */
#ifndef TARGET_LINUX_START_H
#define TARGET_LINUX_START_H

#include "target/linux/linux.h"
#include "target/linux/preload/places.h"

enum { START_FILES = PLACES_END - PLACES };

/* What to start. The descriptors remain the caller's. */
struct linux_start {
	const struct linux_boot *boot;                       /* its program, seed and size of memory */
	int answer, console;                                 /* where it writes to */
	int task;                                            /* from linux_start_task(); -1: the task comes with an
	                                                        order */
	int orders;                                          /* its end of a socket; -1: it takes no orders and plays
	                                                        itself */
	char moment;                                         /* LINUX_COPY_*: at which point it waits for orders */
};

/* A file with the bytes of @task, or -1. */
int linux_start_task(const struct buf *task);

/* Returns the child, which leads a process group of its own and ends with the thread that calls this; or -1, with
 * @problem. */
pid_t linux_start(const struct linux_start *start, struct buf *problem);

#endif
