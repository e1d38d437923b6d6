/* SPDX-License-Identifier: MIT
 *
 * boot_case.h - a kernel booted for a case
 */
#ifndef CLI_BOOT_CASE_H
#define CLI_BOOT_CASE_H

#include "cli/task.h"

/* Boot @kernel, in which this same program carries out @task (.directory and .program_folder are filled in here), and
 * take its answer. @timeout_s of this machine's time; 0: no limit. @out is from ATTEMPT_INIT. False: there is no
 * answer, and @reason says why. */
bool boot_case(const char *kernel, const struct task *task, int timeout_s, struct attempt *out, struct buf *reason);

#endif
