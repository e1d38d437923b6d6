/* SPDX-License-Identifier: MIT
 *
 * command_frame.c - how nearly every command begins: options, --help, and whether paths are there
 */
#include "cli/command_frame.h"

#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/console.h"

struct reading {
	const struct command_frame *frame;
	void *request;
	bool help;
};

static bool set(void *user, const struct command_option *option, const char *value)
{
	struct reading *reading = user;

	if (!strcmp(option->name, "help"))
		return reading->help = true;
	return reading->frame->set(reading->request, option, value);
}

int command_frame_main(const struct command_frame *frame, void *request, int argc, char **argv)
{
	struct reading reading = { .frame = frame, .request = request };
	const struct command_line line = {
		.options = frame->options, .script_options = frame->script_options, .set = set, .user = &reading,
	};
	struct settings settings = { 0 };
	const char *name = argv[0];
	char problem[128], way_out[64];
	int first, status = EXIT_STATUS_ERROR;

	const bool good = options_parse(&line, argc, argv, &settings, &first);
	const int count = argc - first;
	const bool fits = !frame->wanted || (count > 0 && (!frame->most_paths || count <= frame->most_paths));
	if (good && reading.help) {
		frame->usage();
		status = EXIT_STATUS_OK;
	} else if (good && !fits) {
		snprintf(problem, sizeof(problem), "want %s", frame->wanted);
		snprintf(way_out, sizeof(way_out), ". Try 'protodrill %s --help'.", name);
		options_no_path(&settings, problem, way_out);
	} else if (good) {
		status = frame->act(request, argv + first, &settings);
	}
	settings_free(&settings);
	return status;
}
