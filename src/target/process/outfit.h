/* SPDX-License-Identifier: MIT
 *
 * outfit.h - what a process finds that becomes an adapter
 *
 * Standard input and output are its socket, standard error is ours to read, and no other descriptor is open: those of
 * others are none of its business, and would keep their other ends open. It ends with its parent and leads a process
 * group. The limit of memory is for us and not for it: sanitizers and language runtimes reserve more.
 */
#ifndef TARGET_PROCESS_OUTFIT_H
#define TARGET_PROCESS_OUTFIT_H

#include <sys/types.h>

/* After fork(), before another program is executed; @parent is what getpid() said before. Ends the process if that
 * fails. */
void outfit_program(pid_t parent, int socket, int errors);
/* For a copy of a process that had the whole outfit already: what is its own. */
void outfit_copy(pid_t parent, int socket, int errors);
/* exit() shall run what is registered for it from now on, and then nothing that was before, nor the destructors of this
 * program and of what it has loaded: they would end what is not this process's. */
void outfit_end_early(void);

#endif
