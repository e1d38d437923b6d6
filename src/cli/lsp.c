/* SPDX-License-Identifier: MIT
 *
 * lsp.c - protodrill lsp: scripts in an editor
 */
#include "lsp/server.h"

#include <stdio.h>
#include <unistd.h>

#include "cli/case_check.h"
#include "cli/cli.h"
#include "cli/console.h"
#include "cli/options.h"
#include "cli/target_kinds.h"

enum { TARGETS = 32 };

struct request {
	bool help;
};

static const struct command_option options[] = {
	{ "stdio", 0, NULL, "speak on standard input and output, as it always does: some editors ask for it" },
	{ "help", 'h', NULL, "this text" },
	{ 0 },
};

static void usage(void)
{
	puts("Usage: protodrill lsp [OPTION]...\n"
	     "Serve an editor that speaks the Language Server Protocol: errors while typing, completion of calls,\n"
	     "constants, options, sysctls and requirements, what a word means, canonical form, and the way to macros,\n"
	     "names and included files. Editors start it; the folder 'editors' of the source has their settings.\n\n"
	     "Options:");
	options_print(stdout, options);
	puts("\nOptions of scripts, which win over those written in them:");
	options_print_script_options(stdout, options);
	puts("\nExit status: 0 the editor said goodbye, 2 it went away without a word.\n\n"
	     "Example, for Neovim:\n"
	     "  :lua vim.lsp.start_client({ cmd = { 'protodrill', 'lsp' }, root_dir = vim.fn.getcwd() })");
}

static bool set(void *user, const struct command_option *option, const char *value MAYBE_UNUSED)
{
	struct request *request = user;

	request->help = request->help || option->letter == 'h';
	return true;
}

static int serve(struct settings *settings)
{
	const char *targets[TARGETS + 1] = { NULL };
	const struct server_hooks hooks = {
		.version = PROTODRILL_VERSION, .check = case_check, .apply = settings_apply, .user = settings,
		.targets = targets,
	};

	for (size_t i = 0; i < TARGETS && target_kinds[i].name; i++)
		targets[i] = target_kinds[i].name;
	if (isatty(STDIN_FILENO))
		console_error("standard input is a terminal; editors start 'protodrill lsp' and speak to it");
	return server_run(stdin, stdout, &hooks) ? EXIT_STATUS_OK : EXIT_STATUS_ERROR;
}

int lsp_main(int argc, char **argv)
{
	struct request request = { 0 };
	const struct command_line line = { .options = options, .script_options = true, .set = set, .user = &request };
	struct settings settings = { 0 };
	int first, status = EXIT_STATUS_ERROR;

	if (!options_parse(&line, argc, argv, &settings, &first)) {
		status = EXIT_STATUS_ERROR;
	} else if (request.help) {
		usage();
		status = EXIT_STATUS_OK;
	} else if (first < argc) {
		console_error("'%s': it takes no files; the editor says which", argv[first]);
	} else {
		status = serve(&settings);
	}
	settings_free(&settings);
	return status;
}
