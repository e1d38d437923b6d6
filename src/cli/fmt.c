/* SPDX-License-Identifier: MIT
 *
 * fmt.c - protodrill fmt: scripts in canonical form
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/command_frame.h"
#include "cli/console.h"
#include "util/printable.h"
#include "script/ast.h"
#include "suite/discover.h"

struct request {
	bool write, check;
};

static const struct command_option options[] = {
	{ "write", 'w', NULL, "write the form back to the files that differ from it" },
	{ "check", 0, NULL, "print nothing but the names of the files that differ from it" },
	{ "help", 'h', NULL, "this text" },
	{ 0 },
};

static void usage(void)
{
	puts("Usage: protodrill fmt [OPTION]... FILE|DIR...\n"
	     "Print scripts in canonical form. Directories are searched for *.pkt.\n\n"
	     "Options:");
	options_print(stdout, options);
	puts("\nExit status: 0 done, 1 with --check a file differs, 2 a script has errors or cannot be written.\n\n"
	     "Examples:\n"
	     "  protodrill fmt one.pkt | diff one.pkt -\n"
	     "  protodrill fmt -w testcases\n"
	     "  protodrill fmt --check testcases");
}

static bool set(void *user, const struct command_option *option, const char *value)
{
	struct request *request = user;

	(void)value;
	return *(option->letter == 'w' ? &request->write : &request->check) = true;
}

static int say_differs(const char *path)
{
	struct buf line = BUF_INIT;

	printable_add(&line, path, "");
	puts(line.data);
	buf_free(&line);
	return EXIT_STATUS_FAIL;
}

/* Returns the exit status. */
static int format_one(const char *path, const struct request *request)
{
	struct buf text = BUF_INIT;
	struct diags diags;

	diags_init(&diags);
	struct script *script = script_load(path, NULL, NULL, &diags);
	int status = script && !diags.errors ? EXIT_STATUS_OK : EXIT_STATUS_ERROR;
	console_diags(&diags);
	if (status == EXIT_STATUS_OK) {
		script_print(&text, script);
		bool same = text.length == script->source.length &&
		            !memcmp(text.data, script->source.text, text.length);
		if (request->check)
			status = same ? status : say_differs(path);
		else if (!request->write || !strcmp(path, "-"))
			fwrite(text.data, 1, text.length, stdout);
		else if (!same && !console_write_file(path, &text, FOLLOW_LINKS))
			status = EXIT_STATUS_ERROR;
	}
	script_free(script);
	diags_free(&diags);
	buf_free(&text);
	return status;
}

static int format(void *user, char **paths, struct settings *settings)
{
	const struct request *request = user;
	struct script_paths scripts = { 0 };
	struct diags diags;
	int worst = EXIT_STATUS_OK;

	(void)settings;
	if (request->check && request->write) {
		console_error("--check and --write: want one of them, or neither");
		return EXIT_STATUS_ERROR;
	}
	diags_init(&diags);
	for (; *paths; paths++)
		if (!discover(&scripts, *paths, &diags))
			worst = EXIT_STATUS_ERROR;
	console_diags(&diags);
	for (size_t i = 0; i < scripts.count; i++) {
		int status = format_one(scripts.path[i], request);
		worst = status > worst ? status : worst;
	}
	diags_free(&diags);
	discover_free(&scripts);
	return worst;
}

int fmt_main(int argc, char **argv)
{
	static const struct command_frame frame = {
		.options = options,
		.usage = usage,
		.wanted = "scripts to format, or directories of them",
		.set = set,
		.act = format,
	};
	struct request request = { 0 };

	return command_frame_main(&frame, &request, argc, argv);
}
