/* SPDX-License-Identifier: MIT
 *
 * shell.h - reads the shell commands of scripts; runs nothing
 *
 * In virtual time there is no process to run a command and no machine to configure. What commands of test scripts do is
 * to set parameters of the stack and to look at what it counts, and that is understood, with the language around it:
 *
 *   shell_parse.c     text -> a tree of commands
 *   shell_expand.c    words as they are written -> words as a command gets them: variables, $(...), $((...))
 *   shell.c           does a tree: lists, pipes, if, loops, functions, scripts of the suite
 *   shell_stream.c    what is read and written: settings, counters, texts in memory
 *   commands.c ...    the commands themselves, in tables
 *
 * A pipe is done from left to right, each command to its end. The rule is that the same text has the same exit status
 * as in a real shell, or that the case is SKIP: a command, an option, a file or grammar that is not known never makes a
 * case PASS or FAIL. No words of a shell script land in a message.
 */
#ifndef TARGET_BUILTIN_SHELL_H
#define TARGET_BUILTIN_SHELL_H

#include "stack/stack.h"
#include "target/builtin/files.h"
#include "util/buf.h"

/* What uname says: the release whose behaviour profile linux follows. */
#define SHELL_RELEASE "6.18.0"

struct shell {
	struct stack *stack;                                 /* borrowed, as are the files */
	struct files *files;
	void (*sleep)(void *context, vtime_t duration);      /* lets time pass */
	void *context;
	const char *folder;                                  /* of the packet script, borrowed;
	                                                        NULL: the current directory */
	struct buf *output;                                  /* what commands print goes there; NULL: nobody looks */
	struct buf restore;                                  /* what set_sysctls.py left behind: a script */
	struct shell_text_file *texts;                       /* what commands wrote to files; shell_stream.c */
	int text_count;
	uint64_t counted[COUNTER_COUNT];                     /* what nstat has shown already; command_nstat.c */
};

void shell_open(struct shell *s, struct stack *stack, struct files *files,
                void (*sleep)(void *context, vtime_t duration), void *context);
void shell_close(struct shell *s);                       /* a zeroed shell is fine */

/* As target_ops.command(). Shell scripts that @text names are the only files that are ever opened: for reading, and
 * only those of the suite (shell_file.c). Names are relative to the current directory. */
int shell_command_line(struct shell *s, const char *text, struct buf *why);

/* Is @name a command that can be read? Its options may still be others. */
bool shell_knows(const char *name);

#endif
