/* SPDX-License-Identifier: MIT
 *
 * shell_internal.h - between the files of the command reader
 */
#ifndef TARGET_BUILTIN_SHELL_INTERNAL_H
#define TARGET_BUILTIN_SHELL_INTERNAL_H

#include "target/builtin/shell.h"
#include "util/arena.h"

/* Exit status of what cannot be done here; .why of the run says what. Every other status is that of a shell. */
enum { STATUS_UNKNOWN = -1, STATUS_FAILED = 1, STATUS_USAGE = 2, STATUS_NOT_FOUND = 127 };

/* One text with all that it calls. */
struct shell_run {
	struct shell *shell;
	struct arena *arena;                                 /* words and scripts live until the end of the run */
	struct buf *why;
	int depth;                                           /* scripts within scripts */
	int steps;                                           /* commands so far: there is a limit */
	bool in_file;                                        /* the present text is that of a file,
	                                                        not of the packet script */
	int line;                                            /* of the present text:
	                                                        where the last command began, from 1 */
	bool errexit;                                        /* set -e */
	bool exited;                                         /* exit: the present text ends */
};

/* ---- shell_read.c: from text to words ---- */

/* Append why this cannot be done; in a file with "..." in place of every value, since they are words of that file.
 * Always STATUS_UNKNOWN. */
int shell_unknown(struct shell_run *run, const char *format, ...) PRINTF_LIKE(2, 3);

enum shell_end { SHELL_END_TEXT, SHELL_END_LINE, SHELL_END_SEMICOLON, SHELL_END_AND, SHELL_END_OR };

enum { SHELL_WORDS = 256, SHELL_REDIRECTIONS = 8 };

struct shell_redirection {
	int fd;
	bool output;
	const char *target;                                  /* expanded; "&1" for a copy of a descriptor */
};

/* A simple command, expanded. */
struct shell_command {
	int count;
	char *words[SHELL_WORDS + 1];                        /* ends with NULL */
	int redirection_count;
	struct shell_redirection redirections[SHELL_REDIRECTIONS];
	enum shell_end end;                                  /* what came behind it */
};

/* Read the next command of **text, which moves on. 0, STATUS_UNKNOWN, or the status of a syntax error. */
int shell_read(struct shell_run *run, const char **text, struct shell_command *out);

/* The value of an arithmetic expression without dollar signs: C's integer operators and parentheses.
 * False: not one, or a division by zero. */
bool shell_arithmetic(const char *text, int64_t *value);

/* ---- shell.c ---- */

/* Read and do a text. Status of its last command, or STATUS_UNKNOWN. */
int shell_do_text(struct shell_run *run, const char *text);
/* Read and do the script in file @path. */
int shell_do_file(struct shell_run *run, const char *path);

/* ---- shell_file.c ---- */

/* Read the script @path, which must be below the suite, into @text. 0, or STATUS_UNKNOWN. */
int shell_read_file(struct shell_run *run, const char *path, struct buf *text);

/* ---- commands.c ---- */

/* Do @command, or STATUS_UNKNOWN. */
int shell_do_command(struct shell_run *run, const struct shell_command *command);

/* ---- command_ip.c: the tools that set up a network; @args ends with NULL, [0] is the tool ---- */

int shell_ip(struct shell_run *run, char **args);
int shell_tc(struct shell_run *run, char **args);
int shell_ethtool(struct shell_run *run, char **args);

#endif
