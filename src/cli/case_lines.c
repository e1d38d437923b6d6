/* SPDX-License-Identifier: MIT
 *
 * case_lines.c - run --coverage DIR: which lines of the kernel each case ran
 */
#include "cli/case_lines.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <limits.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "target/need.h"
#include "util/checked.h"
#include "util/json_text.h"

static const char *const counted_folders[] = { "net/ipv4", "net/ipv6" };

bool case_lines_possible(const struct linux_image *image, struct buf *problem)
{
	struct buf why = BUF_INIT;

	if (!need_config_met(image->config, "CONFIG_GCOV_KERNEL", &why))
		buf_printf(problem, "%s does not count its lines: 'COVERAGE=1 scripts/build-linux SOURCE OUT' builds "
		           "a kernel that does", image->path);
	else if (!need_finds_command("gcov"))
		buf_puts(problem, "gcov is missing, which comes with gcc");
	buf_free(&why);
	return !problem->length;
}

/* ---- what gcov says ---- */

struct gathered_file {
	const char *name;
	unsigned char *lines;                                /* 1: the line could run; 2: it did */
	size_t room;
	struct covered_function *functions;
	size_t function_count;
};

struct gathered {
	struct arena *arena;
	const char *source;
	struct gathered_file *files;
	size_t count;
};

/* The part of @path below the kernel's source: "net/ipv4/tcp.c". NULL: the file is not there, and its lines are not
 * counted. */
static const char *name_below_source(const char *path)
{
	for (size_t i = 0; i < ARRAY_LEN(counted_folders); i++) {
		const char *at = strstr(path, counted_folders[i]);
		if (at && (at == path || at[-1] == '/') && at[strlen(counted_folders[i])] == '/')
			return at;
	}
	return NULL;
}

static struct gathered_file *file_of(struct gathered *g, const char *name)
{
	for (size_t i = 0; i < g->count; i++)
		if (!strcmp(g->files[i].name, name))
			return &g->files[i];
	g->files = checked_memory(realloc(g->files, (g->count + 1) * sizeof(*g->files)));
	g->files[g->count] = (struct gathered_file){ .name = arena_strdup(g->arena, name) };
	return &g->files[g->count++];
}

static void mark(struct gathered_file *file, size_t line, bool ran)
{
	if (line >= file->room) {
		const size_t room = 2 * line + 1;
		file->lines = checked_memory(realloc(file->lines, room));
		memset(file->lines + file->room, 0, room - file->room);
		file->room = room;
	}
	if (file->lines[line] < 1 + ran)
		file->lines[line] = (unsigned char)(1 + ran);
}

static int number_of(json_t *object, const char *key)
{
	return (int)json_integer_value(json_object_get(object, key));
}

static void gather_functions(struct gathered *g, struct gathered_file *file, json_t *list)
{
	file->function_count = json_array_size(list);
	file->functions = arena_new_array(g->arena, struct covered_function, file->function_count);
	for (size_t i = 0; i < file->function_count; i++) {
		json_t *f = json_array_get(list, i);
		const char *name = json_string_value(json_object_get(f, "name"));
		file->functions[i] = (struct covered_function){
			arena_strdup(g->arena, name ? name : ""), number_of(f, "start_line"), number_of(f, "end_line"),
		};
	}
}

static void gather_file(struct gathered *g, json_t *json)
{
	const char *path = json_string_value(json_object_get(json, "file"));
	const char *name = path ? name_below_source(path) : NULL;
	json_t *lines = json_object_get(json, "lines");

	if (!name)
		return;
	struct gathered_file *file = file_of(g, name);
	for (size_t i = 0; i < json_array_size(lines); i++) {
		json_t *line = json_array_get(lines, i);
		const int number = number_of(line, "line_number");
		if (number > 0)
			mark(file, (size_t)number, json_integer_value(json_object_get(line, "count")) > 0);
	}
	if (json_array_size(json_object_get(json, "functions")) > file->function_count)
		gather_functions(g, file, json_object_get(json, "functions"));
	if (!g->source)
		g->source = arena_strndup(g->arena, path, name > path ? (size_t)(name - path) - 1 : 0);
}

/* gcov prints a line of JSON for each file that it was given. */
static bool gather(struct gathered *g, const char *text)
{
	struct buf why = BUF_INIT;
	bool good = true;

	while (good && *text) {
		size_t length = strcspn(text, "\n");
		json_t *json = length ? json_text_read(text, length, &why) : NULL;
		json_t *files = json_object_get(json, "files");
		for (size_t i = 0; i < json_array_size(files); i++)
			gather_file(g, json_array_get(files, i));
		good = !length || json;
		json_decref(json);
		text += length + (text[length] != '\0');
	}
	buf_free(&why);
	return good;
}

static int by_name(const void *left, const void *right)
{
	return strcmp(((const struct gathered_file *)left)->name, ((const struct gathered_file *)right)->name);
}

/* @id NULL: all lines that could run; else those that did. */
static void write_gathered(struct gathered *g, const char *id, struct buf *out)
{
	struct covered_file *files = arena_new_array(g->arena, struct covered_file, g->count);
	struct covered covered = { .source = id ? NULL : g->source, .case_id = id, .files = files };

	if (g->count)
		qsort(g->files, g->count, sizeof(*g->files), by_name);
	for (size_t i = 0; i < g->count; i++) {
		const struct gathered_file *f = &g->files[i];
		struct buf ranges = BUF_INIT;
		line_ranges_write(&ranges, f->lines, f->room, id ? 2 : 1);
		if (ranges.length)
			files[covered.file_count++] = (struct covered_file){
				f->name, arena_strdup(g->arena, ranges.data), id ? NULL : f->functions,
				id ? 0 : f->function_count,
			};
		buf_free(&ranges);
	}
	covered_write(out, &covered);
}

static void free_gathered(struct gathered *g)
{
	for (size_t i = 0; i < g->count; i++)
		free(g->files[i].lines);
	free(g->files);
	arena_free(g->arena);
}

/* ---- calling gcov ---- */

/* With the files @names in @folder; ends with NULL. */
static bool call_gcov(const char *folder, char *const names[], struct buf *out, struct buf *problem)
{
	posix_spawn_file_actions_t actions;
	int ends[2], status = -1;
	pid_t child = 0;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return false;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addchdir_np(&actions, folder);
	posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
	posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
	int error = posix_spawnp(&child, "gcov", &actions, NULL, names, environ);
	posix_spawn_file_actions_destroy(&actions);
	close(ends[1]);
	bool read = !error && buf_read_fd(out, ends[0]);
	close(ends[0]);
	while (!error && waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	if (error || !read || status)
		buf_printf(problem, "gcov failed: %s", error ? strerror(error) : "it was started, and ended badly");
	return !problem->length;
}

static bool run_gcov(const char *folder, const char **names, size_t count, const char *id, struct buf *out,
                     struct buf *problem)
{
	struct gathered g = { .arena = arena_new() };
	char **argv = arena_new_array(g.arena, char *, count + 4);
	struct buf json = BUF_INIT;

	argv[0] = (char *)"gcov";
	argv[1] = (char *)"--json-format";
	argv[2] = (char *)"--stdout";
	for (size_t i = 0; i < count; i++)
		argv[3 + i] = (char *)names[i];
	argv[3 + count] = NULL;
	bool good = !count || call_gcov(folder, argv, &json, problem);
	if (good && !gather(&g, json.data))
		good = false;
	if (good)
		write_gathered(&g, id, out);
	else if (!problem->length)
		buf_puts(problem, "gcov prints no JSON (it must be that of the compiler that built the kernel)");
	buf_free(&json);
	free_gathered(&g);
	return good;
}

/* ---- a case ---- */

static bool write_file(const char *path, const struct buf *bytes)
{
	FILE *file = fopen(path, "we");
	bool good = file && fwrite(bytes->data, 1, bytes->length, file) == bytes->length;

	return file && fclose(file) == 0 && good;
}

/* gcov expects the counts beside the notes that the compiler left. */
static bool place_counts(const char *folder, size_t number, const char *path, const struct buf *counts,
                         struct arena *arena, const char **name)
{
	const size_t stem = strlen(path) - strlen(".gcda");

	*name = arena_printf(arena, "%zu.gcda", number);
	return write_file(arena_printf(arena, "%s/%s", folder, *name), counts) &&
	       symlink(arena_printf(arena, "%.*s.gcno", (int)stem, path),
	               arena_printf(arena, "%s/%zu.gcno", folder, number)) == 0;
}

static void remove_counts(const char *folder, size_t count)
{
	char path[PATH_MAX];

	for (size_t i = 0; i < count; i++) {
		snprintf(path, sizeof(path), "%s/%zu.gcda", folder, i);
		unlink(path);
		snprintf(path, sizeof(path), "%s/%zu.gcno", folder, i);
		unlink(path);
	}
	rmdir(folder);
}

enum { MOST_OBJECTS = 4096 };

bool case_lines_read(const char *id, struct buf *lines, struct buf *problem)
{
	const char *below = getenv("TMPDIR");
	struct arena *arena = arena_new();
	char *folder = arena_printf(arena, "%s/protodrill-lines.XXXXXX", below && *below ? below : "/tmp");
	const char **names = arena_new_array(arena, const char *, MOST_OBJECTS);
	struct buf path = BUF_INIT, counts = BUF_INIT, out = BUF_INIT;
	size_t at = 0, count = 0;
	bool good = mkdtemp(folder);

	while (good && count < MOST_OBJECTS && linux_frame_next(lines, &at, &path) &&
	       linux_frame_next(lines, &at, &counts))
		good = path.length > strlen(".gcda") &&
		       place_counts(folder, count, path.data, &counts, arena, &names[count]) && ++count;
	if (!good)
		buf_printf(problem, "%s: %s", folder, strerror(errno));
	good = good && run_gcov(folder, names, count, id, &out, problem);
	remove_counts(folder, count + 1);
	buf_free(lines);
	*lines = out;
	buf_free(&path);
	buf_free(&counts);
	arena_free(arena);
	return good;
}

/* ---- all lines that could run ---- */

static size_t list_notes(const char *below, const char *folder, const char **names, size_t count, struct arena *arena)
{
	DIR *entries = opendir(arena_printf(arena, "%s/%s", below, folder));

	for (const struct dirent *e; entries && count < MOST_OBJECTS && (e = readdir(entries));) {
		const char *end = strrchr(e->d_name, '.');
		if (end && !strcmp(end, ".gcno"))
			names[count++] = arena_printf(arena, "%s/%s", folder, e->d_name);
	}
	if (entries)
		closedir(entries);
	return count;
}

bool case_lines_all(const struct linux_image *image, struct buf *out, struct buf *problem)
{
	struct arena *arena = arena_new();
	const char **names = arena_new_array(arena, const char *, MOST_OBJECTS), *slash = strrchr(image->path, '/');
	const char *below = arena_printf(arena, "%.*s", slash ? (int)(slash - image->path) : 0, image->path);
	size_t count = 0;

	for (size_t i = 0; i < ARRAY_LEN(counted_folders); i++)
		count = list_notes(below, counted_folders[i], names, count, arena);
	if (!count)
		buf_printf(problem, "%s: there are no notes of the compiler (*.gcno): the kernel must lie where it was "
		           "built", below);
	bool good = count && run_gcov(below, names, count, NULL, out, problem);
	arena_free(arena);
	return good;
}
