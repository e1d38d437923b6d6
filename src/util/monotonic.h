/* SPDX-License-Identifier: MIT
 *
 * monotonic.h - the clock of this machine, for those who wait for processes and tell people how long it takes
 */
#ifndef UTIL_MONOTONIC_H
#define UTIL_MONOTONIC_H

#include <time.h>

#include "util/vtime.h"

/* CLOCK_MONOTONIC: what nobody can set. */
static inline vtime_t monotonic_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return vtime_add(vtime_s(now.tv_sec), vtime_ns(now.tv_nsec));
}

#endif
