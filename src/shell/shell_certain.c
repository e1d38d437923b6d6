/* SPDX-License-Identifier: MIT
 *
 * shell_certain.c - whether a text could be executed to its end, before any of it is executed
 *
 * A host with a real shell to fall back on must choose before the first command has changed anything, because half of a
 * text executed here and half there would be wrong. So the arguments of a command must be known without executing those
 * before it. The words of such a text may have environment variables and sums of numbers, but nothing that depends on
 * execution: no assignment, no $?, no $(...), no argument of a script. All branches are checked, since it is not known
 * which will be taken; scripts that the text calls are part of it.
 *
 * Left out on purpose: loops, pipes, functions, conditions. Texts that need them are written for a shell.
 */
#include <string.h>

#include "shell/internal.h"

enum { FILE_DEPTH = 4 };

/* A sum of plain numbers in $((...)); behind its end, or NULL. */
static const char *behind_sum(const char *at)
{
	const char *end = strstr(at, "))");

	return end && strspn(at, "0123456789+-*/() ") >= (size_t)(end - at) ? end + 2 : NULL;
}

/* Does the word have the same value in every shell, whatever was executed before? */
static bool is_constant(const char *raw)
{
	for (const char *at = raw; at && *at;) {
		size_t name;

		if (*at != '$') {
			if (strchr("`*?[~{\\", *at) && !(at[0] == '\\' && at[1] == '\n'))
				return false;
			at++;
		} else if (!strncmp(at, "$((", 3)) {
			at = behind_sum(at + 3);
		} else {
			const bool braces = at[1] == '{';
			name = shell_name_length(at + 1 + braces);
			if (!name || (braces && at[2 + name] != '}'))
				return false;
			at += 1 + name + 2 * braces;
		}
		if (!at)
			return false;
	}
	return true;
}

/* *output: the file that standard output goes to; stays as it is for a stream. */
static bool redirections_certain(struct shell_run *run, const struct shell_redirection *list, const char **output)
{
	for (; list; list = list->next) {
		char *target;

		if (list->fd < 1 || list->fd > 2 || !is_constant(list->target) ||
		    shell_expand_one(run, list->target, false, &target))
			return false;
		if (list->kind == SHELL_COPY && (!strcmp(target, "1") || !strcmp(target, "2")))
			continue;
		if (list->kind != SHELL_TO && list->kind != SHELL_APPEND)
			return false;
		if (!strcmp(target, "/dev/null"))
			continue;
		if (list->fd != 1 || list->kind != SHELL_TO || *output)
			return false;
		*output = target;
	}
	return true;
}

static bool text_certain(struct shell_run *run, const char *text);

static bool script_certain(struct shell_run *run, const char *path)
{
	struct shell_run inner = *run;
	struct buf text = BUF_INIT;

	inner.in_file = true;
	bool certain = ++inner.depth <= FILE_DEPTH && run->shell->host->script(run, path, &text) == 0 &&
	               text_certain(&inner, text.data);
	buf_free(&text);
	return certain;
}

static bool command_certain(struct shell_run *run, const struct shell_node *node)
{
	const char *output = NULL;
	char **words;
	int count;

	for (const struct shell_word *w = node->words; w; w = w->next)
		if (!is_constant(w->raw))
			return false;
	if (!node->words || node->words->raw[shell_name_length(node->words->raw)] == '=' ||
	    !redirections_certain(run, node->redirections, &output) ||
	    shell_expand(run, node->words, &words, &count) || !count)
		return false;
	if (strchr(words[0], '/') && !shell_find_tool(run->shell->host, words[0]))
		return count == 1 && !output && script_certain(run, words[0]);
	return run->shell->host->certain(run, words, output);
}

static bool node_certain(struct shell_run *run, const struct shell_node *node)
{
	if (!node)
		return true;
	if (node->kind == SHELL_COMMAND)
		return command_certain(run, node);
	if (node->redirections)
		return false;
	switch (node->kind) {
	case SHELL_LIST:
		for (; node; node = node->second)
			if (!node_certain(run, node->first))
				return false;
		return true;
	case SHELL_AND:
	case SHELL_OR:
		return node_certain(run, node->first) && node_certain(run, node->second);
	case SHELL_IF:
		return node_certain(run, node->first) && node_certain(run, node->second) &&
		       node_certain(run, node->third);
	case SHELL_NOT:
	case SHELL_GROUP:
	case SHELL_SUBSHELL:
		return node_certain(run, node->first);
	default:
		return false;
	}
}

static bool text_certain(struct shell_run *run, const char *text)
{
	int line = 1;

	while (*text) {
		struct shell_node *node;

		if (shell_parse(run, &text, &line, &node) || !node_certain(run, node))
			return false;
	}
	return true;
}

bool shell_is_certain(struct shell *s, const char *text)
{
	struct shell_budget budget = { 0 };
	struct shell_input nothing = { "", 0 };
	struct buf why = BUF_INIT;
	char *none[] = { NULL };
	struct shell_run run = { .shell = s, .arena = arena_new(), .why = &why, .budget = &budget, .line = 1,
	                         .in = &nothing, .arguments = none };
	bool certain = text_certain(&run, text);

	arena_free(run.arena);
	buf_free(&why);
	return certain;
}
