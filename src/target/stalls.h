/* SPDX-License-Identifier: MIT
 *
 * stalls.h - how late the machine lets a process be that plays in real time
 */
#ifndef TARGET_STALLS_H
#define TARGET_STALLS_H

#include <stdint.h>

#include "target/target.h"

struct stalls {
	int stat_fd;                                         /* /proc/stat */
	int delay_fd;                                        /* /proc/thread-self/schedstat of the thread that plays */
	int64_t delay;                                 /* ns, for how long that thread was ready and did not run, so
	                                                  far */
	int64_t worst_wake;                                  /* ns, since the last report */
	int64_t stolen;                                      /* ns, at the last report */
	int64_t clock_offset;                                /* CLOCK_REALTIME - CLOCK_MONOTONIC at the last report */
};

/* A sleep that should have ended at @due ended now. */
void stalls_note_wake(struct stalls *s, vtime_t due, vtime_t now);
/* Between two calls of this the playing thread did what the script wants: did it have to wait for a processor
 * meanwhile? */
void stalls_note_delay(struct stalls *s);
void stalls_open(struct stalls *s);
void stalls_report(struct stalls *s, struct disturbance *out);
void stalls_close(struct stalls *s);

#endif
