/* SPDX-License-Identifier: MIT
 *
 * list.c - protodrill list: what there is to choose from
 */
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/options.h"
#include "stack/defect.h"
#include "target/builtin/profile.h"

struct request {
	bool defects, profiles, help;
};

static const struct command_option options[] = {
	{ "defects", 0, NULL, "what --defect can break, and the requirement that it violates" },
	{ "profiles", 0, NULL, "what --profile can be" },
	{ "help", 'h', NULL, "this text" },
	{ 0 },
};

static bool set(void *user, const struct command_option *option, const char *value)
{
	struct request *request = user;

	(void)value;
	if (!strcmp(option->name, "defects"))
		request->defects = true;
	else if (!strcmp(option->name, "profiles"))
		request->profiles = true;
	else
		request->help = true;
	return true;
}

static void usage(FILE *out)
{
	fputs("Usage: protodrill list --defects | --profiles\n"
	      "Show what the builtin target offers, one per line, fields separated by tabs.\n\n"
	      "Options:\n",
	      out);
	options_print(out, options);
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

int list_main(int argc, char **argv)
{
	struct request request = { 0 };
	const struct command_line line = { .options = options, .set = set, .user = &request };
	struct settings settings = { 0 };
	int first, status = EXIT_STATUS_ERROR;

	if (options_parse(&line, argc, argv, &settings, &first)) {
		bool wrong = first < argc || (!request.defects && !request.profiles && !request.help);
		if (wrong || request.help)
			usage(wrong ? stderr : stdout);
		if (!wrong && !request.help && request.defects)
			list_defects();
		if (!wrong && !request.help && request.profiles)
			list_profiles();
		status = wrong ? EXIT_STATUS_ERROR : EXIT_STATUS_OK;
	}
	settings_free(&settings);
	return status;
}
