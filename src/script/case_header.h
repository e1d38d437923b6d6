/* SPDX-License-Identifier: MIT
 *
 * case_header.h - what a case says about itself: comment lines "//! NAME: TEXT" before its first other line
 */
#ifndef SCRIPT_CASE_HEADER_H
#define SCRIPT_CASE_HEADER_H

#include <stdbool.h>
#include <stddef.h>

#include "util/diag.h"

/* The headers that there are. */
struct header_word {
	const char *name, *help;
};

extern const struct header_word header_words[];         /* ends with a name of NULL */

/* The text of header @name, without blanks around it; false: there is none. Not NUL-terminated; points into
 * the source. */
bool header_find(const struct source *source, const char *name, const char **text, size_t *length);

/* The place of the @length bytes at @at, which are in the text of @source. */
struct loc header_loc(const struct source *source, const char *at, size_t length);

/* The next word of the @left bytes of @text, a header's, cut off them; false: there is none. */
bool header_next_word(const char **text, size_t *left, const char **word, size_t *length);

/* Is @word among the words (separated by blanks or commas) of header @name? True also if there is no such header. */
bool header_allows(const struct source *source, const char *name, const char *word);

/* Report in @diags headers of @source that have no effect: unknown names, a name without a colon or a text, `covers`
 * words that name no RFC, headers behind the head, and a second header of the same name. False when there was any
 * error. */
bool header_check(const struct source *source, struct diags *diags);

/* Report each word of header @name that is none of @words (NULL at their end). A word with a slash or a dot is the path
 * of a file, and passes if @paths. False when there was any error. */
bool header_check_words(const struct source *source, const char *name, const char *const *words, bool paths,
                        struct diags *diags);

#endif
