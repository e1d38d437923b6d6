/* SPDX-License-Identifier: MIT
 *
 * replace_file.c - write a file under a temporary name in its folder and rename it at the end
 */
#include "util/replace_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

bool replace_file_begin(struct replace_file *f, const char *path)
{
	*f = (struct replace_file){ .path = path };
	if (asprintf(&f->temporary, "%s.XXXXXX", path) < 0)
		abort();
	int fd = mkstemp(f->temporary);
	if (fd < 0) {
		int error = errno;
		free(f->temporary);
		f->temporary = NULL;
		errno = error;
		return false;
	}
	close(fd);
	return true;
}

bool replace_file_commit(struct replace_file *f)
{
	struct stat info;
	mode_t mask = umask(0);

	umask(mask);
	mode_t mode = stat(f->path, &info) == 0 ? info.st_mode & 07777 : 0666 & ~mask;
	if (chmod(f->temporary, mode) < 0 || rename(f->temporary, f->path) < 0)
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
	f->temporary = NULL;
}
