/* SPDX-License-Identifier: MIT
 *
 * fold.h - what arithmetic comes to once its sides have values
 *
 * Three kinds of values meet here. Numbers have 64 bits. Words and versions can only be compared: words for equality,
 * versions number by number, so that 6.9 is older than 6.10. Fractions are times. A name that nothing gives a value
 * stands for itself beside a word; otherwise it leaves the arithmetic around it open.
 *
 * Results are allocated in the resolver's arena. After an error, which is reported, the result is a number, so that
 * whatever is around it can go on.
 */
#ifndef SCRIPT_FOLD_H
#define SCRIPT_FOLD_H

#include "script/resolve.h"

/* New expressions at the place of @at. */
const struct expr *fold_leaf(struct resolver *r, const struct expr *at, enum expr_kind kind);
const struct expr *fold_integer(struct resolver *r, const struct expr *at, int64_t value);
const struct expr *fold_word(struct resolver *r, const struct expr *at, const char *word);

/* Report @headline at the place of @e. The number 0. */
const struct expr *fold_refuse(struct resolver *r, const struct expr *e, const char *headline, const char *detail);
/* The same about an expression of the wrong kind: the detail says what @e is. */
const struct expr *fold_unfit(struct resolver *r, const struct expr *e, const char *headline);

/* The text of a number, a word or a version, or of a name without a value; NULL: @e is something else. */
const char *fold_word_of(struct resolver *r, const struct expr *e);
/* Does @text begin like a version, or a number? */
bool fold_is_version(const char *text);
bool fold_is_comparison(enum arithmetic operation);

/* The value of @e, an operation whose sides have the values @left and @right (NULL: it has one side). If a side is
 * open, it is the operation with these sides. */
const struct expr *fold_arithmetic(struct resolver *r, const struct expr *e, const struct expr *left,
                                   const struct expr *right);

#endif
