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
	AT_PROGRAM,                                          /* that becomes pid 1 */
	AT_PRELOAD,                                          /* the shared object itself */
	AT_ANSWER,                                           /* written by pid 1: a serial line inside */
	AT_TASK,                                             /* what pid 1 reads as LINUX_TASK_FILE */
	AT_ORDERS,                                           /* a socket; not there: this kernel plays itself */
	PLACES_END,
};

/* Where there is AT_ORDERS, the environment has this variable. It says when the kernel is copied: when pid 1 asks for
 * its task, or before there is a pid 1, which any kernel allows. */
#define LINUX_ORDERS_VARIABLE "PROTODRILL_ORDERS"
enum { LINUX_COPY_AT_TASK = 't', LINUX_COPY_AT_ROOT = 'r' };
/* The file of the host, in any folder, that is AT_TASK. */
#define LINUX_TASK_FILE "protodrill-task"

/* A copy of the kernel is wanted. With it come, as SCM_RIGHTS, its AT_TASK, its AT_ANSWER and its console. */
struct linux_order {
	pid_t parent;                                        /* with which it is to end */
};

enum { ORDER_FILES = 3 };

/* The answer to each. */
struct linux_order_reply {
	pid_t child;                                         /* of who ordered it; -1: there is none */
	int error;                                           /* errno, then */
};

#endif
