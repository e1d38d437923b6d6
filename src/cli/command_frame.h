/* SPDX-License-Identifier: MIT
 *
 * command_frame.h - how nearly every command begins: options, --help, and whether paths are there
 */
#ifndef CLI_COMMAND_FRAME_H
#define CLI_COMMAND_FRAME_H

#include "cli/options.h"

/* What makes up a command. Its options must include "help", which the frame itself answers. */
struct command_frame {
	const struct command_option *options;                /* ends with name NULL */
	bool script_options;                                 /* it takes those of config_options, too */
	void (*usage)(void);                                 /* the text of --help, on standard output */
	const char *wanted;                                  /* the message if there are no paths, or too many; NULL:
	                                                        .act checks them */
	int most_paths;                                      /* 0: any number */
	/* Called for every other option, as in struct command_line. NULL: there are none. */
	bool (*set)(void *request, const struct command_option *option, const char *value);
	/* Do what was asked for. @paths ends with NULL; @settings are the script options. Returns the exit status. */
	int (*act)(void *request, char **paths, struct settings *settings);
};

/* Read a command's argv into its @request, and do what it asks for; returns the exit status. After a bad command line,
 * which is reported, and for --help, .act is not called. Whatever @request owns is the caller's to free in every
 * case. */
int command_frame_main(const struct command_frame *frame, void *request, int argc, char **argv);

#endif
