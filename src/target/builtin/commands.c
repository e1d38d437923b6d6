/* SPDX-License-Identifier: MIT
 *
 * commands.c - the commands that scripts use, as changes of the stack
 */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "target/builtin/settings.h"
#include "target/builtin/shell_internal.h"
#include "util/common.h"

enum { LONGEST_SLEEP_S = 86400, PATH_BYTES = 4096 };

/* ---- settings ---- */

static int unknown_setting(struct shell_run *run, const char *name)
{
	const char *meant = settings_guess(name);

	if (meant)
		return shell_unknown(run, "the sysctl '%s' is not known here; did you mean 'net.%s'?", name, meant);
	return shell_unknown(run, "the sysctl '%s' is not known here", name);
}

/* Status of setting @name; a name that is not known here is passed over if @lenient. */
static int set_one(struct shell_run *run, const char *name, const char *value, bool lenient)
{
	switch (settings_assign(stack_settings(run->shell->stack), name, value)) {
	case SETTING_OK:
		return 0;
	case SETTING_INVALID:
		return STATUS_FAILED;
	case SETTING_UNKNOWN:
		return lenient ? 0 : unknown_setting(run, name);
	case SETTING_ABSENT:
		/* A suite sets up all of its scripts in one way; few rely on each part of that, and those show it. */
		return run->in_file ? 0
		                    : shell_unknown(run, "the sysctl '%s' cannot be '%s' here: the stack has no %s",
		                                    name, value, settings_absent(name));
	default:
		return shell_unknown(run, "the sysctl '%s' cannot be '%s' here", name, value);
	}
}

static int read_one(struct shell_run *run, const char *name, bool lenient)
{
	struct buf value = BUF_INIT;
	enum setting_result result = settings_read(stack_settings(run->shell->stack), name, &value);

	buf_free(&value);
	return result == SETTING_OK || lenient ? 0 : unknown_setting(run, name);
}

/* Options of sysctl: false for one that does more than set or show. */
static bool sysctl_option(const char *word, bool *lenient)
{
	static const char *const plain[] = { "--quiet", "--write", "--values", "--names", "--binary" };

	if (!strcmp(word, "--ignore")) {
		*lenient = true;
		return true;
	}
	for (size_t i = 0; i < ARRAY_LEN(plain); i++)
		if (!strcmp(word, plain[i]))
			return true;
	*lenient |= strchr(word, 'e') != NULL;
	return word[1] != '-' && strspn(word + 1, "qwenNbr") == strlen(word + 1);
}

static int do_sysctl(struct shell_run *run, char **args)
{
	bool lenient = false;
	int worst = 0;

	for (char **a = args + 1; *a; a++)
		if (**a == '-' && !sysctl_option(*a, &lenient))
			return shell_unknown(run, "the command 'sysctl %s' is not known here", *a);
	for (char **a = args + 1; *a; a++) {
		char *equals = strchr(*a, '=');
		int status = 0;

		if (equals)
			*equals = '\0';
		if (equals)
			status = set_one(run, *a, equals + 1, lenient);
		else if (**a != '-')
			status = read_one(run, *a, lenient);
		if (status < 0)
			return status;
		worst = status ? status : worst;
	}
	return worst;
}

/* FILE=VALUE ...: set, and leave a script behind that sets what was there before. */
static int do_set_sysctls(struct shell_run *run, char **args)
{
	struct buf restore = BUF_INIT;
	int status = 0;

	for (char **a = args + 1; *a && !status; a++) {
		char *equals = strchr(*a, '=');
		struct buf before = BUF_INIT;

		if (equals)
			*equals = '\0';
		settings_read(stack_settings(run->shell->stack), *a, &before);
		if (before.length)
			buf_printf(&restore, "sysctl -q '%s=%s'\n", *a, before.data);
		buf_free(&before);
		status = equals ? set_one(run, *a, equals + 1, false) : STATUS_FAILED;
	}
	buf_free(&run->shell->restore);
	if (!status)
		run->shell->restore = restore;
	else
		buf_free(&restore);
	return status;
}

static bool is_restore_script(const char *path)
{
	static const char start[] = "/tmp/sysctl_restore_", end[] = ".sh";
	size_t length = strlen(path);

	return !strncmp(path, start, strlen(start)) && length > strlen(end) &&
	       !strcmp(path + length - strlen(end), end);
}

/* The script holds what set_sysctls.py wrote; before that there is nothing that could be done wrong. */
static int do_restore(struct shell_run *run)
{
	const char *text = arena_strdup(run->arena, run->shell->restore.data);

	return *text ? shell_do_text(run, text) : 0;
}

/* ---- small commands ---- */

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

static int do_exit(struct shell_run *run, char **args)
{
	run->exited = true;
	return args[1] ? atoi(args[1]) & 255 : 0;
}

static int do_set(struct shell_run *run, char **args)
{
	for (char **a = args + 1; *a; a++) {
		if ((**a != '-' && **a != '+') || strspn(*a + 1, "eux") != strlen(*a + 1))
			return shell_unknown(run, "the command 'set %s' is not known here", *a);
		if (strchr(*a, 'e'))
			run->errexit = **a == '-';
	}
	return 0;
}

/* Numbers with or without fraction and unit, added up. */
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
	run->shell->sleep(run->shell->context, vtime_from_s(total));
	return 0;
}

/* ---- files ---- */

/* Files that calls of the script can open are in memory; those of the machine stay as they are. */
static int do_rm(struct shell_run *run, char **args)
{
	bool force = false;
	int status = 0;

	for (char **a = args + 1; *a; a++) {
		if (**a == '-') {
			force |= strchr(*a, 'f') != NULL;
		} else if (!files_remove(run->shell->files, *a) && !force) {
			status = STATUS_FAILED;
		}
	}
	return status;
}

static int make_file(struct shell_run *run, const char *path, int64_t size)
{
	return files_make(run->shell->files, path, size) < 0 ? STATUS_FAILED : 0;
}

static int do_touch(struct shell_run *run, char **args)
{
	int status = 0;

	for (char **a = args + 1; *a; a++) {
		if (**a == '-')
			return shell_unknown(run, "the command 'touch %s' is not known here", *a);
		if (files_size(run->shell->files, *a) < 0)
			status |= make_file(run, *a, 0);
	}
	return status;
}

/* A number with dd's and truncate's suffixes; false: not one, or too large. */
static bool size_of(const char *text, int64_t *size)
{
	static const char suffixes[] = "kKMG";
	static const int shifts[] = { 10, 10, 20, 30 };
	char *end;

	errno = 0;
	*size = strtoll(text, &end, 10);
	const char *suffix = *end ? strchr(suffixes, *end) : NULL;
	if (end == text || errno || *size < 0 || *size > INT64_MAX >> 30 || (*end && (!suffix || end[1])))
		return false;
	*size <<= suffix ? shifts[suffix - suffixes] : 0;
	return true;
}

static int do_truncate(struct shell_run *run, char **args)
{
	int64_t size;

	if (!args[1] || strcmp(args[1], "-s") || !args[2] || !args[3] || args[4])
		return shell_unknown(run, "the command 'truncate' is known here as: truncate -s SIZE FILE");
	return size_of(args[2], &size) ? make_file(run, args[3], size) : STATUS_FAILED;
}

/* dd if=/dev/zero of=FILE bs=N count=N: makes a file of zeros. */
static int do_dd(struct shell_run *run, char **args)
{
	int64_t block = 512, count = -1;
	const char *to = NULL;
	bool zeros = false, good = true;

	for (char **a = args + 1; *a && good; a++) {
		if (!strcmp(*a, "if=/dev/zero"))
			zeros = true;
		else if (!strncmp(*a, "of=", 3))
			to = *a + 3;
		else if (!strncmp(*a, "bs=", 3))
			good = size_of(*a + 3, &block);
		else if (!strncmp(*a, "count=", 6))
			good = size_of(*a + 6, &count);
		else
			good = !strncmp(*a, "status=", 7);
	}
	if (!good || !zeros || !to || count < 0 || (count && block > INT64_MAX / count))
		return shell_unknown(run, "the command 'dd' is known here as: dd if=/dev/zero of=FILE bs=N count=N");
	return make_file(run, to, block * count);
}

/* ---- scripts ---- */

static int do_script(struct shell_run *run, char **args)
{
	if (!args[1] || *args[1] == '-' || args[2])
		return shell_unknown(run, "the command '%s' is known here with the name of a script only", args[0]);
	return shell_do_file(run, args[1]);
}

/* ---- the table ---- */

static const struct tool {
	const char *name;
	int (*run)(struct shell_run *run, char **args);
} commands[] = {
	{ "sysctl", do_sysctl },
	{ "set_sysctls.py", do_set_sysctls },
	{ "ip", shell_ip },
	{ "tc", shell_tc },
	{ "ethtool", shell_ethtool },
	{ "true", do_true },
	{ ":", do_true },
	{ "false", do_false },
	{ "echo", do_true },                                 /* into a setting: see do_echo_into() */
	{ "exit", do_exit },
	{ "set", do_set },
	{ "sleep", do_sleep },
	{ "rm", do_rm },
	{ "touch", do_touch },
	{ "truncate", do_truncate },
	{ "dd", do_dd },
	{ "sh", do_script },
	{ "bash", do_script },
	{ ".", do_script },
};

/* ---- redirections ---- */

static bool is_setting(const char *path)
{
	static const char *const places[] = { "/proc/sys/", "/sys/module/tcp_cubic/parameters/" };

	for (size_t i = 0; i < ARRAY_LEN(places); i++)
		if (!strncmp(path, places[i], strlen(places[i])))
			return true;
	return false;
}

/* The setting that the output goes to; NULL: none. *problem is a target that is neither that nor harmless. */
static const char *output_setting(const struct shell_command *c, const char **problem)
{
	const char *setting = NULL;

	*problem = NULL;
	for (int i = 0; i < c->redirection_count; i++) {
		const struct shell_redirection *r = &c->redirections[i];

		if (!strcmp(r->target, "/dev/null") || (r->target[0] == '&' && strspn(r->target + 1, "0123456789-")))
			continue;
		if (r->output && r->fd == 1 && is_setting(r->target))
			setting = r->target;
		else
			*problem = r->target;
	}
	return setting;
}

/* echo WORD... > /proc/sys/... */
static int do_echo_into(struct shell_run *run, const struct shell_command *c, const char *setting)
{
	struct buf value = BUF_INIT;
	int first = c->count > 1 && !strcmp(c->words[1], "-n") ? 2 : 1, status;

	for (int i = first; i < c->count; i++)
		buf_printf(&value, "%s%s", i > first ? " " : "", c->words[i]);
	status = set_one(run, setting, value.data, false);
	buf_free(&value);
	return status;
}

/* ---- one command ---- */

static const char *last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* The name in the table that a first word means: tools may be called by their place in the system. */
static const char *tool_name(const char *word)
{
	static const char *const places[] = { "/bin/", "/sbin/", "/usr/bin/", "/usr/sbin/", "/usr/local/bin/" };
	const char *last = last_part(word);

	for (size_t i = 0; i < ARRAY_LEN(places); i++)
		if ((size_t)(last - word) == strlen(places[i]) && !strncmp(word, places[i], strlen(places[i])))
			return last;
	return strcmp(last, "set_sysctls.py") ? word : last;
}

static const struct tool *tool_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(commands); i++)
		if (!strcmp(commands[i].name, name))
			return &commands[i];
	return NULL;
}

bool shell_knows(const char *name)
{
	return tool_find(tool_name(name));
}

int shell_do_command(struct shell_run *run, const struct shell_command *c)
{
	const char *name = c->count ? tool_name(c->words[0]) : "", *problem;
	const char *setting = output_setting(c, &problem);
	struct shell_command own = *c;

	if (!c->count || problem)
		return shell_unknown(run, "the command '%s' with a redirection to '%s' is not known here", name,
		                     problem ? problem : c->redirections[0].target);
	if (setting && strcmp(name, "echo"))
		return shell_unknown(run, "the command '%s' cannot write a setting here", name);
	if (setting)
		return do_echo_into(run, c, setting);
	if (is_restore_script(name))
		return do_restore(run);
	const struct tool *tool = tool_find(name);
	if (tool)
		return tool->run(run, own.words);
	if (strchr(name, '/') && c->count == 1)
		return shell_do_file(run, name);
	return shell_unknown(run, "the command '%s' is not known here", name);
}
