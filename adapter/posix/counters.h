/* SPDX-License-Identifier: MIT
 *
 * counters.h - what the machine has counted since a case began
 *
 * The files in /proc/net count from when the machine was switched on, but a script asks what it has caused itself. So
 * each number is shown less its value when the case began. That is right only as long as nobody else sends: if another
 * socket is open in this network, the counters are not given at all.
 */
#ifndef POSIX_COUNTERS_H
#define POSIX_COUNTERS_H

#include <stddef.h>

/* A case begins. */
void counters_begin(void);
/* Does the file @name in /proc/net have counters? */
int counters_has(const char *name);
/* The counters since the case began, from the file @name whose text is now @now, in a text of the same form; @room
 * bytes at @out. 0: they cannot be given, and there is why. */
int counters_since(const char *name, const char *now, char *out, size_t room);

#endif
