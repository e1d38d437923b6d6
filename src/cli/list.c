/* SPDX-License-Identifier: MIT
 *
 * list.c - protodrill list: what there is to choose from
 */
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/command_frame.h"
#include "cli/console.h"
#include "cli/plan_setup.h"
#include "report/requirement.h"
#include "stack/defect.h"
#include "target/builtin/profile.h"
#include "util/printable.h"

struct request {
	bool defects, profiles, requirements;
	struct plan_setup plan;
};

static const struct command_option options[] = {
	PLAN_SETUP_OPTIONS
	{ "defects", 0, NULL, "what --defect can break, and the requirement that it violates" },
	{ "profiles", 0, NULL, "what --profile can be" },
	{ "requirements", 0, NULL, "what the header 'covers' of a case can name" },
	{ "help", 'h', NULL, "this text" },
	{ 0 },
};

static bool set(void *user, const struct command_option *option, const char *value)
{
	struct request *request = user;
	bool good;

	if (plan_setup_set(&request->plan, option->name, value, &good))
		return good;
	if (!strcmp(option->name, "defects"))
		request->defects = true;
	else if (!strcmp(option->name, "profiles"))
		request->profiles = true;
	else
		request->requirements = true;
	return true;
}

static void usage(void)
{
	puts("Usage: protodrill list [OPTION]... FILE|DIR...\n"
	     "       protodrill list --plan FILE.yaml [OPTION]... [FILE|DIR]...\n"
	     "       protodrill list --defects | --profiles | --requirements\n"
	     "Show what 'protodrill run' would play, what the builtin target offers, or what standards ask for:\n"
	     "one per line, fields separated by tabs. Those of a case: its name, target, profile, and what is\n"
	     "expected.\n\n"
	     "Options:");
	options_print(stdout, options);
	puts("\nExamples:\n"
	     "  protodrill list testcases\n"
	     "  protodrill list -t builtin,kernel --plan testcases/all.yaml testcases/ack\n"
	     "  protodrill list --defects");
}

static void list_defects(void)
{
	for (size_t i = 0; i < DEFECT_COUNT; i++)
		printf("%s\t%s\t%s\n", stack_defects[i].name, stack_defects[i].requirement, stack_defects[i].text);
}

static void list_profiles(void)
{
	struct arena *arena = arena_new();

	for (size_t i = 0; i < embedded_profile_count; i++)
		printf("%s\t%s\n", embedded_profiles[i].name, profile_summary(i, arena));
	arena_free(arena);
}

static void list_requirements(void)
{
	for (size_t i = 0; i < requirement_count; i++) {
		const struct requirement *r = &requirements[i];
		printf("%s\t%s\t%s\t%s\t%s\t%s\n", r->id, r->section, r->level, r->topic, r->testable, r->text);
	}
}

static void list_case(const struct suite_case *c, struct arena *arena)
{
	const struct plan_expectation *e = c->expectation;

	printf("%s\t%s\t%s\t", printable(arena, c->id), c->target, c->profile ? printable(arena, c->profile) : "-");
	if (c->lacking)
		printf("SKIP: %s\n", printable(arena, c->lacking));
	else if (e)
		printf("%s until %s: %s\n", verdict_name[e->verdict], e->expires, printable(arena, e->reason));
	else
		puts("PASS");
}

static int list_cases(struct plan_setup *setup, char **paths)
{
	if (!plan_setup_make(setup, paths))
		return EXIT_STATUS_ERROR;
	for (size_t i = 0; i < setup->plan.count; i++)
		list_case(&setup->plan.cases[i], setup->arena);
	return EXIT_STATUS_OK;
}

/* One of the lists that were asked for, or the cases. */
static int list(void *user, char **paths, struct settings *settings)
{
	struct request *request = user;
	const bool offers = request->defects || request->profiles || request->requirements;

	(void)settings;
	if (offers && (*paths || request->plan.plans)) {
		console_error("--defects, --profiles and --requirements are not about scripts: want no %s beside them",
		              *paths ? "paths" : "plan");
		return EXIT_STATUS_ERROR;
	}
	if (!offers && !*paths && !plan_setup_names_cases(&request->plan)) {
		console_error("nothing to list: name scripts, directories or a plan. Try 'protodrill list --help'.");
		return EXIT_STATUS_ERROR;
	}
	if (!offers)
		return list_cases(&request->plan, paths);
	if (request->defects)
		list_defects();
	if (request->profiles)
		list_profiles();
	if (request->requirements)
		list_requirements();
	return EXIT_STATUS_OK;
}

int list_main(int argc, char **argv)
{
	static const struct command_frame frame = { .options = options, .usage = usage, .set = set, .act = list };
	struct request request = { 0 };

	int status = command_frame_main(&frame, &request, argc, argv);
	plan_setup_free(&request.plan);
	return status;
}
