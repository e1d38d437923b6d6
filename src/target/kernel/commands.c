/* SPDX-License-Identifier: MIT
 *
 * commands.c - commands that need no process
 *
 * Nearly every command of a script sets sysctls or looks at counters. A shell and the tools that it starts cost one or
 * two milliseconds of processor time each time, and ten times that where processes are dear; a file of /proc costs a
 * few microseconds. So texts in which every command is known here (sysctl, echo into /proc/sys, some forms of ip and
 * tc, nstat, uname, test, grep and the like, and scripts made of them) are executed (shell/shell.h) by the thread that
 * plays, in its namespace and folder. All others go to the shell unchanged.
 *
 * A text is ours if each of its commands can be judged beforehand (shell_is_certain()), or else if a rehearsal gets to
 * the end. A rehearsal does everything but the changes, which it only notes. So neither texts that look at counters nor
 * loops and functions around settings start a process, as long as their words mean the same in all shells
 * (command_permits.c).
 *
 * The rules:
 * - A text as a whole is ours or the shell's, and that is settled before any of it is executed. If a rehearsed text,
 *   because a change was refused, gets to a command that is not known, the shell executes it from the start: only
 *   settings have changed, and these are set again.
 * - Nobody can tell the difference: the same settings, output and exit status (commands_test.c plays both).
 * - Until something has been changed, a text can still be handed to the shell: that happens if its first change is
 *   refused, so that the message is that of the real tool.
 * - If another tool of that name comes first in PATH, that tool is used.
 *
 * If a script has changed its capabilities, those of its commands are unchanged; then the shell executes them.
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

/* Shells set these themselves, each in its own way. */
static const char *const of_shells[] = {
	"PWD", "OLDPWD", "OPTIND", "OPTARG", "OPTERR", "PS1", "PS2", "PS4", "LINENO", "SHLVL", "UID", "EUID", "RANDOM",
	"SECONDS", "HOSTNAME", "_", "SHELLOPTS", "BASHOPTS", "GROUPS", "MAIL", "MAILCHECK", "IFS", "PATH", "BASH",
	"BASHPID", "COLUMNS", "LINES", "DIRSTACK", "EPOCHREALTIME", "EPOCHSECONDS", "FUNCNAME", "HISTCMD", "HOSTTYPE",
	"MACHTYPE", "OSTYPE", "PIPESTATUS", "PROMPT_COMMAND", "SRANDOM", "TERM",
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
		if (!strcmp(of_shells[i], name) || !strncmp(name, "BASH_", 5))
			return SHELL_NOT_HERE;
	*value = getenv(name);
	if (!*value)
		return SHELL_MISSING;
	/* unquoted, such a value would be replaced by names of files */
	return !strpbrk(*value, "*?[\\") ? SHELL_FOUND : SHELL_NOT_HERE;
}

/* ---- files ---- */

/* What the kernel says about itself is read here. If a file is missing, the tool must say so. */
static enum shell_found fetch(struct shell_run *run, const char *path, struct buf *out)
{
	struct buf text = BUF_INIT;
	const bool of_kernel = !strncmp(path, "/proc/sys/", 10) || !strncmp(path, "/proc/net/", 10);
	const bool found = of_kernel && !strstr(path, "..") && kernel_command_fetch(run, path, &text);

	if (found && out)
		buf_add(out, text.data, text.length);
	buf_free(&text);
	return found ? SHELL_FOUND : SHELL_NOT_HERE;
}

static int judge(struct shell_run *run, char kind, const char *path)
{
	struct stat status;
	const bool there = stat(path, &status) == 0;

	switch (kind) {
	case 'e':
		return there;
	case 'f':
		return there && S_ISREG(status.st_mode);
	case 'd':
		return there && S_ISDIR(status.st_mode);
	case 's':
		return there && status.st_size > 0;
	case 'r':
		return faccessat(AT_FDCWD, path, R_OK, AT_EACCESS) == 0;
	case 'w':
		return faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) == 0;
	case 'x':
		return faccessat(AT_FDCWD, path, X_OK, AT_EACCESS) == 0;
	default:
		return shell_unknown(run, "'-%c' is not looked at here", kind);
	}
}

static bool truncates(const char *path)
{
	(void)path;
	return true;
}

/* A write that fails is reported in dash's words. Unless it is the first change, it must be dash that would report it,
 * which certain() sees to. */
static int store(struct shell_run *run, const char *path, const struct buf *text, bool append)
{
	const struct commands *c = commands_of(run);

	if (append || !kernel_command_is_setting(path) || !text->length ||
	    (!c->certain && c->noted && (run->in_file || !kernel_shell_is_dash())))
		return shell_unknown(run, "'%s' is not written here", path);
	const int status = kernel_command_write(run, path, text);
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

/* ---- entry ---- */

/* Does something in the environment change what shells do, or the messages of tools? */
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

static const struct shell_tool own_tools[] = {
	{ "sysctl", kernel_sysctl, false }, { "ip", kernel_ip, false }, { "tc", kernel_tc, false },
	{ "nstat", kernel_nstat, false }, { "uname", kernel_uname, false }, { NULL, NULL, false },
};
static const struct shell_tool *const tools[] = {
	shell_own_tools, shell_text_tools, shell_filter_tools, own_tools, NULL,
};

static const struct shell_host host = {
	.tools = tools, .variable = variable, .fetch = fetch, .store = store, .truncates = truncates, .judge = judge,
	.script = script, .certain = kernel_command_certain, .call = kernel_command_call,
};

static bool is_same_file(int one, int other)
{
	struct stat a, b;

	return fstat(one, &a) == 0 && fstat(other, &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

/* A slow reader must not lose anything. */
static void write_all(int fd, const struct buf *text)
{
	for (size_t done = 0; done < text->length;) {
		const ssize_t n = write(fd, text->data + done, text->length - done);

		if (n < 0 && errno != EINTR)
			return;
		done += n > 0 ? (size_t)n : 0;
	}
}

/* A status, or -1: the text is the shell's. */
static int read_text(struct commands *c, const char *text, struct buf *out, struct buf *error, struct buf *why)
{
	struct buf unseen = BUF_INIT;

	c->certain = shell_is_certain(&c->shell, text);
	if (!c->certain) {
		c->rehearsal = true;
		c->shell.output = c->shell.error = &unseen;
		const int status = shell_command_line(&c->shell, text, &unseen);
		c->rehearsal = c->network_noted = false;
		c->noted = NULL;
		buf_free(&unseen);
		if (status < 0)
			return status;
	}
	c->shell.output = out;
	c->shell.error = error;
	return shell_command_line(&c->shell, text, why);
}

bool kernel_command_read(const struct command_groups *g, const char *text, struct buf *why, bool *failed,
                         struct shortage *s)
{
	const int to[2] = { g->output >= 0 ? g->output : STDOUT_FILENO, g->output >= 0 ? g->output : STDERR_FILENO };
	struct buf out = BUF_INIT, error = BUF_INIT, reason = BUF_INIT;
	struct commands c = { .shell = { .host = &host }, .shortage = s };
	int status = -1;

	c.shell.context = &c;
	snprintf(c.parent, sizeof(c.parent), "%d", (int)getpid());
	if (environment_is_plain())
		status = read_text(&c, text, &out, is_same_file(to[0], to[1]) ? &out : &error, &reason);
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
