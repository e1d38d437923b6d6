/* SPDX-License-Identifier: MIT
 *
 * shell_stream.c - where a command reads and writes
 *
 * Output to a file is kept in memory until the command has finished; then the host writes it.
 */
#include <stdlib.h>
#include <string.h>

#include "shell/internal.h"
#include "util/checked.h"

struct shell_waiting {
	struct shell_waiting *next;
	const char *path;
	bool append;
	struct buf text;
};

static int redirect_output(struct shell_run *run, const struct shell_redirection *r, struct buf **stream,
                           struct shell_waiting **waiting)
{
	char *path;
	int status = shell_expand_one(run, r->target, false, &path);

	if (status)
		return status;
	if (!strcmp(path, "/dev/stdout"))
		return 0;
	if (!strcmp(path, "/dev/null")) {
		*stream = NULL;
		return 0;
	}
	if (!strcmp(path, "/dev/stderr")) {
		*stream = run->error;
		return 0;
	}
	struct shell_waiting *w = checked_memory(calloc(1, sizeof(*w)));
	*w = (struct shell_waiting){ .next = *waiting, .path = path, .append = r->kind == SHELL_APPEND,
	                             .text = BUF_INIT };
	*waiting = w;
	*stream = &w->text;
	return 0;
}

static int redirect_input(struct shell_run *run, const struct shell_redirection *r)
{
	struct buf text = BUF_INIT;
	char *target;
	int status = 0;

	if (r->kind == SHELL_HERE_LITERAL) {
		buf_puts(&text, r->target);
	} else if (r->kind == SHELL_HERE) {
		/* Quotes mean nothing in it: it is expanded as if between double quotes. */
		struct buf quoted = BUF_INIT;
		buf_add_byte(&quoted, '"');
		for (const char *c = r->target; *c; c++)
			buf_printf(&quoted, *c == '"' ? "\\%c" : "%c", *c);
		buf_add_byte(&quoted, '"');
		status = shell_expand_one(run, quoted.data, false, &target);
		buf_free(&quoted);
		buf_puts(&text, status ? "" : target);
	} else {
		status = shell_expand_one(run, r->target, false, &target);
		if (!status && r->kind == SHELL_STRING) {
			buf_printf(&text, "%s\n", target);
		} else if (!status) {
			enum shell_found found = run->shell->host->fetch(run, target, &text);
			status = found == SHELL_FOUND ? 0 : found == SHELL_MISSING ? STATUS_FAILED
			         : shell_unknown(run, "the file '%s' is not read here", target);
		}
	}
	run->in = arena_alloc(run->arena, sizeof(*run->in));
	*run->in = (struct shell_input){ arena_strndup(run->arena, text.data, text.length), text.length };
	if (!status && !shell_afford(run, text.length))
		status = STATUS_UNKNOWN;
	buf_free(&text);
	return status;
}

static int redirect_copy(struct shell_run *run, const struct shell_redirection *r)
{
	char *other;
	int status = shell_expand_one(run, r->target, false, &other);

	if (status)
		return status;
	if (r->fd == 0)
		return strcmp(other, "-") && strcmp(other, "0") ? shell_unknown(run,
			"the redirection '<&%s' is not known here", other)
		                                                : 0;
	struct buf **stream = r->fd == 1 ? &run->out : &run->error;
	if (!strcmp(other, "1"))
		*stream = run->out;
	else if (!strcmp(other, "2"))
		*stream = run->error;
	else if (!strcmp(other, "-"))
		*stream = NULL;
	else
		return shell_unknown(run, "the redirection '>&%s' is not known here", other);
	return 0;
}

int shell_redirect(struct shell_run *run, const struct shell_redirection *list, struct shell_waiting **waiting)
{
	int status = 0;

	*waiting = NULL;
	for (const struct shell_redirection *r = list; r && !status; r = r->next) {
		if (r->fd > 2)
			status = shell_unknown(run, "a redirection of descriptor %d is not known here", r->fd);
		else if (r->kind == SHELL_TO || r->kind == SHELL_APPEND)
			status = redirect_output(run, r, r->fd == 1 ? &run->out : &run->error, waiting);
		else if (r->kind == SHELL_COPY)
			status = redirect_copy(run, r);
		else
			status = redirect_input(run, r);
	}
	return status;
}

int shell_redirected(struct shell_run *run, struct shell_waiting *waiting, int status)
{
	while (waiting) {
		struct shell_waiting *next = waiting->next;
		/* A shell opens the file before the command is done, even if that writes nothing. */
		if (status >= 0 && (waiting->text.length || run->shell->host->truncates(waiting->path))) {
			int stored = run->shell->host->store(run, waiting->path, &waiting->text, waiting->append);
			status = stored ? stored : status;
		}
		buf_free(&waiting->text);
		free(waiting);
		waiting = next;
	}
	return status;
}
