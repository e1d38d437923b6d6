/* SPDX-License-Identifier: MIT
 *
 * shell_variable.c - variables, functions, and how much a text may make
 */
#include <string.h>

#include "target/builtin/shell_internal.h"
#include "util/common.h"

enum { BYTES = 1 << 24 };

/* What is the same wherever scripts run. Scripts make names of files from the number of their player, and nobody is
 * there to compare it with. */
static const struct {
	const char *name, *value;
} given[] = {
	{ "PPID", "1000" }, { "PACKETDRILL_PID", "1000" }, { "PATH", "/usr/sbin:/usr/bin:/sbin:/bin" }, { "UID", "0" },
	{ "EUID", "0" }, { "IFS", " \t\n" }, { "OPTIND", "1" },
};

const char *shell_variable(const struct shell_run *run, const char *name)
{
	for (const struct shell_variable *v = run->variables; v; v = v->next)
		if (!strcmp(v->name, name))
			return v->value;
	for (size_t i = 0; i < ARRAY_LEN(given); i++)
		if (!strcmp(given[i].name, name))
			return given[i].value;
	return NULL;
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

bool shell_afford(struct shell_run *run, size_t bytes)
{
	run->budget->bytes += bytes;
	if (run->budget->bytes <= BYTES)
		return true;
	shell_unknown(run, "more than %d bytes of words", BYTES);
	return false;
}
