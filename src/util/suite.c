/* SPDX-License-Identifier: MIT
 *
 * suite.c - where a collection of scripts ends, and what is below
 */
#include "util/suite.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool holds(struct arena *arena, const char *folder, const char *name)
{
	return access(arena_printf(arena, "%s/%s", folder, name), F_OK) == 0;
}

/* May the suite reach as far as @folder? */
static bool may_be_suite(const char *folder)
{
	const char *home = getenv("HOME");
	struct stat status;

	return *folder && !(home && !strcmp(folder, home)) && stat(folder, &status) == 0 && !(status.st_mode & S_IWOTH);
}

const char *suite_of(const char *folder, struct arena *arena)
{
	char *real = realpath(folder, NULL);

	if (!real)
		return NULL;
	const char *suite = arena_strdup(arena, strcmp(real, "/") ? real : "");
	bool ends = holds(arena, real, ".git");
	for (char *slash; !ends && (slash = strrchr(real, '/'));) {
		*slash = '\0';
		if (!may_be_suite(real))
			break;
		ends = holds(arena, real, ".git");
		if (ends || holds(arena, real, "common"))
			suite = arena_strdup(arena, real);
	}
	free(real);
	return suite;
}

static bool is_below(const char *path, const char *folder)
{
	const size_t length = strlen(folder);

	return !strncmp(path, folder, length) && path[length] == '/';
}

bool suite_owns(const char *folder, const char *path, struct arena *arena)
{
	const char *suite = suite_of(folder, arena);
	char *real = realpath(path, NULL);
	const bool owns = real && suite && is_below(real, suite);

	free(real);
	return owns;
}

bool suite_holds(const char *folder, const char *path, struct arena *arena)
{
	char *real = realpath(path, NULL), *here = realpath(".", NULL);
	const bool holds = suite_owns(folder, path, arena) ||
	                   (real && here && strcmp(here, "/") != 0 && may_be_suite(here) && is_below(real, here));

	free(here);
	free(real);
	return holds;
}

bool suite_is_script_name(const char *path)
{
	char *real = realpath(path, NULL);
	const char *end = real ? strrchr(real, '.') : NULL;
	bool is = end && (!strcmp(end, ".pkt") || !strcmp(end, ".inc"));

	free(real);
	return is;
}
