/* SPDX-License-Identifier: MIT
 *
 * shell_stream.c - what commands read and write: texts in memory, settings, counters
 *
 * No file of the machine is ever opened. What has a name here are the settings below /proc/sys and /sys/module, what
 * the counters make of /proc/net, what is known of the system, and what commands wrote before; such a file is a text
 * here and, for the calls of the script, a file of that size. Everything else below /proc and /sys is missing; of other
 * places nobody knows what they hold, so that reading there makes the case SKIP.
 */
#include <stdlib.h>
#include <string.h>

#include "target/builtin/shell_internal.h"
#include "util/checked.h"
#include "util/common.h"

enum { FILE_BYTES = 1 << 20, FILES = 64 };

struct shell_text_file {
	struct shell_text_file *next;
	char *path;
	struct buf text;
};

/* ---- files ---- */

static struct shell_text_file *find_file(const struct shell *s, const char *path)
{
	for (struct shell_text_file *f = s->texts; f; f = f->next)
		if (!strcmp(f->path, path))
			return f;
	return NULL;
}

static bool begins(const char *text, const char *start)
{
	return !strncmp(text, start, strlen(start));
}

static bool is_setting(const char *path)
{
	return begins(path, "/proc/sys/") || begins(path, "/sys/module/");
}

/* What does not change while scripts are played. */
static const char *constant_file(const char *path)
{
	static const struct {
		const char *path, *text;
	} files[] = {
		{ "/dev/null", "" }, { "/dev/stdin", "" },
		{ "/proc/sys/kernel/osrelease", SHELL_RELEASE "\n" }, { "/proc/sys/kernel/ostype", "Linux\n" },
		{ "/proc/version", "Linux version " SHELL_RELEASE "\n" },
	};

	for (size_t i = 0; i < ARRAY_LEN(files); i++)
		if (!strcmp(files[i].path, path))
			return files[i].text;
	return NULL;
}

enum shell_found shell_fetch(struct shell_run *run, const char *path, struct buf *out)
{
	const struct shell_text_file *file = find_file(run->shell, path);
	const char *text = constant_file(path);
	struct buf nowhere = BUF_INIT;
	struct buf *to = out ? out : &nowhere;
	enum shell_found found = SHELL_FOUND;

	if (text)
		buf_puts(to, text);
	else if (file)
		buf_add(to, file->text.data, file->text.length);
	else if (is_setting(path))
		found = shell_show_setting(run, path, out);
	else if (begins(path, "/proc/net/") || begins(path, "/proc/self/net/"))
		found = shell_proc_net(run, strrchr(path, '/') + 1, to) ? SHELL_FOUND : SHELL_MISSING;
	else
		found = begins(path, "/proc/") || begins(path, "/sys/") ? SHELL_MISSING : SHELL_NOT_HERE;
	buf_free(&nowhere);
	return found;
}

static int store_setting(struct shell_run *run, const char *path, const struct buf *text)
{
	char *value = arena_strndup(run->arena, text->data, text->length);

	value[strcspn(value, "\n")] = '\0';
	return shell_set(run, path, value, false);
}

int shell_store(struct shell_run *run, const char *path, const struct buf *text, bool append)
{
	struct shell *s = run->shell;
	struct shell_text_file *file = find_file(s, path);

	if (!strcmp(path, "/dev/null") || !strcmp(path, "/dev/stderr") || !strcmp(path, "/dev/tty"))
		return 0;
	if (is_setting(path))
		return store_setting(run, path, text);
	if (begins(path, "/proc/") || begins(path, "/sys/") || begins(path, "/dev/"))
		return shell_unknown(run, "writing to '%s' is not known here", path);
	if (!file) {
		if (s->text_count == FILES)
			return shell_unknown(run, "commands write more than %d files", FILES);
		file = checked_memory(calloc(1, sizeof(*file)));
		*file = (struct shell_text_file){ .next = s->texts, .path = checked_memory(strdup(path)),
		                                  .text = BUF_INIT };
		s->texts = file;
		s->text_count++;
	}
	if (!append)
		buf_clear(&file->text);
	if (file->text.length + text->length > FILE_BYTES)
		return shell_unknown(run, "commands write more than %d bytes to '%s'", FILE_BYTES, path);
	buf_add(&file->text, text->data, text->length);
	return files_make(s->files, path, (int64_t)file->text.length) < 0 ? STATUS_FAILED : 0;
}

bool shell_remove_text(struct shell *s, const char *path)
{
	for (struct shell_text_file **f = &s->texts; *f; f = &(*f)->next) {
		struct shell_text_file *file = *f;
		if (strcmp(file->path, path))
			continue;
		*f = file->next;
		s->text_count--;
		free(file->path);
		buf_free(&file->text);
		free(file);
		return true;
	}
	return false;
}

void shell_forget_texts(struct shell *s)
{
	while (s->texts)
		shell_remove_text(s, s->texts->path);
}

/* ---- redirections ---- */

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
			enum shell_found found = shell_fetch(run, target, &text);
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
		/* A shell opens the file before the command is done, even if that writes nothing. A setting is not
		 * written. */
		if (status >= 0 && (waiting->text.length || !is_setting(waiting->path))) {
			int stored = shell_store(run, waiting->path, &waiting->text, waiting->append);
			status = stored ? stored : status;
		}
		buf_free(&waiting->text);
		free(waiting);
		waiting = next;
	}
	return status;
}
