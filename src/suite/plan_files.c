/* SPDX-License-Identifier: MIT
 *
 * plan_files.c - which scripts the paths and patterns of a plan mean
 */
#include <fnmatch.h>
#include <glob.h>
#include <string.h>

#include "suite/plan_cells.h"
#include "suite/plan_value.h"
#include "util/text_set.h"

/* As discover(), but errors are reported at their place in the plan. */
static bool discover_at(struct script_paths *files, const char *path, struct loc loc, struct diags *diags)
{
	struct diags found;

	diags_init(&found);
	const bool good = discover(files, path, &found);
	for (const struct diag *d = found.first; d; d = d->next)
		diag_error(diags, DIAG_FILE, loc, d->headline, "%s", d->detail);
	diags_free(&found);
	return good;
}

/* @text as a pattern that matches it and nothing else. */
static const char *literally(const char *text, struct arena *arena)
{
	char *pattern = arena_alloc(arena, 2 * strlen(text) + 1), *at = pattern;

	for (; *text; *at++ = *text++)
		if (strchr("*?[\\", *text))
			*at++ = '\\';
	return pattern;
}

/* "-" in a plan is a file of that name. */
static const char *not_standard_input(const char *path)
{
	return strcmp(path, "-") ? path : "./-";
}

static bool find_pattern(struct script_paths *files, const char *pattern, const struct plan_word *word,
                         struct diags *diags)
{
	glob_t found;
	bool good = true;

	if (glob(pattern, 0, NULL, &found) != 0)
		return diag_error(diags, DIAG_FILE, word->loc, "no such scripts", "'%s' fits no file or folder",
		                  word->text);
	for (size_t i = 0; i < found.gl_pathc; i++)
		good &= discover_at(files, found.gl_pathv[i], word->loc, diags);
	globfree(&found);
	return good;
}

/* Patterns of a plan are relative to its folder. */
const char *plan_files_relative(const char *path, const char *folder)
{
	const size_t length = strlen(folder);

	while (!strncmp(path, "./", 2))
		path += 2;
	if (!strncmp(path, folder, length) && length && (path[length] == '/' || folder[length - 1] == '/'))
		path += length + (path[length] == '/');
	return path;
}

bool plan_files_fit(const struct plan_words *patterns, const char *relative)
{
	for (size_t i = 0; i < patterns->count; i++)
		if (!strcmp(patterns->list[i].text, ".") ||
		    !fnmatch(patterns->list[i].text, relative, FNM_PATHNAME | FNM_LEADING_DIR))
			return true;
	return false;
}

/* A pattern that excludes nothing is a mistake, because what it should exclude would be played. */
static bool check_exclusions(const struct plan_part *part, const struct script_paths *all, struct diags *diags)
{
	const struct plan_words *exclude = &part->spec->exclude;
	bool good = true;

	for (size_t i = 0; i < exclude->count; i++) {
		const struct plan_words one = { &exclude->list[i], 1 };
		bool used = false;
		for (size_t f = 0; f < all->count && !used; f++)
			used = plan_files_fit(&one, plan_files_relative(all->path[f], part->spec->folder));
		if (!used)
			good = diag_error(diags, DIAG_OPTION, exclude->list[i].loc, "nothing to exclude",
			                  "'%s' fits none of the plan's scripts", exclude->list[i].text);
	}
	return good;
}

/* Each script once, however many of the paths it fits. */
bool plan_files_find(struct plan_part *part, struct arena *arena, struct diags *diags)
{
	const struct plan_spec *spec = part->spec;
	struct script_paths all = { 0 };
	struct text_set known = { 0 };
	bool good = true;

	for (size_t i = 0; i < spec->paths.count; i++) {
		const struct plan_word *word = &spec->paths.list[i];
		bool is_pattern = strpbrk(word->text, "*?[");
		const char *folder = is_pattern ? literally(spec->folder, arena) : spec->folder;
		const char *path = not_standard_input(plan_join(folder, word->text, arena));
		good &= is_pattern ? find_pattern(&all, path, word, diags) : discover_at(&all, path, word->loc, diags);
	}
	good &= check_exclusions(part, &all, diags);
	for (size_t i = 0; i < all.count; i++) {
		const char *path = all.path[i];
		while (!strncmp(path, "./", 2) && strcmp(path, "./-"))
			path += 2;
		if (text_set_add(&known, path) &&
		    !plan_files_fit(&spec->exclude, plan_files_relative(path, spec->folder)))
			script_paths_add(&part->files, path);
	}
	text_set_free(&known);
	discover_free(&all);
	return good;
}
