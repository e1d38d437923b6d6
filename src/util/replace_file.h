/* SPDX-License-Identifier: MIT
 *
 * replace_file.h - a file that appears under its name when it is complete, and not before
 *
 * Whatever ends the writer, even SIGKILL, nothing of an incomplete file may stay behind, and the old file stays until
 * the new one is complete. So the file has no name at all (O_TMPFILE) until it is committed. A new name then takes one
 * step, linkat(). Replacing a file takes two, a temporary name and rename(), and only if the process is killed between
 * them does that name remain. File systems without nameless files, and systems without /proc, which linkat() needs for
 * this, get a temporary name from the start; it is removed by replace_file_end(), but not by SIGKILL.
 *
 * Names in folders where others may write can be traps: a symbolic link, put there before, that leads to a file of
 * ours. So a link is replaced, and what it leads to stays as it is. Those below /dev and /proc are the system's own
 * and are followed, and so are all where the caller says so.
 *
 * A device or pipe is written directly, since it cannot be replaced; and so is a descriptor (/dev/stdout, /dev/fd/3),
 * since others may write to it as well, and its file may have no name any more.
 */
#ifndef UTIL_REPLACE_FILE_H
#define UTIL_REPLACE_FILE_H

#include <stdbool.h>
#include <stdio.h>

enum replace_links { REPLACE_LINKS, FOLLOW_LINKS };

struct replace_file {
	const char *writing;                                 /* a path by which what is to be written can be opened */
	/* of the module */
	int folder;                                          /* descriptor of the folder; -1: it is a device or pipe */
	int fd;                                              /* of what is written; -1: no file */
	char *name;                                          /* in .folder */
	char *passing;                                       /* a temporary name in .folder; NULL: there is none */
	char *path;                                          /* .writing, if it is ours */
};

/* From this on replace_file_end() may be called. */
#define REPLACE_FILE_INIT { .folder = -1, .fd = -1 }

/* False with errno set when there can be no such file: also EISDIR. */
bool replace_file_begin(struct replace_file *f, const char *path, enum replace_links links);
/* The same for @name (one component) in the folder whose descriptor is @folder. No link is followed. .writing is not
 * set: use replace_file_stream(). */
bool replace_file_begin_at(struct replace_file *f, int folder, const char *name);
/* A stream that writes to it, to be closed by the caller before the file is committed; NULL with errno set. */
FILE *replace_file_stream(struct replace_file *f);
/* Replace the file by what was written, with its permissions (or those of a new file). */
bool replace_file_commit(struct replace_file *f);
/* Remove what was not committed. May be called again. errno is left as it is. */
void replace_file_end(struct replace_file *f);

#endif
