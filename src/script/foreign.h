/* SPDX-License-Identifier: MIT
 *
 * foreign.h - names that only other systems have
 */
#ifndef SCRIPT_FOREIGN_H
#define SCRIPT_FOREIGN_H

#include "util/buf.h"

/* Is @name a constant or a call that other systems have and this one lacks? Those systems are added to @where,
 * separated by commas. */
bool foreign_symbol(const char *name, struct buf *where);
bool foreign_call(const char *name, struct buf *where);
/* The same for a member of a structure, and for a call that takes another number of arguments there. */
bool foreign_member(const char *name, struct buf *where);
/* The same for a word of a shell command: a sysctl, or a tool. */
bool foreign_in_command(const char *word, struct buf *where);
/* The same for a member of struct tcp_info, as code blocks name it. */
bool foreign_tcp_info(const char *name, struct buf *where);
/* Can option @name of @level be set to a number on other systems, while this one refuses it with @error? A sentence
 * about it, with those systems, is added to @where. */
bool foreign_option(int level, int name, int error, struct buf *where);
bool foreign_form(const char *call, int arguments, struct buf *where);

#endif
