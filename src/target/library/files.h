/* SPDX-License-Identifier: MIT
 *
 * files.h - the files and pipes that calls of a script may open: all of them in memory
 *
 * A file is a name and a size: what is read from it are zeros, what is written to it only makes it longer.
 * There are /dev/zero, /dev/null and what commands (dd, truncate, touch) or open() with O_CREAT made.
 * Nothing of the machine's own file system is ever seen or touched. A pipe keeps its bytes.
 *
 * Descriptors are numbers of their own, from FILES_FIRST on, where a stack never has any. Calls return what
 * the system call would, or minus an errno. None blocks: -EAGAIN, also on a blocking descriptor.
 */
#ifndef TARGET_LIBRARY_FILES_H
#define TARGET_LIBRARY_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FILES_FIRST = 1 << 20, PIPE_BYTES = 65536 };

struct files;

struct files *files_new(void);                           /* NULL: out of memory */
void files_free(struct files *f);                        /* NULL is fine */

/* Make @path a file of @size zero bytes, whatever it was before. 0, -EINVAL, -ENOSPC (too many files) or -ENOMEM. */
int files_make(struct files *f, const char *path, int64_t size);
/* False: there was no such file. Descriptors that are open keep working, on an empty file. */
bool files_remove(struct files *f, const char *path);
/* Its size in bytes, or -ENOENT. */
int64_t files_size(const struct files *f, const char *path);

/* @flags: O_RDONLY, O_WRONLY, O_RDWR, O_CREAT, O_EXCL, O_TRUNC, O_APPEND, O_NONBLOCK; others are ignored. */
int files_open(struct files *f, const char *path, int flags);
/* @flags: O_NONBLOCK, O_CLOEXEC. */
int files_pipe(struct files *f, int fds[2], int flags);
/* Two ends of a stream of bytes in both directions: what socketpair(AF_UNIX, SOCK_STREAM) makes. */
int files_pair(struct files *f, int fds[2], int flags);
int files_close(struct files *f, int fd);

/* Is @fd an open descriptor of this kind? */
bool files_has(const struct files *f, int fd);
bool files_is_pipe(const struct files *f, int fd);
bool files_is_pair(const struct files *f, int fd);
/* shutdown() of an end of a pair: 0 or -EINVAL. */
int files_shutdown(struct files *f, int fd, int how);
bool files_is_blocking(const struct files *f, int fd);

int64_t files_read(struct files *f, int fd, void *to, size_t length);
int64_t files_write(struct files *f, int fd, const void *from, size_t length);
/* How many bytes a file has from @offset on, at most @length; -EBADF, -EINVAL (a pipe). */
int64_t files_available(const struct files *f, int fd, int64_t offset, size_t length);
/* Where the next read of a file starts. */
int64_t files_position(const struct files *f, int fd);
void files_seek(struct files *f, int fd, int64_t position);
/* How much a pipe holds, and how much more it takes. */
size_t files_pipe_level(const struct files *f, int fd);
size_t files_pipe_room(const struct files *f, int fd);
/* Take back the last @length bytes that were read from a pipe since it was written to. */
void files_unread(struct files *f, int fd, size_t length);

short files_poll(const struct files *f, int fd, short events);
int files_fcntl(struct files *f, int fd, int command, int64_t argument);
int files_ioctl(struct files *f, int fd, unsigned long request, void *value);

#endif
