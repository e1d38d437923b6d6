/* SPDX-License-Identifier: MIT
 *
 * command_system.c - commands that ask for the system, and sleep
 */
#include <stdlib.h>
#include <string.h>

#include "target/library/commands_internal.h"
#include "util/common.h"

enum { LONGEST_SLEEP_S = 86400 };

static int do_uname(struct shell_run *run, char **args)
{
	static const struct {
		char letter;
		const char *value;
	} parts[] = { { 's', "Linux" }, { 'n', "localhost" }, { 'r', COMMANDS_RELEASE }, { 'v', "#1 SMP" }, 
	              { 'm', "x86_64" } };
	const char *letters = !args[1] ? "s" : args[1] + 1;
	bool first = true;

	if (args[1] && (args[2] || *args[1] != '-' || strspn(letters, "snrvma") != strlen(letters)))
		return shell_unknown(run, "the command 'uname %s' is not known here", args[2] ? args[2] : args[1]);
	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		if (!strchr(letters, parts[i].letter) && !strchr(letters, 'a'))
			continue;
		shell_print(run, "%s%s", first ? "" : " ", parts[i].value);
		first = false;
	}
	shell_print(run, "\n");
	return 0;
}

static int do_id(struct shell_run *run, char **args)
{
	if (!args[1] || (strcmp(args[1], "-u") && strcmp(args[1], "-g")))
		return shell_unknown(run, "the command 'id' is known here as: id -u");
	shell_print(run, "0\n");
	return 0;
}

/* Numbers with or without a fraction and a unit, added up. */
static int do_sleep(struct shell_run *run, char **args)
{
	static const char units[] = "smhd";
	static const int seconds[] = { 1, 60, 3600, 86400 };
	double total = 0;

	for (char **a = args + 1; *a; a++) {
		char *end;
		double number = strtod(*a, &end);
		const char *unit = *end ? strchr(units, *end) : units;

		if (end == *a || !unit || (*end && end[1]) || !(number >= 0))
			return STATUS_FAILED;
		total += number * seconds[unit - units];
	}
	if (!args[1])
		return STATUS_FAILED;
	if (!(total <= LONGEST_SLEEP_S))
		return shell_unknown(run, "the command 'sleep %s' is too long", args[1]);
	commands_of(run)->sleep(commands_of(run)->context, vtime_from_s(total));
	return 0;
}

/* Commands that would change the process or the machine: there is nothing to change. */
static int do_nothing(struct shell_run *run, char **args)
{
	(void)run;
	(void)args;
	return 0;
}

const struct shell_tool system_tools[] = {
	{ "uname", do_uname, false }, { "id", do_id, false }, { "sleep", do_sleep, false },
	{ "wait", do_nothing, false }, { "trap", do_nothing, false }, { "modprobe", do_nothing, false },
	{ "ulimit", do_nothing, false }, { "umask", do_nothing, false }, { NULL, NULL, false },
};
