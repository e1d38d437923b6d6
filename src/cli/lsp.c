/* SPDX-License-Identifier: MIT
 *
 * lsp.c - protodrill lsp: scripts in an editor
 */
#include "lsp/server.h"

#include <stdio.h>
#include <unistd.h>

#include "cli/case_check.h"
#include "cli/cli.h"
#include "cli/command_frame.h"
#include "cli/console.h"
#include "cli/target_kinds.h"

enum { TARGETS = 32 };

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

static bool set(void *request MAYBE_UNUSED, const struct command_option *option MAYBE_UNUSED,
                const char *value MAYBE_UNUSED)
{
	return true;                                         /* --stdio */
}

static int serve(void *request MAYBE_UNUSED, char **paths, struct settings *settings)
{
	const char *targets[TARGETS + 1] = { NULL };
	const struct server_hooks hooks = {
		.version = PROTODRILL_VERSION, .check = case_check, .apply = settings_apply, .user = settings,
		.targets = targets,
	};

	if (*paths) {
		console_error("'%s': it takes no files; the editor says which", *paths);
		return EXIT_STATUS_ERROR;
	}
	for (size_t i = 0; i < TARGETS && target_kinds[i].name; i++)
		targets[i] = target_kinds[i].name;
	if (isatty(STDIN_FILENO))
		console_error("standard input is a terminal; editors start 'protodrill lsp' and speak to it");
	return server_run(stdin, stdout, &hooks) ? EXIT_STATUS_OK : EXIT_STATUS_ERROR;
}

int lsp_main(int argc, char **argv)
{
	static const struct command_frame frame = {
		.options = options,
		.script_options = true,
		.set = set,
		.usage = usage,
		.act = serve,
	};

	return command_frame_main(&frame, NULL, argc, argv);
}
