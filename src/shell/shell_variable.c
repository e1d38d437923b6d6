/* SPDX-License-Identifier: MIT
 *
 * shell_variable.c - variables and functions
 */
#include <string.h>

#include "shell/internal.h"

enum shell_found shell_look_up(const struct shell_run *run, const char *name, const char **value)
{
	for (const struct shell_variable *v = run->variables; v; v = v->next) {
		if (strcmp(v->name, name))
			continue;
		*value = v->value;
		return v->value ? SHELL_FOUND : SHELL_MISSING;
	}
	*value = NULL;
	return run->shell->host->variable(run, name, value);
}

const char *shell_variable(const struct shell_run *run, const char *name)
{
	const char *value;

	return shell_look_up(run, name, &value) == SHELL_FOUND ? value : NULL;
}

void shell_assign(struct shell_run *run, const char *name, const char *value)
{
	struct shell_variable *v = arena_alloc(run->arena, sizeof(*v));

	*v = (struct shell_variable){ .next = run->variables, .name = arena_strdup(run->arena, name),
	                              .value = value ? arena_strdup(run->arena, value) : NULL };
	run->variables = v;
}

const struct shell_function *shell_function(const struct shell_run *run, const char *name)
{
	for (const struct shell_function *f = run->functions; f; f = f->next)
		if (!strcmp(f->name, name))
			return f;
	return NULL;
}
