/* SPDX-License-Identifier: MIT
 *
 * explain_kind.h - kinds of failures, explained
 */
#ifndef CLI_EXPLAIN_KIND_H
#define CLI_EXPLAIN_KIND_H

#include <stdbool.h>

/* Print what the kind of failure called @word means, and what to look at; false: there is no such kind. */
bool explain_kind(const char *word);
/* The name of kind @index, from 0 on; NULL after the last. */
const char *explain_kind_at(int index);

#endif
