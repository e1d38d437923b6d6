/* SPDX-License-Identifier: MIT
 *
 * shell.c - lists of commands and scripts
 */
#include "target/builtin/shell.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "target/builtin/shell_internal.h"

enum { DEPTH = 8, STEPS = 10000, SCRIPT_BYTES = 1 << 18 };

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
	int status = 0;

	while (*text && !run->exited) {
		int error = shell_read(run, &text, command);

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

/* Never waits: only ordinary files are read. */
static bool read_script(const char *path, struct buf *text)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat status;
	bool good;

	if (fd < 0)
		return false;
	errno = EINVAL;
	good = fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_size <= SCRIPT_BYTES &&
	       buf_read_fd(text, fd);
	close(fd);
	return good;
}

int shell_do_file(struct shell_run *run, const char *path)
{
	struct buf text = BUF_INIT;
	int status;

	if (run->depth == DEPTH)
		return shell_unknown(run, "the script '%s' calls scripts without end", path);
	if (!read_script(path, &text)) {
		status = shell_unknown(run, "the command '%s' cannot be read: %s", path, strerror(errno));
	} else if (!is_shell_script(&text)) {
		status = shell_unknown(run, "the command '%s' is not a shell script", path);
	} else {
		struct shell_run inner = *run;

		inner.depth++;
		inner.errexit = inner.exited = false;
		status = shell_do_text(&inner, text.data);
		run->steps = inner.steps;
	}
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
