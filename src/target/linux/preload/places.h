/* SPDX-License-Identifier: MIT
 *
 * places.h - the descriptors that a kernel is started with, and what is said over one of them
 *
 * Known to who starts kernels (boot.c) and to what is loaded into them (host.c, files.c, copy.c).
 */
#ifndef TARGET_LINUX_PRELOAD_PLACES_H
#define TARGET_LINUX_PRELOAD_PLACES_H

#include <sys/types.h>

/* Descriptors of the kernel, in this order. */
enum {
	PLACES = 40,
	AT_ARCHIVE = PLACES,                                 /* the initramfs */
	AT_PROGRAM,                                          /* becomes pid 1 */
	AT_PRELOAD,                                          /* the shared object itself */
	AT_ANSWER,                                           /* written by pid 1: a serial line inside */
	AT_TASK,                                             /* what pid 1 reads as LINUX_TASK_FILE */
	AT_ORDERS,                                           /* a socket; not open: this kernel is not copied */
	PLACES_END,
};

/* With AT_ORDERS the environment has this variable. It says when the kernel is copied: when pid 1 asks for its task, or
 * before there is a pid 1, which works with any kernel. */
#define LINUX_ORDERS_VARIABLE "PROTODRILL_ORDERS"
enum { LINUX_COPY_AT_TASK = 't', LINUX_COPY_AT_ROOT = 'r' };
/* A file of this name, in any folder of the host, is AT_TASK. */
#define LINUX_TASK_FILE "protodrill-task"

/* The order for a copy of the kernel. With it come, as SCM_RIGHTS, the copy's AT_TASK, AT_ANSWER and console. */
struct linux_order {
	pid_t parent;                                        /* when it ends, the copy does, too */
};

enum { ORDER_FILES = 3 };

/* The answer to each. */
struct linux_order_reply {
	pid_t child;                                         /* of whoever gave the order; -1: there is none */
	int error;                                           /* in that case: errno */
};

#endif
