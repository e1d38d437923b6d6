/* SPDX-License-Identifier: MIT
 *
 * command_nstat.c - the command nstat without its process
 *
 * The counters are in three files of /proc/net, and are shown in their order. Only counts since the start are done here
 * (nstat -as): otherwise nstat keeps a file of what it has shown, which is left to the tool.
 */
#include <string.h>

#include "shell/nstat.h"
#include "target/kernel/commands.h"

bool kernel_nstat_permits(char **args)
{
	bool absolute = false, keep = false;

	for (char **a = args + 1; *a && **a == '-'; a++) {
		if (!(*a)[1] || strspn(*a + 1, "aszj") != strlen(*a + 1))
			return false;
		absolute |= strchr(*a, 'a') != NULL;
		keep |= strchr(*a, 's') != NULL;
	}
	return absolute && keep;
}

int kernel_nstat(struct shell_run *run, char **args)
{
	return shell_nstat_files(run, args, kernel_command_fetch);
}
