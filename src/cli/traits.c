/* SPDX-License-Identifier: MIT
 *
 * traits.c - protodrill traits: what a stack has and how it chose
 */
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/console.h"
#include "cli/options.h"
#include "script/trait.h"

struct request {
	bool list, help;
};

static const struct command_option options[] = {
	{ "list", 0, NULL, "name all traits, their values where no file says another, and what they are about" },
	{ "help", 'h', NULL, "this text" },
	{ 0 },
};

static void usage(void)
{
	puts("Usage: protodrill traits --list\n"
	     "Traits are what the standards leave open: what a stack has, and how it chose. Cases are written in\n"
	     "their names (man protodrill-traits), and a file says them of one stack.\n\n"
	     "Options:");
	options_print(stdout, options);
}

static bool set(void *user, const struct command_option *option, const char *value)
{
	struct request *request = user;

	(void)value;
	if (!strcmp(option->name, "list"))
		request->list = true;
	else
		request->help = true;
	return true;
}

static void list(void)
{
	for (size_t i = 0; i < trait_count; i++) {
		const struct trait *t = &traits_known[i];
		const char *otherwise = t->kind != TRAIT_HAS ? t->otherwise : *t->otherwise == '1' ? "true" : "false";
		printf("%-20s %-8s %s\n", t->name, otherwise, t->help);
	}
}

int traits_main(int argc, char **argv)
{
	struct request request = { 0 };
	const struct command_line line = { .options = options, .set = set, .user = &request };
	struct settings settings = { 0 };
	int first, status = EXIT_STATUS_OK;

	if (!options_parse(&line, argc, argv, &settings, &first)) {
		status = EXIT_STATUS_ERROR;
	} else if (request.help) {
		usage();
	} else if (request.list) {
		list();
	} else {
		console_error("want --list. Try 'protodrill traits --help'.");
		status = EXIT_STATUS_ERROR;
	}
	settings_free(&settings);
	return status;
}
