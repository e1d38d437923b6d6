/* SPDX-License-Identifier: MIT
 *
 * command_shell.c - the built-in commands of the shell
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "shell/internal.h"

/* ---- what ends something ---- */

static int do_true(struct shell_run *run, char **args)
{
	(void)run;
	(void)args;
	return 0;
}

static int do_false(struct shell_run *run, char **args)
{
	(void)run;
	(void)args;
	return 1;
}

static int leave(struct shell_run *run, char **args, enum shell_leave how)
{
	if (args[1] && args[1][strspn(args[1], "0123456789")])
		return STATUS_USAGE;
	run->status = args[1] ? atoi(args[1]) & 255 : run->status;
	run->leave = how;
	return run->status;
}

static int do_exit(struct shell_run *run, char **args)
{
	return leave(run, args, SHELL_EXIT);
}

static int do_return(struct shell_run *run, char **args)
{
	return leave(run, args, SHELL_RETURN);
}

static int leave_loops(struct shell_run *run, char **args, enum shell_leave how)
{
	run->levels = args[1] ? atoi(args[1]) : 1;
	if (run->levels < 1)
		return STATUS_USAGE;
	run->leave = how;
	return 0;
}

static int do_break(struct shell_run *run, char **args)
{
	return leave_loops(run, args, SHELL_BREAK);
}

static int do_continue(struct shell_run *run, char **args)
{
	return leave_loops(run, args, SHELL_CONTINUE);
}

/* ---- variables ---- */

static int do_set(struct shell_run *run, char **args)
{
	char **a = args + 1;

	for (; *a && (**a == '-' || **a == '+') && strcmp(*a, "--"); a++) {
		const bool on = **a == '-';
		if (!strcmp(*a + 1, "o") && a[1]) {
			a++;
			if (!strcmp(*a, "pipefail"))
				run->pipefail = on;
			else if (!strcmp(*a, "errexit"))
				run->errexit = on;
			else if (!strcmp(*a, "nounset"))
				run->nounset = on;
			else
				return shell_unknown(run, "the command 'set -o %s' is not known here", *a);
			continue;
		}
		size_t known = strspn(*a + 1, "euxo");
		if (known != strlen(*a + 1) || (strchr(*a, 'o') && (!a[1] || strcmp(a[1], "pipefail"))))
			return shell_unknown(run, "the command 'set %s' is not known here", *a);
		run->errexit = strchr(*a, 'e') ? on : run->errexit;
		run->nounset = strchr(*a, 'u') ? on : run->nounset;
		if (strchr(*a, 'o')) {
			run->pipefail = on;
			a++;
		}
	}
	if (*a)
		run->arguments = a + !strcmp(*a, "--");
	return 0;
}

/* A local variable: shell.c gives back what was there when the function ends. */
static void hide(struct shell_run *run, const char *name)
{
	struct shell_variable *v = arena_alloc(run->arena, sizeof(*v));

	*v = (struct shell_variable){ run->outer, name, shell_variable(run, name) };
	run->outer = v;
	shell_assign(run, name, NULL);
}

/* export, readonly, local, declare: NAME or NAME=VALUE. */
static int do_declare(struct shell_run *run, char **args)
{
	for (char **a = args + 1; *a; a++) {
		size_t n = shell_name_length(*a);
		if (**a == '-' && strspn(*a + 1, "rxgi") == strlen(*a + 1))
			continue;
		if (!n || ((*a)[n] && (*a)[n] != '='))
			return **a == '-' ? shell_unknown(run, "the command '%s %s' is not known here", args[0], *a)
			                  : STATUS_USAGE;
		const char *name = arena_strndup(run->arena, *a, n);
		if (!strcmp(args[0], "local"))
			hide(run, name);
		if ((*a)[n])
			shell_assign(run, name, *a + n + 1);
	}
	return 0;
}

static int do_unset(struct shell_run *run, char **args)
{
	for (char **a = args + 1; *a; a++)
		if (**a != '-')
			shell_assign(run, *a, NULL);
	return 0;
}

static int do_shift(struct shell_run *run, char **args)
{
	for (int n = args[1] ? atoi(args[1]) : 1; n > 0; n--) {
		if (!*run->arguments)
			return STATUS_FAILED;
		run->arguments++;
	}
	return 0;
}

/* read [-r] NAME...: a line; the last name gets the rest. */
static int do_read(struct shell_run *run, char **args)
{
	char **names = args + 1 + (args[1] && !strcmp(args[1], "-r"));
	struct shell_input *in = run->in;
	const char *end = memchr(in->at, '\n', in->length);
	size_t length = end ? (size_t)(end - in->at) : in->length;
	char *line = arena_strndup(run->arena, in->at, length), *none[] = { (char[]){ "REPLY" }, NULL };

	if (!in->length)
		return STATUS_FAILED;
	if (*names && **names == '-')
		return shell_unknown(run, "the command 'read %s' is not known here", *names);
	in->at += length + (end != NULL);
	in->length -= length + (end != NULL);
	for (char **n = *names ? names : none; *n; n++) {
		line += strspn(line, " \t");
		size_t word = n[1] ? strcspn(line, " \t") : strlen(line);
		while (!n[1] && word && strchr(" \t", line[word - 1]))
			word--;
		shell_assign(run, *n, arena_strndup(run->arena, line, word));
		line += word;
	}
	return end ? 0 : STATUS_FAILED;
}

/* ---- commands that call commands ---- */

static int do_eval(struct shell_run *run, char **args)
{
	struct buf text = BUF_INIT;

	for (char **a = args + 1; *a; a++)
		buf_printf(&text, "%s ", *a);
	const char *copy = arena_strndup(run->arena, text.data, text.length);
	buf_free(&text);
	run->depth++;
	int status = run->do_text(run, copy);
	run->depth--;
	return status;
}

static int do_exec(struct shell_run *run, char **args)
{
	if (!args[1])
		return 0;
	run->status = run->do_words(run, args + 1);
	run->leave = run->status < 0 ? SHELL_STAY : SHELL_EXIT;
	return run->status;
}

/* sudo, nice, env NAME=VALUE..., timeout N: the command behind them. */
static int do_wrapped(struct shell_run *run, char **args)
{
	char **a = args + 1;

	for (; *a && strchr(*a, '=') && !strcmp(args[0], "env"); a++) {
		size_t n = shell_name_length(*a);
		if (!n || (*a)[n] != '=')
			break;
		shell_assign(run, arena_strndup(run->arena, *a, n), *a + n + 1);
	}
	a += *a && !strcmp(args[0], "timeout");
	if (!*a || **a == '-')
		return shell_unknown(run, "the command '%s' is known here without options, in front of another",
		                     args[0]);
	return run->do_words(run, a);
}

/* command [-v] NAME, which NAME, type NAME: is it there? */
static int do_command(struct shell_run *run, char **args)
{
	const bool asks = strcmp(args[0], "command") || (args[1] && !strcasecmp(args[1], "-v"));
	char **a = args + 1 + (asks && !strcmp(args[0], "command"));

	if (!asks)
		return *a ? run->do_words(run, a) : 0;
	if (!*a || **a == '-')
		return shell_unknown(run, "the command '%s' is known here without options, with the name of another",
		                     args[0]);
	if (!shell_find_tool(run->shell->host, *a) && !shell_function(run, *a))
		return shell_unknown(run, "whether there is a command '%s' is not known here", *a);
	shell_print(run, "%s\n", *a);
	return 0;
}

/* ---- the table ---- */

const struct shell_tool shell_own_tools[] = {
	{ "true", do_true, false }, { ":", do_true, false }, { "false", do_false, false },
	{ "exit", do_exit, false }, { "return", do_return, false }, { "break", do_break, false },
	{ "continue", do_continue, false }, { "set", do_set, false }, { "export", do_declare, false },
	{ "readonly", do_declare, false }, { "local", do_declare, false }, { "declare", do_declare, false },
	{ "typeset", do_declare, false }, { "unset", do_unset, false }, { "shift", do_shift, false },
	{ "read", do_read, false }, { "eval", do_eval, false }, { "exec", do_exec, false },
	{ "sudo", do_wrapped, false }, { "env", do_wrapped, false }, { "nice", do_wrapped, false },
	{ "timeout", do_wrapped, false }, { "command", do_command, false }, { "which", do_command, false },
	{ "type", do_command, false }, { "test", shell_test, false }, { "[", shell_test, false }, { NULL, NULL, false },
};
