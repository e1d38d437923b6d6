/* SPDX-License-Identifier: MIT
 *
 * plan_setup.c - options that select cases, and what plans may name
 */
#include "cli/plan_setup.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>

#include "cli/console.h"
#include "cli/last_failed.h"
#include "cli/lines.h"
#include "cli/target_kinds.h"
#include "stack/defect.h"
#include "suite/expectation.h"
#include "target/builtin/profile.h"
#include "util/text_set.h"

static const char **with_one_more(struct arena *arena, const char **list, const char *text)
{
	size_t count = 0;

	while (list && list[count])
		count++;
	const char **longer = arena_new_array(arena, const char *, count + 2);
	if (count)
		memcpy(longer, list, count * sizeof(*list));
	longer[count] = arena_strdup(arena, text);
	return longer;
}

static bool has(const char **list, const char *text)
{
	while (list && *list && strcmp(*list, text))
		list++;
	return list && *list;
}

/* The words of a list with commas; false when one is empty or named already. */
static bool add_words(struct plan_setup *setup, const char *option, const char *value, const char ***list)
{
	char *rest = arena_strdup(setup->arena, value);

	do {
		const char *word = strsep(&rest, ",");
		if (!*word || has(*list, word)) {
			console_error("bad --%s: %s: %s", option, value,
			        *word ? "the same twice" : "want names, with commas between them");
			return false;
		}
		*list = with_one_more(setup->arena, *list, word);
	} while (rest);
	return true;
}

static bool set_targets(struct plan_setup *setup, const char *value)
{
	struct buf problem = BUF_INIT;

	if (!add_words(setup, "target", value, &setup->targets))
		return false;
	for (const char **name = setup->targets; *name; name++)
		if (!problem.length && !target_kind_find(*name))
			target_kind_unknown(*name, &problem);
	return console_complain(&problem);
}

static bool set_today(struct plan_setup *setup, const char *value)
{
	setup->today = value;
	if (expectation_is_day(value))
		return true;
	console_error("bad --today: %s: want a day as YYYY-MM-DD", value);
	return false;
}

static bool set_shard(struct plan_setup *setup, const char *value)
{
	struct buf problem = BUF_INIT;

	shard_read(value, &setup->shard, &problem);
	return console_complain(&problem);
}

bool plan_setup_set(struct plan_setup *setup, const char *name, const char *value, bool *good)
{
	*good = true;
	if (!setup->arena)
		setup->arena = arena_new();
	if (!strcmp(name, "plan"))
		setup->plans = with_one_more(setup->arena, setup->plans, value);
	else if (!strcmp(name, "traits"))
		setup->traits = with_one_more(setup->arena, setup->traits, value);
	else if (!strcmp(name, "keyword"))
		setup->words = with_one_more(setup->arena, setup->words, value);
	else if (!strcmp(name, "last-failed"))
		setup->last_failed = true;
	else if (!strcmp(name, "touched-by"))
		setup->patch = value;
	else if (!strcmp(name, "coverage-from"))
		setup->coverage = value;
	else if (!strcmp(name, "target"))
		*good = set_targets(setup, value);
	else if (!strcmp(name, "profile"))
		*good = add_words(setup, name, value, &setup->profiles);
	else if (!strcmp(name, "shard"))
		*good = set_shard(setup, value);
	else if (!strcmp(name, "today"))
		*good = set_today(setup, value);
	else
		return false;
	return true;
}

/* ---- what is available ---- */

/* A missing kernel is no error yet, but only when it is to be booted. */
static const void *kernel_of(const char *name, struct arena *arena)
{
	struct linux_image *image = arena_new_object(arena, struct linux_image);
	struct buf ignored = BUF_INIT;
	bool found = linux_image_find(target_kind_file(name), arena, image, &ignored);

	buf_free(&ignored);
	return found ? image : NULL;
}

static const struct plan_target *list_targets(struct arena *arena)
{
	size_t count = 0;

	while (target_kinds[count].name)
		count++;
	struct plan_target *list = arena_new_array(arena, struct plan_target, count + 1);
	for (size_t i = 0; i < count; i++)
		list[i] = (struct plan_target){
			.name = target_kinds[i].name,
			.virtual_time = target_kinds[i].reference,
			.has = target_kinds[i].has,
			.takes_text = target_kinds[i].takes_text,
			.needs_text = target_kinds[i].needs_text,
			.kernel_of = target_kinds[i].boots ? kernel_of : NULL,
			.kernel_has = linux_image_has,
			.stands_for = target_kinds[i].stands_for,
		};
	return list;
}

static const char *const *list_profiles(struct arena *arena)
{
	const char **list = arena_new_array(arena, const char *, embedded_profile_count + 1);

	for (size_t i = 0; i < embedded_profile_count; i++)
		list[i] = embedded_profiles[i].name;
	return list;
}

static const char *const *list_defects(struct arena *arena)
{
	const char **list = arena_new_array(arena, const char *, DEFECT_COUNT + 1);

	for (size_t i = 0; i < DEFECT_COUNT; i++)
		list[i] = stack_defects[i].name;
	return list;
}

static const char *day_of_clock(struct arena *arena)
{
	const time_t now = time(NULL);
	struct tm tm;

	gmtime_r(&now, &tm);
	return arena_printf(arena, "%04d-%02d-%02d", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday);
}

/* ---- a selection of cases ---- */

static bool is_touched(const struct suite_case *c, struct text_set *touched)
{
	char real[PATH_MAX];

	return text_set_has(touched, realpath(c->path, real) ? real : c->path);
}

static bool is_wanted(const struct plan_setup *setup, const struct suite_case *c, struct text_set *failed,
                      struct text_set *touched)
{
	const char **word = setup->words;

	if (setup->patch && !is_touched(c, touched))
		return false;

	while (word && *word && !strcasestr(c->id, *word))
		word++;
	return (!word || *word) && (!setup->last_failed || text_set_has(failed, last_failed_name(c->id)));
}

static bool nothing_selected(const struct plan_setup *setup, size_t count)
{
	char none[64] = "the one that there is has not";

	if (count > 1)
		snprintf(none, sizeof(none), "none of these %zu has", count);
	if (setup->last_failed)
		return console_error("no case selected: %s failed when it was last played in this directory", none);
	if (setup->patch && !setup->words)
		return console_error("no case selected: %s run a line that %s touches", none, setup->patch);
	return console_error("no case selected: %s '%s' in its name%s", none, setup->words[0],
	                     setup->words[1] ? ", nor another word of -k" : "");
}

/* Keep in the plan what -k and --last-failed select. The cases are numbered anew: for reports this is the whole
 * plan. */
static bool select_cases(struct plan_setup *setup, const struct last_failed *failed)
{
	struct suite_plan *plan = &setup->plan;
	struct text_set ids = { 0 }, touched = { 0 };
	size_t count = 0;

	if (!setup->words && !setup->last_failed && !setup->patch)
		return true;
	if (setup->patch && !lines_touched(setup->patch, setup->coverage ? setup->coverage : "coverage", &touched))
		return false;
	for (size_t i = 0; i < failed->count; i++)
		text_set_add(&ids, failed->list[i].id);
	for (size_t i = 0; i < plan->count; i++) {
		if (!is_wanted(setup, &plan->cases[i], &ids, &touched))
			continue;
		plan->cases[count] = plan->cases[i];
		plan->cases[count].number = count + 1;
		plan->digest = hash_text(plan->digest, plan->cases[count++].id);
	}
	text_set_free(&ids);
	text_set_free(&touched);
	if (!count)
		return nothing_selected(setup, plan->count);
	plan->count = count;
	return true;
}

/* The scripts that failed, if the user names none. */
static char **paths_of(const struct last_failed *failed, struct arena *arena)
{
	char **paths = arena_new_array(arena, char *, failed->count + 1);
	struct text_set seen = { 0 };
	size_t count = 0;

	for (size_t i = 0; i < failed->count; i++)
		if (text_set_add(&seen, failed->list[i].path))
			paths[count++] = (char *)failed->list[i].path;
	text_set_free(&seen);
	return paths;
}

static void cut(struct plan_setup *setup)
{
	setup->cases = setup->plan.count;
	shard_cut(setup->shard, &setup->plan);
	if (!setup->plan.count)
		console_error("shard %zu of %zu has no case: all shards together have %zu",
		        setup->shard.number, setup->shard.count, setup->cases);
}

bool plan_setup_names_cases(const struct plan_setup *setup)
{
	return setup->plans || setup->last_failed;
}

bool plan_setup_make(struct plan_setup *setup, char **paths)
{
	struct utsname name = { 0 };
	struct diags diags;
	bool good;

	if (!setup->arena)
		setup->arena = arena_new();
	uname(&name);
	struct last_failed failed = { 0 };
	if (setup->last_failed)
		failed = last_failed_load(setup->arena);
	if (!*paths && !setup->plans && !failed.count)
		return console_error("no case selected: none failed when it was last played in this directory");
	if (!*paths && !setup->plans)
		paths = paths_of(&failed, setup->arena);
	const struct plan_surroundings around = {
		.targets = list_targets(setup->arena),
		.profiles = list_profiles(setup->arena),
		.defects = list_defects(setup->arena),
		.release = name.release,
	};
	const struct plan_request request = {
		.plans = setup->plans,
		.paths = (const char *const *)paths,
		.definitions = setup->definitions,
		.targets = setup->targets,
		.profiles = setup->profiles,
		.traits = setup->traits,
	};
	if (!setup->today)
		setup->today = day_of_clock(setup->arena);
	diags_init(&diags);
	good = suite_plan_make(&request, &around, &setup->plan, &diags);
	console_diags(&diags);
	diags_free(&diags);
	good = good && select_cases(setup, &failed);
	if (good)
		cut(setup);
	return good;
}

void plan_setup_free(struct plan_setup *setup)
{
	suite_plan_free(&setup->plan);
	arena_free(setup->arena);
	*setup = (struct plan_setup){ 0 };
}

const char *const *plan_setup_targets(const struct plan_setup *setup)
{
	const struct suite_plan *plan = &setup->plan;
	const char **targets = arena_new_array(setup->arena, const char *, plan->count + 1);
	struct text_set seen = { 0 };
	size_t count = 0;

	for (size_t i = 0; i < plan->count; i++)
		if (text_set_add(&seen, plan->cases[i].target))
			targets[count++] = plan->cases[i].target;
	text_set_free(&seen);
	return targets;
}
