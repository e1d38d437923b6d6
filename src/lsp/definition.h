/* SPDX-License-Identifier: MIT
 *
 * definition.h - where a word of a script gets its meaning
 */
#ifndef LSP_DEFINITION_H
#define LSP_DEFINITION_H

#include "script/ast.h"

/* The place that defines @word (the name of a macro, or "$" and a name) as used in line @line of @script itself: the
 * last one before that line, or else the first. Its source is that of the file that it is in. False: there is none. */
bool definition_find(const struct script *script, const char *word, int line, struct loc *place);

/* The path of the file that line @line of @script includes, allocated from its arena; NULL: it includes none. */
const char *definition_include(const struct script *script, int line);

/* All words that definition_find() knows; "$" stands before names. */
void definition_visit(const struct script *script, void (*visit)(void *context, const char *word), void *context);

#endif
