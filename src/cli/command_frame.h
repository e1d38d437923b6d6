/* SPDX-License-Identifier: MIT
 *
 * command_frame.h - how nearly every command begins: options, --help, and whether paths are there
 */
#ifndef CLI_COMMAND_FRAME_H
#define CLI_COMMAND_FRAME_H

#include "cli/options.h"

/* What makes a command. Its options must include "help", to which the frame itself responds. */
struct command_frame {
	const struct command_option *options;                /* ends with name NULL */
	bool script_options;                                 /* takes those of config_options, too */
	void (*usage)(void);                                 /* the text of --help, on standard output */
	const char *wanted;                                  /* the message if there are no paths, or too many;
	                                                        NULL: .act judges them */
	int most_paths;                                      /* 0: any number */
	/* Called for each other option; as in struct command_line. NULL: there is none. */
	bool (*set)(void *request, const struct command_option *option, const char *value);
	/* Do what was asked for. @paths ends with NULL; @settings are the script options. The exit status. */
	int (*act)(void *request, char **paths, struct settings *settings);
};

/* Read a command's argv into its @request, and do what it asks for; the exit status. After a bad command line, with
 * its message, and for --help .act is not called. What @request owns is the caller's to free in every case. */
int command_frame_main(const struct command_frame *frame, void *request, int argc, char **argv);

#endif
