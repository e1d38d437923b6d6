/* SPDX-License-Identifier: MIT
 *
 * need.c - reading needs
 */
#include "target/need.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util/table.h"
#include "util/version.h"

static const struct {
	const char *word;
	const char *argument;                                /* what it is; NULL: it takes none */
} kinds[NEED_KINDS] = {
	[NEED_TCP] = { "tcp", NULL },
	[NEED_UDP] = { "udp", NULL },
	[NEED_ICMP] = { "icmp", NULL },
	[NEED_ROOT] = { "root", NULL },
	[NEED_NAMESPACE] = { "namespace", NULL },
	[NEED_TUN] = { "tun", NULL },
	[NEED_PYTHON3] = { "python3", NULL },
	[NEED_KERNEL] = { "kernel", "a range of versions such as >=6.1 <6.12" },
	[NEED_CONGESTION_CONTROL] = { "congestion-control", "a name such as cubic" },
	[NEED_COMMAND] = { "command", "the name of a command" },
};

static bool unknown(const char *word, struct buf *problem)
{
	struct guess guess = { .wanted = word };

	for (size_t i = 0; i < NEED_KINDS; i++)
		guess_offer(&guess, kinds[i].word);
	if (guess.nearest)
		buf_printf(problem, "'%s'; did you mean '%s'? There are", word, guess.nearest);
	else
		buf_printf(problem, "'%s': there are", word);
	for (size_t i = 0; i < NEED_KINDS; i++)
		buf_printf(problem, "%s%s%s", !i ? " " : i + 1 < NEED_KINDS ? ", " : " and ", kinds[i].word,
		           !kinds[i].argument ? "" : i == NEED_KERNEL ? " RANGE" : " NAME");
	return false;
}

static bool wrong_argument(const struct need *n, struct buf *problem)
{
	const char *what = kinds[n->kind].argument, *why;

	if (!what && *n->argument) {
		buf_printf(problem, "'%s': nothing may follow '%s'; a comma separates needs", n->text,
		           kinds[n->kind].word);
		return true;
	}
	if (what && !*n->argument) {
		buf_printf(problem, "'%s': want %s behind it", n->text, what);
		return true;
	}
	if (what && n->kind != NEED_KERNEL && n->argument[strcspn(n->argument, " \t")]) {
		buf_printf(problem, "'%s': want one word behind '%s'; a comma separates needs", n->text,
		           kinds[n->kind].word);
		return true;
	}
	why = n->kind == NEED_KERNEL ? version_range_problem(n->argument) : NULL;
	if (why)
		buf_printf(problem, "'%s': %s", n->text, why);
	return why;
}

bool need_parse(const char *text, size_t length, struct arena *arena, struct need *out, struct buf *problem)
{
	char *word;
	size_t end;

	while (length && strchr(" \t\r", text[length - 1]))
		length--;
	while (length && strchr(" \t", *text)) {
		text++;
		length--;
	}
	*out = (struct need){ .text = arena_strndup(arena, text, length) };
	end = strcspn(out->text, " \t");
	word = arena_strndup(arena, out->text, end);
	out->argument = out->text + end + strspn(out->text + end, " \t");
	while (out->kind < NEED_KINDS && strcmp(kinds[out->kind].word, word))
		out->kind++;
	if (out->kind == NEED_KINDS)
		return unknown(word, problem);
	return !wrong_argument(out, problem);
}

static bool is_in_folders(const char *folders, const char *name)
{
	bool found = false;

	for (const char *at = folders; at && !found; at = strchr(at, ':')) {
		struct buf file = BUF_INIT;
		at += *at == ':';
		buf_printf(&file, "%.*s/%s", (int)strcspn(at, ":"), at, name);
		found = access(file.data, X_OK) == 0;
		buf_free(&file);
	}
	return found;
}

bool need_finds_command(const char *name)
{
	const char *path = getenv("PATH");

	if (strchr(name, '/'))
		return access(name, X_OK) == 0;
	return is_in_folders(path ? path : "/usr/bin:/bin", name) || is_in_folders("/usr/sbin:/sbin", name);
}
