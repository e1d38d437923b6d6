/* SPDX-License-Identifier: MIT
 *
 * replace_file.h - write a file under a temporary name in its folder and rename it at the end
 */
#ifndef UTIL_REPLACE_FILE_H
#define UTIL_REPLACE_FILE_H

#include <stdbool.h>

struct replace_file {
	const char *path;                                    /* borrowed */
	const char *writing;                                 /* what is to be written: .temporary, or .path itself */
	char *place;                                         /* the file that .path means; NULL: it is none */
	char *temporary;                                     /* an empty file; NULL: nothing to remove */
};

/* False with errno set when the folder takes no file. Links are followed; what is no file (a device, a pipe) is written
 * itself: there is nothing to put in its place. */
bool replace_file_begin(struct replace_file *f, const char *path);
/* Put what was written in the place of the file, with its permissions (or those of a new file). */
bool replace_file_commit(struct replace_file *f);
/* Remove what was not committed. */
void replace_file_end(struct replace_file *f);

#endif
