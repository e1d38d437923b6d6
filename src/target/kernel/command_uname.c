/* SPDX-License-Identifier: MIT
 *
 * command_uname.c - the command uname without its process: one part of what the kernel calls itself
 */
#include <string.h>
#include <sys/utsname.h>

#include "target/kernel/commands.h"

static const char letters[] = "snrvm";

/* Several options, and long ones, are left to the tool. */
bool kernel_uname_permits(struct shell_run *run, char **args)
{
	(void)run;
	return !args[1] || (!args[2] && args[1][0] == '-' && args[1][1] && strchr(letters, args[1][1]) && !args[1][2]);
}

int kernel_uname(struct shell_run *run, char **args)
{
	struct utsname name;

	if (uname(&name) < 0)
		return shell_unknown(run, "the kernel does not say its name");
	const char *const parts[] = { name.sysname, name.nodename, name.release, name.version, name.machine };
	shell_print(run, "%s\n", parts[args[1] ? strchr(letters, args[1][1]) - letters : 0]);
	return 0;
}
