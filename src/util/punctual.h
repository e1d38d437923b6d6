/* SPDX-License-Identifier: MIT
 *
 * punctual.h - making this process punctual, as far as it may
 *
 * All of this is asked for and none insisted on: for an ordinary user, who may not have it, late wake-ups are more
 * likely, and those are measured anyway.
 */
#ifndef UTIL_PUNCTUAL_H
#define UTIL_PUNCTUAL_H

#include <sched.h>
#include <stdbool.h>

/* What to restore at the end; a zeroed one has never begun. */
struct punctual {
	bool begun, locked;
	int policy, slack;
	struct sched_param parameter;
};

void punctual_begin(struct punctual *p);
void punctual_end(struct punctual *p);
/* The lowest real-time priority for the calling thread, not inherited by children. */
void punctual_thread(void);

#endif
