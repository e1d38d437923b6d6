/* SPDX-License-Identifier: MIT
 *
 * options.h - reading a command line: a command's own options, and the options of scripts
 */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include <stdio.h>

#include "script/config.h"
#include "suite/case.h"

/* Script options of the command line, in order; set again on every script's configuration. Borrowed from argv. */
struct settings {
	struct setting *list;
	size_t count;
	/* If no path is left: the last word, and the option that took it for its value. NULL: none did. */
	const char *taken, *taken_by;
};

/* A config_apply_fn; @user is a struct settings. */
bool settings_apply(struct config *c, void *user, struct diags *diags);

/* One option of a command itself. */
struct command_option {
	const char *name;
	char letter;                                         /* 0: none */
	const char *argument;                                /* NULL: a flag */
	const char *help;
};

struct command_line {
	const struct command_option *options;                /* the command's own; ends with name NULL */
	bool script_options;                                 /* it takes those of config_options, too */
	bool old_messages;                                   /* messages like those of getopt, as the original has them;
	                                                        and @options cannot be abbreviated */
	/* Called for each option of the command. False when the value is bad; then it has said so. */
	bool (*set)(void *user, const struct command_option *option, const char *value);
	void *user;
};

/* Read options before, between and after the paths; names may be abbreviated. argv is permuted: the paths
 * are argv[*first_path] to its end. An option whose value seems to have been forgotten, so that the next option or a
 * script stands in its place, is an error. False after an error, which is on stderr. Free with settings_free(). */
bool options_parse(const struct command_line *line, int argc, char **argv, struct settings *settings,
                   int *first_path);
void settings_free(struct settings *settings);

/* Say that there are no paths, or too many (@problem; @way_out: the end of the message), and which option took what may
 * have been one. Always false. */
bool options_no_path(const struct settings *settings, const char *problem, const char *way_out);

/* For --help. */
void options_print(FILE *out, const struct command_option *options);
/* Those of config_options that the command does not have by itself. */
void options_print_script_options(FILE *out, const struct command_option *own);

#endif
