/* SPDX-License-Identifier: MIT
 *
 * image.c - finding a kernel, and what it says of itself
 *
 * The program answers two questions without booting: its version and the configuration that it was built with. So
 * nothing has to lie beside it; what build-linux noted of the source there is for people.
 */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "target/linux/linux.h"
#include "util/table.h"
#include "util/version.h"

enum { DEFAULT_HZ = 100 };                                   /* if the configuration names none: fixed in the source */

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

/* What `@path @option` prints; its arguments are not passed through a shell. 0; an errno, if it cannot be started; or,
 * negative, the number of the signal that ended it. */
static int ask(const char *path, const char *option, struct buf *out)
{
	posix_spawn_file_actions_t actions;
	char *const argv[] = { "linux", (char *)option, NULL }, *const envp[] = { NULL };
	int ends[2], status = 0;
	pid_t child;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return errno;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
	posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
	const int error = posix_spawn(&child, path, &actions, NULL, argv, envp);
	posix_spawn_file_actions_destroy(&actions);
	close(ends[1]);
	if (!error)
		buf_read_fd(out, ends[0]);
	close(ends[0]);
	while (!error && waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	return !error && WIFSIGNALED(status) ? -WTERMSIG(status) : error;
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

/* The options, without comments. */
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

/* Why a file that exists cannot be started. */
static void add_not_started(struct buf *problem, int error)
{
	if (error == EACCES)
		buf_puts(problem, "it may not be executed; 'chmod +x' allows that, where the file system does");
	else if (error == ENOEXEC)
		buf_puts(problem, "it is no program for this machine, or only the beginning of one");
	else if (error < 0)
		buf_printf(problem, "it is damaged: asked for its version it was ended by SIG%s", sigabbrev_np(-error));
	else
		buf_printf(problem, "it cannot be started: %s", strerror(error));
}

static bool read_itself(struct linux_image *image, struct arena *arena, struct buf *problem)
{
	struct buf version = BUF_INIT, config = BUF_INIT;
	int error = ask(image->path, "--version", &version);

	error = error ? error : ask(image->path, "--showconfig", &config);
	snprintf(image->release, sizeof(image->release), "%.*s", (int)strcspn(version.data, "\n"), version.data);
	image->config = options_of(config.data, arena);
	buf_free(&version);
	buf_free(&config);
	const char *hz = line_of(image->config, "CONFIG_HZ=");
	image->hz = hz ? atoi(hz) : DEFAULT_HZ;
	const bool good = !error && line_of(image->config, "CONFIG_UML=y");
	if (error)
		add_not_started(problem, error);
	else if (!good)
		buf_puts(problem, "this is no User Mode Linux: it does not tell its configuration "
		         "('scripts/build-linux SOURCE OUT' builds one)");
	return good;
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

/* Name the kernels that were built: NAME/linux in the folder of kernels. */
static void add_others(struct buf *problem, const char *name, struct arena *arena)
{
	const char *folder = folder_of_kernels(arena);
	struct guess guess = { .wanted = name };
	struct buf names = BUF_INIT;
	glob_t found;

	if (glob(arena_printf(arena, "%s/*/linux", folder), 0, NULL, &found) == 0) {
		for (size_t i = 0; i < found.gl_pathc; i++) {
			const char *start = found.gl_pathv[i] + strlen(folder) + 1;
			const char *other = arena_strndup(arena, start, strcspn(start, "/"));
			guess_offer(&guess, other);
			buf_printf(&names, "%s%s", names.length ? ", " : "", other);
		}
		globfree(&found);
	}
	if (guess.nearest)
		buf_printf(problem, "; did you mean 'linux:%s'?", guess.nearest);
	if (names.length)
		buf_printf(problem, "%s %s", guess.nearest ? " There are" : "; there are", names.data);
	buf_free(&names);
}

static void add_missing(struct buf *problem, const char *name, const char *path, struct arena *arena)
{
	const int error = errno;
	const char *folder = getenv("PROTODRILL_LINUX"), *home = getenv("HOME");
	const bool named = *name && !strchr(name, '/');

	if (!strchr(name, '/') && !(folder && *folder) && !(home && *home)) {
		buf_puts(problem, "neither HOME nor PROTODRILL_LINUX says where kernels are; 'linux:FILE' names one");
		return;
	}
	buf_printf(problem, "%s: %s", path, strerror(error));
	if (named)
		add_others(problem, name, arena);
	buf_puts(problem, "; 'make linux' builds a kernel for -t linux, 'scripts/build-linux SOURCE OUT' one for "
	         "-t linux:OUT");
}

bool linux_image_find(const char *name, struct arena *arena, struct linux_image *out, struct buf *problem)
{
	static const char *const needed[] = { "CONFIG_UML_TIME_TRAVEL_SUPPORT=y", "CONFIG_BLK_DEV_INITRD=y" };
	const char *path = path_of(name, arena);
	struct buf why = BUF_INIT;
	char *real = realpath(path, NULL);

	if (!real) {
		add_missing(problem, name, path, arena);
		return false;
	}
	*out = (struct linux_image){ .path = arena_strdup(arena, real) };
	free(real);
	bool good = read_itself(out, arena, &why);
	for (size_t i = 0; good && i < ARRAY_LEN(needed); i++) {
		good = line_of(out->config, needed[i]);
		if (!good)
			buf_printf(&why, "this kernel was built without %s: 'scripts/build-linux SOURCE OUT' builds "
			           "one that has it", needed[i]);
	}
	if (good)
		out->source = read_note(out->path, arena);
	else
		buf_printf(problem, "%s: %s", path, why.data);
	buf_free(&why);
	return good;
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
