/* SPDX-License-Identifier: MIT
 *
 * command_permits.c - which commands are executed here, and in which forms
 *
 * Two questions. Certain: would this command of a text do what the tool does, whatever the outcome of those before it?
 * Permitted: does this command, now that its words are known, mean the same in every shell, and would the shell start
 * the system's own tool? Error messages of tools are not known here: such a command is left to the shell.
 */
#include <limits.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "target/kernel/commands.h"
#include "util/common.h"

/* ---- certainty ---- */

/* Does @path lead to a file of that name? On small systems many tools are links to one program. */
static bool leads_to(const char *path, const char *name)
{
	char *real = realpath(path, NULL);
	const bool does = real && !strcmp(strrchr(real, '/') + 1, name);

	free(real);
	return does;
}

/* Several programs are called awk; for what is permitted here they agree. */
static bool is_own(const char *path, const char *name)
{
	return leads_to(path, name) || (!strcmp(name, "awk") && (leads_to(path, "mawk") || leads_to(path, "gawk") ||
	                                                         leads_to(path, "original-awk")));
}

/* Is what the shell would find under @name the system's own tool? */
static bool is_tool_of_system(const char *name)
{
	static const char *const folders[] = { "/usr/sbin", "/sbin", "/usr/bin", "/bin" };
	char path[PATH_MAX];
	const char *at = getenv("PATH");

	for (size_t n; at && *at; at += n + (at[n] == ':')) {
		n = strcspn(at, ":");
		if (!n || n + strlen(name) + 2 > sizeof(path))
			return false;
		snprintf(path, sizeof(path), "%.*s/%s", (int)n, at, name);
		if (access(path, X_OK) != 0)
			continue;
		for (size_t i = 0; i < ARRAY_LEN(folders); i++)
			if (strlen(folders[i]) == n && !strncmp(folders[i], at, n))
				return is_own(path, name);
		return false;
	}
	return false;
}

bool kernel_shell_is_dash(void)
{
	return leads_to("/bin/sh", "dash");
}

bool kernel_command_is_setting(const char *path)
{
	struct stat status;

	return !strncmp(path, "/proc/sys/", 10) && !strstr(path, "..") && stat(path, &status) == 0 &&
	       S_ISREG(status.st_mode) && (status.st_mode & S_IWUSR) && access(path, W_OK) == 0;
}

/* Shells differ in backslashes and in options other than -n. */
static bool echo_certain(struct shell_run *run, char **words)
{
	(void)run;
	for (char **w = words + 1; *w; w++)
		if (strchr(*w, '\\'))
			return false;
	return !words[1] || *words[1] != '-' || (!strcmp(words[1], "-n") && (!words[2] || *words[2] != '-'));
}

static bool status_certain(struct shell_run *run, char **words)
{
	(void)run;
	return !words[1] || (!strcmp(words[0], "exit") && !words[2] && *words[1] &&
	                     strspn(words[1], "0123456789") == strlen(words[1]) && atoi(words[1]) < 256 &&
	                     strlen(words[1]) <= 3);
}

bool kernel_command_certain(struct shell_run *run, char **words, const char *output)
{
	static const struct {
		const char *name;
		bool (*certain)(struct shell_run *run, char **words);
		bool tool;                                   /* a tool of the system, and not of the shell: it changes
		                                                something */
	} known[] = {
		{ "sysctl", kernel_sysctl_certain, true }, { "ip", kernel_ip_certain, true },
		{ "tc", kernel_tc_certain, true }, { "echo", echo_certain, false }, { "true", status_certain, false },
		{ "false", status_certain, false }, { ":", status_certain, false }, { "exit", status_certain, false },
	};
	const bool first = !commands_of(run)->planned;

	/* The message about a refusal after other changes would be in the words of dash. */
	if (output && (strcmp(words[0], "echo") || !kernel_command_is_setting(output) ||
	               (!first && (run->in_file || !kernel_shell_is_dash()))))
		return false;
	commands_of(run)->planned += output != NULL;
	for (size_t i = 0; i < ARRAY_LEN(known); i++) {
		if (strcmp(known[i].name, words[0]))
			continue;
		commands_of(run)->planned += known[i].tool;
		return (!known[i].tool || is_tool_of_system(words[0])) && known[i].certain(run, words);
	}
	return false;
}

/* ---- permitted ---- */

/* Any words are permitted, since an error shows by its status. */
static bool any(struct shell_run *run, char **words)
{
	(void)run;
	(void)words;
	return true;
}

/* dash knows no == and no -v, and takes < for a redirection. */
static bool test_permits(struct shell_run *run, char **words)
{
	static const char *const others[] = { "==", "-v", "<", ">", "-t" };

	(void)run;
	for (char **w = words + 1; *w; w++)
		for (size_t i = 0; i < ARRAY_LEN(others); i++)
			if (!strcmp(*w, others[i]))
				return false;
	return true;
}

/* -x and -v print what is done, and not all shells have pipefail. */
static bool set_permits(struct shell_run *run, char **words)
{
	(void)run;
	if (!words[1] || !strcmp(words[1], "--"))
		return words[1];
	return (!strcmp(words[1], "-e") || !strcmp(words[1], "+e")) && !words[2];
}

static bool local_permits(struct shell_run *run, char **words)
{
	if (!run->in_function)
		return false;
	for (char **w = words + 1; *w; w++)
		if (!strchr(*w, '='))
			return false;                        /* shells differ in its value then */
	return true;
}

static bool read_permits(struct shell_run *run, char **words)
{
	const char *separators = shell_variable(run, "IFS");

	return words[1] && !strcmp(words[1], "-r") && words[2] && separators && !strcmp(separators, " \t\n");
}

static bool printf_permits(struct shell_run *run, char **words)
{
	(void)run;
	if (!words[1] || *words[1] == '-')
		return false;
	for (const char *c = words[1]; *c; c++)
		if ((*c == '%' && !strchr("sd%", *++c)) || (*c == '\\' && *++c != 'n') || !*c)
			return false;
	return true;
}

static bool nstat_permits(struct shell_run *run, char **words)
{
	(void)run;
	return kernel_nstat_permits(words);
}

/* Fields of lines, separated by one plain character or blanks, and of patterns only what means the same in each awk.
 * Only files may follow the program, since NAME=VALUE would be an assignment. */
static bool awk_permits(struct shell_run *run, char **words)
{
	static const char program[] = "^(/[A-Za-z0-9_ :.^$-]+/)? *([{] *print( *[$]([0-9]{1,3}|NF)"
	                              "( *, *[$]([0-9]{1,3}|NF))*)? *[}])?$";
	char **w = words + 1;
	regex_t regex;

	(void)run;
	if (*w && !strncmp(*w, "-F", 2)) {
		const char *separator = (*w)[2] ? *w + 2 : w[1];
		if (!separator || strlen(separator) != 1 || !strchr(",:;=/", *separator))
			return false;
		w += (*w)[2] ? 1 : 2;
	}
	if (!*w || !**w || regcomp(&regex, program, REG_EXTENDED | REG_NOSUB))
		return false;
	bool permitted = regexec(&regex, *w, 0, NULL, 0) == 0;
	regfree(&regex);
	while (permitted && *++w)
		permitted = **w != '-' && !strchr(*w, '=');
	return permitted;
}

enum { LOOKS = 1, ANY_STATUS = 255 };

static const struct permit {
	const char *name;
	bool (*permits)(struct shell_run *run, char **words);
	int most;                                       /* statuses up to this one come without a message of the tool */
	bool tool;                                           /* of the system, not of the shell */
} permits[] = {
	{ "sysctl", kernel_sysctl_certain, ANY_STATUS, true }, { "ip", kernel_ip_permits, ANY_STATUS, true },
	{ "tc", kernel_tc_certain, ANY_STATUS, true }, { "nstat", nstat_permits, 0, true },
	{ "uname", kernel_uname_permits, 0, true },
	{ "echo", echo_certain, 0, false }, { "printf", printf_permits, 0, false },
	{ "true", any, 0, false }, { ":", any, 0, false }, { "false", any, LOOKS, false },
	{ "exit", any, ANY_STATUS, false }, { "return", any, ANY_STATUS, false }, { "break", any, 0, false },
	{ "continue", any, 0, false }, { "shift", any, 0, false }, { "test", test_permits, LOOKS, false },
	{ "[", test_permits, LOOKS, false }, { "set", set_permits, 0, false }, { "local", local_permits, 0, false },
	{ "read", read_permits, LOOKS, false }, { "grep", any, LOOKS, true }, { "cat", any, 0, true },
	{ "head", any, 0, true }, { "tail", any, 0, true }, { "cut", any, 0, true }, { "wc", any, 0, true },
	{ "sort", any, 0, true }, { "uniq", any, 0, true }, { "tr", any, 0, true }, { "seq", any, 0, true },
	{ "sed", any, 0, true }, { "awk", awk_permits, 0, true },
};

/* Has the text assigned a variable that changes what tools do or where they are found? */
static bool changes_environment(const struct shell_run *run)
{
	for (const struct shell_variable *v = run->variables; v; v = v->next)
		if (getenv(v->name) || !strcmp(v->name, "PATH") || !strncmp(v->name, "BASH", 4))
			return true;
	return false;
}

int kernel_command_call(struct shell_run *run, const struct shell_tool *tool, char **words)
{
	size_t i = 0;

	if (commands_of(run)->certain)
		return tool->run(run, words);
	while (i < ARRAY_LEN(permits) && strcmp(permits[i].name, words[0]))
		i++;
	if (i == ARRAY_LEN(permits) || changes_environment(run) || !permits[i].permits(run, words) ||
	    (permits[i].tool && !is_tool_of_system(words[0])))
		return shell_unknown(run, "the command '%s' needs a shell", words[0]);
	const int status = tool->run(run, words);
	return status > permits[i].most
	       ? shell_unknown(run, "what '%s' says of its mistake needs a shell", words[0]) : status;
}
