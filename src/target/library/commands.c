/* SPDX-License-Identifier: MIT
 *
 * commands.c - the environment of a script's commands in virtual time
 *
 * Of the machine's files only scripts of the suite are ever opened. The files here are settings below /proc/sys and
 * /sys/module, counters below /proc/net, facts about the system, and files that commands have written. Everything else
 * below /proc and /sys is missing; the contents of other places are unknown, so reading there makes the case SKIP.
 */
#include <string.h>

#include "target/library/commands_internal.h"
#include "util/common.h"

/* ---- variables ---- */

/* Variables that are the same wherever scripts run. Scripts make file names from the number of their player, and there
 * is nobody here with whom it could collide. */
static const struct {
	const char *name, *value;
} given[] = {
	{ "PPID", "1000" }, { "PACKETDRILL_PID", "1000" }, { "PATH", "/usr/sbin:/usr/bin:/sbin:/bin" }, { "UID", "0" },
	{ "EUID", "0" }, { "IFS", " \t\n" }, { "OPTIND", "1" },
};

static enum shell_found variable(const struct shell_run *run, const char *name, const char **value)
{
	static const char *const others[] = {
		"HOME", "USER", "LOGNAME", "PWD", "OLDPWD", "HOSTNAME", "SHELL", "LANG", "TMPDIR", "RANDOM", "SECONDS",
		"TERM", "BASH", "BASH_VERSION", "BASH_SOURCE", "LINENO", "EPOCHSECONDS", "EPOCHREALTIME",
	};

	(void)run;
	for (size_t i = 0; i < ARRAY_LEN(given); i++) {
		if (strcmp(given[i].name, name))
			continue;
		*value = given[i].value;
		return SHELL_FOUND;
	}
	for (size_t i = 0; i < ARRAY_LEN(others); i++)
		if (!strcmp(others[i], name))
			return SHELL_NOT_HERE;
	return SHELL_MISSING;
}

/* ---- files ---- */

static bool begins(const char *text, const char *start)
{
	return !strncmp(text, start, strlen(start));
}

static bool is_setting(const char *path)
{
	return begins(path, "/proc/sys/") || begins(path, "/sys/module/");
}

/* Files whose content does not change while scripts are played. */
static const char *constant_file(const char *path)
{
	static const struct {
		const char *path, *text;
	} files[] = {
		{ "/dev/null", "" }, { "/dev/stdin", "" },
		{ "/proc/sys/kernel/osrelease", COMMANDS_RELEASE "\n" }, { "/proc/sys/kernel/ostype", "Linux\n" },
		{ "/proc/version", "Linux version " COMMANDS_RELEASE "\n" },
	};

	for (size_t i = 0; i < ARRAY_LEN(files); i++)
		if (!strcmp(files[i].path, path))
			return files[i].text;
	return NULL;
}

/* Files of Linux that are not imitated: they exist, but what a command would read there is not known. */
static bool is_elsewhere(const char *name)
{
	static const char *const others[] = {
		"arp", "dev", "dev_mcast", "fib_trie", "fib_triestat", "icmp", "icmp6", "if_inet6", "igmp",
		"igmp6", "ipv6_route", "mcfilter", "mcfilter6", "netlink", "packet", "protocols", "ptype", "raw",
		"raw6", "route", "rt_cache", "sockstat", "sockstat6", "softnet_stat", "udplite", "udplite6", "unix",
		"wireless", "xfrm_stat",
	};

	for (size_t i = 0; i < ARRAY_LEN(others); i++)
		if (!strcmp(others[i], name))
			return true;
	return false;
}

static enum shell_found show_proc_net(struct shell_run *run, const char *name, struct buf *out)
{
	const struct commands_world *world = commands_of(run)->world;

	if (is_elsewhere(name))
		return SHELL_NOT_HERE;
	if (!world->proc_net)
		return SHELL_NOT_HERE;
	return world->proc_net(run, name, out) ? SHELL_FOUND : SHELL_MISSING;
}

static enum shell_found fetch(struct shell_run *run, const char *path, struct buf *out)
{
	const char *text = constant_file(path);
	struct buf nowhere = BUF_INIT;
	struct buf *to = out ? out : &nowhere;
	enum shell_found found = SHELL_FOUND;

	if (text)
		buf_puts(to, text);
	else if (text_file_read(commands_of(run), path, to))
		found = SHELL_FOUND;
	else if (is_setting(path))
		found = setting_show(run, path, out);
	else if (begins(path, "/proc/net/") || begins(path, "/proc/self/net/"))
		found = show_proc_net(run, strrchr(path, '/') + 1, to);
	else
		found = SHELL_NOT_HERE;
	buf_free(&nowhere);
	return found;
}

static int store_setting(struct shell_run *run, const char *path, const struct buf *text)
{
	char *value = arena_strndup(run->arena, text->data, text->length);

	value[strcspn(value, "\n")] = '\0';
	return setting_store(run, path, value, false);
}

static int store(struct shell_run *run, const char *path, const struct buf *text, bool append)
{
	if (!strcmp(path, "/dev/null") || !strcmp(path, "/dev/stderr") || !strcmp(path, "/dev/tty"))
		return 0;
	if (is_setting(path))
		return store_setting(run, path, text);
	if (begins(path, "/proc/") || begins(path, "/sys/") || begins(path, "/dev/"))
		return shell_unknown(run, "writing to '%s' is not known here", path);
	return text_file_write(run, path, text, append);
}

static bool truncates(const char *path)
{
	return !is_setting(path);
}

/* -e and its like: about a setting, a text, a tool, or a file of the suite. */
static int judge(struct shell_run *run, char kind, const char *path)
{
	struct buf text = BUF_INIT;
	enum shell_found found = fetch(run, path, kind == 's' ? &text : NULL);
	const bool empty = !text.length;

	buf_free(&text);
	/* A module without settings here may still be loaded there. */
	if (found == SHELL_MISSING && begins(path, "/sys/module/") && !commands_of(run)->world->know_below(path))
		found = SHELL_NOT_HERE;
	if (kind == 'd' && found != SHELL_NOT_HERE)
		return commands_of(run)->world->know_below(path);
	if (found == SHELL_FOUND)
		return kind == 's' ? !empty : strchr("efrw", kind) != NULL;
	if (found == SHELL_MISSING)
		return kind == 'e' && commands_of(run)->world->know_below(path);
	if (files_size(commands_of(run)->files, path) >= 0)
		return kind == 's' ? files_size(commands_of(run)->files, path) > 0 : strchr("efrw", kind) != NULL;
	if (strchr("efrx", kind) && (shell_find_tool(run->shell->host, path) || suite_file_exists(run, path)))
		return true;
	return shell_unknown(run, "whether there is a file '%s' is not known here", path);
}

/* ---- scripts ---- */

static bool is_restore_script(const char *path)
{
	static const char start[] = "/tmp/sysctl_restore_", end[] = ".sh";
	size_t length = strlen(path);

	return !strncmp(path, start, strlen(start)) && length > strlen(end) &&
	       !strcmp(path + length - strlen(end), end);
}

/* The restoring script holds what set_sysctls.py wrote; before that it is empty. */
static int script(struct shell_run *run, const char *path, struct buf *text)
{
	if (is_restore_script(path)) {
		buf_printf(text, "#!/bin/sh\n%s", commands_of(run)->restore.data);
		return 0;
	}
	return fetch(run, path, text) == SHELL_FOUND ? 0 : suite_file_read(run, path, text);
}

/* ---- interface ---- */

static struct shell_host host_of(const struct commands_world *world)
{
	return (struct shell_host){
		.tools = world->tools, .variable = variable, .fetch = fetch, .store = store, .truncates = truncates,
		.judge = judge, .script = script,
	};
}

void commands_open(struct commands *c, const struct commands_world *world, struct files *files,
                   void (*sleep)(void *context, vtime_t duration), void *context)
{
	*c = (struct commands){
		.world = world, .host = host_of(world), .files = files, .sleep = sleep, .context = context,
		.restore = BUF_INIT, .written = BUF_INIT,
		.shell = { .host = &c->host, .context = c, .output = &c->written, .error = &c->written },
	};
}

void commands_close(struct commands *c)
{
	if (c->restore.data)
		buf_free(&c->restore);
	if (c->written.data)
		buf_free(&c->written);
	text_files_forget(c);
}

int commands_read(struct commands *c, const char *text, struct buf *why)
{
	return shell_command_line(&c->shell, text, why);
}

bool commands_know(const struct commands_world *world, const char *name)
{
	const struct shell_host host = host_of(world);

	return shell_knows(&host, name);
}
