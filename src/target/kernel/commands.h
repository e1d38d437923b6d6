/* SPDX-License-Identifier: MIT
 *
 * commands.h - between the files that do commands without a process
 */
#ifndef TARGET_KERNEL_COMMANDS_H
#define TARGET_KERNEL_COMMANDS_H

#include "shell/tool.h"

/* ---- commands.c ---- */

/* Write @text to a file of /proc/sys, which is what makes it an effect. 0; STATUS_FAILED with errno, when something was
 * changed before; or STATUS_UNKNOWN: nothing was, so the shell may do all of it and say itself what is wrong. */
int kernel_command_write(struct shell_run *run, int fd, const struct buf *text);

/* ---- sysctl.c ---- */

/* Would kernel_sysctl() do as the tool does? Nothing is changed. */
bool kernel_sysctl_certain(struct shell_run *run, char **args);
int kernel_sysctl(struct shell_run *run, char **args);

#endif
