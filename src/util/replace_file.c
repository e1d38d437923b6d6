/* SPDX-License-Identifier: MIT
 *
 * replace_file.c - write a file without a name, or under a temporary one, and name it at the end
 */
#include "util/replace_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/checked.h"
#include "util/common.h"

enum { SUFFIX_LETTERS = 6, ATTEMPTS = 100 };

/* ---- names ---- */

static PRINTF_LIKE(1, 2) char *printed(const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		checked_exhausted();
	va_end(args);
	return text;
}

/* The name of the file with an unpredictable suffix; NULL: there is no source of randomness. */
static char *passing_name(const char *name)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz234567";
	unsigned char random[SUFFIX_LETTERS];
	char suffix[SUFFIX_LETTERS + 1] = "";

	if (getrandom(random, sizeof(random), 0) < 0)
		return NULL;
	for (int i = 0; i < SUFFIX_LETTERS; i++)
		suffix[i] = letters[random[i] % (sizeof(letters) - 1)];
	return printed("%s.%s", name, suffix);
}

/* ---- what is written ---- */

/* linkat() finds a file without a name below /proc/self/fd. */
static bool can_be_named(int fd)
{
	struct stat info, named;
	char *path = printed("/proc/self/fd/%d", fd);
	bool can = fstat(fd, &info) == 0 && stat(path, &named) == 0 && info.st_ino == named.st_ino &&
		   info.st_dev == named.st_dev;

	free(path);
	return can;
}

static bool open_nameless(struct replace_file *f)
{
	f->fd = openat(f->folder, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (f->fd >= 0 && can_be_named(f->fd))
		return true;
	if (f->fd >= 0)
		close(f->fd);
	f->fd = -1;
	return false;
}

static bool open_passing(struct replace_file *f)
{
	for (int i = 0; i < ATTEMPTS; i++) {
		char *name = passing_name(f->name);
		f->fd = name ? openat(f->folder, name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600) : -1;
		if (f->fd >= 0) {
			f->passing = name;
			return true;
		}
		free(name);
		if (errno != EEXIST)
			return false;
	}
	return false;
}

/* In .folder, to be called .name. */
static bool open_new(struct replace_file *f)
{
	struct stat info;

	if (fstatat(f->folder, f->name, &info, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(info.st_mode)) {
		errno = EISDIR;
		return false;
	}
	return open_nameless(f) || open_passing(f);
}

/* ---- beginning ---- */

/* The system's own links: /dev/stdout, /dev/fd/3. */
static bool is_of_system(const char *path)
{
	return !strncmp(path, "/dev/", 5) || !strncmp(path, "/proc/", 6);
}

static bool is_device(const char *path, bool follow)
{
	struct stat info;

	return (follow ? stat(path, &info) : lstat(path, &info)) == 0 && !S_ISREG(info.st_mode) &&
	       !S_ISDIR(info.st_mode) && !S_ISLNK(info.st_mode);
}

/* The descriptor that @path is another name of: /dev/stdout, /dev/fd/3; -1: none. */
static int descriptor_of(const char *path)
{
	static const char *const folders[] = { "/dev/fd/", "/proc/self/fd/" };

	if (!strcmp(path, "/dev/stdout"))
		return STDOUT_FILENO;
	if (!strcmp(path, "/dev/stderr"))
		return STDERR_FILENO;
	for (size_t i = 0; i < sizeof(folders) / sizeof(*folders); i++) {
		const char *number = path + strlen(folders[i]);
		if (!strncmp(path, folders[i], strlen(folders[i])) && *number &&
		    strspn(number, "0123456789") == strlen(number))
			return atoi(number);
	}
	return -1;
}

/* It is written to where it stands: whoever opened it may have written there before, and go on later. */
static bool begin_descriptor(struct replace_file *f, const char *path)
{
	struct stat info;

	if (fstat(descriptor_of(path), &info) < 0)
		return false;
	if (S_ISDIR(info.st_mode)) {
		errno = EISDIR;
		return false;
	}
	f->writing = path;
	return true;
}

/* Descriptor of the folder that @place is in; -1 with errno. */
static int open_folder(const char *place, size_t length)
{
	char *folder = length ? checked_memory(strndup(place, length)) : checked_memory(strdup("."));
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0 && errno == EACCES)                       /* it may take files all the same */
		fd = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
	free(folder);
	return fd;
}

bool replace_file_begin(struct replace_file *f, const char *path, enum replace_links links)
{
	bool follow = links == FOLLOW_LINKS || is_of_system(path);

	*f = (struct replace_file)REPLACE_FILE_INIT;
	if (descriptor_of(path) >= 0)
		return begin_descriptor(f, path);
	if (is_device(path, follow)) {
		f->writing = path;
		return true;
	}
	char *place = follow ? realpath(path, NULL) : NULL;
	if (!place)
		place = checked_memory(strdup(path));
	char *slash = strrchr(place, '/');
	size_t length = slash ? (size_t)(slash + 1 - place) : 0;
	f->name = checked_memory(strdup(place + length));
	f->folder = open_folder(place, length);
	bool good = f->folder >= 0 && open_new(f);
	if (good)
		f->path = f->passing ? printed("%.*s%s", (int)length, place, f->passing)
		                     : printed("/proc/self/fd/%d", f->fd);
	f->writing = f->path;
	free(place);
	if (!good)
		replace_file_end(f);
	return good;
}

bool replace_file_begin_at(struct replace_file *f, int folder, const char *name)
{
	*f = (struct replace_file)REPLACE_FILE_INIT;
	f->name = checked_memory(strdup(name));
	f->folder = fcntl(folder, F_DUPFD_CLOEXEC, 0);
	bool good = f->folder >= 0 && open_new(f);
	if (!good)
		replace_file_end(f);
	return good;
}

FILE *replace_file_stream(struct replace_file *f)
{
	const int given = f->fd < 0 ? descriptor_of(f->writing) : f->fd;

	if (given < 0)
		return fopen(f->writing, "we");
	int fd = fcntl(given, F_DUPFD_CLOEXEC, 0);
	FILE *stream = fd >= 0 ? fdopen(fd, "w") : NULL;
	if (!stream && fd >= 0)
		close(fd);
	return stream;
}

/* ---- the end ---- */

/* The permissions of the file that is replaced, or of a new file. A link has none of its own. */
static mode_t mode_of(const struct replace_file *f)
{
	struct stat info;
	mode_t mask = umask(0);

	umask(mask);
	if (fstatat(f->folder, f->name, &info, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(info.st_mode))
		return info.st_mode & 07777;
	return 0666 & ~mask;
}

static bool name_it(const struct replace_file *f, const char *name)
{
	char *path = printed("/proc/self/fd/%d", f->fd);
	bool named = linkat(AT_FDCWD, path, f->folder, name, AT_SYMLINK_FOLLOW) == 0;

	free(path);
	return named;
}

bool replace_file_commit(struct replace_file *f)
{
	if (f->fd < 0)
		return true;
	if (fchmod(f->fd, mode_of(f)) < 0)
		return false;
	if (!f->passing && name_it(f, f->name))
		return true;
	for (int i = 0; !f->passing && errno == EEXIST && i < ATTEMPTS; i++) {
		char *name = passing_name(f->name);
		if (name && name_it(f, name))
			f->passing = name;
		else
			free(name);
	}
	if (!f->passing || renameat(f->folder, f->passing, f->folder, f->name) < 0)
		return false;
	free(f->passing);
	f->passing = NULL;
	return true;
}

void replace_file_end(struct replace_file *f)
{
	int error = errno;

	if (f->passing)
		unlinkat(f->folder, f->passing, 0);
	if (f->fd >= 0)
		close(f->fd);
	if (f->folder >= 0)
		close(f->folder);
	free(f->passing);
	free(f->name);
	free(f->path);
	*f = (struct replace_file)REPLACE_FILE_INIT;
	errno = error;
}
