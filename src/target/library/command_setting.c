/* SPDX-License-Identifier: MIT
 *
 * command_setting.c - sysctl and set_sysctls.py: parameters of the stack by the names of the system
 */
#include <ctype.h>
#include <string.h>

#include "target/library/commands_internal.h"
#include "util/common.h"

static int unknown_setting(struct shell_run *run, const char *name)
{
	const char *meant = commands_of(run)->world->guess(name);

	if (meant)
		return shell_unknown(run, "the sysctl '%s' is not known here; did you mean 'net.%s'?", name, meant);
	return shell_unknown(run, "the sysctl '%s' is not known here", name);
}

struct sysctl_options {
	bool lenient, values, names, quiet;
};

/* A suite's set-up file is the same for all of its scripts, only few of which rely on a given setting; those will show
 * it. */
static int absent_setting(struct shell_run *run, const char *name, const char *value, const char *lacking)
{
	if (run->in_file)
		return 0;
	return shell_unknown(run, "the sysctl '%s' cannot be '%s' here%s%s", name, value,
	                     *lacking ? ": the stack lacks " : "", lacking);
}

/* Status of setting @name; an unknown name is ignored if @lenient. */
int setting_store(struct shell_run *run, const char *name, const char *value, bool lenient)
{
	struct buf lacking = BUF_INIT;
	int status = 0;

	switch (commands_of(run)->world->assign(commands_of(run), name, value, &lacking)) {
	case SETTING_OK:
		break;
	case SETTING_INVALID:
		shell_print(run, "sysctl: '%s' is no value of '%s'%s%s\n", value, name,
		            lacking.length ? "; want one of: " : "", lacking.length ? lacking.data : "");
		status = STATUS_FAILED;
		break;
	case SETTING_UNKNOWN:
		status = lenient ? 0 : unknown_setting(run, name);
		break;
	case SETTING_ABSENT:
		status = absent_setting(run, name, value, lacking.data);
		break;
	default:
		status = shell_unknown(run, "the sysctl '%s' cannot be '%s' here%s%s", name, value,
		                       lacking.length ? "; want one of: " : "", lacking.length ? lacking.data : "");
	}
	buf_free(&lacking);
	return status;
}

/* The value as a file shows it: numbers with tabs between them, names with blanks. The value of a setting that means
 * nothing to the stack is not known, which matters only if somebody looks at it (@out). */
enum shell_found setting_show(struct shell_run *run, const char *name, struct buf *out)
{
	struct buf value = BUF_INIT;
	enum setting_result result = commands_of(run)->world->show(commands_of(run), name, &value);
	enum shell_found found = value.length || !out ? SHELL_FOUND : SHELL_NOT_HERE;

	if (result != SETTING_OK)
		found = SHELL_MISSING;

	for (size_t i = 0; i + 1 < value.length; i++)
		if (value.data[i] == ' ' && !isalpha((unsigned char)value.data[i + 1]))
			value.data[i] = '\t';
	if (found == SHELL_FOUND && out)
		buf_printf(out, "%s\n", value.data);
	buf_free(&value);
	return found;
}

/* net.ipv4.tcp_sack = 1, or its parts. */
static int show_one(struct shell_run *run, const char *name, const struct sysctl_options *options)
{
	struct buf value = BUF_INIT;
	enum shell_found found = setting_show(run, name, run->out ? &value : NULL);
	int status = 0;

	if (found == SHELL_MISSING)
		status = options->lenient ? 0 : unknown_setting(run, name);
	else if (found == SHELL_NOT_HERE)
		status = shell_unknown(run, "the value of the sysctl '%s' is not known here", name);
	if (value.length && !options->values) {
		const bool slashes = strchr(name, '/');
		char *dotted = arena_strdup(run->arena, name);
		for (char *c = dotted; slashes && *c; c++)
			*c = *c == '/' ? '.' : *c;
		shell_print(run, options->names ? "%s\n" : "%s = ", dotted);
	}
	if (!options->names)
		shell_print(run, "%s", value.data);
	buf_free(&value);
	return status;
}

/* False for an option that does more than set or show. */
static bool sysctl_option(const char *word, struct sysctl_options *o)
{
	static const char *const plain[] = { "--quiet", "--write", "--values", "--names", "--binary", "--ignore" };

	o->lenient |= !strcmp(word, "--ignore");
	o->values |= !strcmp(word, "--values");
	o->names |= !strcmp(word, "--names");
	o->quiet |= !strcmp(word, "--quiet");
	for (size_t i = 0; i < ARRAY_LEN(plain); i++)
		if (!strcmp(word, plain[i]))
			return true;
	if (word[1] == '-')
		return false;
	o->lenient |= strchr(word, 'e') != NULL;
	o->values |= strpbrk(word, "nb") != NULL;
	o->names |= strchr(word, 'N') != NULL;
	o->quiet |= strchr(word, 'q') != NULL;
	return strspn(word + 1, "qwenNbr") == strlen(word + 1);
}

static int do_sysctl(struct shell_run *run, char **args)
{
	struct sysctl_options options = { 0 };
	int worst = 0;

	for (char **a = args + 1; *a; a++)
		if (**a == '-' && !sysctl_option(*a, &options))
			return shell_unknown(run, "the command 'sysctl %s' is not known here", *a);
	for (char **a = args + 1; *a; a++) {
		char *equals = strchr(*a, '=');
		int status = 0;

		if (equals == *a || (!equals && isdigit((unsigned char)**a))) {
			shell_print(run, "sysctl: '%s': NAME=VALUE is wanted, without blanks around the '='\n", *a);
			return STATUS_FAILED;
		}
		if (equals) {
			*equals = '\0';
			status = setting_store(run, *a, equals + 1, options.lenient);
			if (!status && !options.quiet)
				shell_print(run, options.values ? "%s%s\n" : "%s = %s\n", options.values ? "" : *a,
				            equals + 1);
		} else if (**a != '-') {
			status = show_one(run, *a, &options);
		}
		if (status < 0)
			return status;
		worst = status ? status : worst;
	}
	return worst;
}

/* FILE=VALUE ...: set them, and leave a script that sets what was there before. */
static int do_set_sysctls(struct shell_run *run, char **args)
{
	struct buf restore = BUF_INIT;
	int status = 0;

	for (char **a = args + 1; *a && !status; a++) {
		char *equals = strchr(*a, '=');
		struct buf before = BUF_INIT;

		if (equals)
			*equals = '\0';
		commands_of(run)->world->show(commands_of(run), *a, &before);
		if (before.length)
			buf_printf(&restore, "sysctl -q '%s=%s'\n", *a, before.data);
		buf_free(&before);
		status = equals ? setting_store(run, *a, equals + 1, false) : STATUS_FAILED;
	}
	buf_free(&commands_of(run)->restore);
	if (!status)
		commands_of(run)->restore = restore;
	else
		buf_free(&restore);
	return status;
}

const struct shell_tool setting_tools[] = {
	{ "sysctl", do_sysctl, false }, { "set_sysctls.py", do_set_sysctls, true }, { NULL, NULL, false },
};
