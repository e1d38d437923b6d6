/* SPDX-License-Identifier: MIT
 *
 * shell.h - reads the shell commands of scripts; starts no process
 *
 * What commands of test scripts do is nearly always to set parameters of a stack and to look at what it counts. A
 * process for that costs more than everything else that a script does, and in virtual time there is none. So commands
 * are read here, with the language around them, and what they mean to the world is done by a host:
 *
 *   shell_parse.c     text -> a tree of commands
 *   shell_expand.c    words as they are written -> words as a command gets them: variables, $(...), $((...))
 *   shell.c           does a tree: lists, pipes, if, loops, functions, scripts
 *   shell_stream.c    where a command reads and writes
 *   shell_tool.c      what all commands are made of
 *   shell_certain.c   whether a text would be done to its end, before anything of it is done
 *   command_*.c       the commands that are the same everywhere, in tables
 *
 * The host (struct shell_host) has everything else: which commands there are, what variables are set, what a file holds
 * and what comes of writing to it. A pipe is done from left to right, each command to its end.
 *
 * The rule is that the same text has the same output and the same exit status as in a real shell, or that it is
 * said to be not known: a command, an option, a file or grammar that is not known never comes to a status. No words of
 * a shell script land in a message.
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

/* Will shell_command_line() do @text to its end, whichever way its commands end? Says yes only if every command and
 * every word of it is known beforehand: no variable that the text sets, no output of a command as a word, no loop.
 * Nothing is done but what .certain of the host does. */
bool shell_is_certain(struct shell *s, const char *text);

/* Is @name a command that can be read there? Its options may still be others. */
bool shell_knows(const struct shell_host *host, const char *name);

#endif
