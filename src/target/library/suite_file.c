/* SPDX-License-Identifier: MIT
 *
 * suite_file.c - the files that commands may read: scripts of the suite, and nothing else of this machine
 *
 * A packet script is text of somebody else, and with the reference stack it may be played without a second thought: so
 * what it says must not reach beyond the collection that it belongs to, its suite (util/suite.h).
 *
 * The kernel itself sees to it that no "..", no symbolic link and no race leads out of the suite (openat2(),
 * RESOLVE_BENEATH). What is outside is refused without being looked at, so that nobody learns whether it is there.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "target/library/commands_internal.h"
#include "util/suite.h"

enum { SCRIPT_BYTES = 1 << 18 };

/* @path, which is relative to the current directory, relative to @suite instead; NULL: it is not below it. */
static const char *name_in_suite(const char *suite, const char *path, struct arena *arena)
{
	const size_t length = strlen(suite);
	const char *whole = path;
	char *here = NULL;

	if (*path != '/') {
		here = getcwd(NULL, 0);
		while (!strncmp(path, "./", 2))
			path += 2;
		whole = arena_printf(arena, "%s/%s", here && strcmp(here, "/") ? here : "", path);
		free(here);
	}
	return !strncmp(whole, suite, length) && whole[length] == '/' ? whole + length + 1 : NULL;
}

/* ---- reading ---- */

/* A descriptor, or -1 with errno. Opening never waits, not even for a pipe. */
static int open_beneath(const char *suite, const char *name)
{
	struct open_how how = { .flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, .resolve = RESOLVE_BENEATH };
	int folder = open(*suite ? suite : "/", O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (folder < 0)
		return -1;
	int fd = (int)syscall(SYS_openat2, folder, name, &how, sizeof(how));
	int error = errno;
	close(folder);
	errno = error;
	return fd;
}

static int outside(struct shell_run *run, const char *path, const char *suite)
{
	return shell_unknown(run,
	                     "the script '%s' is not below '%s', and no other file is read: helpers belong beside the "
	                     "packet script or below a folder above it that holds a folder 'common' or a '.git'",
	                     path, *suite ? suite : "/");
}

int suite_file_read(struct shell_run *run, const char *path, struct buf *text)
{
	const char *suite = suite_of(commands_of(run)->folder ? commands_of(run)->folder : ".", run->arena);
	const char *name = suite ? name_in_suite(suite, path, run->arena) : NULL;
	struct stat status;

	if (!suite)
		return shell_unknown(run, "the command '%s' cannot be read: %s", path, strerror(errno));
	if (!name)
		return outside(run, path, suite);
	int fd = open_beneath(suite, name);
	if (fd < 0 && errno == EXDEV)
		return outside(run, path, suite);
	errno = fd < 0 ? errno : EINVAL;
	bool good = fd >= 0 && fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_size <= SCRIPT_BYTES &&
	            buf_read_fd(text, fd);
	int error = errno;
	if (fd >= 0)
		close(fd);
	return good ? 0 : shell_unknown(run, "the command '%s' cannot be read: %s", path, strerror(error));
}

bool suite_file_exists(struct shell_run *run, const char *path)
{
	const char *suite = suite_of(commands_of(run)->folder ? commands_of(run)->folder : ".", run->arena);
	const char *name = suite ? name_in_suite(suite, path, run->arena) : NULL;
	int fd = name ? open_beneath(suite, name) : -1;

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}
