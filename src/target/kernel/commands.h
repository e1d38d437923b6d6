/* SPDX-License-Identifier: MIT
 *
 * commands.h - between the files that do commands without a process
 *
 * A command is two functions: would it do exactly what the tool does, which changes nothing, and do it.
 */
#ifndef TARGET_KERNEL_COMMANDS_H
#define TARGET_KERNEL_COMMANDS_H

#include <linux/netlink.h>

#include "shell/tool.h"

struct commands {
	struct shell shell;
	int changes;                                         /* made so far */
	int planned;                                         /* commands looked at that may change something */
	char parent[16];                                     /* $PPID */
};

static inline struct commands *commands_of(const struct shell_run *run)
{
	return run->shell->context;
}

/* ---- command_change.c ---- */

/* Write @text to a file of /proc/sys. 0; STATUS_FAILED with errno, when something was changed before; or
 * STATUS_UNKNOWN: nothing was, so the shell may do all of it and say itself what is wrong. */
int kernel_command_write(struct shell_run *run, int fd, const struct buf *text);
/* Send @request, which has its flags and no number yet, to NETLINK_ROUTE or NETLINK_GENERIC (@protocol), and wait for
 * the answer. The same statuses, but STATUS_USAGE where a refusal has been told as the tools of iproute2 tell it. */
int kernel_command_request(struct shell_run *run, int protocol, struct nlmsghdr *request);
/* The number of the family @name of generic netlink, or 0. */
uint16_t kernel_command_family(const char *name);

/* ---- command_sysctl.c ---- */

bool kernel_sysctl_certain(struct shell_run *run, char **args);
int kernel_sysctl(struct shell_run *run, char **args);

/* ---- command_network.c ---- */

bool kernel_ip_certain(struct shell_run *run, char **args);
int kernel_ip(struct shell_run *run, char **args);
bool kernel_tc_certain(struct shell_run *run, char **args);
int kernel_tc(struct shell_run *run, char **args);

#endif
