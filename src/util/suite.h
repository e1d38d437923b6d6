/* SPDX-License-Identifier: MIT
 *
 * suite.h - how far the files reach that the text of a script may name
 *
 * A script is text of somebody else. What it names must not reach beyond the collection that it belongs to, its suite:
 * the folder of the script, or the outermost folder above it that holds a folder "common" (where collections of scripts
 * keep what they share) or a ".git" (where a collection ends). The search ends before the root, before the user's home,
 * and before a folder that everybody may write to, since what lies there is of many owners.
 */
#ifndef UTIL_SUITE_H
#define UTIL_SUITE_H

#include <stdbool.h>

#include "util/arena.h"

/* The suite of scripts in @folder, from @arena, without a slash at its end; NULL with errno set when the folder is
 * gone. */
const char *suite_of(const char *folder, struct arena *arena);
/* Is @path, behind all symbolic links, below the suite of @folder? What is not there is not. */
bool suite_owns(const char *folder, const char *path, struct arena *arena);
/* Is it there, or below the current directory, if that could belong to a suite? */
bool suite_holds(const char *folder, const char *path, struct arena *arena);
/* Is it, behind all symbolic links, a file whose name ends as those of scripts do: .pkt or .inc? */
bool suite_is_script_name(const char *path);

#endif
