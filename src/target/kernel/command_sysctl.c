/* SPDX-License-Identifier: MIT
 *
 * command_sysctl.c - the command sysctl without its process
 *
 * Only what the tool is nearly always used for: settings by name, with the options for what is printed and for missing
 * names. Everything else (files, patterns, folders, unknown names) is left to the tool, and so is every setting that
 * this user cannot write or read, because of the message.
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "target/kernel/commands.h"
#include "util/common.h"

struct options {
	bool ignore, values, quiet, write;
};

/* False: the option is left to the tool. */
static bool take_option(const char *word, struct options *o)
{
	static const struct shell_option options[] = {
		{ "--quiet", "q" }, { "--write", "w" }, { "--values", "n" }, { "--ignore", "e" }, { 0 },
	};
	const char *letters = shell_option_letters(word, options);

	if (!letters)
		return false;
	o->quiet |= strchr(letters, 'q') != NULL;
	o->write |= strchr(letters, 'w') != NULL;
	o->values |= strchr(letters, 'n') != NULL;
	o->ignore |= strchr(letters, 'e') != NULL;
	return true;
}

/* The path below /proc/sys of @key, which is written with dots or slashes and ends at `=`. False: it is not plainly a
 * name. */
static bool path_of(const char *key, char path[PATH_MAX], char name[NAME_MAX])
{
	const size_t length = strcspn(key, "=");
	const char separator = memchr(key, '/', length) ? '/' : '.', *const root = "/proc/sys/";
	char last = separator;

	if (!length || length >= NAME_MAX)
		return false;
	for (size_t i = 0; i < length; i++) {
		const bool letter = isalnum((unsigned char)key[i]) || strchr("_-", key[i]);

		if (!letter && (key[i] != separator || last == separator))
			return false;
		last = key[i];
		name[i] = key[i] == '/' ? '.' : key[i];
	}
	name[length] = '\0';
	snprintf(path, PATH_MAX, "%s%s", root, name);
	for (char *c = path + strlen(root); *c; c++)
		if (*c == '.')
			*c = '/';
	return last != separator;
}

/* The tool trims and cuts some values. */
static bool is_plain_value(const char *value)
{
	const size_t length = strlen(value);

	for (const char *c = value; *c; c++)
		if (iscntrl((unsigned char)*c) && *c != '\t')
			return false;
	return length && length < 200 && !isspace((unsigned char)value[0]) &&
	       !isspace((unsigned char)value[length - 1]);
}

bool kernel_sysctl_certain(struct shell_run *run, char **args)
{
	struct options o = { 0 };
	bool any = false;

	(void)run;
	for (char **a = args + 1; *a; a++)
		if (**a == '-' && !take_option(*a, &o))
			return false;
	for (char **a = args + 1; *a; a++) {
		const char *equals = strchr(*a, '=');
		char path[PATH_MAX], name[NAME_MAX];
		struct stat status;

		if (**a == '-')
			continue;
		any = true;
		if (!path_of(*a, path, name) || (equals ? !is_plain_value(equals + 1) : o.write))
			return false;
		if (stat(path, &status) != 0) {
			if (errno != ENOENT || !o.ignore)
				return false;
			continue;
		}
		if (!S_ISREG(status.st_mode) || !(status.st_mode & (equals ? S_IWUSR : S_IRUSR)) ||
		    access(path, equals ? W_OK : R_OK) != 0)
			return false;
	}
	return any && !getenv("POSIXLY_CORRECT");
}

static void show_lines(struct shell_run *run, const char *name, const char *text, const struct options *o)
{
	while (*text) {
		const int length = (int)strcspn(text, "\n");

		shell_print(run, "%s%s%.*s\n", o->values ? "" : name, o->values ? "" : " = ", length, text);
		text += length + (text[length] != '\0');
	}
}

/* One setting; 0, 1, or STATUS_UNKNOWN: it is left to the tool. */
static int do_one(struct shell_run *run, const char *word, const struct options *o)
{
	const char *equals = strchr(word, '=');
	char path[PATH_MAX], name[NAME_MAX];
	struct buf text = BUF_INIT;
	int status = 0;

	path_of(word, path, name);
	if (access(path, F_OK) != 0 && errno == ENOENT && o->ignore)
		return 0;
	if (!equals) {
		status = kernel_command_fetch(run, path, &text) ? 0
		         : shell_unknown(run, "'%s' cannot be read", name);
		show_lines(run, name, text.data, o);
	} else {
		buf_printf(&text, "%s\n", equals + 1);
		status = kernel_command_write(run, path, &text);
		if (status > 0 && run->error)
			buf_printf(run->error, "sysctl: setting key \"%s\": %s\n", name, strerror(errno));
		else if (!status && !o->quiet)
			show_lines(run, name, equals + 1, o);
	}
	buf_free(&text);
	return status;
}

int kernel_sysctl(struct shell_run *run, char **args)
{
	struct options o = { 0 };
	int worst = 0;

	for (char **a = args + 1; *a; a++)
		if (**a == '-')
			take_option(*a, &o);
	for (char **a = args + 1; *a && worst >= 0; a++) {
		const int status = **a == '-' ? 0 : do_one(run, *a, &o);

		worst = status ? status : worst;
	}
	return worst;
}
