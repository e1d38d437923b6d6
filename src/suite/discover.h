/* SPDX-License-Identifier: MIT
 *
 * discover.h - which scripts the paths on a command line mean
 */
#ifndef SUITE_DISCOVER_H
#define SUITE_DISCOVER_H

#include <stdbool.h>
#include <stddef.h>

#include "util/diag.h"

/* Paths in the order they are to be played; discover_free() releases them. */
struct script_paths {
	char **path;
	size_t count, room;
};

/* Append @path if it is a file (or "-": standard input), or every *.pkt below it if it is a directory, in
 * sorted order. False with an error in @diags for what does not exist and for a directory without scripts. */
bool discover(struct script_paths *paths, const char *path, struct diags *diags);
void script_paths_add(struct script_paths *paths, const char *path);      /* copies it */
void discover_free(struct script_paths *paths);

#endif
