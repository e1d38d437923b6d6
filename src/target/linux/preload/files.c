/* SPDX-License-Identifier: MIT
 *
 * files.c - what a kernel sees in the file system of its host that is not there: its task, and a place for its memory
 *
 *  - The task is the file LINUX_TASK_FILE, in any folder. It is AT_TASK, which has no name: that the contents of
 *    /proc/self/fd could be reached through a file system of the guest is prevented by links there, which say no more
 *    than a name.
 *  - Its memory is to be a file without a name in a folder, which must have room, and allow programs to be mapped. A
 *    memfd is all that and needs no folder, where the host lets programs be mapped from one (vm.memfd_noexec).
 *  - When it looks at the root of its host, which it mounts, it has booted, and has no process yet; when it looks for
 *    its task, pid 1 has begun: the moments to be copied (copy.c).
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "target/linux/preload/copy.h"
#include "target/linux/preload/places.h"

#ifndef MFD_EXEC
#define MFD_EXEC 0x10U                                       /* since Linux 6.3 */
#endif


static bool ends_with(const char *path, const char *end)
{
	const size_t length = strlen(path), end_length = strlen(end);

	return length >= end_length && !strcmp(path + length - end_length, end);
}

/* Opened instead of a name that is ours. */
static const char *path_on_host(const char *path)
{
	static char task[32];

	if (!ends_with(path, "/" LINUX_TASK_FILE))
		return path;
	copy_if_ordered(LINUX_COPY_AT_TASK);
	snprintf(task, sizeof(task), "/proc/self/fd/%d", AT_TASK);
	return task;
}

/* The root is "//": a path inside is appended to that of the mounted folder. */
static void copy_at_root(const char *path)
{
	if (!strcmp(path, "//"))
		copy_if_ordered(LINUX_COPY_AT_ROOT);
}

int memory_file(void)
{
	const char *folder = getenv("TMPDIR");
	int fd = memfd_create("memory", MFD_CLOEXEC | MFD_EXEC);

	if (fd < 0 && errno == EINVAL)
		fd = memfd_create("memory", MFD_CLOEXEC);
	if (fd < 0 && folder)
		fd = (int)syscall(SYS_openat, AT_FDCWD, folder, O_TMPFILE | O_RDWR | O_CLOEXEC, S_IRUSR | S_IWUSR);
	return fd;
}

int open64(const char *path, int flags, ...)
{
	va_list arguments;

	va_start(arguments, flags);
	const mode_t mode = va_arg(arguments, mode_t);
	va_end(arguments);
	int memory = (flags & O_TMPFILE) == O_TMPFILE ? memory_file() : -1;
	return memory >= 0 ? memory : (int)syscall(SYS_openat, AT_FDCWD, path_on_host(path), flags, mode);
}

int lstat64(const char *path, struct stat64 *s)
{
	const char *real = path_on_host(path);

	copy_at_root(path);
	return fstatat64(AT_FDCWD, real, s, real == path ? AT_SYMLINK_NOFOLLOW : 0);
}

int statx(int folder, const char *path, int flags, unsigned mask, struct statx *s)
{
	const char *real = path_on_host(path);

	copy_at_root(path);
	return (int)syscall(SYS_statx, folder, real, real == path ? flags : flags & ~AT_SYMLINK_NOFOLLOW, mask, s);
}

int access(const char *path, int mode)
{
	return (int)syscall(SYS_access, path_on_host(path), mode);
}
