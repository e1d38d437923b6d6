/* SPDX-License-Identifier: MIT
 *
 * last_failed.c - which cases did not pass when they were last played
 *
 * For each of them the file holds its path and its id. A NUL byte ends each, because names may contain all others.
 */
#include "cli/last_failed.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/replace_file.h"
#include "util/text_set.h"

/* NULL: nothing will be remembered. */
static const char *folder(struct arena *arena)
{
	const char *own = getenv("PROTODRILL_STATE"), *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");

	if (own)
		return *own ? own : NULL;
	if (state && *state == '/')
		return arena_printf(arena, "%s/protodrill", state);
	return home && *home == '/' ? arena_printf(arena, "%s/.local/state/protodrill", home) : NULL;
}

static const char *file_name(struct arena *arena)
{
	const char *place = folder(arena);
	char *here = place ? getcwd(NULL, 0) : NULL;
	const char *name = here ? arena_printf(arena, "%s/last-failed-%016llx", place,
	                                       (unsigned long long)hash_text(HASH_START, here)) : NULL;

	free(here);
	return name;
}

const char *last_failed_name(const char *id)
{
	while (!strncmp(id, "./", 2))
		id += 2;
	return id;
}

struct last_failed last_failed_load(struct arena *arena)
{
	const char *name = file_name(arena);
	int fd = name ? open(name, O_RDONLY | O_CLOEXEC) : -1;
	struct last_failed failed = { 0 };
	struct buf text = BUF_INIT;
	size_t ends = 0;

	if (fd < 0)
		return failed;
	if (!buf_read_fd(&text, fd))
		buf_clear(&text);
	close(fd);
	const char *at = arena_copy(arena, text.data, text.length + 1);
	for (size_t i = 0; i < text.length; i++)
		ends += !at[i];
	failed.list = arena_new_array(arena, struct failed_case, ends / 2 + 1);
	for (; failed.count < ends / 2; failed.count++) {
		struct failed_case *one = &failed.list[failed.count];

		one->path = at;
		one->id = at + strlen(at) + 1;
		at = one->id + strlen(one->id) + 1;
	}
	buf_free(&text);
	return failed;
}

static void add(struct buf *text, const char *path, const char *id)
{
	buf_add(text, path, strlen(path) + 1);
	buf_add(text, id, strlen(id) + 1);
}

static bool make_folders(const char *name)
{
	struct buf path = BUF_INIT;
	bool good = true;

	buf_puts(&path, name);
	for (char *slash = path.data + 1; good && (slash = strchr(slash, '/')); slash++) {
		*slash = '\0';
		good = mkdir(path.data, 0700) == 0 || errno == EEXIST;
		*slash = '/';
	}
	buf_free(&path);
	return good;
}

static void write_file(const char *name, const struct buf *text)
{
	struct replace_file file;

	if (!make_folders(name) || !replace_file_begin(&file, name, REPLACE_LINKS))
		return;
	FILE *out = replace_file_stream(&file);
	bool good = out && fwrite(text->data, 1, text->length, out) == text->length;
	if (out && fclose(out) == 0 && good)
		replace_file_commit(&file);
	replace_file_end(&file);
}

void last_failed_save(const struct suite_plan *plan, size_t played, const struct recap *recap)
{
	struct arena *arena = arena_new();
	const char *name = file_name(arena);
	struct last_failed before = last_failed_load(arena);
	struct text_set again = { 0 };
	struct buf text = BUF_INIT, old = BUF_INIT;

	for (size_t i = 0; i < played; i++)
		text_set_add(&again, last_failed_name(plan->cases[i].id));
	for (size_t i = 0; i < before.count; i++)
		if (text_set_add(&again, before.list[i].id))
			add(&text, before.list[i].path, before.list[i].id);
	for (size_t i = 0; i < recap->count; i++)
		add(&text, last_failed_name(recap->list[i].what->path), last_failed_name(recap->list[i].what->id));
	for (size_t i = 0; i < before.count; i++)
		add(&old, before.list[i].path, before.list[i].id);
	if (name && !text.length)
		unlink(name);
	else if (name && (text.length != old.length || memcmp(text.data, old.data, text.length) != 0))
		write_file(name, &text);
	text_set_free(&again);
	buf_free(&text);
	buf_free(&old);
	arena_free(arena);
}
