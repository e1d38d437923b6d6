/* SPDX-License-Identifier: MIT
 *
 * shell.h - reads the shell commands of scripts; runs nothing
 *
 * In virtual time there is no process to run a command and no machine to configure. What commands of test
 * scripts nearly always do is to set parameters of the stack, and that is understood: simple commands of
 * words, quotes, $((...)), $PPID, comments, `;`, `&&`, `||`, redirections to /dev/null, and shell scripts
 * that hold nothing else. A command that is not known, or grammar that is not (pipes, `if`, $(...)), makes
 * the case SKIP; it never makes it PASS or FAIL. No words of a shell script land in a message.
 */
#ifndef TARGET_BUILTIN_SHELL_H
#define TARGET_BUILTIN_SHELL_H

#include "stack/stack.h"
#include "target/builtin/files.h"
#include "util/buf.h"

struct shell {
	struct stack *stack;                                 /* borrowed, as are the files */
	struct files *files;
	void (*sleep)(void *context, vtime_t duration);      /* lets time pass */
	void *context;
	const char *folder;                                  /* of the packet script, borrowed;
	                                                        NULL: the current directory */
	struct buf restore;                                  /* what set_sysctls.py left behind: a script */
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
