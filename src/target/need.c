/* SPDX-License-Identifier: MIT
 *
 * need.c - reading needs
 */
#include "target/need.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "script/trait.h"
#include "util/table.h"
#include "util/version.h"

static const struct {
	const char *word;
	const char *argument;                                /* what its argument is; NULL: it takes none */
} kinds[NEED_KINDS] = {
	[NEED_TCP] = { "tcp", NULL },
	[NEED_UDP] = { "udp", NULL },
	[NEED_ICMP] = { "icmp", NULL },
	[NEED_UDPLITE] = { "udplite", NULL },
	[NEED_TCP_IN_UDP] = { "tcp-in-udp", NULL },
	[NEED_ROOT] = { "root", NULL },
	[NEED_NAMESPACE] = { "namespace", NULL },
	[NEED_TUN] = { "tun", NULL },
	[NEED_PYTHON3] = { "python3", NULL },
	[NEED_KERNEL] = { "kernel", "a range of versions such as >=6.1 <6.12" },
	[NEED_BUILT] = { "built", NULL },
	[NEED_HZ] = { "hz", "a range of ticks a second such as >=250" },
	[NEED_CONFIG] = { "config", "an option of the configuration such as CONFIG_TCP_AO" },
	[NEED_CONGESTION_CONTROL] = { "congestion-control", "a name such as cubic" },
	[NEED_COMMAND] = { "command", "the name of a command" },
	[NEED_TRAIT] = { "trait", "something that a stack has or not, such as sack" },
};

static bool takes_range(enum need_kind kind)
{
	return kind == NEED_KERNEL || kind == NEED_HZ;
}

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
		           !kinds[i].argument ? "" : takes_range((enum need_kind)i) ? " RANGE" : " NAME");
	return false;
}

/* Only traits that are there or not can be needed; values are used. */
static bool wrong_trait(const struct need *n, struct buf *problem)
{
	const struct trait *trait = trait_find(n->argument);

	if (trait && trait->kind == TRAIT_HAS)
		return false;
	if (trait)
		buf_printf(problem, "'%s': every stack has a value for it; write $%s where it counts", n->text,
		           trait->name);
	else
		trait_unknown(n->argument, problem);
	return true;
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
	if (what && !takes_range(n->kind) && n->argument[strcspn(n->argument, " \t")]) {
		buf_printf(problem, "'%s': want one word behind '%s'; a comma separates needs", n->text,
		           kinds[n->kind].word);
		return true;
	}
	why = takes_range(n->kind) ? version_range_problem(n->argument) : NULL;
	if (n->kind == NEED_CONFIG && strncmp(n->argument, "CONFIG_", strlen("CONFIG_")) != 0)
		why = "options begin with CONFIG_";
	if (why)
		buf_printf(problem, "'%s': %s", n->text, why);
	return why || (n->kind == NEED_TRAIT && wrong_trait(n, problem));
}

enum need_kind need_kind_named(const char *word, size_t length)
{
	enum need_kind kind = 0;

	while (kind < NEED_KINDS && (strncmp(kinds[kind].word, word, length) != 0 || kinds[kind].word[length]))
		kind++;
	return kind;
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
	out->kind = need_kind_named(word, end);
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

static const char *line_beginning(const char *text, const char *start)
{
	const size_t length = strlen(start);

	while (text && strncmp(text, start, length) != 0) {
		text = strchr(text, '\n');
		text += text ? 1 : 0;
	}
	return text ? text + length : NULL;
}

bool need_config_met(const char *config, const char *argument, struct buf *why)
{
	const size_t length = strcspn(argument, "=");
	const char *wanted = argument[length] ? argument + length + 1 : NULL;
	struct buf name = BUF_INIT;

	buf_add(&name, argument, length);
	buf_puts(&name, "=");
	const char *value = line_beginning(config, name.data);
	const int said = value ? (int)strcspn(value, "\n") : 0;
	bool met = value && (wanted ? said == (int)strlen(wanted) && !strncmp(value, wanted, (size_t)said) :
	                              said == 1 && strchr("ym", *value));
	if (!met && value)
		buf_printf(why, "this kernel was built with %s%.*s", name.data, said, value);
	else if (!met)
		buf_puts(why, "this kernel was built without it");
	buf_free(&name);
	return met;
}

bool need_hz_met(long hz, const char *range, struct buf *why)
{
	char text[24];

	snprintf(text, sizeof(text), "%ld", hz);
	bool met = version_in_range(text, range);
	if (!met)
		buf_printf(why, "this kernel has %ld", hz);
	return met;
}
