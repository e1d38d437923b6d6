/* SPDX-License-Identifier: MIT
 *
 * shell.h - executes the shell commands of scripts without starting a process
 *
 * Commands of test scripts nearly always set parameters of a stack or look at its counters. A process for that would
 * cost more than everything else in a script, and in virtual time there are no processes. So commands and the shell
 * language around them are interpreted here, and a host carries out their effects:
 *
 *   shell_parse.c     text -> a tree of commands
 *   shell_expand.c    words as they are written -> words as a command gets them: variables, $(...), $((...))
 *   shell.c           does a tree: lists, pipes, if, loops, functions, scripts
 *   shell_stream.c    where a command reads and writes
 *   shell_tool.c      helpers of all commands
 *   shell_certain.c   whether a text could be executed to its end, before any of it is executed
 *   command_*.c       the commands that are the same everywhere, in tables
 *
 * The host (struct shell_host) has everything else: which commands there are, which variables are set, what files
 * contain, and what writing to them does. A pipe is executed from left to right, each command to its end.
 *
 * The rule is that a text has the same output and exit status as in a real shell, or is reported as unknown: an unknown
 * command, option, file or grammar never yields a status. Words of a shell script never appear in messages.
 */
#ifndef SHELL_SHELL_H
#define SHELL_SHELL_H

#include "util/buf.h"

struct shell_host;

struct shell {
	const struct shell_host *host;
	void *context;                                       /* the host's, for its functions */
	struct buf *output, *error;                          /* what commands print goes there; NULL: nobody looks */
};

/* As target_ops.command(): 0, 1 or -1 with @why. */
int shell_command_line(struct shell *s, const char *text, struct buf *why);

/* Can shell_command_line() execute @text to its end, whatever the status of its commands? Yes only if every command and
 * every word of it is known beforehand: no variable that the text sets, no output of a command as a word, no loop.
 * Calls nothing but .certain of the host. */
bool shell_is_certain(struct shell *s, const char *text);

/* Is @name a known command? Its options may still be unknown. */
bool shell_knows(const struct shell_host *host, const char *name);

#endif
