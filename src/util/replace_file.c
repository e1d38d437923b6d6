/* SPDX-License-Identifier: MIT
 *
 * replace_file.c - write a file under a temporary name in its folder and rename it at the end
 */
#include "util/replace_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/checked.h"

enum place_kind { PLACE_FILE, PLACE_FOLDER, PLACE_DEVICE };

static enum place_kind kind_of(const char *path)
{
	struct stat info;

	if (stat(path, &info) < 0 || S_ISREG(info.st_mode))
		return PLACE_FILE;
	return S_ISDIR(info.st_mode) ? PLACE_FOLDER : PLACE_DEVICE;
}

/* The file that @path means: the end of its links. */
static char *place_of(const char *path)
{
	char *place = realpath(path, NULL);

	return place ? place : checked_memory(strdup(path));
}

bool replace_file_begin(struct replace_file *f, const char *path)
{
	*f = (struct replace_file){ .path = path, .writing = path };
	enum place_kind kind = kind_of(path);
	if (kind == PLACE_FOLDER)
		errno = EISDIR;
	if (kind != PLACE_FILE)
		return kind == PLACE_DEVICE;
	f->place = place_of(path);
	if (asprintf(&f->temporary, "%s.XXXXXX", f->place) < 0)
		checked_exhausted();
	int fd = mkstemp(f->temporary);
	if (fd < 0) {
		int error = errno;
		replace_file_end(f);
		errno = error;
		return false;
	}
	close(fd);
	f->writing = f->temporary;
	return true;
}

bool replace_file_commit(struct replace_file *f)
{
	struct stat info;
	mode_t mask = umask(0);

	umask(mask);
	if (!f->temporary)
		return true;
	mode_t mode = stat(f->place, &info) == 0 ? info.st_mode & 07777 : 0666 & ~mask;
	if (chmod(f->temporary, mode) < 0 || rename(f->temporary, f->place) < 0)
		return false;
	free(f->temporary);
	f->temporary = NULL;
	return true;
}

void replace_file_end(struct replace_file *f)
{
	if (f->temporary)
		unlink(f->temporary);
	free(f->temporary);
	free(f->place);
	f->temporary = f->place = NULL;
}
