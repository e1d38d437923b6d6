/* SPDX-License-Identifier: MIT
 *
 * commands.h - shared by the files that execute commands without a process
 *
 * A command is two functions: one asks whether it would do exactly what the tool does, and changes nothing; the other
 * executes it. A text that is not certain is rehearsed first: everything is executed except for changes, which are
 * noted.
 */
#ifndef TARGET_KERNEL_COMMANDS_H
#define TARGET_KERNEL_COMMANDS_H

#include <linux/netlink.h>

#include "shell/tool.h"
#include "target/kernel/internal.h"

/* A setting that a rehearsal would have made; the newest comes first. */
struct noted_change {
	const struct noted_change *next;
	const char *path, *text;
};

struct commands {
	struct shell shell;
	bool certain;                                        /* every command of the text was looked at beforehand */
	bool rehearsal;                                      /* changes are noted and not made */
	const struct noted_change *noted;
	bool network_noted;                                  /* one of the network, which must be the last */
	int changes;                                         /* made so far */
	int planned;                                         /* commands looked at that may change something */
	struct shortage *shortage;                           /* borrowed: why a change was refused, if it is known */
	char parent[16];                                     /* $PPID */
};

static inline struct commands *commands_of(const struct shell_run *run)
{
	return run->shell->context;
}

/* ---- command_permits.c ---- */

/* These two of struct shell_host. */
bool kernel_command_certain(struct shell_run *run, char **words, const char *output);
int kernel_command_call(struct shell_run *run, const struct shell_tool *tool, char **words);
/* A plain setting that may be written, by its whole name? */
bool kernel_command_is_setting(const char *path);
/* Is /bin/sh dash, whose words for a write that fails are known? */
bool kernel_shell_is_dash(void);

/* ---- command_change.c ---- */

/* Write @text to @path, a file of /proc/sys. 0; STATUS_FAILED with errno, if something was changed before; or
 * STATUS_UNKNOWN: nothing was, so the shell may do all of it and report itself what is wrong. */
int kernel_command_write(struct shell_run *run, const char *path, const struct buf *text);
/* Append what @path, a file of /proc/sys or /proc/net, holds, or in a rehearsal would hold. False: nobody knows. */
bool kernel_command_fetch(struct shell_run *run, const char *path, struct buf *out);
/* Send @request, which has its flags and no number yet, to NETLINK_ROUTE or NETLINK_GENERIC (@protocol), and wait for
 * the answer. The same statuses, but STATUS_USAGE where a refusal has been told as the tools of iproute2 tell it. */
int kernel_command_request(struct shell_run *run, int protocol, struct nlmsghdr *request);
/* Send @request, which asks for all objects of a kind: are there none? */
bool kernel_command_is_empty(int protocol, struct nlmsghdr *request);
/* The number of the family @name of generic netlink, or 0. */
uint16_t kernel_command_family(const char *name);

/* ---- command_sysctl.c ---- */

bool kernel_sysctl_certain(struct shell_run *run, char **args);
int kernel_sysctl(struct shell_run *run, char **args);

/* ---- command_nstat.c ---- */

bool kernel_nstat_permits(char **args);
int kernel_nstat(struct shell_run *run, char **args);

/* ---- command_route.c: ip route, ip address ---- */

/* Are @args one of its forms, with devices that are there? */
bool kernel_ip_route_certain(char **args);
/* Write what they ask for to @h, which is empty except for its first header; false: they ask for nothing, and @h stays
 * so. */
bool kernel_ip_route_request(char **args, struct nlmsghdr *h);

/* ---- command_uname.c ---- */

bool kernel_uname_permits(struct shell_run *run, char **args);
int kernel_uname(struct shell_run *run, char **args);

/* ---- command_network.c ---- */

bool kernel_ip_certain(struct shell_run *run, char **args);
/* Also what only looks. */
bool kernel_ip_permits(struct shell_run *run, char **args);
int kernel_ip(struct shell_run *run, char **args);
bool kernel_tc_certain(struct shell_run *run, char **args);
int kernel_tc(struct shell_run *run, char **args);

#endif
