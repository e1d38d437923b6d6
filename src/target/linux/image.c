/* SPDX-License-Identifier: MIT
 *
 * image.c - finding a kernel, and what it says of itself
 *
 * The program answers two questions without booting: its version and the configuration that it was built with. So
 * nothing has to lie beside it; what build-linux noted of the source there is for people.
 */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "target/linux/linux.h"
#include "util/version.h"

enum { DEFAULT_HZ = 100 };                                   /* where the configuration has none: fixed in the source */

static const char *folder_of_kernels(struct arena *arena)
{
	const char *folder = getenv("PROTODRILL_LINUX"), *home = getenv("HOME");

	if (folder && *folder)
		return folder;
	return arena_printf(arena, "%s/.cache/protodrill/linux", home && *home ? home : "");
}

static bool is_folder(const char *path)
{
	struct stat s;

	return stat(path, &s) == 0 && S_ISDIR(s.st_mode);
}

static const char *path_of(const char *name, struct arena *arena)
{
	const char *path = name;

	if (!*name)
		path = arena_printf(arena, "%s/linux", folder_of_kernels(arena));
	else if (!strchr(name, '/'))
		path = arena_printf(arena, "%s/%s/linux", folder_of_kernels(arena), name);
	if (is_folder(path))
		path = arena_printf(arena, "%s/linux", path);
	return path;
}

/* What `@path @option` prints. Its arguments are not a shell's. */
static bool ask(const char *path, const char *option, struct buf *out)
{
	posix_spawn_file_actions_t actions;
	char *const argv[] = { "linux", (char *)option, NULL }, *const envp[] = { NULL };
	int ends[2], status = -1;
	pid_t child;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return false;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
	posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
	bool started = posix_spawn(&child, path, &actions, NULL, argv, envp) == 0;
	posix_spawn_file_actions_destroy(&actions);
	close(ends[1]);
	bool read = started && buf_read_fd(out, ends[0]);
	close(ends[0]);
	while (started && waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	return read && status == 0;
}

static const char *line_of(const char *text, const char *start)
{
	const size_t length = strlen(start);

	while (text && *text && strncmp(text, start, length)) {
		text = strchr(text, '\n');
		text += text ? 1 : 0;
	}
	return text && *text ? text + length : NULL;
}

/* Without the comments. */
static const char *options_of(const char *text, struct arena *arena)
{
	struct buf kept = BUF_INIT;

	for (; *text; text += *text == '\n') {
		size_t length = strcspn(text, "\n");
		if (length && *text != '#') {
			buf_add(&kept, text, length);
			buf_puts(&kept, "\n");
		}
		text += length;
	}
	const char *options = arena_strdup(arena, kept.data);
	buf_free(&kept);
	return options;
}

static bool read_itself(struct linux_image *image, struct arena *arena)
{
	struct buf text = BUF_INIT;
	bool good = ask(image->path, "--version", &text);

	snprintf(image->release, sizeof(image->release), "%.*s", (int)strcspn(text.data, "\n"), text.data);
	buf_clear(&text);
	good = good && ask(image->path, "--showconfig", &text);
	image->config = options_of(text.data, arena);
	buf_free(&text);
	const char *hz = line_of(image->config, "CONFIG_HZ=");
	image->hz = hz ? atoi(hz) : DEFAULT_HZ;
	return good && line_of(image->config, "CONFIG_UML=y");
}

static const char *read_note(const char *path, struct arena *arena)
{
	const char *slash = strrchr(path, '/');
	struct buf text = BUF_INIT;
	const char *note = NULL;
	const int fd = open(arena_printf(arena, "%.*s/described", (int)(slash ? slash - path : 0), path),
	                    O_RDONLY | O_CLOEXEC);

	if (fd >= 0 && buf_read_fd(&text, fd) && text.length)
		note = arena_strndup(arena, text.data, strcspn(text.data, "\n"));
	if (fd >= 0)
		close(fd);
	buf_free(&text);
	return note;
}

bool linux_image_find(const char *name, struct arena *arena, struct linux_image *out, struct buf *problem)
{
	static const char *const needed[] = { "CONFIG_UML_TIME_TRAVEL_SUPPORT=y", "CONFIG_BLK_DEV_INITRD=y" };
	const char *path = path_of(name, arena);
	char *real = realpath(path, NULL);

	if (!real) {
		buf_printf(problem, "%s: %s; 'make linux' builds a kernel for -t linux, "
		           "'scripts/build-linux SOURCE OUT' one for -t linux:OUT", path, strerror(errno));
		return false;
	}
	*out = (struct linux_image){ .path = arena_strdup(arena, real) };
	free(real);
	if (!read_itself(out, arena)) {
		buf_printf(problem, "%s: this is no User Mode Linux: it does not tell its configuration "
		           "('scripts/build-linux SOURCE OUT' builds one)", path);
		return false;
	}
	for (size_t i = 0; i < ARRAY_LEN(needed); i++) {
		if (!line_of(out->config, needed[i])) {
			buf_printf(problem, "%s: this kernel was built without %s: "
			           "'scripts/build-linux SOURCE OUT' builds one that has it", path, needed[i]);
			return false;
		}
	}
	out->source = read_note(out->path, arena);
	return true;
}

bool linux_image_has(const void *kernel, const struct need *need, struct buf *why)
{
	const struct linux_image *image = kernel;

	switch (need->kind) {
	case NEED_KERNEL:
		if (version_in_range(image->release, need->argument))
			return true;
		buf_printf(why, "this kernel is %s", image->release);
		return false;
	case NEED_HZ: return need_hz_met(image->hz, need->argument, why);
	case NEED_CONFIG: return need_config_met(image->config, need->argument, why);
	default: return true;
	}
}
