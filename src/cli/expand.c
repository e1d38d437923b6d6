/* SPDX-License-Identifier: MIT
 *
 * expand.c - protodrill expand: a script in the words that other tools know
 */
#include <stdio.h>
#include <string.h>

#include "cli/case_check.h"
#include "cli/cli.h"
#include "cli/command_frame.h"
#include "cli/console.h"
#include "cli/target_kinds.h"
#include "script/additions.h"
#include "suite/discover.h"

struct request {
	const char *target, *profile;
	bool write;
};

static const struct command_option options[] = {
	{ "target", 't', "NAME", "what `if` means: it is to be played against this target (builtin)" },
	{ "profile", 0, "NAME", "likewise: with this profile of the reference stack (rfc)" },
	{ "write", 'w', NULL, "write the plain text back to the files; of a directory, to all scripts in it" },
	{ "help", 'h', NULL, "this text" },
	{ 0 },
};

static void usage(void)
{
	puts("Usage: protodrill expand [OPTION]... FILE\n"
	     "       protodrill expand --write [OPTION]... FILE|DIR...\n"
	     "Print a script without what only protodrill knows: included files, macros, loops, conditions and names\n"
	     "become plain lines. What has no equivalent stays, and is named on standard error.\n\n"
	     "Options:");
	options_print(stdout, options);
	puts("\nOptions of scripts, which win over those written in them:");
	options_print_script_options(stdout, options);
	puts("\nExit status: 0 the text is plain, 1 something has no equivalent,\n"
	     "2 a script has errors or cannot be written.\n\n"
	     "Examples:\n"
	     "  protodrill expand -D mss=1400 one.pkt >plain.pkt && packetdrill plain.pkt\n"
	     "  cp -R testcases plain && protodrill expand -w -t kernel plain");
}

static bool set(void *user, const struct command_option *option, const char *value)
{
	struct request *request = user;

	if (option->letter == 'w')
		request->write = true;
	else
		*(option->letter == 't' ? &request->target : &request->profile) = value;
	return true;
}

struct application {
	const struct target_kind *target;
	const char *profile;
	struct settings *settings;
};

/* A config_apply_fn. */
static bool apply(struct config *c, void *user, struct diags *diags)
{
	struct application *a = user;

	target_kind_traits(a->target, a->profile, NULL, c);
	return settings_apply(c, a->settings, diags);
}

/* Returns the exit status. */
static int expand_script(const char *path, bool write, struct application *application)
{
	struct buf text = BUF_INIT;
	struct diags diags;
	int status = EXIT_STATUS_ERROR;

	diags_init(&diags);
	struct script *script = script_load(path, apply, application, &diags);
	const bool good = script && !script->dialect && case_check(script, &diags) && !diags.errors;
	if (good) {
		status = additions_report(script, &diags) ? EXIT_STATUS_FAIL : EXIT_STATUS_OK;
		additions_expand(&text, script);
	}
	console_diags(&diags);
	if (good && (!write || !strcmp(path, "-")))
		fwrite(text.data, 1, text.length, stdout);
	else if (good && !console_write_file(path, &text, FOLLOW_LINKS))
		status = EXIT_STATUS_ERROR;
	script_free(script);
	diags_free(&diags);
	buf_free(&text);
	return status;
}

static int expand_in_place(char **paths, struct application *application)
{
	struct script_paths scripts = { 0 };
	struct diags diags;
	int worst = EXIT_STATUS_OK;

	diags_init(&diags);
	for (; *paths; paths++)
		if (!discover(&scripts, *paths, &diags))
			worst = EXIT_STATUS_ERROR;
	console_diags(&diags);
	diags_free(&diags);
	for (size_t i = 0; i < scripts.count; i++) {
		const int status = expand_script(scripts.path[i], true, application);
		worst = status > worst ? status : worst;
	}
	discover_free(&scripts);
	return worst;
}

static int expand(void *user, char **paths, struct settings *settings)
{
	const struct request *request = user;
	struct application application = {
		.target = target_kind_find(request->target), .profile = request->profile, .settings = settings,
	};
	struct buf problem = BUF_INIT;

	if (!application.target) {
		target_kind_unknown(request->target, &problem);
		console_complain(&problem);
		return EXIT_STATUS_ERROR;
	}
	if (request->write)
		return expand_in_place(paths, &application);
	if (paths[1]) {
		console_error("want one script to expand, or --write");
		return EXIT_STATUS_ERROR;
	}
	return expand_script(paths[0], false, &application);
}

int expand_main(int argc, char **argv)
{
	static const struct command_frame frame = {
		.options = options,
		.script_options = true,
		.usage = usage,
		.wanted = "one script to expand",
		.set = set,
		.act = expand,
	};
	struct request request = { .target = "builtin" };

	return command_frame_main(&frame, &request, argc, argv);
}
