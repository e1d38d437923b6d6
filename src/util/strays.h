/* SPDX-License-Identifier: MIT
 *
 * strays.h - the end of processes that nobody waits for
 *
 * A process that leaves its process group and its parent, as daemons do with setsid, is out of reach of signals to a
 * group. But it still has a parent: when its own ends, the kernel gives it to the nearest ancestor that has declared
 * itself a subreaper. So whoever starts foreign programs declares itself one, and kills all its children at the end.
 */
#ifndef UTIL_STRAYS_H
#define UTIL_STRAYS_H

#include <stdbool.h>

/* From now on processes below this one whose parents have ended become its children. True if they did not before; then
 * strays_adopt_no_more() is for whoever wants that again. */
bool strays_adopt(void);
void strays_adopt_no_more(void);

/* Kill and reap every child of this process, and those that thereby become its children, until there is none, or for
 * a second: what is in the middle of something that the kernel cannot interrupt is left. Without a proc file system
 * nobody is found. */
void strays_end(void);

#endif
