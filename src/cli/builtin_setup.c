/* SPDX-License-Identifier: MIT
 *
 * builtin_setup.c - options of the reference stack
 */
#include "cli/builtin_setup.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/console.h"
#include "stack/defect.h"
#include "target/builtin/profile.h"
#include "util/table.h"

static bool set_seed(struct builtin_setup *setup, const char *value)
{
	char *end;

	errno = 0;
	setup->seed = strtoll(value, &end, 0);
	setup->seed_set = true;
	if (!errno && end != value && !*end)
		return true;
	console_error("bad --seed: %s: want a number from %" PRId64 " to %" PRId64, value, INT64_MIN, INT64_MAX);
	return false;
}

bool builtin_setup_set(struct builtin_setup *setup, const char *name, const char *value, bool *good)
{
	*good = true;
	if (!strcmp(name, "profile"))
		setup->profile = value;
	else if (!strcmp(name, "defect"))
		setup->defects = value;
	else if (!strcmp(name, "seed"))
		*good = set_seed(setup, value);
	else
		return false;
	return true;
}

static bool unknown_defect(const char *name)
{
	struct guess guess = { .wanted = name };

	for (size_t i = 0; i < DEFECT_COUNT; i++)
		guess_offer(&guess, stack_defects[i].name);
	return console_unknown("defect", &guess, "", "'protodrill list --defects' names them all.");
}

static bool enable_defects(struct stack_config *config, const char *list)
{
	char *names = strdup(list ? list : ""), *rest = names, *name;
	bool good = true;

	while (good && (name = strsep(&rest, ",")))
		good = !*name || stack_defect_enable(config, name) || unknown_defect(name);
	free(names);
	return good;
}

bool builtin_setup_finish(struct builtin_setup *setup)
{
	struct arena *arena = arena_new();
	struct diags diags;
	bool good;

	diags_init(&diags);
	good = profile_load(setup->profile ? setup->profile : "rfc", &setup->config, &setup->bases, arena, &diags);
	console_diags(&diags);
	diags_free(&diags);
	arena_free(arena);
	if (setup->seed_set)
		setup->config.seed = setup->seed;
	setup->config.reached = setup->reached;
	return good && enable_defects(&setup->config, setup->defects);
}
