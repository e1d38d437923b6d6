/* SPDX-License-Identifier: MIT
 *
 * shell.c - lists of commands and scripts
 */
#include "target/builtin/shell.h"

#include <string.h>

#include "target/builtin/shell_internal.h"

enum { DEPTH = 8, STEPS = 10000 };

void shell_open(struct shell *s, struct stack *stack, struct files *files,
                void (*sleep)(void *context, vtime_t duration), void *context)
{
	*s = (struct shell){
		.stack = stack, .files = files, .sleep = sleep, .context = context, .restore = BUF_INIT
	};
}

void shell_close(struct shell *s)
{
	if (s->restore.data)
		buf_free(&s->restore);
}

/* ---- lists ---- */

static bool is_due(enum shell_end before, int status)
{
	return before == SHELL_END_AND ? !status : before == SHELL_END_OR ? status : true;
}

static bool is_part(enum shell_end end)
{
	return end == SHELL_END_AND || end == SHELL_END_OR;
}

/* A command is read as a whole before it is known whether it is to be done, as a shell does. */
int shell_do_text(struct shell_run *run, const char *text)
{
	struct shell_command *command = arena_alloc(run->arena, sizeof(*command));
	enum shell_end before = SHELL_END_LINE;
	const char *counted = text;
	int status = 0, line = 1;

	while (*text && !run->exited) {
		for (; counted < text; counted++)
			line += *counted == '\n';
		int error = shell_read(run, &text, command);

		run->line = line;
		if (error)
			return error;
		if (!command->count && !command->redirection_count) {
			if (command->end != SHELL_END_LINE && (command->end != SHELL_END_TEXT || is_part(before)))
				return STATUS_USAGE;
			continue;
		}
		if (is_due(before, status)) {
			status = ++run->steps > STEPS ? shell_unknown(run, "more than %d commands", STEPS)
						      : shell_do_command(run, command);
			run->line = line;
			if (status < 0)
				return status;
			run->exited |= run->errexit && status && !is_part(command->end);
		}
		before = command->end;
	}
	return is_part(before) && !run->exited ? STATUS_USAGE : status;
}

/* ---- scripts ---- */

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

/* What could not be done is told by the place in the file that the packet script named, and never in words of the
 * file. */
static int do_file_text(struct shell_run *run, const char *path, const char *text)
{
	struct shell_run inner = *run;
	struct buf why = BUF_INIT;

	inner.depth++;
	inner.errexit = inner.exited = false;
	inner.in_file = true;
	if (!run->in_file)
		inner.why = &why;
	int status = shell_do_text(&inner, text);
	run->steps = inner.steps;
	if (status == STATUS_UNKNOWN && !run->in_file)
		shell_unknown(run, "line %d of the script '%s': %s", inner.line, path, why.data);
	buf_free(&why);
	return status;
}

int shell_do_file(struct shell_run *run, const char *path)
{
	struct buf text = BUF_INIT;
	int status;

	if (run->depth == DEPTH)
		return shell_unknown(run, "the script '%s' calls scripts without end", path);
	status = shell_read_file(run, path, &text);
	if (!status && !is_shell_script(&text))
		status = shell_unknown(run, "the command '%s' is not a shell script", path);
	else if (!status)
		status = do_file_text(run, path, text.data);
	buf_free(&text);
	return status;
}

int shell_command_line(struct shell *s, const char *text, struct buf *why)
{
	struct shell_run run = { .shell = s, .arena = arena_new(), .why = why };
	int status = shell_do_text(&run, text);

	arena_free(run.arena);
	if (status > 0)
		buf_printf(why, "non-zero status %d", status);
	return status > 0 ? 1 : status;
}
