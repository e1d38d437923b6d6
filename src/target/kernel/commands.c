/* SPDX-License-Identifier: MIT
 *
 * commands.c - commands that need no process
 *
 * Nearly every command of a script sets sysctls. A shell and the tool that it starts cost one or two milliseconds of
 * processor time each time, and ten times that where processes are dear; writing to /proc/sys costs a few
 * microseconds. So texts whose every command is known here (sysctl, echo into /proc/sys, some forms of ip and tc, true,
 * false, exit, and scripts made of them) are read (shell/shell.h) and done by the thread that plays, in its namespace
 * and its folder. All others are given to the shell as they are.
 *
 * The rules:
 *  - A text is ours or the shell's, as a whole, and that is settled before anything of it is done.
 *  - Nobody can tell the difference: the same settings, output and exit status (commands_test.c plays both).
 *  - While nothing has been changed yet a text can still be given back: that is what happens when its first change is
 *    refused, so that the words about it are those of the real tool.
 *  - Whoever has put another tool of that name first in PATH gets that tool.
 *
 * A script that has changed its capabilities has not changed those of its commands; then the shell does them.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "target/kernel/commands.h"
#include "target/kernel/internal.h"
#include "util/common.h"

enum { SCRIPT_BYTES = 1 << 18 };

extern char **environ;

/* ---- variables ---- */

/* The shells set these themselves, each in its way. */
static const char *const of_shells[] = {
	"PWD", "OLDPWD", "OPTIND", "OPTARG", "OPTERR", "PS1", "PS2", "PS4", "LINENO", "SHLVL", "UID", "EUID", "RANDOM",
	"SECONDS", "HOSTNAME", "_", "SHELLOPTS", "BASHOPTS", "GROUPS", "MAIL", "MAILCHECK", "IFS", "PATH",
};

static enum shell_found variable(const struct shell_run *run, const char *name, const char **value)
{
	if (!strcmp(name, "IFS")) {
		*value = " \t\n";
		return SHELL_FOUND;
	}
	if (!strcmp(name, "PPID")) {
		*value = commands_of(run)->parent;
		return run->in_file ? SHELL_NOT_HERE : SHELL_FOUND;
	}
	for (size_t i = 0; i < ARRAY_LEN(of_shells); i++)
		if (!strcmp(of_shells[i], name))
			return SHELL_NOT_HERE;
	*value = getenv(name);
	/* Where it is not quoted, the names of files would take the place of such a value. */
	return *value && !strpbrk(*value, "*?[\\") ? SHELL_FOUND : SHELL_NOT_HERE;
}

/* ---- files ---- */

static enum shell_found fetch(struct shell_run *run, const char *path, struct buf *out)
{
	(void)run;
	(void)path;
	(void)out;
	return SHELL_NOT_HERE;
}

static int judge(struct shell_run *run, char kind, const char *path)
{
	(void)kind;
	return shell_unknown(run, "the file '%s' is not looked at here", path);
}

static bool truncates(const char *path)
{
	(void)path;
	return true;
}

/* A plain setting that may be written, by its whole name? */
static bool is_setting(const char *path)
{
	struct stat status;

	return !strncmp(path, "/proc/sys/", 10) && !strstr(path, "..") && stat(path, &status) == 0 &&
	       S_ISREG(status.st_mode) && (status.st_mode & S_IWUSR) && access(path, W_OK) == 0;
}

/* The words of dash for a write that fails; certain() sees to it that it is dash's to say. */
static int store(struct shell_run *run, const char *path, const struct buf *text, bool append)
{
	const int fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);

	(void)append;
	if (fd < 0)
		return shell_unknown(run, "'%s' cannot be opened", path);
	const int status = kernel_command_write(run, fd, text);
	close(fd);
	if (status > 0 && run->error)
		buf_printf(run->error, "sh: %d: echo: echo: I/O error\n", run->line);
	return status;
}

/* ---- scripts ---- */

/* Does "#!" at the start of a script name one of the shells whose language is read, without options? */
static bool is_for_shell(const char *text)
{
	static const char *const shells[] = { "/bin/sh", "/bin/bash", "/usr/bin/bash", "/usr/bin/sh" };

	for (size_t i = 0; i < ARRAY_LEN(shells); i++) {
		const size_t length = strlen(shells[i]);

		if (!strncmp(text, "#!", 2) && !strncmp(text + 2, shells[i], length) && text[2 + length] == '\n')
			return access(shells[i], X_OK) == 0;
	}
	return false;
}

static int script(struct shell_run *run, const char *path, struct buf *text)
{
	const int fd = access(path, X_OK) == 0 ? open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY) : -1;
	struct stat status;
	const bool good = fd >= 0 && fstat(fd, &status) == 0 && S_ISREG(status.st_mode) &&
	                  status.st_size <= SCRIPT_BYTES && buf_read_fd(text, fd) &&
	                  strlen(text->data) == text->length && is_for_shell(text->data);

	if (fd >= 0)
		close(fd);
	return good ? 0 : shell_unknown(run, "'%s' is not read here", path);
}

/* ---- certainty ---- */

/* Is what the shell would find under @name the system's own tool? */
static bool is_tool_of_system(const char *name)
{
	static const char *const folders[] = { "/usr/sbin", "/sbin", "/usr/bin", "/bin" };
	char path[PATH_MAX], real[PATH_MAX];
	const char *at = getenv("PATH"), *slash;

	for (size_t n; at && *at; at += n + (at[n] == ':')) {
		n = strcspn(at, ":");
		if (!n || n + strlen(name) + 2 > sizeof(path))
			return false;
		snprintf(path, sizeof(path), "%.*s/%s", (int)n, at, name);
		if (access(path, X_OK) != 0)
			continue;
		for (size_t i = 0; i < ARRAY_LEN(folders); i++)
			if (strlen(folders[i]) == n && !strncmp(folders[i], at, n))
				return realpath(path, real) && (slash = strrchr(real, '/')) && !strcmp(slash + 1, name);
		return false;
	}
	return false;
}

static bool shell_is_dash(void)
{
	char real[PATH_MAX];

	return realpath("/bin/sh", real) && !strcmp(strrchr(real, '/'), "/dash");
}

/* Shells differ in what they make of backslashes and of options but -n. */
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

static bool certain(struct shell_run *run, char **words, const char *output)
{
	static const struct {
		const char *name;
		bool (*certain)(struct shell_run *run, char **words);
		bool tool;                                   /* of the system, not of the shell: it changes something */
	} known[] = {
		{ "sysctl", kernel_sysctl_certain, true }, { "ip", kernel_ip_certain, true },
		{ "tc", kernel_tc_certain, true }, { "echo", echo_certain, false }, { "true", status_certain, false },
		{ "false", status_certain, false }, { ":", status_certain, false }, { "exit", status_certain, false },
	};
	const bool first = !commands_of(run)->planned;

	/* A refusal after other changes is told in words that only dash has, and not in those of a script. */
	if (output && (strcmp(words[0], "echo") || !is_setting(output) ||
	               (!first && (run->in_file || !shell_is_dash()))))
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

/* Is something in the environment that changes what shells do, or how tools speak? */
static bool environment_is_plain(void)
{
	static const char *const locales[] = { "LC_ALL", "LC_MESSAGES", "LANG" };

	for (char **e = environ; *e; e++)
		if (!strncmp(*e, "BASH_", 5))
			return false;
	for (size_t i = 0; i < ARRAY_LEN(locales); i++) {
		const char *value = getenv(locales[i]);

		if (value && *value && *value != 'C' && strncmp(value, "en", 2) && strcmp(value, "POSIX"))
			return false;
	}
	return !getenv("LANGUAGE");
}

/* ---- door ---- */

static const struct shell_tool own_tools[] = {
	{ "sysctl", kernel_sysctl, false }, { "ip", kernel_ip, false }, { "tc", kernel_tc, false },
	{ NULL, NULL, false },
};
static const struct shell_tool *const tools[] = { shell_own_tools, shell_text_tools, own_tools, NULL };

static const struct shell_host host = {
	.tools = tools, .variable = variable, .fetch = fetch, .store = store, .truncates = truncates, .judge = judge,
	.script = script, .certain = certain,
};

static bool is_same_file(int one, int other)
{
	struct stat a, b;

	return fstat(one, &a) == 0 && fstat(other, &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

/* Somebody who reads slowly must not lose anything. */
static void write_all(int fd, const struct buf *text)
{
	for (size_t done = 0; done < text->length;) {
		const ssize_t n = write(fd, text->data + done, text->length - done);

		if (n < 0 && errno != EINTR)
			return;
		done += n > 0 ? (size_t)n : 0;
	}
}

bool kernel_command_read(const struct command_groups *g, const char *text, struct buf *why, bool *failed)
{
	const int to[2] = { g->output >= 0 ? g->output : STDOUT_FILENO, g->output >= 0 ? g->output : STDERR_FILENO };
	struct buf out = BUF_INIT, error = BUF_INIT, reason = BUF_INIT;
	struct commands c = { .shell = { .host = &host, .output = &out } };
	int status = -1;

	c.shell.context = &c;
	c.shell.error = is_same_file(to[0], to[1]) ? &out : &error;
	snprintf(c.parent, sizeof(c.parent), "%d", (int)getpid());
	if (environment_is_plain() && shell_is_certain(&c.shell, text))
		status = shell_command_line(&c.shell, text, &reason);
	if (status >= 0) {
		write_all(to[1], &error);
		write_all(to[0], &out);
		buf_add(why, reason.data, reason.length);
	}
	*failed = status > 0;
	buf_free(&out);
	buf_free(&error);
	buf_free(&reason);
	return status >= 0;
}
