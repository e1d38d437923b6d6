/* SPDX-License-Identifier: MIT
 *
 * commands_internal.h - between the files that make commands of the reference stack
 */
#ifndef TARGET_LIBRARY_COMMANDS_INTERNAL_H
#define TARGET_LIBRARY_COMMANDS_INTERNAL_H

#include "shell/tool.h"
#include "target/library/commands.h"

/* What uname says: the release whose behaviour profile linux follows. */
#define COMMANDS_RELEASE "6.18.0"

static inline struct commands *commands_of(const struct shell_run *run)
{
	return run->shell->context;
}

/* ---- text_file.c: what commands wrote ---- */

/* Append the text; false: there is no such file. */
bool text_file_read(const struct commands *c, const char *path, struct buf *out);
/* A status. */
int text_file_write(struct shell_run *run, const char *path, const struct buf *text, bool append);
/* False: commands wrote no such file. */
bool text_file_remove(struct commands *c, const char *path);
void text_files_forget(struct commands *c);

/* ---- suite_file.c ---- */

/* Read the script @path, which must be below the suite, into @text. 0, or STATUS_UNKNOWN. */
int suite_file_read(struct shell_run *run, const char *path, struct buf *text);
/* Is @path a file of the suite? */
bool suite_file_exists(struct shell_run *run, const char *path);

/* ---- command_setting.c ---- */

/* Set the sysctl, or append its value. They return statuses. */
int setting_store(struct shell_run *run, const char *name, const char *value, bool lenient);
enum shell_found setting_show(struct shell_run *run, const char *name, struct buf *out);

/* ---- tools ---- */

/* Each table ends with NULL. */
extern const struct shell_tool setting_tools[], file_tools[], system_tools[];

#endif
