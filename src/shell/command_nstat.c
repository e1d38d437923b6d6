/* SPDX-License-Identifier: MIT
 *
 * command_nstat.c - nstat: its options, how it shows a counter, and the files in which a kernel has them
 */
#include <fnmatch.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shell/nstat.h"
#include "util/common.h"

enum { NAME_ROOM = 96 };

static bool take_option(const char *word, struct shell_nstat *n)
{
	static const struct shell_option options[] = {
		{ "--ignore", "a" }, { "--noupdate", "s" }, { "--nooutput", "n" }, { "--zeros", "z" },
		{ "--zero", "z" }, { "--json", "j" }, { "--reset", "r" }, { "--pretty", "p" }, { 0 },
	};
	const char *letters = shell_option_letters(word, options);

	if (!letters)
		return false;
	n->absolute |= strchr(letters, 'a') != NULL;
	n->keep |= strchr(letters, 's') != NULL;
	n->quiet |= strchr(letters, 'n') != NULL;
	n->zeros |= strchr(letters, 'z') != NULL;
	n->json |= strchr(letters, 'j') != NULL;
	n->reset |= strchr(letters, 'r') != NULL;
	return true;
}

/* Rows of the MIBs that are no counters; nstat leaves them out. */
static bool is_constant(const char *name)
{
	static const char *const names[] = {
		"IpForwarding", "IpDefaultTTL", "TcpRtoAlgorithm", "TcpRtoMin", "TcpRtoMax", "TcpMaxConn",
		"TcpCurrEstab",
	};

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (!strcmp(names[i], name))
			return true;
	return false;
}

static bool is_wanted(const struct shell_nstat *n, const char *name)
{
	for (char **p = n->patterns; *p; p++)
		if (!fnmatch(*p, name, FNM_CASEFOLD))
			return true;
	return !*n->patterns;
}

int shell_nstat_begin(struct shell_run *run, char **args, struct shell_nstat *n)
{
	*n = (struct shell_nstat){ 0 };
	for (args++; *args && **args == '-'; args++)
		if (!take_option(*args, n))
			return shell_unknown(run, "the command 'nstat %s' is not known here", *args);
	n->patterns = args;
	if (!n->quiet)
		shell_print(run, n->json ? "{\"kernel\":{" : "#kernel\n");
	return 0;
}

void shell_nstat_show(struct shell_run *run, struct shell_nstat *n, const char *name, int64_t value)
{
	if (n->quiet || (!value && !n->zeros) || is_constant(name) || !is_wanted(n, name))
		return;
	if (n->json)
		shell_print(run, "%s\"%s\":%" PRId64, n->shown ? "," : "", name, value);
	else
		shell_print(run, "%-32s%-16" PRId64 "%6.1f\n", name, value, 0.0);
	n->shown++;
}

void shell_nstat_end(struct shell_run *run, const struct shell_nstat *n)
{
	if (!n->quiet && n->json)
		shell_print(run, "}}\n");
}

/* ---- the files ---- */

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

int shell_nstat_files(struct shell_run *run, char **args, shell_nstat_fetch *fetch)
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

		if (fetch(run, files[i].path, &text))
			files[i].show(run, &n, text.data);
		else
			status = shell_unknown(run, "'%s' cannot be read", files[i].path);
		buf_free(&text);
	}
	if (!status)
		shell_nstat_end(run, &n);
	return status;
}
