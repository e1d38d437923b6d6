/* SPDX-License-Identifier: MIT
 *
 * process_command.c - commands of scripts for a stack behind an adapter
 *
 * Settings become the questions SET and GET. Commands about routes, devices and counters are handed on as they are
 * (COMMAND). Everything else is done here.
 */
#include <stdio.h>
#include <string.h>

#include "shell/nstat.h"
#include "target/process/process_internal.h"
#include "util/common.h"
#include "util/little_endian.h"

enum { KEY_ROOM = 160 };

static struct process *process_of_commands(struct commands *c)
{
	return ((struct process_commands *)c)->process;
}

/* ---- settings ---- */

/* The key of a sysctl, whose name may be written with slashes, as a path below /proc/sys, or without "net.". False: it
 * is too long. */
static bool make_key(const char *name, char key[KEY_ROOM])
{
	static const char root[] = "/proc/sys/";
	size_t length;

	if (!strncmp(name, root, strlen(root)))
		name += strlen(root);
	length = strlen(name);
	if (!length || length >= KEY_ROOM || strchr(name, '=') || strchr(name, '\n'))
		return false;
	const bool slashes = *name != '/' && strchr(name, '/');
	for (size_t i = 0; i <= length; i++)
		key[i] = slashes && name[i] == '/' ? '.' : slashes && name[i] == '.' ? '/' : name[i];
	return true;
}

static enum setting_result assign(struct commands *c, const char *name, const char *value, struct buf *lacking)
{
	static const enum setting_result results[] = {
		[PROTODRILL_DONE] = SETTING_OK, [PROTODRILL_NO_SUCH_KEY] = SETTING_UNKNOWN,
		[PROTODRILL_BAD_VALUE] = SETTING_INVALID, [PROTODRILL_NO_SUCH_FEATURE] = SETTING_ABSENT,
	};
	char key[KEY_ROOM];

	if (!make_key(name, key))
		return SETTING_UNKNOWN;
	int status = process_ask_setting(process_of_commands(c), PROTODRILL_SET, key, value, lacking);
	return status < 0 ? SETTING_UNKNOWN : results[status];
}

static enum setting_result show(struct commands *c, const char *name, struct buf *value)
{
	char key[KEY_ROOM];

	if (!make_key(name, key) || process_ask_setting(process_of_commands(c), PROTODRILL_GET, key, NULL, value) != 0)
		return SETTING_UNKNOWN;
	return SETTING_OK;
}

/* Only the stack knows which settings exist, and it is asked about them one by one. */
static bool know_below(const char *path)
{
	(void)path;
	return false;
}

static const char *guess(const char *name)
{
	(void)name;
	return NULL;
}

static bool proc_net(struct shell_run *run, const char *name, struct buf *out)
{
	struct process *p = process_of_commands(commands_of(run));
	char key[KEY_ROOM];

	snprintf(key, sizeof(key), "/proc/net/%s", name);
	return process_ask_setting(p, PROTODRILL_GET, key, NULL, out) == 0;
}

static bool fetch_proc_net(struct shell_run *run, const char *path, struct buf *out)
{
	return proc_net(run, strrchr(path, '/') + 1, out);
}

/* ---- commands that are handed on ---- */

/* The words, at least one, quoted so that a shell would read them as such. */
static void quote(struct buf *out, char **words)
{
	char **w = words;

	do {
		buf_puts(out, w == words ? "'" : " '");
		for (const char *c = *w; *c; c++)
			*c == '\'' ? buf_puts(out, "'\\''") : buf_add_byte(out, *c);
		buf_puts(out, "'");
	} while (*++w);
}

/* The counters of an adapter that takes no commands but has the files in which Linux shows them. They count from the
 * start, so differences cannot be asked for. */
static int nstat_of_files(struct shell_run *run, char **args)
{
	struct process *p = process_of_commands(commands_of(run));
	struct buf there = BUF_INIT;
	const bool has = proc_net(run, "netstat", &there);
	const char *options = args[1] ? args[1] : "";

	if (!has && there.length) {
		process_make_readable(&there);
		const int status = shell_unknown(run, "%s: %s", *args, there.data);
		buf_free(&there);
		return status;
	}
	buf_free(&there);
	if (!has)
		return shell_unknown(run, "%s does not know the command '%s'", p->name, *args);
	if (*options != '-' || !strchr(options, 'a') || !strchr(options, 's'))
		return shell_unknown(run, "of %s counters are known since the beginning only: nstat -as", p->name);
	return shell_nstat_files(run, args, fetch_proc_net);
}

static int hand_on(struct shell_run *run, char **args)
{
	struct process *p = process_of_commands(commands_of(run));
	const uint8_t *body;
	size_t length;

	buf_clear(&p->question);
	quote(&p->question, args);
	buf_puts(&p->question, run->out ? "" : " >/dev/null");
	if (!adapter_ask(p->adapter, PROTODRILL_COMMAND, &p->question, &body, &length))
		return !strcmp(*args, "nstat") && !adapter_problem(p->adapter) ? nstat_of_files(run, args) :
		       shell_unknown(run, "%s does not know the command '%s'", p->name, *args);
	int status = length < 4 ? 2 : (int)(int32_t)little_endian_get(body, 4);
	if (status < -1 || status > 1) {
		adapter_break(p->adapter, "answered the command %s with no status from -1 to 1", *args);
		return STATUS_UNKNOWN;
	}
	if (status < 0) {
		process_cannot(p, "%.*s", (int)(length - 4), (const char *)body + 4);
		shell_unknown(run, "%s", p->cannot.data);
		buf_clear(&p->cannot);
		return STATUS_UNKNOWN;
	}
	shell_print(run, "%.*s", (int)(length - 4), (const char *)body + 4);
	return status;
}

static const struct shell_tool handed_on[] = {
	{ "ip", hand_on, false }, { "tc", hand_on, false }, { "ethtool", hand_on, false }, { "nstat", hand_on, false },
	{ NULL, NULL, false },
};

static const struct shell_tool *const tools[] = {
	shell_own_tools, shell_text_tools, shell_filter_tools, setting_tools, handed_on, file_tools, system_tools, NULL,
};

const struct commands_world process_world = {
	.tools = tools, .assign = assign, .show = show, .know_below = know_below, .guess = guess,
	.proc_net = proc_net,
};
