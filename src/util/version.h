/* SPDX-License-Identifier: MIT
 *
 * version.h - ranges of version numbers: ">=6.1 <6.12"
 *
 * A range is a list of conditions, separated by blanks, all of which must hold. A condition is one of >= <= > < = and a
 * number with dots. Only as many parts are compared as the condition has: 6.1.7 is =6.1 and <=6.1, and not >6.1.
 */
#ifndef UTIL_VERSION_H
#define UTIL_VERSION_H

#include <stdbool.h>

/* NULL if @range is one; else what is wrong with it, for a message. */
const char *version_range_problem(const char *range);

/* Is @version ("6.1.7-amd64": what follows the numbers does not count) in @range, which has no problem? */
bool version_in_range(const char *version, const char *range);

#endif
