/* SPDX-License-Identifier: MIT
 *
 * printable.h - makes foreign text harmless for terminals and for reports made of lines
 *
 * Names of files, texts of scripts and messages that quote them may hold a newline, which would begin a line that looks
 * like ours, or an escape sequence, which moves the cursor and paints over what is there. Such a text must be printed
 * with these functions: control characters (C0, DEL, C1), separators of lines and paragraphs, characters that change
 * the direction of writing, and bytes that are not UTF-8 become \n, \t, \xNN or \uNNNN. All other text stays as it is,
 * including backslashes: the form is for people, and is not read back.
 */
#ifndef UTIL_PRINTABLE_H
#define UTIL_PRINTABLE_H

#include <stddef.h>

#include "util/arena.h"
#include "util/buf.h"

/* Append @text. @keep lists the control characters of ASCII that stay as they are: "" for one line, "\n" for many. */
void printable_add(struct buf *out, const char *text, const char *keep);
/* The length of the character at @text, which has not ended, and in *ok whether it stays as it is. A byte that is no
 * UTF-8 counts as one character. */
size_t printable_next(const char *text, const char *keep, bool *ok);
/* @text itself when all of it can be printed on one line, else a copy from @arena. NULL gives NULL. */
const char *printable(struct arena *arena, const char *text);
/* The same for a buffer, in place. */
void printable_buf(struct buf *text, const char *keep);

#endif
