/* SPDX-License-Identifier: MIT
 *
 * command_nstat.c - the command nstat without its process
 *
 * The counters are in three files of /proc/net, and are shown in their order. Only what is counted since the start is
 * done here (nstat -as): else nstat keeps a file of what it has shown, which is its own business.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shell/nstat.h"
#include "target/kernel/commands.h"

enum { NAME_ROOM = 96 };

/* The lines "TcpExt: NAME NAME ...", "TcpExt: 1 2 ..." of @text. */
static void show_pairs(struct shell_run *run, struct shell_nstat *n, char *text)
{
	char *lines, *names, *name_at, *value_at, whole[NAME_ROOM];

	for (names = strtok_r(text, "\n", &lines); names; names = strtok_r(NULL, "\n", &lines)) {
		char *values = strtok_r(NULL, "\n", &lines);
		const char *group = strtok_r(names, ":", &name_at);

		if (!values || !group || !strtok_r(values, ":", &value_at))
			return;
		for (char *name; (name = strtok_r(NULL, " ", &name_at));) {
			const char *value = strtok_r(NULL, " ", &value_at);

			snprintf(whole, sizeof(whole), "%s%s", group, name);
			shell_nstat_show(run, n, whole, value ? (int64_t)strtoull(value, NULL, 10) : 0);
		}
	}
}

/* The lines "Ip6InReceives   1" of @text. */
static void show_lines(struct shell_run *run, struct shell_nstat *n, char *text)
{
	char *lines, *value;

	for (char *line = strtok_r(text, "\n", &lines); line; line = strtok_r(NULL, "\n", &lines)) {
		const char *name = strtok_r(line, " \t", &value);

		if (name)
			shell_nstat_show(run, n, name, (int64_t)strtoull(value, NULL, 10));
	}
}

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
	static const struct {
		const char *path;
		void (*show)(struct shell_run *run, struct shell_nstat *n, char *text);
	} files[] = {
		{ "/proc/net/snmp", show_pairs }, { "/proc/net/snmp6", show_lines },
		{ "/proc/net/netstat", show_pairs },
	};
	struct shell_nstat n;
	int status = shell_nstat_begin(run, args, &n);

	for (size_t i = 0; i < ARRAY_LEN(files) && !status; i++) {
		struct buf text = BUF_INIT;

		if (kernel_command_fetch(run, files[i].path, &text))
			files[i].show(run, &n, text.data);
		else
			status = shell_unknown(run, "'%s' cannot be read", files[i].path);
		buf_free(&text);
	}
	if (!status)
		shell_nstat_end(run, &n);
	return status;
}
