/* SPDX-License-Identifier: MIT
 *
 * check.c - protodrill check: every error of every script in one go
 */
#include <stdio.h>

#include "cli/case_check.h"
#include "cli/cli.h"
#include "cli/command_frame.h"
#include "cli/console.h"
#include "script/ast.h"
#include "suite/discover.h"

static const struct command_option options[] = {
	{ "help", 'h', NULL, "this text" },
	{ 0 },
};

static void usage(void)
{
	puts("Usage: protodrill check [OPTION]... FILE|DIR...\n"
	     "Parse scripts and judge everything that can be judged without playing them: names, argument counts,\n"
	     "ranges, options that do not fit, times that run backwards. Directories are searched for *.pkt.\n\n"
	     "Options:");
	options_print(stdout, options);
	puts("\nOptions of scripts, which win over those written in them:");
	options_print_script_options(stdout, options);
	puts("\nExit status: 0 no errors, 2 errors.\n\n"
	     "Examples:\n"
	     "  protodrill check testcases\n"
	     "  protodrill check --ip_version=ipv6 -D CODE=host_unreachable one.pkt");
}

/* False when there was any error; they are printed. Adds to *@warnings. */
static bool check_one(const char *path, struct settings *settings, int *warnings)
{
	struct diags diags;

	diags_init(&diags);
	struct script *script = script_load(path, settings_apply, settings, &diags);
	if (script) {
		case_check(script, &diags);
		case_check_covers(&script->source, &diags);
	}
	console_diags(&diags);
	bool ok = script && !diags.errors;
	for (const struct diag *d = diags.first; d; d = d->next)
		*warnings += d->kind == DIAG_WARNING;
	diags_free(&diags);
	script_free(script);
	return ok;
}

static int check(void *request, char **paths, struct settings *settings)
{
	struct script_paths scripts = { 0 };
	struct diags diags;
	size_t bad = 0;
	int warnings = 0;

	(void)request;
	diags_init(&diags);
	for (; *paths; paths++)
		discover(&scripts, *paths, &diags);
	console_diags(&diags);
	for (size_t i = 0; i < scripts.count; i++)
		bad += !check_one(scripts.path[i], settings, &warnings);
	const char *plural = scripts.count == 1 ? "" : "s";
	if (bad || !diags.errors) {
		printf("%zu script%s, ", scripts.count, plural);
		if (bad)
			printf("%zu with errors", bad);
		else
			printf("no errors");
		if (warnings)
			printf(", %d warning%s", warnings, warnings == 1 ? "" : "s");
		putchar('\n');
	}
	int status = bad || diags.errors ? EXIT_STATUS_ERROR : EXIT_STATUS_OK;
	diags_free(&diags);
	discover_free(&scripts);
	return status;
}

int check_main(int argc, char **argv)
{
	static const struct command_frame frame = {
		.options = options,
		.script_options = true,
		.usage = usage,
		.wanted = "scripts to check, or directories of them",
		.act = check,
	};

	return command_frame_main(&frame, NULL, argc, argv);
}
