/* SPDX-License-Identifier: MIT
 *
 * settings.h - sysctls of Linux as parameters of the stack
 *
 * Names may be written with dots, with slashes, or as a path below /proc/sys. Besides those that
 * stack/config.h names, a table here knows the ones that mean several parameters or another unit, those
 * that have no meaning for this stack and may be set to anything, those that it can follow only at one value, and those
 * that switch on what it does not have. A feature that comes loses its row here and gets a parameter in stack/config.h.
 */
#ifndef TARGET_BUILTIN_SETTINGS_H
#define TARGET_BUILTIN_SETTINGS_H

#include "stack/config.h"
#include "target/library/commands.h"
#include "util/buf.h"

/* Nothing changes but with SETTING_OK. */
enum setting_result settings_assign(struct stack_config *c, const char *name, const char *value);
/* Append the value as the system shows it; nothing for names that mean nothing here. SETTING_OK or
 * SETTING_UNKNOWN. */
enum setting_result settings_read(const struct stack_config *c, const char *name, struct buf *value);
/* The words that @name takes in place of numbers; nothing where it has none. */
void settings_choices(const char *name, struct buf *names);
/* What it would take to follow other values of @name ("ECN (RFC 3168)"); "" for what is not SETTING_ABSENT. */
const char *settings_absent(const char *name);

/* Is there any setting below the folder @path, such as "/proc/sys/net/ipv4"? */
bool settings_know_below(const char *path);
/* All names, without "net."; those with `*` in them, which stand for several, are left out. */
void settings_visit(void (*visit)(void *context, const char *name), void *context);
/* Is there such a name here? */
bool settings_know(const char *name);
/* The name, without "net.", that differs from @name by one or two letters, or NULL: what was probably meant. */
const char *settings_guess(const char *name);

#endif
