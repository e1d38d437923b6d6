/* SPDX-License-Identifier: MIT
 *
 * text_file.c - what commands wrote to files: texts in memory
 *
 * Such a file is a text for commands and, for the calls of the script, a file of that size.
 */
#include <stdlib.h>
#include <string.h>

#include "target/library/commands_internal.h"
#include "util/checked.h"

enum { FILE_BYTES = 1 << 20, FILES = 64 };

struct text_file {
	struct text_file *next;
	char *path;
	struct buf text;
};

static struct text_file *find_file(const struct commands *c, const char *path)
{
	for (struct text_file *f = c->texts; f; f = f->next)
		if (!strcmp(f->path, path))
			return f;
	return NULL;
}

bool text_file_read(const struct commands *c, const char *path, struct buf *out)
{
	const struct text_file *file = find_file(c, path);

	if (file)
		buf_add(out, file->text.data, file->text.length);
	return file;
}

int text_file_write(struct shell_run *run, const char *path, const struct buf *text, bool append)
{
	struct commands *c = commands_of(run);
	struct text_file *file = find_file(c, path);

	if (!file) {
		if (c->text_count == FILES)
			return shell_unknown(run, "commands write more than %d files", FILES);
		file = checked_memory(calloc(1, sizeof(*file)));
		*file = (struct text_file){ .next = c->texts, .path = checked_memory(strdup(path)),
		                                  .text = BUF_INIT };
		c->texts = file;
		c->text_count++;
	}
	if (!append)
		buf_clear(&file->text);
	if (file->text.length + text->length > FILE_BYTES)
		return shell_unknown(run, "commands write more than %d bytes to '%s'", FILE_BYTES, path);
	buf_add(&file->text, text->data, text->length);
	return files_make(c->files, path, (int64_t)file->text.length) < 0 ? STATUS_FAILED : 0;
}

bool text_file_remove(struct commands *c, const char *path)
{
	for (struct text_file **f = &c->texts; *f; f = &(*f)->next) {
		struct text_file *file = *f;
		if (strcmp(file->path, path))
			continue;
		*f = file->next;
		c->text_count--;
		free(file->path);
		buf_free(&file->text);
		free(file);
		return true;
	}
	return false;
}

void text_files_forget(struct commands *c)
{
	while (c->texts)
		text_file_remove(c, c->texts->path);
}
