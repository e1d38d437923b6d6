/* SPDX-License-Identifier: MIT
 *
 * commands.h - what commands of scripts do to the reference stack
 *
 * The reader of commands (shell/shell.h) with a host that has the stack behind it: settings, counters, routes, and
 * files in memory. A command, an option, a file or grammar that is not known makes the case SKIP, and never PASS or
 * FAIL.
 *
 *   commands.c          the host: which commands, variables and files there are
 *   command_*.c         the commands that stand for something of the stack
 *   text_file.c         what commands wrote to files
 *   suite_file.c        the only files of the machine that are read
 */
#ifndef TARGET_BUILTIN_COMMANDS_H
#define TARGET_BUILTIN_COMMANDS_H

#include "shell/shell.h"
#include "stack/stack.h"
#include "target/library/files.h"
#include "util/buf.h"

struct commands {
	struct shell shell;
	struct stack *stack;                                 /* borrowed, as are the files */
	struct files *files;
	void (*sleep)(void *context, vtime_t duration);      /* lets time pass */
	void *context;
	const char *folder;                                  /* of the packet script, borrowed;
	                                                        NULL: the current directory */
	struct buf restore;                                  /* what set_sysctls.py left behind: a script */
	struct buf written;                                  /* what all commands printed so far */
	struct text_file *texts;                             /* what commands wrote to files; text_file.c */
	int text_count;
	uint64_t counted[COUNTER_COUNT];                     /* what nstat has shown already; command_nstat.c */
};

void commands_open(struct commands *c, struct stack *stack, struct files *files,
                   void (*sleep)(void *context, vtime_t duration), void *context);
void commands_close(struct commands *c);                 /* a zeroed one is fine */

/* As target_ops.command(). Shell scripts that @text names are the only files that are ever opened: for reading, and
 * only those of the suite (suite_file.c). Names are relative to the current directory. */
int commands_read(struct commands *c, const char *text, struct buf *why);

/* Is @name a command that can be read? Its options may still be others. */
bool commands_know(const char *name);

#endif
