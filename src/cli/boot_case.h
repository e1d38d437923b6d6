/* SPDX-License-Identifier: MIT
 *
 * boot_case.h - cases that go into a kernel, and their answers that come out
 *
 * A kernel is booted for a case, or for a queue of cases that it plays one after the other. When it ends before its
 * time, the case that it was playing has no answer, and those after it get a new kernel.
 */
#ifndef CLI_BOOT_CASE_H
#define CLI_BOOT_CASE_H

#include "cli/task.h"

struct linux_stock;                                      /* target/linux/linux.h: to take kernels from; NULL: none */

/* Boot @kernel, in which this same program carries out @task (.directory and .program_folder are filled in here), and
 * take its answer. @timeout_s of this machine's time; 0: no limit. @out is from ATTEMPT_INIT. False: there is no
 * answer, and @reason says why. */
bool boot_case(const char *kernel, struct linux_stock *stock, const struct task *task, int timeout_s,
               struct attempt *out, struct buf *reason);

struct boot_queue;

struct boot_queue *boot_queue_new(struct linux_stock *stock);
/* Append a copy of @task, which is known by the number of its case. */
void boot_queue_add(struct boot_queue *q, const char *kernel, const struct task *task);
/* Like boot_case(), for the case @number of @q, once. Cases after it may be played in the same kernel. */
bool boot_queue_play(struct boot_queue *q, size_t number, int timeout_s, struct attempt *out, struct buf *reason);
void boot_queue_free(struct boot_queue *q);              /* NULL will do */

#endif
