/* SPDX-License-Identifier: MIT
 *
 * counts.c - which lines of the kernel ran, in pid 1 or the process that plays
 *
 * A kernel that was built with COVERAGE=1 shows in a file system of its own, for each object whose lines it counts, a
 * file as the compiler's programs leave it (NAME.gcda). Before a case all counts are set back. Behind it, each file
 * that is not what it was then is taken: what a case did not touch is not worth carrying. Nothing is known here of what
 * is in such a file.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "target/linux/linux.h"
#include "util/checked.h"

#define DEBUG_FOLDER "/sys/kernel/debug"
#define COUNTS_FOLDER DEBUG_FOLDER "/gcov"

struct counted {
	char *path;                                          /* in COUNTS_FOLDER */
	struct buf before;
};

struct linux_counts {
	struct counted *files;
	size_t count;
};

static bool read_counts(const char *path, struct buf *out)
{
	const int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool good = fd >= 0 && buf_read_fd(out, fd);

	if (fd >= 0)
		close(fd);
	return good;
}

static void add_file(struct linux_counts *counts, const char *path)
{
	counts->files = checked_memory(realloc(counts->files, (counts->count + 1) * sizeof(*counts->files)));
	struct counted *file = &counts->files[counts->count++];
	*file = (struct counted){ checked_memory(strdup(path)), BUF_INIT };
	read_counts(path, &file->before);
}

static bool ends_with(const char *text, const char *end)
{
	const size_t length = strlen(text), wanted = strlen(end);

	return length >= wanted && !strcmp(text + length - wanted, end);
}

/* All below @path, which is used as room for longer names. */
static void look_for_files(struct linux_counts *counts, char path[PATH_MAX])
{
	const size_t length = strlen(path);
	DIR *folder = opendir(path);

	for (const struct dirent *e; folder && (e = readdir(folder)); path[length] = '\0') {
		snprintf(path + length, PATH_MAX - length, "/%s", e->d_name);
		if (e->d_type == DT_DIR && strcmp(e->d_name, ".") && strcmp(e->d_name, ".."))
			look_for_files(counts, path);
		else if (e->d_type == DT_REG && ends_with(e->d_name, ".gcda"))
			add_file(counts, path);
	}
	if (folder)
		closedir(folder);
}

struct linux_counts *linux_counts_begin(void)
{
	struct linux_counts *counts = checked_memory(calloc(1, sizeof(*counts)));
	char path[PATH_MAX] = COUNTS_FOLDER;

	if (access(COUNTS_FOLDER, F_OK) < 0)
		mount("debugfs", DEBUG_FOLDER, "debugfs", 0, NULL);
	const int fd = open(COUNTS_FOLDER "/reset", O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, "1", 1) < 0)
		dprintf(STDERR_FILENO, "protodrill: the counts of lines: %s\n", strerror(errno));
	if (fd >= 0)
		close(fd);
	look_for_files(counts, path);
	return counts;
}

void linux_counts_end(struct linux_counts *counts, struct buf *out)
{
	struct buf now = BUF_INIT;

	for (size_t i = 0; i < counts->count; i++) {
		struct counted *file = &counts->files[i];
		const struct buf name = { .data = file->path + strlen(COUNTS_FOLDER),
			                  .length = strlen(file->path) - strlen(COUNTS_FOLDER) };
		buf_clear(&now);
		if (read_counts(file->path, &now) && (now.length != file->before.length ||
		                                      memcmp(now.data, file->before.data, now.length) != 0)) {
			linux_frame_add(out, &name);
			linux_frame_add(out, &now);
		}
		free(file->path);
		buf_free(&file->before);
	}
	buf_free(&now);
	free(counts->files);
	free(counts);
}
