/* SPDX-License-Identifier: MIT
 *
 * commands.h - what commands of scripts do in virtual time
 *
 * The reader of commands (shell/shell.h) with a host that has a stack behind it: settings, files in memory, and what
 * the stack's own world adds. An unknown command, option, file or grammar makes the case SKIP, and never PASS or FAIL.
 *
 *   commands.c          the host: which variables and files there are
 *   command_*.c         the commands that are the same for each stack: sysctl, files, the system
 *   text_file.c         what commands wrote to files
 *   suite_file.c        the only files of the machine that are read
 */
#ifndef TARGET_LIBRARY_COMMANDS_H
#define TARGET_LIBRARY_COMMANDS_H

#include "shell/tool.h"
#include "target/library/files.h"
#include "util/buf.h"
#include "util/vtime.h"

enum setting_result {
	SETTING_OK,
	SETTING_UNKNOWN,                                     /* no such name here */
	SETTING_INVALID,                                     /* a real system would refuse the value, too */
	SETTING_UNSUPPORTED,                                 /* this stack cannot do that */
	SETTING_ABSENT,                                      /* the value would switch on what this stack lacks */
};

struct commands;

/* What commands mean to a stack. */
struct commands_world {
	const struct shell_tool *const *tools;               /* all commands that exist: tables, then NULL */
	/* Set a sysctl. With SETTING_ABSENT append to @lacking what the stack would need ("ECN (RFC 3168)"), with
	 * SETTING_INVALID and SETTING_UNSUPPORTED the words that the setting takes ("on off"), or nothing. */
	enum setting_result (*assign)(struct commands *c, const char *name, const char *value, struct buf *lacking);
	/* Append its value as the system shows it; nothing for a setting that means nothing here. SETTING_OK or
	 * SETTING_UNKNOWN. */
	enum setting_result (*show)(struct commands *c, const char *name, struct buf *value);
	bool (*know_below)(const char *path);                /* is there any setting below that folder? */
	const char *(*guess)(const char *name);              /* what was probably meant, or NULL */
	/* Append the content of the file @name in /proc/net. False: there is no such file. NULL: there are none at
	 * all. */
	bool (*proc_net)(struct shell_run *run, const char *name, struct buf *out);
};

struct commands {
	struct shell shell;
	const struct commands_world *world;
	struct shell_host host;                              /* of .shell */
	struct files *files;                                 /* borrowed */
	void (*sleep)(void *context, vtime_t duration);      /* lets time pass */
	void *context;
	const char *folder;                                  /* of the packet script, borrowed;
	                                                        NULL: the current directory */
	struct buf restore;                                  /* the script that set_sysctls.py left behind */
	struct buf written;                                  /* what all commands have printed so far */
	struct text_file *texts;                             /* what commands wrote to files; text_file.c */
	int text_count;
};

void commands_open(struct commands *c, const struct commands_world *world, struct files *files,
                   void (*sleep)(void *context, vtime_t duration), void *context);
void commands_close(struct commands *c);                 /* a zeroed one is fine */

/* As target_ops.command(). The only files that are ever opened are shell scripts that @text names: for reading, and
 * only those of the suite (suite_file.c). Names are relative to the current directory. */
int commands_read(struct commands *c, const char *text, struct buf *why);

/* Is @name a command that is understood? Its options may still be unknown ones. */
bool commands_know(const struct commands_world *world, const char *name);

#endif
