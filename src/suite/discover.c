/* SPDX-License-Identifier: MIT
 *
 * discover.c - files as named, and the *.pkt below directories
 */
#include "suite/discover.h"

#include <errno.h>
#include <fts.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "util/checked.h"

void script_paths_add(struct script_paths *paths, const char *path)
{
	if (paths->count == paths->room) {
		paths->room = paths->room ? 2 * paths->room : 64;
		paths->path = checked_memory(realloc(paths->path, paths->room * sizeof(*paths->path)));
	}
	paths->path[paths->count++] = checked_memory(strdup(path));
}

static bool is_script(const char *name)
{
	size_t length = strlen(name);

	return length > 4 && !strcmp(name + length - 4, ".pkt");
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

static bool problem(struct diags *diags, const char *path, const char *why)
{
	return diag_error(diags, DIAG_FILE, (struct loc){ 0 }, path, "%s", why);
}

static bool descend(struct script_paths *paths, const char *path, struct diags *diags)
{
	char *roots[] = { strdup(path), NULL };
	size_t before = paths->count;
	bool ok = true;

	for (size_t n = roots[0] ? strlen(roots[0]) : 0; n > 1 && roots[0][n - 1] == '/'; n--)
		roots[0][n - 1] = '\0';
	FTS *tree = roots[0] ? fts_open(roots, FTS_LOGICAL | FTS_NOCHDIR, by_name) : NULL;
	if (!tree) {
		ok = problem(diags, path, strerror(errno));
		free(roots[0]);
		return ok;
	}
	for (FTSENT *entry; (entry = fts_read(tree));) {
		if (entry->fts_info == FTS_F && is_script(entry->fts_name))
			script_paths_add(paths, entry->fts_path);
		else if (entry->fts_info == FTS_DNR || entry->fts_info == FTS_ERR)
			ok = problem(diags, entry->fts_path, strerror(entry->fts_errno));
	}
	fts_close(tree);
	free(roots[0]);
	if (ok && paths->count == before)
		ok = problem(diags, path, "no scripts (*.pkt) in this directory");
	return ok;
}

bool discover(struct script_paths *paths, const char *path, struct diags *diags)
{
	struct stat info;

	if (strcmp(path, "-")) {
		if (stat(path, &info) < 0)
			return problem(diags, path, strerror(errno));
		if (S_ISDIR(info.st_mode))
			return descend(paths, path, diags);
	}
	script_paths_add(paths, path);
	return true;
}

void discover_free(struct script_paths *paths)
{
	for (size_t i = 0; i < paths->count; i++)
		free(paths->path[i]);
	free(paths->path);
	*paths = (struct script_paths){ 0 };
}
