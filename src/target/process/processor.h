/* SPDX-License-Identifier: MIT
 *
 * processor.h - this process and another one on the same processor
 *
 * A question and its answer are strict alternation: while one of the two processes works, the other waits. On two
 * processors each question wakes one that sleeps, which takes a virtual machine ten times as long as the exchange
 * itself (83 us instead of 8); on one processor it is a switch from one process to the other. The scheduler cannot
 * know that, and moves the one that wakes to whichever processor is idle.
 *
 * Only for a stack in virtual time: one with a clock of its own works while nobody waits for it.
 */
#ifndef TARGET_PROCESS_PROCESSOR_H
#define TARGET_PROCESS_PROCESSOR_H

#include <sched.h>
#include <stdbool.h>
#include <sys/types.h>

/* Zeroed: nothing is shared. */
struct shared_processor {
	cpu_set_t before;                                    /* where this thread might run until then */
	int number;                                          /* the processor */
	bool shared;
};

/* Keep this thread, and what it forks, on the processor on which it is, or on the one that was shared before. What the
 * system refuses does not matter: the exchange is only slower. */
void processor_share(struct shared_processor *s);

/* This thread may run where it might before, and so may the process @other, with all its threads and what it has
 * forked; 0: that stays where it is. */
void processor_leave(const struct shared_processor *s, pid_t other);

#endif
