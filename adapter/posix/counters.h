/* SPDX-License-Identifier: MIT
 *
 * counters.h - what the machine has counted since a case began
 *
 * The files of /proc/net count since the machine was switched on, and a script asks what it has brought about itself.
 * So each number is shown without what it was at the beginning. That means something as long as nobody else sends:
 * where another socket is open in this network, the counters are not told at all.
 */
#ifndef POSIX_COUNTERS_H
#define POSIX_COUNTERS_H

#include <stddef.h>

/* A case begins. */
void counters_begin(void);
/* Is @name, of a file of /proc/net, one of counters? */
int counters_has(const char *name);
/* The counters of the file @name, whose text is @now, since then, as a text of the same form; @room bytes at @out. 0:
 * they cannot be told. */
int counters_since(const char *name, const char *now, char *out, size_t room);

#endif
