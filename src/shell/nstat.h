/* SPDX-License-Identifier: MIT
 *
 * nstat.h - the command nstat, for hosts: they have the counters
 *
 *	status = shell_nstat_begin(run, args, &n);       unless it is 0, that is the command's status
 *	shell_nstat_show(run, &n, name, value);          for each counter, in the order of the kernel's files
 *	shell_nstat_end(run, &n);
 */
#ifndef SHELL_NSTAT_H
#define SHELL_NSTAT_H

#include "shell/tool.h"

struct shell_nstat {
	bool absolute;                                       /* -a: not what changed since the last call */
	bool quiet, zeros, json;
	bool keep;                                           /* -s: the next call counts from where this one did */
	bool reset;                                          /* -r: forget where to count from */
	char **patterns;                                     /* which names; none: all */
	int shown;
};

int shell_nstat_begin(struct shell_run *run, char **args, struct shell_nstat *n);
void shell_nstat_show(struct shell_run *run, struct shell_nstat *n, const char *name, int64_t value);
void shell_nstat_end(struct shell_run *run, const struct shell_nstat *n);

/* All of it for a host that has files of /proc/net as Linux writes them; @fetch appends what the one at @path holds, or
 * says that there is none. The command's status. */
typedef bool shell_nstat_fetch(struct shell_run *run, const char *path, struct buf *out);
int shell_nstat_files(struct shell_run *run, char **args, shell_nstat_fetch *fetch);

#endif
