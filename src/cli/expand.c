/* SPDX-License-Identifier: MIT
 *
 * expand.c - protodrill expand: a script in the words that other tools know
 */
#include <stdio.h>
#include <string.h>

#include "cli/case_check.h"
#include "cli/cli.h"
#include "cli/console.h"
#include "cli/options.h"
#include "cli/target_kinds.h"
#include "script/additions.h"

struct request {
	bool help;
	const char *target, *profile;
};

static const struct command_option options[] = {
	{ "target", 't', "NAME", "what `if` means: it is to be played against this target (builtin)" },
	{ "profile", 0, "NAME", "likewise: with this profile of the reference stack (rfc)" },
	{ "help", 'h', NULL, "this text" },
	{ 0 },
};

static void usage(void)
{
	puts("Usage: protodrill expand [OPTION]... FILE\n"
	     "Print a script without what only protodrill knows: included files, macros, loops, conditions and names\n"
	     "become plain lines. What has no equivalent stays, and is named on standard error.\n\n"
	     "Options:");
	options_print(stdout, options);
	puts("\nOptions of scripts, which win over those written in them:");
	options_print_script_options(stdout, options);
	puts("\nExit status: 0 the text is plain, 1 something has no equivalent, 2 the script has errors.\n\n"
	     "Examples:\n"
	     "  protodrill expand -D mss=1400 one.pkt >plain.pkt && packetdrill plain.pkt");
}

static bool set(void *user, const struct command_option *option, const char *value)
{
	struct request *request = user;

	if (option->letter == 'h')
		request->help = true;
	else
		*(option->letter == 't' ? &request->target : &request->profile) = value;
	return true;
}

struct application {
	const struct target_kind *target;
	const char *profile;
	struct settings settings;
};

/* A config_apply_fn. */
static bool apply(struct config *c, void *user, struct diags *diags)
{
	struct application *a = user;

	target_kind_traits(a->target, a->profile, NULL, c);
	return settings_apply(c, &a->settings, diags);
}

static int expand(const char *path, struct application *application)
{
	struct buf text = BUF_INIT;
	struct diags diags;
	int status = EXIT_STATUS_ERROR;

	diags_init(&diags);
	struct script *script = script_load(path, apply, application, &diags);
	if (script && case_check(script, &diags) && !diags.errors) {
		status = additions_report(script, &diags) ? EXIT_STATUS_FAIL : EXIT_STATUS_OK;
		additions_expand(&text, script);
		fwrite(text.data, 1, text.length, stdout);
	}
	console_diags(&diags);
	script_free(script);
	diags_free(&diags);
	buf_free(&text);
	return status;
}

int expand_main(int argc, char **argv)
{
	struct request request = { .target = "builtin" };
	const struct command_line line = { .options = options, .script_options = true, .set = set, .user = &request };
	struct application application = { 0 };
	struct buf problem = BUF_INIT;
	int first, status = EXIT_STATUS_ERROR;

	if (!options_parse(&line, argc, argv, &application.settings, &first)) {
		status = EXIT_STATUS_ERROR;
	} else if (request.help) {
		usage();
		status = EXIT_STATUS_OK;
	} else if (argc - first != 1) {
		console_error("want one script to expand");
	} else if (!(application.target = target_kind_find(request.target))) {
		target_kind_unknown(request.target, &problem);
		console_complain(&problem);
	} else {
		application.profile = request.profile;
		status = expand(argv[first], &application);
	}
	buf_free(&problem);
	settings_free(&application.settings);
	return status;
}
