/* SPDX-License-Identifier: MIT
 *
 * files.c - files and pipes in memory
 */
#include "target/library/files.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "util/checked.h"

enum { NAMES = 64, DESCRIPTORS = 256 };

enum kind { KIND_FREE, KIND_FILE, KIND_ZERO, KIND_NULL, KIND_PIPE, KIND_PAIR };

struct pipe {
	int readers, writers;
	bool shut;                                           /* nothing more goes in, though both ends are there */
	bool reset;                                          /* a pair: the other end went without reading all */
	size_t start, level;                                 /* of the bytes in the ring */
	size_t size;                                         /* of the ring, which is the pipe's */
	uint8_t *ring;
};

/* A file, which is as large as it is and full of zeros. */
struct name {
	char *path;                                          /* NULL: free; "": removed, but still open */
	int64_t size;
};

struct descriptor {
	enum kind kind;
	int flags;                                           /* as open() was given */
	int fd_flags;
	int name;                                            /* KIND_FILE: its index */
	int64_t position;
	struct pipe *pipe;                                   /* KIND_PAIR: the one it reads from ... */
	struct pipe *other;                                  /* ... and the one it writes to */
};

struct files {
	struct name names[NAMES];
	struct descriptor descriptors[DESCRIPTORS];
};

struct files *files_new(void)
{
	return checked_memory(calloc(1, sizeof(struct files)));
}

static void release_end(struct pipe *pipe, bool reader)
{
	if (reader)
		pipe->readers--;
	else
		pipe->writers--;
	if (pipe->readers + pipe->writers == 0) {
		free(pipe->ring);
		free(pipe);
	}
}

/* Release the ends of pipes that a descriptor holds, if any. */
static void release_ends(const struct descriptor *d)
{
	if (d->kind == KIND_PIPE) {
		release_end(d->pipe, (d->flags & O_ACCMODE) == O_RDONLY);
	} else if (d->kind == KIND_PAIR) {
		d->other->reset = d->pipe->level;
		release_end(d->pipe, true);
		release_end(d->other, false);
	}
}

void files_free(struct files *f)
{
	if (!f)
		return;
	for (int i = 0; i < DESCRIPTORS; i++)
		release_ends(&f->descriptors[i]);
	for (int i = 0; i < NAMES; i++)
		free(f->names[i].path);
	free(f);
}

/* ---- names ---- */

/* Its index, or -1; "" finds a free place. */
static int find_name(const struct files *f, const char *path)
{
	for (int i = 0; i < NAMES; i++)
		if (f->names[i].path ? !strcmp(f->names[i].path, path) : !*path)
			return i;
	return -1;
}

int files_make(struct files *f, const char *path, int64_t size)
{
	int i = find_name(f, path);

	if (!*path || size < 0 || strlen(path) >= PATH_MAX)
		return -EINVAL;
	if (i < 0) {
		i = find_name(f, "");
		if (i < 0)
			return -ENOSPC;
		f->names[i].path = checked_memory(strdup(path));
	}
	f->names[i].size = size;
	return 0;
}

/* A file without a name is there as long as it is open. */
static void forget_unused(struct files *f, int i)
{
	if (!f->names[i].path || *f->names[i].path)
		return;
	for (int d = 0; d < DESCRIPTORS; d++)
		if (f->descriptors[d].kind == KIND_FILE && f->descriptors[d].name == i)
			return;
	free(f->names[i].path);
	f->names[i] = (struct name){ 0 };
}

bool files_remove(struct files *f, const char *path)
{
	int i = *path ? find_name(f, path) : -1;

	if (i < 0)
		return false;
	f->names[i].path[0] = '\0';
	forget_unused(f, i);
	return true;
}

int64_t files_size(const struct files *f, const char *path)
{
	int i = *path ? find_name(f, path) : -1;

	return i < 0 ? -ENOENT : f->names[i].size;
}

/* ---- descriptors ---- */

static const struct descriptor *peek(const struct files *f, int fd)
{
	bool inside = fd >= FILES_FIRST && fd < FILES_FIRST + DESCRIPTORS;

	return inside && f->descriptors[fd - FILES_FIRST].kind ? &f->descriptors[fd - FILES_FIRST] : NULL;
}

static struct descriptor *get(struct files *f, int fd)
{
	return peek(f, fd) ? &f->descriptors[fd - FILES_FIRST] : NULL;
}

/* The lowest free one from @from on, as an index; -1: none. */
static int free_descriptor(const struct files *f, int from)
{
	while (from < DESCRIPTORS && f->descriptors[from].kind)
		from++;
	return from < DESCRIPTORS ? from : -1;
}

/* The index of the file that open() means, which is made if @flags say so, or minus an errno. */
static int open_name(struct files *f, const char *path, int flags)
{
	int name = *path ? find_name(f, path) : -1;

	if (name < 0 && (flags & O_CREAT)) {
		int error = files_make(f, path, 0);
		return error == -EINVAL ? -ENOENT : error < 0 ? error : find_name(f, path);
	}
	if (name < 0)
		return -ENOENT;
	if ((flags & O_CREAT) && (flags & O_EXCL))
		return -EEXIST;
	if ((flags & O_TRUNC) && (flags & O_ACCMODE) != O_RDONLY)
		f->names[name].size = 0;
	return name;
}

int files_open(struct files *f, const char *path, int flags)
{
	struct descriptor d = { .kind = KIND_FILE, .flags = flags, .name = -1 };
	int index = free_descriptor(f, 0);

	if (!path)
		return -EFAULT;
	if (index < 0)
		return -EMFILE;
	if (!strcmp(path, "/dev/zero"))
		d.kind = KIND_ZERO;
	else if (!strcmp(path, "/dev/null"))
		d.kind = KIND_NULL;
	else
		d.name = open_name(f, path, flags);
	if (d.kind == KIND_FILE && d.name < 0)
		return d.name;
	f->descriptors[index] = d;
	return FILES_FIRST + index;
}

static struct pipe *pipe_new(void)
{
	struct pipe *pipe = checked_memory(calloc(1, sizeof(*pipe)));

	pipe->readers = pipe->writers = 1;
	pipe->size = PIPE_BYTES;
	pipe->ring = checked_memory(malloc(PIPE_BYTES));
	return pipe;
}

/* Two descriptors at once, as they are given. 0 or minus an errno. */
static int add_two(struct files *f, int fds[2], const struct descriptor *first, const struct descriptor *second)
{
	int one = free_descriptor(f, 0), two = one < 0 ? -1 : free_descriptor(f, one + 1);

	if (two < 0) {
		release_ends(first);
		release_ends(second);
		return -EMFILE;
	}
	f->descriptors[one] = *first;
	f->descriptors[two] = *second;
	fds[0] = FILES_FIRST + one;
	fds[1] = FILES_FIRST + two;
	return 0;
}

int files_pipe(struct files *f, int fds[2], int flags)
{
	const int kept = flags & O_NONBLOCK, fd_flags = flags & O_CLOEXEC ? FD_CLOEXEC : 0;

	if (!fds)
		return -EFAULT;
	if (flags & ~(O_NONBLOCK | O_CLOEXEC))
		return -EINVAL;
	struct descriptor in = { KIND_PIPE, O_RDONLY | kept, fd_flags, .pipe = pipe_new() };
	struct descriptor out = { KIND_PIPE, O_WRONLY | kept, fd_flags, .pipe = in.pipe };
	return add_two(f, fds, &in, &out);
}

int files_pair(struct files *f, int fds[2], int flags)
{
	if (!fds)
		return -EFAULT;
	struct descriptor one = { KIND_PAIR, O_RDWR | (flags & O_NONBLOCK), .pipe = pipe_new(), .other = pipe_new() };
	struct descriptor two = { KIND_PAIR, one.flags, .pipe = one.other, .other = one.pipe };
	return add_two(f, fds, &one, &two);
}

int files_shutdown(struct files *f, int fd, int how)
{
	struct descriptor *d = get(f, fd);

	if (how != SHUT_RD && how != SHUT_WR && how != SHUT_RDWR)
		return -EINVAL;
	d->pipe->shut |= how != SHUT_WR;
	d->other->shut |= how != SHUT_RD;
	return 0;
}

int files_close(struct files *f, int fd)
{
	struct descriptor *d = get(f, fd);

	if (!d)
		return -EBADF;
	const int name = d->kind == KIND_FILE ? d->name : -1;
	release_ends(d);
	*d = (struct descriptor){ 0 };
	if (name >= 0)
		forget_unused(f, name);
	return 0;
}

bool files_has(const struct files *f, int fd)
{
	return peek(f, fd);
}

bool files_is_pipe(const struct files *f, int fd)
{
	return peek(f, fd) && peek(f, fd)->kind == KIND_PIPE;
}

bool files_is_pair(const struct files *f, int fd)
{
	return peek(f, fd) && peek(f, fd)->kind == KIND_PAIR;
}

bool files_is_blocking(const struct files *f, int fd)
{
	return peek(f, fd) && !(peek(f, fd)->flags & O_NONBLOCK);
}

static bool may(const struct descriptor *d, int mode)
{
	int access = d->flags & O_ACCMODE;

	return access == mode || access == O_RDWR;
}

/* ---- bytes ---- */

static int64_t pipe_read(struct pipe *p, uint8_t *to, size_t length)
{
	size_t count = length < p->level ? length : p->level;

	if (!p->level && length && p->reset) {               /* told once, after what came before */
		p->reset = false;
		return -ECONNRESET;
	}
	if (!p->level && length)
		return p->writers && !p->shut ? -EAGAIN : 0;
	for (size_t i = 0; i < count; i++)
		to[i] = p->ring[(p->start + i) % p->size];
	p->start = (p->start + count) % p->size;
	p->level -= count;
	return (int64_t)count;
}

static int64_t pipe_write(struct pipe *p, const uint8_t *from, size_t length)
{
	size_t room = p->size - p->level, count = length < room ? length : room;

	if (!p->readers || p->shut)
		return -EPIPE;
	if (!room && length)
		return -EAGAIN;
	for (size_t i = 0; i < count; i++)
		p->ring[(p->start + p->level + i) % p->size] = from[i];
	p->level += count;
	return (int64_t)count;
}

int64_t files_available(const struct files *f, int fd, int64_t offset, size_t length)
{
	const struct descriptor *d = peek(f, fd);

	if (!d || !may(d, O_RDONLY))
		return -EBADF;
	if (d->pipe || offset < 0)
		return -EINVAL;
	if (d->kind == KIND_ZERO)
		return (int64_t)length;
	int64_t size = d->kind == KIND_FILE ? f->names[d->name].size : 0;
	int64_t left = offset < size ? size - offset : 0;
	return (uint64_t)left < length ? left : (int64_t)length;
}

int64_t files_read(struct files *f, int fd, void *to, size_t length)
{
	struct descriptor *d = get(f, fd);

	if (!d || !may(d, O_RDONLY))
		return -EBADF;
	if (d->pipe)
		return pipe_read(d->pipe, to, length);
	int64_t count = files_available(f, fd, d->position, length);
	if (count > 0) {
		memset(to, 0, (size_t)count);
		d->position += count;
	}
	return count;
}

int64_t files_write(struct files *f, int fd, const void *from, size_t length)
{
	struct descriptor *d = get(f, fd);

	if (!d || !may(d, O_WRONLY))
		return -EBADF;
	if (d->pipe)
		return pipe_write(d->other ? d->other : d->pipe, from, length);
	if (d->kind == KIND_FILE) {
		struct name *name = &f->names[d->name];

		if (d->flags & O_APPEND)
			d->position = name->size;
		if ((uint64_t)d->position + length > INT64_MAX)
			return -EFBIG;
		d->position += (int64_t)length;
		name->size = d->position > name->size ? d->position : name->size;
	}
	return (int64_t)length;
}

int64_t files_position(const struct files *f, int fd)
{
	return peek(f, fd) ? peek(f, fd)->position : 0;
}

void files_seek(struct files *f, int fd, int64_t position)
{
	struct descriptor *d = get(f, fd);

	if (d)
		d->position = position;
}

size_t files_pipe_level(const struct files *f, int fd)
{
	return files_is_pipe(f, fd) ? peek(f, fd)->pipe->level : 0;
}

size_t files_pipe_room(const struct files *f, int fd)
{
	return files_is_pipe(f, fd) ? peek(f, fd)->pipe->size - peek(f, fd)->pipe->level : 0;
}

void files_unread(struct files *f, int fd, size_t length)
{
	struct pipe *p = files_is_pipe(f, fd) ? peek(f, fd)->pipe : NULL;

	if (!p || length > p->size - p->level)
		return;
	p->start = (p->start + p->size - length) % p->size;
	p->level += length;
}

/* ---- the rest ---- */

/* Readiness as Linux reports it for a stream between two processes: an end whose writers are gone is readable, and an
 * end whose reader is gone is writable, though writing fails. */
static short pair_events(const struct descriptor *d)
{
	const bool in_ended = d->pipe->shut || !d->pipe->writers, out_ended = d->other->shut || !d->other->readers;
	const bool fits = out_ended || d->other->level < d->other->size;
	short events = in_ended ? POLLRDHUP : 0;

	if (d->pipe->level || in_ended)
		events |= POLLIN | POLLRDNORM;
	if (in_ended && out_ended)
		events |= POLLHUP;
	if (d->pipe->reset)
		events |= POLLERR;
	return (short)(events | (fits ? POLLOUT | POLLWRNORM : 0));
}

static short pipe_events(const struct descriptor *d)
{
	const struct pipe *p = d->pipe;

	if ((d->flags & O_ACCMODE) == O_RDONLY)
		return (short)((p->level ? POLLIN | POLLRDNORM : 0) | (p->writers ? 0 : POLLHUP));
	return (short)((p->level < p->size ? POLLOUT | POLLWRNORM : 0) | (p->readers ? 0 : POLLERR));
}

short files_poll(const struct files *f, int fd, short events)
{
	const struct descriptor *d = peek(f, fd);
	short ready = POLLIN | POLLOUT | POLLRDNORM | POLLWRNORM;

	if (!d)
		return POLLNVAL;
	if (d->kind == KIND_PIPE)
		ready = pipe_events(d);
	else if (d->kind == KIND_PAIR)
		ready = pair_events(d);
	return (short)(ready & (events | POLLERR | POLLHUP));
}

/* F_SETPIPE_SZ as Linux takes it: a power of two, a page at least, and not less than what is in the pipe. Returns the
 * size, or minus an errno. */
static int resize_pipe(struct pipe *p, uint32_t wanted)
{
	enum { PAGE = 4096, MOST = 1 << 20 };                /* the latter: fs.pipe-max-size, as it is at first */
	size_t size = PAGE;

	if (wanted > INT32_MAX)
		return -EINVAL;
	while (size < wanted)
		size *= 2;
	if (size > MOST && size > p->size)
		return -EPERM;
	if (size < p->level)
		return -EBUSY;
	uint8_t *ring = checked_memory(malloc(size));
	for (size_t i = 0; i < p->level; i++)
		ring[i] = p->ring[(p->start + i) % p->size];
	free(p->ring);
	p->ring = ring;
	p->start = 0;
	p->size = size;
	return (int)size;
}

int files_fcntl(struct files *f, int fd, int command, int64_t argument)
{
	enum { CHANGEABLE = O_NONBLOCK | O_APPEND };
	struct descriptor *d = get(f, fd);

	if (!d)
		return -EBADF;
	switch (command) {
	case F_GETFL:
		return d->flags & (O_ACCMODE | CHANGEABLE);
	case F_SETFL:
		d->flags = (d->flags & ~CHANGEABLE) | ((int)argument & CHANGEABLE);
		return 0;
	case F_GETFD:
		return d->fd_flags;
	case F_SETFD:
		d->fd_flags = (int)argument & FD_CLOEXEC;
		return 0;
	case F_GETPIPE_SZ:
		return d->kind == KIND_PIPE ? (int)d->pipe->size : -EBADF;
	case F_SETPIPE_SZ:
		return d->kind == KIND_PIPE ? resize_pipe(d->pipe, (uint32_t)argument) : -EBADF;
	default:
		return -EINVAL;
	}
}

int files_ioctl(struct files *f, int fd, unsigned long request, void *value)
{
	struct descriptor *d = get(f, fd);
	int number = 0;

	if (!d)
		return -EBADF;
	if (!value)
		return -EFAULT;
	if (request == FIONBIO) {
		memcpy(&number, value, sizeof(number));
		d->flags = number ? d->flags | O_NONBLOCK : d->flags & ~O_NONBLOCK;
		return 0;
	}
	if (request != FIONREAD)
		return -ENOTTY;
	if (d->pipe)
		number = (int)d->pipe->level;
	else if (d->kind == KIND_FILE)
		number = (int)files_available(f, fd, d->position, INT_MAX);
	memcpy(value, &number, sizeof(number));
	return 0;
}
