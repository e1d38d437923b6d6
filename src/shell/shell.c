/* SPDX-License-Identifier: MIT
 *
 * shell.c - executes a shell text
 */
#include "shell/shell.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "shell/internal.h"
#include "util/common.h"
#include "util/table.h"

enum { TEXT_DEPTH = 8, STEPS = 10000 };

/* ---- simple commands ---- */

static int do_node(struct shell_run *run, const struct shell_node *node);

/* NAME=VALUE? The length of the name. */
static size_t assignment(const char *raw)
{
	size_t n = shell_name_length(raw);

	return n && raw[n] == '=' ? n : 0;
}

static int assign(struct shell_run *run, const char *raw)
{
	size_t n = assignment(raw);
	char *value;
	int status = shell_expand_one(run, raw + n + 1, false, &value);

	if (!status)
		shell_assign(run, arena_strndup(run->arena, raw, n), value);
	return status;
}

static int do_function(struct shell_run *run, const struct shell_function *f, char **words)
{
	char **before = run->arguments;
	const struct shell_variable *outer = run->outer;
	const bool in_function = run->in_function;

	if (run->depth >= 4 * TEXT_DEPTH)
		return shell_unknown(run, "the function '%s' calls itself without end", f->name);
	run->depth++;
	run->arguments = words + 1;
	run->outer = NULL;
	run->in_function = true;
	int status = do_node(run, f->body);
	run->in_function = in_function;
	for (const struct shell_variable *v = run->outer; v; v = v->next)
		shell_assign(run, v->name, v->value);
	run->outer = outer;
	run->arguments = before;
	run->depth--;
	if (run->leave == SHELL_RETURN) {
		run->leave = SHELL_STAY;
		status = run->status;
	}
	return status;
}

static int do_file(struct shell_run *run, const char *path, char **arguments, bool same);

/* A misspelt name is distinguished from a program that is just not available here. */
static int unknown_command(struct shell_run *run, const char *name)
{
	struct guess guess = { .wanted = name };

	for (const struct shell_tool *const *table = run->shell->host->tools; *table; table++)
		for (const struct shell_tool *tool = *table; tool->name; tool++)
			guess_offer(&guess, tool->name);
	if (guess.nearest && strlen(name) > 3 && !run->in_file)     /* any two short names are near */
		return shell_unknown(run, "the command '%s' is not known here; did you mean '%s'?", name,
		                     guess.nearest);
	return shell_unknown(run, "the command '%s' is not known here", name);
}

/* What a simple command is, once it is expanded. */
static int do_words(struct shell_run *run, char **words)
{
	const struct shell_function *function = shell_function(run, words[0]);
	const struct shell_tool *tool = shell_find_tool(run->shell->host, words[0]);

	if (function)
		return do_function(run, function, words);
	if (tool && shell_is_strict(run))
		return run->shell->host->call(run, tool, words);
	if (!strchr(words[0], '/') && shell_is_strict(run))
		return shell_unknown(run, "the command '%s' needs a shell", words[0]);
	if (!strcmp(words[0], ".") || !strcmp(words[0], "source")) {
		if (!words[1])
			return STATUS_USAGE;
		return do_file(run, words[1], words[2] ? words + 2 : run->arguments, true);
	}
	if (!strcmp(words[0], "sh") || !strcmp(words[0], "bash") || !strcmp(words[0], "/bin/sh") ||
	    !strcmp(words[0], "/bin/bash")) {
		if (words[1] && !strcmp(words[1], "-c") && words[2]) {
			struct shell_run inner = *run;
			inner.depth++;
			return run->do_text(&inner, words[2]);
		}
		if (!words[1] || *words[1] == '-')
			return shell_unknown(run, "the command '%s' is known here with the name of a script only",
			                     words[0]);
		return do_file(run, words[1], words + 2, false);
	}
	if (tool)
		return tool->run(run, words);
	const char *name = shell_tool_name(words[0]);
	if (strchr(name, '/'))
		return do_file(run, words[0], words + 1, false);
	return unknown_command(run, name);
}

static int do_simple(struct shell_run *run, const struct shell_node *node)
{
	const struct shell_word *first = node->words;
	const struct shell_variable *before = run->variables;
	char **words;
	int count, status;

	while (first && assignment(first->raw))
		first = first->next;
	status = shell_expand(run, first, &words, &count);
	/* An assignment alone has the status of the last $(...) in it. */
	run->status = status || count || !node->words ? run->status : 0;
	for (const struct shell_word *w = node->words; w != first && !status; w = w->next)
		status = assign(run, w->raw);
	if (status || !count)
		return status ? status : node->words ? run->status : 0;
	if (first != node->words && shell_is_strict(run))
		return shell_unknown(run, "a command with variables of its own, NAME=VALUE COMMAND, needs a shell");
	status = do_words(run, words);
	if (first != node->words)
		run->variables = before;                     /* for this command only */
	return status;
}

/* ---- compound commands ---- */

static int do_list(struct shell_run *run, const struct shell_node *node)
{
	int status = 0;

	for (; node && !run->leave; node = node->second) {
		status = do_node(run, node->first);
		if (status < 0)
			break;
	}
	return run->leave >= SHELL_RETURN && status >= 0 ? run->status : status;
}

/* A status that is looked at. */
static int do_condition(struct shell_run *run, const struct shell_node *node)
{
	run->conditions++;
	int status = do_node(run, node);
	run->conditions--;
	return status;
}

/* After the body of a loop: does it end? */
static bool loop_ends(struct shell_run *run)
{
	if (run->leave != SHELL_BREAK && run->leave != SHELL_CONTINUE)
		return run->leave != SHELL_STAY;
	bool ends = run->leave == SHELL_BREAK || run->levels > 1;
	if (--run->levels <= 0)
		run->leave = SHELL_STAY;
	return ends;
}

static int do_while(struct shell_run *run, const struct shell_node *node)
{
	int status = 0;

	for (;;) {
		int condition = do_condition(run, node->first);
		if (condition < 0)
			return condition;
		if (run->leave || (condition == 0) == (node->kind == SHELL_UNTIL))
			break;
		status = do_node(run, node->second);
		if (status < 0 || loop_ends(run))
			break;
	}
	return status;
}

static int do_for(struct shell_run *run, const struct shell_node *node)
{
	char **words = run->arguments;
	int count, status = node->in ? shell_expand(run, node->words, &words, &count) : 0;

	for (char **w = words; *w && status >= 0; w++) {
		shell_assign(run, node->name, *w);
		status = do_node(run, node->first);
		if (status < 0 || loop_ends(run))
			break;
	}
	return status;
}

static int do_case(struct shell_run *run, const struct shell_node *node)
{
	char *value, *pattern;
	int status = shell_expand_one(run, node->words->raw, false, &value);

	for (const struct shell_node *item = node->first; item && !status; item = item->second) {
		for (const struct shell_word *w = item->words; w; w = w->next) {
			status = shell_expand_one(run, w->raw, true, &pattern);
			if (status)
				return status;
			if (!fnmatch(pattern, value, 0))
				return item->first ? do_node(run, item->first) : 0;
		}
	}
	return status;
}

static int do_test(struct shell_run *run, const struct shell_node *node)
{
	char *words[SHELL_WORDS + 2] = { "[[" };
	int count = 1, status = 0;
	bool pattern = false;

	for (const struct shell_word *w = node->words; w && !status; w = w->next) {
		if (count == SHELL_WORDS)
			return shell_unknown(run, "a command of so many words needs a shell");
		status = shell_expand_one(run, w->raw, pattern, &words[count++]);
		pattern = !strcmp(w->raw, "==") || !strcmp(w->raw, "=") || !strcmp(w->raw, "!=");
	}
	return status ? status : shell_test(run, words);
}

static int do_subshell(struct shell_run *run, const struct shell_node *node)
{
	struct shell_run inner = *run;

	inner.leave = SHELL_STAY;
	int status = do_node(&inner, node->first);
	run->line = inner.line;
	return status;
}

/* The commands of a pipe run one after the other: the output of the first is complete when the second reads. */
static int do_pipe(struct shell_run *run, const struct shell_node *node)
{
	struct shell_run left = *run, right = *run;
	struct buf between = BUF_INIT;

	left.out = &between;
	int first = do_node(&left, node->first);
	struct shell_input in = { between.data, between.length };
	right.in = &in;
	int status = first >= 0 && !shell_afford(run, between.length) ? STATUS_UNKNOWN : first;
	if (status >= 0)
		status = do_node(&right, node->second);
	if (status == 0 && run->pipefail)
		status = first;
	buf_free(&between);
	return status;
}

static int do_compute(struct shell_run *run, const struct shell_node *node)
{
	int64_t value;
	int status = shell_compute(run, node->words->raw, &value);

	return status ? status : value == 0;
}

static int define(struct shell_run *run, const struct shell_node *node)
{
	struct shell_function *f = arena_alloc(run->arena, sizeof(*f));

	*f = (struct shell_function){ run->functions, node->name, node->first };
	run->functions = f;
	return 0;
}

static int do_and_or(struct shell_run *run, const struct shell_node *node)
{
	int status = do_condition(run, node->first);

	if (status < 0 || run->leave || (status == 0) == (node->kind == SHELL_OR))
		return status;
	return do_node(run, node->second);
}

static int do_kind(struct shell_run *run, const struct shell_node *node)
{
	int status;

	if ((node->kind == SHELL_TEST || node->kind == SHELL_COMPUTE) && shell_is_strict(run))
		return shell_unknown(run, "[[...]] and ((...)) are not known to every shell");
	switch (node->kind) {
	case SHELL_COMMAND:
		return do_simple(run, node);
	case SHELL_TEST:
		return do_test(run, node);
	case SHELL_COMPUTE:
		return do_compute(run, node);
	case SHELL_PIPE:
		return do_pipe(run, node);
	case SHELL_AND:
	case SHELL_OR:
		return do_and_or(run, node);
	case SHELL_NOT:
		status = do_condition(run, node->first);
		return status < 0 ? status : !status;
	case SHELL_GROUP:
		return do_node(run, node->first);
	case SHELL_SUBSHELL:
		return do_subshell(run, node);
	case SHELL_LIST:
		return do_list(run, node);
	case SHELL_IF:
		status = do_condition(run, node->first);
		if (status < 0 || run->leave)
			return status;
		const struct shell_node *then = status == 0 ? node->second : node->third;
		return then ? do_node(run, then) : 0;
	case SHELL_WHILE:
	case SHELL_UNTIL:
		return do_while(run, node);
	case SHELL_FOR:
		return do_for(run, node);
	case SHELL_CASE:
		return do_case(run, node);
	case SHELL_FUNCTION:
		return define(run, node);
	case SHELL_ITEM:
		break;
	}
	return 0;
}

/* set -e: which commands end the shell when they fail. Others have ended it inside already. */
static bool is_strict(const struct shell_node *node)
{
	return node->kind == SHELL_COMMAND || node->kind == SHELL_TEST || node->kind == SHELL_COMPUTE ||
	       node->kind == SHELL_PIPE || node->kind == SHELL_SUBSHELL;
}

static int do_node(struct shell_run *run, const struct shell_node *node)
{
	struct shell_input *in = run->in;
	struct buf *out = run->out, *error = run->error;
	struct shell_waiting *waiting = NULL;

	if (node->kind != SHELL_LIST)
		run->line = node->line;
	if (++run->budget->steps > STEPS)
		return shell_unknown(run, "a text of more than %d commands is not known here", STEPS);
	int status = shell_redirect(run, node->redirections, &waiting);
	if (!status)
		status = do_kind(run, node);
	struct shell_run streams = *run;
	run->in = in;
	run->out = out;
	run->error = error;
	status = shell_redirected(&streams, waiting, status);
	if (status < 0)
		return status;
	if (run->leave < SHELL_RETURN)
		run->status = status;
	if (status && run->errexit && !run->conditions && is_strict(node) && !run->leave) {
		run->leave = SHELL_EXIT;
		run->status = status;
	}
	return status;
}

/* ---- texts ---- */

/* A shell ends at a syntax error; the commands before it have been executed. */
static int do_text(struct shell_run *run, const char *text)
{
	int status = 0, line = 1;

	if (run->depth > 4 * TEXT_DEPTH)
		return shell_unknown(run, "commands call commands without end");
	while (*text && !run->leave) {
		struct shell_node *node;
		int problem = shell_parse(run, &text, &line, &node);

		if (problem < 0)
			return problem;
		if (problem && shell_is_strict(run))
			return shell_unknown(run, "a syntax error");
		if (problem) {
			if (run->error)
				buf_printf(run->error, "sh: %d: Syntax error\n", line);
			run->leave = SHELL_EXIT;
			run->status = problem;
			return problem;
		}
		if (node)
			status = do_node(run, node);
		if (status < 0)
			return status;
	}
	return run->leave >= SHELL_RETURN ? run->status : status;
}

/* Programs and scripts of other languages start with other bytes. */
static bool is_shell_script(const struct buf *text)
{
	size_t line = strcspn(text->data, "\n");

	if (strlen(text->data) != text->length)
		return false;
	if (strncmp(text->data, "#!", 2))
		return true;
	return line >= 2 && (!strncmp(text->data + line - 2, "sh", 2) || memmem(text->data, line, "sh -", 4));
}

/* A failure is reported by its place in the file that the packet script named, and never in words of the file. @same:
 * in this shell (".") and not in one of its own. */
static int do_file_text(struct shell_run *run, const char *path, const char *text, char **arguments, bool same)
{
	struct shell_run inner = *run;
	struct buf why = BUF_INIT;

	inner.depth++;
	inner.in_file = true;
	inner.arguments = arguments;
	if (!same) {
		const char *end = strchr(text, '\n');
		inner.errexit = !strncmp(text, "#!", 2) && end && memmem(text, (size_t)(end - text), " -e", 3);
		inner.nounset = inner.pipefail = false;
		inner.conditions = 0;
		inner.functions = NULL;
	}
	if (!run->in_file)
		inner.why = &why;
	int status = do_text(&inner, text);
	if (status == STATUS_UNKNOWN && !run->in_file)
		shell_unknown(run, "line %d of the script '%s': %s", inner.line, path, why.data);
	if (same) {
		run->variables = inner.variables;
		run->functions = inner.functions;
		run->errexit = inner.errexit;
		run->nounset = inner.nounset;
		run->pipefail = inner.pipefail;
		run->leave = inner.leave == SHELL_EXIT ? SHELL_EXIT : SHELL_STAY;
		run->status = inner.status;
	}
	buf_free(&why);
	return status;
}

static int do_file(struct shell_run *run, const char *path, char **arguments, bool same)
{
	struct buf text = BUF_INIT;
	int status;

	if (run->depth >= TEXT_DEPTH)
		return shell_unknown(run, "the script '%s' calls scripts without end", path);
	status = run->shell->host->script(run, path, &text);
	if (!status && !is_shell_script(&text))
		status = shell_unknown(run, "the command '%s' is not a shell script", path);
	else if (!status)
		status = do_file_text(run, path, text.data, arguments, same);
	buf_free(&text);
	return status;
}

int shell_command_line(struct shell *s, const char *text, struct buf *why)
{
	struct shell_budget budget = { 0 };
	struct shell_input nothing = { "", 0 };
	char *none[] = { NULL };
	struct shell_run run = {
		.shell = s, .arena = arena_new(), .why = why, .budget = &budget, .line = 1, .in = &nothing,
		.out = s->output, .error = s->error,
		.arguments = none, .do_text = do_text, .do_words = do_words,
	};
	int status = do_text(&run, text);

	arena_free(run.arena);
	if (status > 0)
		buf_printf(why, "non-zero status %d", status);
	return status > 0 ? 1 : status;
}

bool shell_knows(const struct shell_host *host, const char *name)
{
	static const char *const words[] = { "sh", "bash", ".", "source", "if", "for", "while", "until", "case", "{",
	                                     "(", "!", "[[" };

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (!strcmp(words[i], name))
			return true;
	return shell_find_tool(host, name);
}
