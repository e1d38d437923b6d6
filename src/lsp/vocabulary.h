/* SPDX-License-Identifier: MIT
 *
 * vocabulary.h - the words of the script language, and what a reader wants to know about each
 *
 * Every kind uses the table that check and play use, so a new call, constant, option, sysctl or requirement is known
 * here without another line. The caller provides targets, and the words of a document.
 */
#ifndef LSP_VOCABULARY_H
#define LSP_VOCABULARY_H

#include <stdbool.h>

#include "lsp/place.h"
#include "util/buf.h"

struct vocabulary_word {
	enum word_kind kind;
	const char *text;
	const char *detail;                                  /* a few words of explanation; may be NULL */
};

typedef void vocabulary_visit_fn(void *context, const struct vocabulary_word *word);

/* All words of @kinds, bits of enum word_kind. What is handed over lives as long as the call. */
void vocabulary_visit(unsigned kinds, vocabulary_visit_fn *visit, void *context);

/* Append in Markdown what @word means where one of @kinds may stand, or else anywhere. False: nothing is known of
 * it. */
bool vocabulary_explain(const char *word, unsigned kinds, struct buf *out);

#endif
